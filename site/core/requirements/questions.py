"""What an edition of the self-check is made of, and which of its questions apply to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REQUIREMENT_KEYS = ("R1", "R2", "R3", "R4")
GATES = "G"
GROUP_KEYS = (GATES, *REQUIREMENT_KEYS)
LEVELS = ("M", "I")
STAGES = ("A", "B")
CHOICE_TYPES = frozenset({"single", "multi", "yn3", "yn3na"})
ANSWER_TYPES = CHOICE_TYPES | {"text", "longtext", "number", "table", "file"}
COLUMN_KINDS = frozenset(
    {"text", "number", "date", "year_month", "choice", "body_code", "corporate_number", "yes_no"},
)

# Question id → stored value, as core.requirements.answers.clean_answer returned it.
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One of the four requirements. A conditional one does not apply where no personal information is handled."""

    key: str
    number: str
    name_ja: str
    name_en: str
    conditional: bool = False

    @property
    def label_ja(self) -> str:
        """「① 共同利用」."""
        return f"{self.number} {self.name_ja}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: stored as its key. One that stands alone cannot be chosen together with others."""

    key: str
    label_ja: str
    alone: bool = False
    asks_plan: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table question; kind is one of COLUMN_KINDS."""

    key: str
    label_ja: str
    kind: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition: true when the answer to a question is, or contains, one of the choice keys."""

    question: str
    any_of: tuple[str, ...]

    def holds(self, answers: Answers) -> bool:
        return bool(set(chosen(answers.get(self.question))) & set(self.any_of))


@dataclass(frozen=True, slots=True)
class Look:
    """A rule by which an answer needs a human look; see core.requirements.looks for how each part is read.

    Exactly one of any_of, expired, older_than_months and over is set. column names the cells it reads in a table.
    """

    reason_ja: str
    column: str = ""
    any_of: tuple[str, ...] = ()
    expired: bool = False
    older_than_months: int | None = None
    over: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the self-check.

    requirement is "G" (premises that gate others) or "R1" … "R4". level "M" counts for the judgement, "I" is
    information only. stage "A" is asked at application, "B" after selection. All clauses of `when` must hold.
    """

    id: str
    requirement: str
    level: str
    stage: str
    text_ja: str
    gloss_en: str
    answer_type: str
    choices: tuple[Choice, ...]
    columns: tuple[Column, ...]
    evidence_ja: str
    condition_ja: str
    when: tuple[Clause, ...]
    help_ja: str = ""
    unit_ja: str = ""
    looks: tuple[Look, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a proposal to which the question applies must answer it."""
        return self.level == "M"

    def asks_plan(self, value: Any) -> bool:
        """Whether this answer calls for 「今後の予定（時期）」: いいえ never blocks, it asks what is planned."""
        return any(choice.asks_plan and choice.key in chosen(value) for choice in self.choices)

    def label(self, key: str) -> str:
        """The Japanese label of a choice; KeyError if there is none."""
        for choice in self.choices:
            if choice.key == key:
                return choice.label_ja
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the self-check. An edition in use is never edited, only succeeded."""

    version: str
    requirements: tuple[Requirement, ...]
    questions: tuple[Question, ...]
    exemption_line: str

    def question(self, question_id: str) -> Question:
        """The question with this id; KeyError if the edition has none."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)

    def requirement(self, key: str) -> Requirement:
        """The requirement "R1" … "R4"; KeyError for anything else."""
        for requirement in self.requirements:
            if requirement.key == key:
                return requirement
        raise KeyError(key)

    def of(self, key: str) -> tuple[Question, ...]:
        """The questions of one requirement, or the premises ("G")."""
        return tuple(question for question in self.questions if question.requirement == key)

    def applicable(self, answers: Answers, stage: str | None = None) -> tuple[Question, ...]:
        """The questions that apply, given question id → stored value; of one stage, or of both.

        A question does not apply when its requirement is 対象外, or when a question its clauses refer to does not
        apply: an answer left over from before the vendor changed its mind opens nothing.
        """
        applying: dict[str, Question] = {}
        for question in self.questions:
            if not requirement_applies(question.requirement, answers):
                continue
            if all(clause.question in applying and clause.holds(answers) for clause in question.when):
                applying[question.id] = question
        return tuple(question for question in applying.values() if stage in (None, question.stage))


def requirement_applies(key: str, answers: Answers) -> bool:
    """Whether a requirement applies: ③ does not exactly when the vendor says that no personal information is handled.

    Before that question (G-01) is answered ③ counts as applying: silence exempts nobody.
    Source: call for proposals of 令和2年度, requirement ③ 「個人情報を取り扱う場合」.
    """
    return not (key == "R3" and answers.get("G-01") == "none")


def missing(edition: Edition, answers: Answers, stage: str | None = None) -> tuple[Question, ...]:
    """The required questions that apply and have no answer."""
    return tuple(
        question
        for question in edition.applicable(answers, stage)
        if question.is_required and is_empty(answers.get(question.id))
    )


def is_empty(value: Any) -> bool:
    """Whether a stored value is no answer. Zero is one."""
    return value is None or value == "" or value == []


def chosen(value: Any) -> tuple[str, ...]:
    """The choice keys in a stored value: one of a single answer, any number of a multiple one."""
    if isinstance(value, str):
        return (value,)
    return tuple(key for key in value if isinstance(key, str)) if isinstance(value, list | tuple) else ()
