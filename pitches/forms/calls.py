"""Intake of a call for proposals and of longer windows, as organisers write them, and of the codes vendors type."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from accounts.models import Vendor
from core.calendar import default_deadline, fiscal_year, next_business_day, to_jst
from core.requirements import CURRENT, versions
from pitches.call_rules import FILE_TYPES
from pitches.declarations import standard_declarations
from pitches.forms.fields import MomentField, SafeTextField
from pitches.models import Call

# How long a call stays open unless somebody says otherwise.
WINDOW = timedelta(days=42)
LINES_LIMIT = 12


class CallForm(forms.Form):
    """A call: its words, its themes (one a line), its window and rules. An edition in use cannot be exchanged.

    at is the moment of the request: a new call proposes a window that opens on the next business day at 9:00 and closes
    at 17:00 on a business day. version is the one the person saw.
    """

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
    details_due_at = MomentField(
        label=_("選定後の回答の期限"),
        required=False,
        help_text=_("選定後の質問に答える期限。空欄なら期限を設けません。"),
    )
    declarations = SafeTextField(
        label=_("同意と誓約"),
        limit=4000,
        rows=8,
        help_text=_("1行に1つ。応募者は、すべてにチェックしないと提出できません。"),
    )
    page_limit = forms.IntegerField(
        label=_("発表資料のページ数の上限"),
        min_value=1,
        max_value=500,
        required=False,
        help_text=_("空欄なら上限なし。"),
    )
    file_max_mb = forms.IntegerField(label=_("1ファイルの上限（MB）"), min_value=1, required=False)
    proposal_max_mb = forms.IntegerField(label=_("1提案の合計の上限（MB）"), min_value=1, required=False)
    file_types = forms.MultipleChoiceField(
        label=_("受け付ける形式"),
        choices=[(key, label) for key, (label, _type) in FILE_TYPES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("1つも選ばなければ、すべての形式を受け付けます。ZIP・マクロ・パスワード付きは常に受け付けません。"),
    )
    published_at = MomentField(label=_("公開日時"), required=False, help_text=_("空欄の間は事務局だけに表示されます。"))
    reason = SafeCharField(
        label=_("条件を変える理由"),
        max_length=300,
        required=False,
        help_text=_("公開後に条件を変えると新しい版になり、理由とともに公開ページと応募中の事業者に知らせます。"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, call: Call, posted: Any = None, *, at: datetime) -> None:
        super().__init__(posted, initial=_initial(call, at))
        choice = self.fields["edition"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(version, version) for version in versions()]
        choice.disabled = bool(call.pk) and call.proposals.exists()
        limits = {"file_max_mb": settings.UPLOAD_FILE_MAX_BYTES, "proposal_max_mb": settings.UPLOAD_PROPOSAL_MAX_BYTES}
        for name, limit in limits.items():
            self.fields[name].help_text = _("空欄なら%(n)sMB。") % {"n": limit // settings.MIB}
        self.limits = {name: limit // settings.MIB for name, limit in limits.items()}

    @property
    def fields_of_call(self) -> dict[str, Any]:
        """What was typed, by the names of the call's own columns."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"reason", "version", "confirmed"}
        }

    def ask_about(self, token: str) -> None:
        """Keep what was typed, and let the next press say that these rules were seen."""
        typed: Any = self.data
        self.data = typed.copy()
        self.data["confirmed"] = token  # type: ignore[index]

    def show_over(self, current: Call) -> None:
        """Keep what was typed, on the version that stands now: saving once more is then a decision."""
        typed: Any = self.data
        self.data = typed.copy()
        self.data["version"] = str(current.version)  # type: ignore[index]

    def differing(self, current: Call) -> list[tuple[str, str, str]]:
        """(label, what is saved now, what was typed) wherever the two differ."""
        saved = CallForm(current, at=current.created_at)
        found = []
        for name in self.fields_of_call:
            now, typed = _shown(saved[name]), _shown(self[name])
            if now != typed:
                found.append((str(self[name].label), now, typed))
        return found

    def clean_themes(self) -> list[str]:
        themes = _lines(self.cleaned_data["themes"])
        if any(len(theme) > 80 for theme in themes):
            raise forms.ValidationError(_("テーマは1つ80文字以内で入力してください。"))
        return themes

    def clean_declarations(self) -> list[dict[str, str]]:
        lines = _lines(self.cleaned_data["declarations"])
        if len(lines) > LINES_LIMIT:
            raise forms.ValidationError(_("%(n)s行以内で入力してください。") % {"n": LINES_LIMIT})
        standard = {line["text"]: line["key"] for line in standard_declarations()}
        # A line's key follows its words: whoever accepted other words has not accepted these.
        return [{"key": standard.get(line) or _key_of(line), "text": line} for line in lines]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens_at, closes_at = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", _("締切は受付開始より後の日時にしてください。"))
        for name, limit in self.limits.items():
            if (cleaned.get(name) or 0) > limit:
                self.add_error(name, _("このサイトの上限（%(n)sMB）以下にしてください。") % {"n": limit})
        each, total = cleaned.get("file_max_mb"), cleaned.get("proposal_max_mb")
        if each and total and total < each:
            self.add_error("proposal_max_mb", _("1ファイルの上限以上にしてください。"))
        return cleaned


def _initial(call: Call, at: datetime) -> dict[str, Any]:
    initial: dict[str, Any] = {name: getattr(call, name, "") for name in CallForm.base_fields}
    initial |= {"themes": "\n".join(call.themes), "edition": call.edition or CURRENT}
    initial["declarations"] = "\n".join(line["text"] for line in call.declarations)
    if not call.pk:
        first = next_business_day(to_jst(at).date())
        initial["opens_at"] = default_deadline(first).replace(hour=9)
        initial["closes_at"] = default_deadline(next_business_day(first + WINDOW))
        initial["fiscal_year"] = fiscal_year(first)
    return initial


def _lines(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _key_of(line: str) -> str:
    return f"line-{hashlib.sha256(line.encode()).hexdigest()[:12]}"


def _shown(bound: forms.BoundField) -> str:
    value = bound.value()
    return "、".join(value) if isinstance(value, list) else str(value if value is not None else "")


class ExtensionForm(forms.Form):
    """A longer window for one vendor."""

    vendor = forms.ModelChoiceField(label=_("事業者"), queryset=Vendor.objects.none())
    until_at = MomentField(label=_("延長後の締切"), help_text=_("日本時間。この時刻ちょうどから受け付けません。"))
    reason = SafeCharField(
        label=_("延長の理由"), max_length=300, help_text=_("記録に残ります。事業者には表示されません。")
    )

    def __init__(self, call: Call, posted: Any = None, *, vendors: Iterable[Vendor]) -> None:
        due = default_deadline(next_business_day(to_jst(call.closes_at).date()))
        super().__init__(posted, initial={"until_at": due})
        choice = self.fields["vendor"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = vendors  # type: ignore[assignment]


class CodeForm(forms.Form):
    """An access code, as a vendor types it."""

    code = SafeCharField(
        label=_("アクセスコード"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("事務局から伝えられたコードを入力してください。ハイフンや大文字・小文字の違いは問いません。"),
    )
