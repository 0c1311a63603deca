"""Intake of this room: points and words, checked against the rubric's bounds."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from accounts.models import User
from core.text import UnsafeText, reject_unsafe
from evaluation.rubric import Rubric, parse_points
from pitches.selectors import OUTCOMES

CONFIRMATION = "公表する"


class SafeTextField(forms.CharField):
    """A text of several lines as people may type it, without control or bidi characters."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        try:
            return reject_unsafe(super().to_python(value) or "", multiline=True)
        except UnsafeText as error:
            raise forms.ValidationError(str(error)) from error


class ScoreForm(forms.Form):
    """One reviewer's sheet: a field per criterion, the comment, and the version the reviewer saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment = SafeTextField(
        label=_("講評"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("事務局だけが読みます。事業者に伝える講評は、決定のときに事務局がまとめます。"),
    )

    def __init__(self, *args: Any, rubric: Rubric, is_complete: bool = False, **kwargs: Any) -> None:
        """is_complete: every required criterion must have points, as for handing the sheet in."""
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        self.is_complete = is_complete
        for criterion in rubric.criteria:
            self.fields[criterion.code] = forms.CharField(
                label=criterion.label,
                required=False,
                help_text=f"{criterion.help} 0〜{criterion.points}点（0.5点きざみ）".strip(),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
        self.order_fields([*(criterion.code for criterion in rubric.criteria), "comment", "version"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        points: dict[str, Decimal | None] = {}
        for criterion in self.rubric.criteria:
            try:
                points[criterion.code] = parse_points(cleaned.get(criterion.code), criterion)
            except ValueError as error:
                self.add_error(criterion.code, str(error))
            else:
                if self.is_complete and criterion.is_required and points[criterion.code] is None:
                    self.add_error(criterion.code, _("点数を入力してください。"))
        cleaned["points"] = points
        return cleaned

    @property
    def criteria(self) -> list[forms.BoundField]:
        """The criterion fields in the rubric's order."""
        return [self[criterion.code] for criterion in self.rubric.criteria]


class ConflictForm(forms.Form):
    """A conflict of interest, in the reviewer's words."""

    reason = SafeCharField(
        label=_("利害関係の内容"),
        max_length=300,
        help_text=_("例: 応募者の役員・従業員である、取引関係がある、共同研究者である。"),
    )


class AddReviewerForm(forms.Form):
    """Whom to put on the panel."""

    reviewer = forms.ModelChoiceField(queryset=User.objects.none(), label=_("審査委員"))

    def __init__(self, *args: Any, reviewers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = reviewers  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """One decision."""

    outcome = forms.ChoiceField(label=_("結果"), choices=list(OUTCOMES.items()))
    reason = SafeTextField(label=_("決定の理由（採点が揃っていないときは必須）"), required=False, max_length=1000)
    note = SafeTextField(label=_("事業者への講評"), required=False, max_length=1000)


class PublishForm(forms.Form):
    """The typed confirmation of a publication."""

    confirmation = SafeCharField(label=_("確認のため「公表する」と入力してください"), max_length=20)

    def clean_confirmation(self) -> str:
        typed = self.cleaned_data["confirmation"]
        if typed != CONFIRMATION:
            raise forms.ValidationError(_("「公表する」と入力すると公表できます。"))
        return typed


def initial_points(points: dict[str, str | None], codes: Iterable[str]) -> dict[str, str]:
    """Stored points as the form shows them."""
    return {code: points.get(code) or "" for code in codes}
