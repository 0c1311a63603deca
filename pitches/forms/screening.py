"""Intake of what screeners decide: a judgement of one requirement, a request for correction, a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.requirements import JUDGEMENTS
from pitches.forms.fields import MomentField, SafeTextField
from pitches.reasons import OTHER, REASON_CODES, codes_for

NOTE_LIMIT = 2000


class ReasonCodes(forms.CheckboxSelectMultiple):
    """Checkboxes that say for which statuses each makes sense, so that the page can show those alone."""

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        option["attrs"]["data-statuses"] = " ".join(sorted(REASON_CODES[str(value)].statuses))
        return option


class JudgementForm(forms.Form):
    """One requirement's judgement on the version the screener sees; 対象外 is offered exactly where it applies.

    seen is the newest judgement on the page the person read, 0 for none. notice says what happened meanwhile.
    """

    notice = ""

    requirement = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    status = forms.ChoiceField(label=_("判定"), widget=forms.RadioSelect)
    reason_codes = forms.MultipleChoiceField(
        label=_("理由の区分"),
        widget=ReasonCodes,
        required=False,
        help_text=_(
            "理由は、区分か文章のどちらかで必ず記録します。判定を選ぶと当てはまる区分が並び、文章だけなら「その他」になります。"
        ),
    )
    reason = SafeTextField(
        label=_("理由"),
        limit=NOTE_LIMIT,
        rows=3,
        required=False,
        help_text=_("事務局の記録です。事業者には表示されません。"),
    )
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
        codes = self.fields["reason_codes"]
        assert isinstance(codes, forms.MultipleChoiceField)
        offered = {status for status, _label in choice.choices}
        codes.choices = [(code.key, code.label) for code in REASON_CODES.values() if code.statuses & offered]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        status, codes, reason = cleaned.get("status"), set(cleaned.get("reason_codes") or ()), cleaned.get("reason")
        if status is None or "reason" in self.errors or "reason_codes" in self.errors:
            return cleaned
        if wrong := codes - {code.key for code in codes_for(status)}:
            labels = "、".join(str(code.label) for code in REASON_CODES.values() if code.key in wrong)
            self.add_error("reason_codes", _("この判定には使えない理由です: %(labels)s") % {"labels": labels})
        if OTHER in codes and not reason:
            self.add_error("reason", _("「その他」を選んだときは、理由を文章で入力してください。"))
        if status != "exempt" and not codes and not reason:
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


class SecondOpinionForm(forms.Form):
    """Whether a second screener agrees with an 不適合; whoever does not says why."""

    judgement = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.ChoiceField(choices=[("agree", _("同意")), ("disagree", _("不同意"))])
    note = SafeTextField(label=_("二人目の意見"), limit=NOTE_LIMIT, rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("opinion") == "disagree" and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("同意しない理由を入力してください。"))
        return cleaned


class AssignForm(forms.Form):
    """Who is to screen: one of the people who may, or nobody. cleaned_data["screener"] is the person or None."""

    screener = forms.ChoiceField(label=_("担当"), error_messages={"required": _("担当を選んでください。")})

    def __init__(self, *args: Any, people: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.people = {str(person.pk): person for person in people}
        choice = self.fields["screener"]
        assert isinstance(choice, forms.ChoiceField)
        named = sorted(((pk, str(person)) for pk, person in self.people.items()), key=lambda pair: pair[1])
        choice.choices = [("", "—"), ("nobody", _("担当なし")), *named]

    def clean_screener(self) -> Any:
        return self.people.get(self.cleaned_data["screener"])


class ReasonForm(forms.Form):
    """A reason, required."""

    reason = SafeTextField(
        label=_("理由"), limit=NOTE_LIMIT, rows=4, error_messages={"required": _("理由を入力してください。")}
    )
