"""The form fields this room's forms are made of: safe texts of several lines, moments on Japan's clock."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.calendar import parse_date, parse_moment, to_jst
from core.text import UnsafeText, graphemes, reject_unsafe

# A year outside of these is a slip of the hand; the first and the last of all years no time zone can convert.
YEARS = range(2000, 2101)


class SafeTextField(forms.CharField):
    """A text of several lines, without control or bidi characters; limit counts characters as people do."""

    def __init__(self, *, limit: int, rows: int = 5, **options: Any) -> None:
        self.limit = limit
        widget = forms.Textarea(attrs={"rows": rows, "data-count": limit})
        super().__init__(**{"widget": widget, "strip": False, **options})

    def to_python(self, value: Any) -> str:
        try:
            text = reject_unsafe(super().to_python(value) or "", multiline=True)
        except UnsafeText as error:
            raise forms.ValidationError(str(error)) from error
        length = graphemes(text)
        if length > self.limit:
            raise forms.ValidationError(
                _("%(limit)s文字以内で入力してください（現在%(length)s文字）。")
                % {"limit": self.limit, "length": length}
            )
        return text


class MomentField(forms.CharField):
    """A moment as Japan's offices write it: 「2026-12-01 17:00」 or 「令和8年12月1日 17時」; an aware datetime."""

    default_error_messages = {
        "invalid": _("日時を「2026-12-01 17:00」または「令和8年12月1日 17:00」の形で入力してください。")
    }

    def prepare_value(self, value: Any) -> Any:
        return f"{to_jst(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        day, _space, clock = text.replace("　", " ").replace("T", " ").rpartition(" ")
        try:
            moment = parse_moment(parse_date(day), clock)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        if moment.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return moment
