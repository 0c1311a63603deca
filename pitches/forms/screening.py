"""Intake of what screeners decide: a judgement of one requirement, a request for correction, a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.requirements import JUDGEMENTS
from pitches.forms.fields import MomentField, SafeTextField

NOTE_LIMIT = 2000


class JudgementForm(forms.Form):
    """One requirement's judgement on the version the screener sees; 対象外 is offered exactly where it applies."""

    requirement = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("判定"), widget=forms.RadioSelect)
    reason = SafeTextField(label=_("理由"), limit=NOTE_LIMIT, rows=3, required=False)
    evidence = SafeTextField(label=_("確認した証跡"), limit=NOTE_LIMIT, rows=2, required=False)
    vendor_note = SafeTextField(
        label=_("事業者への説明"),
        limit=NOTE_LIMIT,
        rows=2,
        required=False,
        help_text=_("審査の結果とともに表示されます。"),
    )
    private_note = SafeTextField(
        label=_("事務局内メモ"), limit=NOTE_LIMIT, rows=2, required=False, help_text=_("事業者には表示されません。")
    )

    def __init__(self, *args: Any, is_exempt: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["status"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            (state.key, state.label_ja) for state in JUDGEMENTS.values() if state.only_conditional == is_exempt
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("status") not in (None, "exempt") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("判定の理由を入力してください。"))
        return cleaned


class CorrectionForm(forms.Form):
    """Which fields and questions are to be corrected, why, and by when."""

    fields_named = forms.MultipleChoiceField(
        label=_("補正を求める項目"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("補正を求める項目を1つ以上選んでください。")},
    )
    reason = SafeTextField(
        label=_("補正を求める理由"),
        limit=NOTE_LIMIT,
        rows=4,
        help_text=_("このまま事業者へのメールに記載されます。"),
        error_messages={"required": _("理由を入力してください。")},
    )
    deadline_at = MomentField(label=_("補正の期限"), help_text=_("日本時間。この時刻ちょうどから受け付けません。"))

    def __init__(self, *args: Any, names: Iterable[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["fields_named"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = list(names)


class ReasonForm(forms.Form):
    """A reason, required."""

    reason = SafeTextField(
        label=_("理由"), limit=NOTE_LIMIT, rows=4, error_messages={"required": _("理由を入力してください。")}
    )
