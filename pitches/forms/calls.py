"""Intake of a call for proposals, as organisers write it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from core.requirements import CURRENT, versions
from pitches.forms.fields import MomentField, SafeTextField
from pitches.models import Call


class CallForm(forms.Form):
    """A call: its words, its themes (one a line), its window. An edition in use by proposals cannot be exchanged."""

    title = SafeCharField(label=_("件名"), max_length=120)
    fiscal_year = forms.IntegerField(
        label=_("年度"), min_value=2019, max_value=2100, help_text=_("西暦で入力してください（例: 2026）。")
    )
    summary = SafeCharField(label=_("概要"), max_length=300)
    guidance = SafeTextField(label=_("募集の内容"), limit=8000, rows=12, required=False)
    themes = SafeTextField(
        label=_("テーマ"), limit=1000, rows=4, required=False, help_text=_("1行に1つ。テーマを設けない場合は空欄。")
    )
    edition = forms.ChoiceField(label=_("自己点検の版"))
    opens_at = MomentField(label=_("受付開始"), help_text=_("日本時間。例: 2026-12-01 09:00"))
    closes_at = MomentField(
        label=_("締切"), help_text=_("日本時間。この時刻ちょうどから受け付けません。開庁日の17:00をお勧めします。")
    )
    published_at = MomentField(label=_("公開日時"), required=False, help_text=_("空欄の間は事務局だけに表示されます。"))

    def __init__(self, call: Call, posted: Any = None) -> None:
        initial = {name: getattr(call, name) for name in self.base_fields}
        initial["themes"] = "\n".join(call.themes)
        super().__init__(posted, initial={**initial, "edition": call.edition or CURRENT})
        choice = self.fields["edition"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(version, version) for version in versions()]
        choice.disabled = bool(call.pk) and call.proposals.exists()

    def clean_themes(self) -> list[str]:
        themes = [line.strip() for line in self.cleaned_data["themes"].splitlines() if line.strip()]
        if any(len(theme) > 80 for theme in themes):
            raise forms.ValidationError(_("テーマは1つ80文字以内で入力してください。"))
        return list(dict.fromkeys(themes))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("締切は受付開始より後の日時にしてください。"))
        return cleaned
