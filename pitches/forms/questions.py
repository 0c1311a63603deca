"""The self-check form of one group, built from the edition: for each question its value, plan, evidence and remarks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from accounts.forms import SafeCharField
from core.requirements import (
    EVIDENCE_KINDS,
    LONGTEXT_LIMIT,
    ROW_LIMIT,
    TEXT_LIMIT,
    VISIBILITIES,
    YES_NO,
    Column,
    InvalidAnswer,
    Question,
    badges_from,
    clean_answer,
    default_visibility,
    edition,
)
from pitches.facets import BADGE_LABELS
from pitches.forms.fields import SafeTextField
from pitches.forms.plain import VersionedForm, as_text, control_of
from pitches.merging import part_name, split_name
from pitches.models import Proposal, SelfCheckAnswer
from pitches.snapshots import ANSWER_PARTS

SPARE_ROWS = 3
NUMERIC = frozenset({"number", "body_code", "corporate_number"})


class PlanRadio(forms.RadioSelect):
    """Radio buttons of which those that call for 「今後の予定」 say so, for the style sheet to show its field."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def create_option(self, name: str, value: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **options)
        if self.question.asks_plan(str(value)):
            option["attrs"]["data-asks-plan"] = True
        return option


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the template draws it. value is None for a table (see rows) and for files."""

    question: Question
    value: forms.BoundField | None
    rows: "BaseFormSet[Any] | None"
    plan: forms.BoundField | None
    evidence_kind: forms.BoundField
    evidence_url: forms.BoundField
    evidence_reason: forms.BoundField
    visibility: forms.BoundField
    remarks: forms.BoundField
    upload: forms.BoundField
    files: tuple[Any, ...]
    errors: tuple[str, ...]

    @property
    def badges(self) -> str:
        """What the answer can show in public beside itself, in 「」; empty for most questions."""
        return "".join(f"「{BADGE_LABELS[key]}」" for key in badges_from(self.question.id))

    @property
    def has_more(self) -> bool:
        """Whether the folded part holds something."""
        return bool(self.files) or any(part.value() for part in (self.evidence_kind, self.evidence_url, self.remarks))

    @property
    def has_errors_within(self) -> bool:
        """Whether something in the folded part is wrong, and it is to be drawn open."""
        return any(
            part.errors
            for part in (
                self.evidence_kind,
                self.evidence_url,
                self.evidence_reason,
                self.visibility,
                self.remarks,
                self.upload,
            )
        )


class AnswersForm(VersionedForm):
    """The questions of one group and stage that apply now. names: those open for correction, None for all of them.

    A draft may leave anything empty; what is typed must be readable by core.requirements.clean_answer. What is not
    stays on the page, next to what is wrong with it, and keeps nothing else from being saved.
    """

    def __init__(
        self,
        proposal: Proposal,
        group: str,
        posted: Any = None,
        *,
        stage: str = "A",
        stored: Mapping[str, SelfCheckAnswer],
        names: Iterable[str] | None = None,
        files: Mapping[str, tuple[Any, ...]] | None = None,
        sent: Any = None,
    ) -> None:
        super().__init__(posted, sent, initial={"version": proposal.version})
        self.edition = edition(proposal.edition)
        values = {question_id: answer.value for question_id, answer in stored.items()}
        applicable = {question.id for question in self.edition.applicable(values)}
        self.questions = [
            question
            for question in self.edition.of(group)
            if question.stage == stage
            and (names is None or question.id in names)
            # What stood on the page when it was opened is taken in, also when a colleague's answer has closed it since.
            and (question.id in applicable or f"{question.id}-visibility" in (posted or ()))
        ]
        self.attached = files or {}
        self.row_sets: dict[str, BaseFormSet[Any]] = {}
        for question in self.questions:
            self._add(question, stored.get(question.id), posted)

    @property
    def exemption_line(self) -> str:
        """What stands in place of the questions of a requirement that does not apply."""
        return self.edition.exemption_line

    @property
    def typed(self) -> dict[str, Any]:
        return {
            part_name(question.id, part): value
            for question in self.questions
            for part, value in self._parts(question).items()
        }

    @property
    def unread(self) -> list[str]:
        asked = [(question, part) for question in self.questions for part in ("value", *ANSWER_PARTS)]
        controls = {part_name(each.id, part): control_of(part_name(each.id, part)) for each, part in asked}
        drawn = {*self.fields, *self.row_sets}
        return [name for name, control in controls.items() if control in drawn and control not in self.cleaned_data]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """question id → parts, for pitches.services.save_answers.

        What only an upload can say is left out, and so is what is left to a colleague's text.
        """
        found: dict[str, dict[str, Any]] = {}
        for name, value in self.typed.items():
            if self.choice_of(name) != "theirs":
                question_id, part = split_name(name)
                found.setdefault(question_id, {})[part] = value
        return found

    @property
    def uploads(self) -> list[tuple[str, Any]]:
        """(question id, uploaded file) of every file that was chosen at its question."""
        chosen = [(question.id, self.cleaned_data.get(f"{question.id}-file")) for question in self.questions]
        return [(question_id, sent) for question_id, sent in chosen if sent is not None]

    def leave_out(self, control: str) -> None:
        """Save nothing of this control: what was said of a file does not hold when the file is refused."""
        self.cleaned_data.pop(control, None)

    def changed_texts(self) -> list[tuple[str, str]]:
        tables = [
            (self.long_label(question_id), text)
            for question_id, rows in self.row_sets.items()
            if rows.is_bound and rows.management_form.is_valid() and (text := _rows_as_text(rows))
        ]
        return super().changed_texts() + tables

    def long_label(self, name: str) -> str:
        question_id = name if name in {question.id for question in self.questions} else name.rpartition("-")[0]
        question = self.edition.question(question_id)
        label = f"{question.id} {question.text_ja}"
        return label if name == question_id else f"{label} — {self[name].label}"

    @property
    def labels(self) -> set[str]:
        return super().labels | {self.long_label(question_id) for question_id in self.row_sets}

    def put_back(self, name: str, value: Any) -> None:
        question_id, part = split_name(name)
        if part == "value" and question_id in self.row_sets:
            self.row_sets[question_id] = _rows(self.edition.question(question_id), value, None)
        else:
            super().put_back(name, value)

    def asked(self) -> list[Asked]:
        """Every question with its fields, in the order of the edition."""
        return [self._asked(question) for question in self.questions]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for question in self.questions:
            if question.answer_type == "file" or question.id in self.errors:
                continue
            try:
                cleaned[question.id] = clean_answer(question, self._typed(question))
            except InvalidAnswer as error:
                self.add_error(None if question.answer_type == "table" else question.id, self._named(question, error))
                if question.answer_type == "table":
                    self._mark_cells(question, error)
        return cleaned

    def _mark_cells(self, question: Question, error: InvalidAnswer) -> None:
        """Put what is wrong with a table next to its cells, or above it where no cell is to blame."""
        self._table_errors[question.id] = str(error)
        kept = [row for row in self.row_sets[question.id].forms if not row["DELETE"].data]
        for number, column, words in error.cells:
            kept[number].add_error(column, words)

    # --- Building -----------------------------------------------------------------------------------------------

    def _add(self, question: Question, answer: SelfCheckAnswer | None, posted: Any) -> None:
        value = answer.value if answer is not None else None
        if question.answer_type == "table":
            self.row_sets[question.id] = _rows(question, value, posted)
        elif question.answer_type != "file":
            self.fields[question.id] = _value_field(question)
            self.initial[question.id] = value
        for part, field in _part_fields(question).items():
            self.fields[f"{question.id}-{part}"] = field
            if part in ANSWER_PARTS:
                self.initial[f"{question.id}-{part}"] = getattr(answer, part) if answer is not None else ""
        if answer is None:
            self.initial[f"{question.id}-visibility"] = default_visibility(question)

    @property
    def _table_errors(self) -> dict[str, str]:
        return self.__dict__.setdefault("table_errors", {})

    def _asked(self, question: Question) -> Asked:
        def part(name: str) -> forms.BoundField:
            return self[f"{question.id}-{name}"]

        error = self._table_errors.get(question.id)
        return Asked(
            question,
            self[question.id] if question.id in self.fields else None,
            self.row_sets.get(question.id),
            part("plan") if f"{question.id}-plan" in self.fields else None,
            part("evidence_kind"),
            part("evidence_url"),
            part("evidence_reason"),
            part("visibility"),
            part("remarks"),
            part("file"),
            self.attached.get(question.id, ()),
            (error,) if error else (),
        )

    # --- Reading ------------------------------------------------------------------------------------------------

    def _typed(self, question: Question) -> Any:
        if question.answer_type != "table":
            return self.cleaned_data.get(question.id)
        rows = self.row_sets[question.id]
        if not rows.management_form.is_valid():
            raise InvalidAnswer(str(_("表を読み取れませんでした。ページを開き直して、もう一度入力してください。")))
        return [
            {column.key: row[column.key].data for column in question.columns}
            for row in rows.forms
            if not row["DELETE"].data
        ]

    def _named(self, question: Question, error: InvalidAnswer) -> str:
        return f"{question.id}: {error}" if question.answer_type == "table" else str(error)

    def _parts(self, question: Question) -> dict[str, Any]:
        parts = {
            part: self.cleaned_data[f"{question.id}-{part}"]
            for part in ANSWER_PARTS
            if f"{question.id}-{part}" in self.cleaned_data
        }
        if parts.get("visibility") == "":
            parts["visibility"] = default_visibility(question)
        if question.answer_type != "file" and question.id in self.cleaned_data:
            parts["value"] = self.cleaned_data[question.id]
        return parts


def _value_field(question: Question) -> forms.Field:
    # What may be typed is clean_answer's to say; a draft may leave everything empty.
    options: dict[str, Any] = {"label": f"{question.id} {question.text_ja}", "required": False}
    if question.help_ja:
        options["help_text"] = question.help_ja
    choices = [(choice.key, choice.label_ja) for choice in question.choices]
    if question.answer_type == "multi":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
    if question.choices:
        return forms.ChoiceField(choices=choices, widget=PlanRadio(question), **options)
    if question.answer_type == "number":
        options["label"] = f"{options['label']}{f'（{question.unit_ja}）' if question.unit_ja else ''}"
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **options)
    is_long = question.answer_type == "longtext"
    limit, rows = (LONGTEXT_LIMIT, 6) if is_long else (TEXT_LIMIT, 3)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows, "data-count": limit}), strip=False, **options)


def _part_fields(question: Question) -> dict[str, forms.Field]:
    kinds = [("", _("選んでください")), *EVIDENCE_KINDS.items()]
    fields: dict[str, forms.Field] = {
        "evidence_kind": forms.ChoiceField(label=_("証跡の形"), choices=kinds, required=False),
        "evidence_url": forms.URLField(label=_("証跡のURL"), max_length=200, required=False, assume_scheme="https"),
        "evidence_reason": SafeCharField(label=_("証跡がない理由"), max_length=200, required=False),
        "visibility": forms.ChoiceField(label=_("公開範囲"), choices=list(VISIBILITIES.items()), required=False),
        "remarks": SafeTextField(label=_("備考"), limit=400, max_length=400, rows=2, required=False),
        "file": forms.FileField(
            label=_("証跡のファイル"),
            required=False,
            help_text=_("選んで保存すると添付されます。"),
            error_messages={"empty": _("ファイルが空です。")},
        ),
    }
    if any(choice.asks_plan for choice in question.choices):
        fields["plan"] = SafeCharField(
            label=_("今後の予定（時期）"),
            max_length=200,
            required=False,
            help_text=_("「いいえ」でも応募できます。予定がなければ「予定なし」と入力してください。"),
        )
    return fields


def _rows(question: Question, value: Any, posted: Any) -> "BaseFormSet[Any]":
    cells: dict[str, Any] = {column.key: _cell(column) for column in question.columns}
    row_form: Any = type("RowForm", (forms.Form,), cells)
    row_set: Any = formset_factory(
        row_form, extra=SPARE_ROWS, can_delete=True, max_num=ROW_LIMIT, absolute_max=ROW_LIMIT + SPARE_ROWS
    )
    # Numbers as they are typed: otherwise a row that only holds one counts as changed whenever it is sent.
    listed = value if isinstance(value, list) else []
    stored = [{key: "" if cell is None else str(cell) for key, cell in row.items()} for row in listed]
    return row_set(posted, prefix=question.id, initial=stored)


def _rows_as_text(rows: "BaseFormSet[Any]") -> str:
    """The rows of a table in which something was changed, one line each; "" when nothing was."""
    if not rows.has_changed():
        return ""
    lines = []
    for row in rows.forms:
        cells = [
            f"{cell.label}: {as_text(cell, cell.value())}" for cell in row if cell.name != "DELETE" and cell.value()
        ]
        if cells and not row["DELETE"].data:
            lines.append(" ／ ".join(cells))
    return "\n".join(lines)


def _cell(column: Column) -> forms.Field:
    attrs: dict[str, Any] = {"class": "input", "aria-label": column.label_ja}
    if column.kind in {"choice", "yes_no"}:
        choices = column.choices or YES_NO
        listed = [("", "—"), *((choice.key, choice.label_ja) for choice in choices)]
        select = forms.Select(attrs=attrs | {"class": "select"})
        return forms.ChoiceField(label=column.label_ja, choices=listed, required=False, widget=select)
    if column.kind in NUMERIC:
        attrs["inputmode"] = "numeric"
    return forms.CharField(label=column.label_ja, required=False, widget=forms.TextInput(attrs=attrs))
