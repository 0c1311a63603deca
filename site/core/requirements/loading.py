"""Reads an edition from its JSON file and refuses one that contradicts itself."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.requirements.questions import (
    ANSWER_TYPES,
    CHOICE_TYPES,
    COLUMN_KINDS,
    GROUP_KEYS,
    LEVELS,
    STAGES,
    Choice,
    Clause,
    Column,
    Edition,
    Look,
    Question,
    Requirement,
)

CURRENT = "2026-1"
EDITIONS = Path(__file__).parent.parent / "editions"


class UnknownEdition(KeyError):
    """There is no edition of this version."""


@cache
def edition(version: str) -> Edition:
    """The edition of a version such as "2026-1", read once. Raises UnknownEdition."""
    if version not in versions():
        raise UnknownEdition(version)
    return parse_edition(json.loads((EDITIONS / f"{version}.json").read_text(encoding="utf-8")))


@cache
def versions() -> tuple[str, ...]:
    """Every version there is, oldest first."""
    return tuple(sorted(path.stem for path in EDITIONS.glob("*.json")))


def parse_edition(raw: Mapping[str, Any]) -> Edition:
    """Build an edition from the content of its file. Raises ValueError naming the question that is wrong."""
    parsed = Edition(
        version=raw["version"],
        requirements=tuple(Requirement(**each) for each in raw["requirements"]),
        questions=tuple(_question(each) for each in raw["questions"]),
        exemption_line=raw["exemption_line"],
    )
    earlier: dict[str, Question] = {}
    for question in parsed.questions:
        for fault in (*_faults_of_shape(question), *_faults_of_reference(question, earlier)):
            raise ValueError(f"{parsed.version} {question.id}: {fault}")
        earlier[question.id] = question
    return parsed


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(
        id=raw["id"],
        requirement=raw["requirement"],
        level=raw["level"],
        stage=raw["stage"],
        text_ja=raw["text_ja"],
        gloss_en=raw["gloss_en"],
        answer_type=raw["answer_type"],
        choices=_choices(raw),
        columns=tuple(
            Column(each["key"], each["label_ja"], each["kind"], _choices(each)) for each in raw.get("columns", ())
        ),
        evidence_ja=raw["evidence_ja"],
        condition_ja=raw["condition_ja"],
        when=tuple(Clause(each["q"], tuple(each["in"])) for each in raw.get("when", ())),
        help_ja=raw.get("help_ja", ""),
        unit_ja=raw.get("unit_ja", ""),
        looks=tuple(_look(each) for each in raw.get("look", ())),
    )


def _choices(raw: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(**each) for each in raw.get("choices", ()))


def _look(raw: Mapping[str, Any]) -> Look:
    parts = dict(raw)
    return Look(any_of=tuple(parts.pop("in", ())), **parts)


def _faults_of_shape(question: Question) -> Iterable[str]:
    if question.requirement not in GROUP_KEYS or question.level not in LEVELS or question.stage not in STAGES:
        yield "unknown requirement, level or stage"
    if question.answer_type not in ANSWER_TYPES:
        yield f"unknown answer type {question.answer_type!r}"
    if bool(question.choices) != (question.answer_type in CHOICE_TYPES):
        yield "choices belong to questions of choice, and to all of them"
    if bool(question.columns) != (question.answer_type == "table"):
        yield "columns belong to tables, and to all of them"
    for column in question.columns:
        if column.kind not in COLUMN_KINDS or bool(column.choices) != (column.kind == "choice"):
            yield f"column {column.key!r} has a wrong kind or wrong choices"


def _faults_of_reference(question: Question, earlier: Mapping[str, Question]) -> Iterable[str]:
    if question.id in earlier:
        yield "occurs twice"
    for clause in question.when:
        asked = earlier.get(clause.question)
        if asked is None or not set(clause.any_of) <= {choice.key for choice in asked.choices}:
            yield f"its condition names no earlier choice of {clause.question!r}"
    for look in question.looks:
        if [bool(look.any_of), look.expired, look.older_than_months is not None, look.over is not None].count(
            True
        ) != 1:
            yield f"its look 「{look.reason_ja}」 must have one rule"
        if not set(look.any_of) <= _keys_seen_by(look, question):
            yield f"its look 「{look.reason_ja}」 names no choice of its own"


def _keys_seen_by(look: Look, question: Question) -> set[str]:
    if not look.column:
        return {choice.key for choice in question.choices}
    column = next((each for each in question.columns if each.key == look.column), None)
    if column is None:
        return set()
    return {"yes", "no"} if column.kind == "yes_no" else {choice.key for choice in column.choices}
