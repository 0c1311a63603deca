"""The plain pages of an application: what is proposed, who presents, the files and the declarations."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from core.requirements import Question
from pitches.declarations import declared
from pitches.forms.fields import SafeTextField
from pitches.merging import split_name
from pitches.models import Attachment, Call, Proposal
from pitches.pages import ApplicationPage

TEXT_LIMIT = 2000
# No version has more digits, and Python refuses to read thousands of them.
NUMBER = re.compile(r"[0-9]{1,20}")
HELP = {
    "title": _("何を、だれのために行う提案かが分かる名前にしてください。"),
    "tagline": _("一覧に表示される紹介文です。"),
    "problem": _("どの業務で、だれが、何に困っているかを書いてください。"),
    "content": _("仕組み、使い方、共同利用の形を書いてください。図は「資料」のページで添付できます。"),
    "effect": _("根拠（実績・試算の前提）とあわせて書いてください。"),
    "wishes": _("意見、実証への協力、共同開発など。"),
    "demo_url": _("登録や予約をしなくても見られるページがあれば入力してください。"),
    "accommodation": _("手話通訳、字幕、車いすでの登壇など、必要な配慮があれば書いてください。"),
    "contact_email": _("要件審査の連絡は、応募した事業者の担当者全員にメールで届きます。"),
    "disclosure": _("選定された場合に、発表資料をだれに見せるかを選びます。証跡の公開範囲は、質問ごとに選べます。"),
}


class VersionedForm(forms.Form):
    """A form that remembers which version of the proposal the person saw, and what they chose where two disagree.

    Names are those of pitches.models.DraftChange. Next to the version a page may post seen=name:version for a value it
    last saw earlier, and choice-name=mine or theirs once the person has read both texts.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    seen: Sequence[str] = ()

    @property
    def is_versioned(self) -> bool:
        """Whether it is known which page the person typed on; without that nothing can be saved."""
        return "version" in self.cleaned_data

    def move_on(self, version: int, unseen: Iterable[str]) -> None:
        """Draw what was typed on the version that is stored now; unseen names others have changed keep theirs."""
        kept = [f"{name}:{self.older.get(name, self.expect)}" for name in [*unseen, *self.unread]]
        moved: Any = copy(self.data)
        moved["version"] = str(version)
        if hasattr(moved, "setlist"):
            moved.setlist("seen", kept)
        self.data, self.seen = moved, kept

    @property
    def expect(self) -> int:
        return int(self.cleaned_data["version"])

    @property
    def older(self) -> dict[str, int]:
        """name → the version at which the person last saw it, where that is not expect; decided names are left out."""
        posted = self.data.getlist("seen") if hasattr(self.data, "getlist") else self.data.get("seen", [])
        pairs = [each.rpartition(":") for each in posted]
        known = {*self.typed, *self.unread}
        return {
            name: int(version)
            for name, _colon, version in pairs
            if name in known and NUMBER.fullmatch(version) and not self.choice_of(name)
        }

    def choice_of(self, name: str) -> str:
        """ "mine", "theirs" or "" while the person has not chosen."""
        chosen = self.data.get(f"choice-{name}", "")
        return chosen if chosen in ("mine", "theirs") else ""

    @property
    def typed(self) -> dict[str, Any]:
        """name → cleaned value of everything this form saves: what cannot be read is left out."""
        raise NotImplementedError

    @property
    def unread(self) -> list[str]:
        """The names of what cannot be read: it stays on the page, and on the version on which it was typed."""
        raise NotImplementedError

    def changed_texts(self) -> list[tuple[str, str]]:
        """(label, text) of all that was posted and is not what is stored, as it was typed, whether valid or not."""
        found = []
        for name in self.changed_data:
            bound = self[name]
            typed, stored = as_text(bound, bound.value()), as_text(bound, bound.initial)
            if name in self.data and not bound.is_hidden and typed != stored:
                found.append((self.long_label(name), typed))
        return found

    def long_label(self, name: str) -> str:
        """What people call a control, also apart from its place on the page."""
        return str(self[name].label)

    @property
    def labels(self) -> set[str]:
        """The long labels of everything a person can fill in on this form."""
        return {self.long_label(name) for name in self.fields if not self[name].is_hidden}

    def put_back(self, name: str, value: Any) -> None:
        """Show a typed value in place of the stored one, in a form that is drawn anew."""
        self.initial[control_of(name)] = value


def as_text(bound: forms.BoundField, value: Any) -> str:
    """A control's value in words: the labels of choices, one line each; line ends as they are stored."""
    labels = {str(key): str(label) for key, label in getattr(bound.field, "choices", ())}
    values = value if isinstance(value, list | tuple) else [value]
    return "\n".join(labels.get(str(each), str(each)).replace("\r\n", "\n") for each in values if each is not None)


def control_of(name: str) -> str:
    """The name of the control that holds a named value: title → title, R1-02.value → R1-02, R1-02.plan → R1-02-plan."""
    owner, part = split_name(name)
    return owner if part in ("", "value") else f"{owner}-{part}"


