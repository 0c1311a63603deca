"""Intake of this room: what people type about questions, registrations and programmes, checked for shape."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from core.calendar import fiscal_year, to_jst
from core.playtime import milliseconds
from core.text import fold
from live.models import Poll, Question, Registration, Room, Round
from live.protocol import BODY_LIMIT

NO_SCENE = _("時間は「12:34」のように入力してください。")
TO_STAGE = _("いま発表中の提案（{n}）")
TO_ALL = _("全体あて")


def new_command_id() -> str:
    """A client's id for one command; hidden in plain forms, so that a second press of a button is recognised."""
    return secrets.token_urlsafe(12)


def first_error(form: forms.BaseForm) -> str:
    """The first thing that is wrong in a form, for a page that says it next to the question it was sent for."""
    return next(str(error) for errors in form.errors.values() for error in errors)


class CommandForm(forms.Form):
    """A plain form that carries one command: its id makes a repeated press harmless."""

    command_id = forms.CharField(widget=forms.HiddenInput, min_length=8, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["command_id"].initial = new_command_id()


class AskForm(CommandForm):
    """The question form of the participants' page."""

    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    slot = forms.ChoiceField(label=_("あて先"), required=False)
    kind = forms.ChoiceField(
        label=_("種類"), choices=Question.Kind, initial=Question.Kind.QUESTION, widget=forms.RadioSelect
    )
    body = forms.CharField(
        label=_("質問・意見"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": BODY_LIMIT}),
        help_text=_("400文字まで。モデレーターの承認後に公開されます。"),
    )
    scene = SafeCharField(
        label=_("録画の場面"),
        required=False,
        max_length=20,
        help_text=_("録画を見て気づいたことなら、その場面の時間（例: 12:34）。空欄でも送信できます。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )
    naming = forms.ChoiceField(
        label=_("名前の扱い"),
        choices=Question.Naming,
        initial=Question.Naming.BODY_ONLY,
        widget=forms.RadioSelect,
        help_text=_(
            "記録として公開サイトにも掲載されます。匿名を選んだ質問の団体名・氏名は、事務局とモデレーターだけが確認できます。"
        ),
    )

    def __init__(self, *args: Any, slots: Sequence[tuple[str, str]], on_stage: str = "", **kwargs: Any) -> None:
        """on_stage is the vendor a question goes to where nobody is chosen, or "" when it is for all."""
        super().__init__(*args, **kwargs)
        usual = TO_STAGE.format(n=on_stage) if on_stage else TO_ALL
        self.fields["slot"].choices = [("", usual), *slots]  # type: ignore[attr-defined]

    def clean_scene(self) -> int | None:
        """Milliseconds into the recording, or None."""
        typed = self.cleaned_data["scene"]
        position = milliseconds(typed) if typed else None
        if typed and position is None:
            raise forms.ValidationError(NO_SCENE)
        return position


class CodeForm(forms.Form):
    """The venue code as people type it: full-width, small letters and spaces are read."""

    code = SafeCharField(
        label=_("会場コード"),
        max_length=20,
        help_text=_("会場のスクリーンや配布資料にある6文字のコードです。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 8}),
    )

    def clean_code(self) -> str:
        return "".join(fold(self.cleaned_data["code"]).split()).upper()


class DraftForm(CommandForm):
    """What a vendor's person does with the answer to one question; version is that of the draft on the page."""

    q = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    body = forms.CharField(label=_("回答"), required=False, strip=False)
    individual = forms.TypedChoiceField(
        label=_("回答の届け方"),
        choices=[("0", _("公開で回答する")), ("1", _("個別に回答する（質問した方にだけ届きます）"))],
        coerce=lambda value: value == "1",
        required=False,
    )
    step = forms.ChoiceField(
        choices=[(step, step) for step in ("draft", "submit", "withdraw")], required=False, initial="draft"
    )


class ReviewForm(CommandForm):
    """What the secretariat decides about an answer a vendor handed in; without a draft, its own answer."""

    q = forms.CharField(widget=forms.HiddenInput)
    expect = forms.IntegerField(widget=forms.HiddenInput)
    draft = forms.IntegerField(widget=forms.HiddenInput, required=False)
    body = forms.CharField(label=_("回答"), required=False, strip=False)
    individual = forms.BooleanField(required=False)
    oral = forms.BooleanField(required=False)
    reason = SafeCharField(label=_("事業者に伝える理由"), required=False, max_length=200)
    step = forms.ChoiceField(choices=[(step, step) for step in ("publish", "return")])


class PollForm(CommandForm):
    """A poll in preparation."""

    poll = forms.CharField(widget=forms.HiddenInput, required=False)
    expect = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("種類"), choices=Poll.Kind, initial=Poll.Kind.SINGLE)
    prompt = SafeCharField(label=_("問い"), max_length=200)
    options = forms.CharField(
        label=_("選択肢"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("1行に1つ、2つから12個まで。「一つ選ぶ」「いくつか選ぶ」「順位を付ける」で使います。"),
    )
    max_choices = forms.IntegerField(
        label=_("選べる数"),
        required=False,
        min_value=1,
        help_text=_("「いくつか選ぶ」のときに選べる数です。空欄なら、いくつでも選べます。"),
    )
    slot = forms.ChoiceField(label=_("登壇枠"), required=False)

    def __init__(self, *args: Any, slots: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [("", _("（回全体）")), *slots]  # type: ignore[attr-defined]


class RegistrationForm(forms.ModelForm[Registration]):
    """How a municipal officer takes part."""

    accommodation = SafeCharField(
        label=_("配慮事項"),
        required=False,
        max_length=300,
        help_text=_("手話通訳・要約筆記・車いす・資料の事前提供など、必要な配慮があれば入力してください。"),
    )

    class Meta:
        model = Registration
        fields = ["mode", "accommodation"]
        widgets = {"mode": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mode = self.fields["mode"]
        mode.choices = Registration.Mode.choices  # type: ignore[attr-defined]


class RoundForm(forms.ModelForm[Round]):
    """The facts of a round, for organisers."""

    title = SafeCharField(label=_("名称"), max_length=120)
    theme = SafeCharField(label=_("テーマ"), max_length=200, required=False)
    venue = SafeCharField(label=_("会場"), max_length=200, required=False)

    class Meta:
        model = Round
        fields = [
            "number",
            "title",
            "theme",
            "call",
            "held_on",
            "opens_at",
            "closes_at",
            "form",
            "venue",
            "feedback_until",
            "answers_until",
            "view_until",
        ]
        widgets = {
            "held_on": forms.DateInput(attrs={"type": "date"}),
            **{
                name: forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
                for name in ("opens_at", "closes_at", "feedback_until", "answers_until", "view_until")
            },
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes, held_on = cleaned.get("opens_at"), cleaned.get("closes_at"), cleaned.get("held_on")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("終了は開始より後の日時にしてください。"))
        if opens and held_on and to_jst(opens).date() != held_on:
            self.add_error("opens_at", _("開始は開催日と同じ日にしてください。"))
        if held_on and "number" in cleaned and self._is_taken(cleaned["number"], fiscal_year(held_on)):
            self.add_error("number", _("この年度には、同じ番号の回がすでにあります。"))
        for name in ("feedback_until", "answers_until", "view_until"):
            if cleaned.get(name) and closes and cleaned[name] <= closes:
                self.add_error(name, _("当日の終了より後の日時にしてください。"))
        feedback, answers = cleaned.get("feedback_until"), cleaned.get("answers_until")
        if feedback and answers and answers < feedback:
            self.add_error("answers_until", _("回答期限は、フィードバック期限より後の日時にしてください。"))
        return cleaned

    def _is_taken(self, number: int, year: int) -> bool:
        others = Round.objects.exclude(pk=self.instance.pk)
        return others.filter(programme_year__fiscal_year=year, number=number).exists()


class RoomForm(forms.ModelForm[Room]):
    """How a round's question room works, for organisers."""

    class Meta:
        model = Room
        fields = ["is_moderated", "vendors_publish"]


class DefaultDayForm(forms.Form):
    """When the first part of the standard timetable begins."""

    starts_at = forms.DateTimeField(
        label=_("第1部の開始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class PartForm(forms.Form):
    """When a further part begins."""

    starts_at = forms.DateTimeField(
        label=_("開始"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


class PlaceForm(forms.Form):
    """Which proposal stands in a slot, and at which booth its vendor meets people afterwards."""

    proposal = forms.TypedChoiceField(label=_("提案"), required=False, coerce=int, empty_value=None)
    booth = forms.TypedChoiceField(label=_("ブース"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, proposals: Iterable[Any], booths: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proposal"].choices = [  # type: ignore[attr-defined]
            ("", _("（空き）")),
            *(
                (proposal.pk, f"{proposal.receipt_number} {proposal.vendor.name}「{proposal.title}」")
                for proposal in proposals
            ),
        ]
        self.fields["booth"].choices = [("", _("（なし）")), *((booth.pk, booth.code) for booth in booths)]  # type: ignore[attr-defined]


def local_minutes(at: datetime) -> str:
    """A moment as a datetime-local control takes it."""
    return to_jst(at).strftime("%Y-%m-%dT%H:%M")