class PlainForm(VersionedForm):
    """The plain fields of one page; a draft may leave any of them empty. names: the open fields, None for all."""

    def __init__(
        self, proposal: Proposal, page: ApplicationPage, posted: Any = None, *, names: Iterable[str] | None = None
    ) -> None:
        super().__init__(posted, initial={"version": proposal.version})
        self.names = [name for name in page.fields if names is None or name in names]
        for name in self.names:
            self.fields[name] = _field(name, proposal.call)
            self.initial[name] = getattr(proposal, name)
        self.required_names = frozenset(page.required)

    @property
    def typed(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.names if name in self.cleaned_data}

    @property
    def unread(self) -> list[str]:
        return [name for name in self.names if name not in self.cleaned_data]

    @property
    def values(self) -> dict[str, Any]:
        """field name → cleaned value, for pitches.services.save_fields; without what is left to a colleague's text."""
        return {name: value for name, value in self.typed.items() if self.choice_of(name) != "theirs"}

    def shown_fields(self) -> list[tuple[forms.BoundField, bool]]:
        """(field, whether a submission needs it), in the order of the page."""
        return [(self[name], name in self.required_names) for name in self.names]


def _field(name: str, call: Call) -> forms.Field:
    model_field = Proposal._meta.get_field(name)
    assert isinstance(model_field, models.Field)
    options: dict[str, Any] = {
        "label": model_field.verbose_name,
        "required": False,
        "help_text": HELP.get(name, ""),
    }
    if name == "theme" and call.themes:
        choices = [("", _("選んでください")), *((theme, theme) for theme in call.themes)]
        return forms.ChoiceField(choices=choices, **options)
    if model_field.choices:
        choices = [choice for choice in model_field.choices if choice[0]]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
    if isinstance(model_field, models.TextField):
        return SafeTextField(limit=TEXT_LIMIT, rows=6, **options)
    if isinstance(model_field, models.URLField):
        return forms.URLField(max_length=model_field.max_length, assume_scheme="https", **options)
    if isinstance(model_field, models.EmailField):
        return forms.EmailField(max_length=model_field.max_length, **options)
    return SafeCharField(max_length=model_field.max_length, **options)


class ConfirmForm(VersionedForm):
    """The call's declarations, each a line to be ticked. Which are missing is said when the proposal is submitted.

    rules is the version of the call's rules that the page shows: what the person accepts is that one.
    """

    declarations = forms.MultipleChoiceField(
        label=_("同意と誓約"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("すべてにチェックすると提出できます。"),
    )

    rules = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**15 - 1)

    def __init__(self, proposal: Proposal, posted: Any = None) -> None:
        super().__init__(
            posted,
            initial={
                "version": proposal.version,
                "declarations": proposal.declarations,
                "rules": proposal.call.rules_number,
            },
        )
        choice = self.fields["declarations"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = list(declared(proposal.call.declarations).items())

    @property
    def typed(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name == "declarations"}

    @property
    def unread(self) -> list[str]:
        return []

    @property
    def values(self) -> dict[str, Any]:
        """As PlainForm.values."""
        return {} if self.choice_of("declarations") == "theirs" else self.typed


class HandInForm(VersionedForm):
    """Nothing but the version: what is handed in stands on the other pages."""

    def __init__(self, proposal: Proposal, posted: Any = None) -> None:
        super().__init__(posted, initial={"version": proposal.version})

    @property
    def typed(self) -> dict[str, Any]:
        return {}

    @property
    def unread(self) -> list[str]:
        return []

    @property
    def values(self) -> dict[str, Any]:
        """As PlainForm.values."""
        return {}


class WithdrawForm(forms.Form):
    """Why a proposal is taken back, which nobody has to say."""

    reason = SafeTextField(
        label=_("取下げの理由"), limit=400, rows=3, required=False, help_text=_("事務局だけが見られます。")
    )


class UploadForm(forms.Form):
    """One file, what it is, and the question it is evidence for."""

    file = forms.FileField(
        label=_("ファイル"),
        help_text=_("PDF、PowerPoint（pptx）、Word（docx）、Excel（xlsx）、PNG、JPEG。パスワードやマクロのないもの。"),
        error_messages={"required": _("ファイルを選んでください。"), "empty": _("ファイルが空です。")},
    )
    kind = forms.ChoiceField(label=_("種類"), choices=Attachment.Kind.choices, widget=forms.RadioSelect)
    question_id = forms.ChoiceField(
        label=_("対応する質問"), required=False, help_text=_("「証跡」の場合に選んでください。")
    )

    def __init__(self, questions: Iterable[Question], posted: Any = None, files: Any = None) -> None:
        super().__init__(posted, files, initial={"kind": Attachment.Kind.SLIDES})
        labels = [(question.id, f"{question.id} {question.text_ja[:40]}") for question in questions]
        choice = self.fields["question_id"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", _("（質問に対応しない）")), *labels]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Attachment.Kind.EVIDENCE and not cleaned.get("question_id"):
            self.add_error("question_id", _("証跡が対応する質問を選んでください。"))
        if cleaned.get("kind") not in (None, Attachment.Kind.EVIDENCE):
            cleaned["question_id"] = ""
        return cleaned
