"""Which of the four requirements a new version touches, as a pure function over two contents."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.requirements import REQUIREMENT_KEYS, Edition, Question
from pitches.differences import changed_fields

APPLICABILITY = "G-01"


def touched_requirements(
    edition: Edition, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """requirement key → the ids of the changed questions it rests on; untouched requirements are left out.

    before and after are contents of versions (see pitches.snapshots). A requirement rests on its own questions, with
    their evidence and files; on every question a condition of one of them asks about, however far up; and ③ also on
    G-01, which says whether it applies at all.
    """
    changed = set(changed_fields(before, after)) & {question.id for question in edition.questions}
    grounds = _grounds(edition.questions)
    touched = {}
    for key in REQUIREMENT_KEYS:
        rests_on = set().union(*(grounds[question.id] for question in edition.of(key)))
        if key == "R3":
            rests_on.add(APPLICABILITY)
        if names := tuple(question.id for question in edition.questions if question.id in changed & rests_on):
            touched[key] = names
    return touched


def _grounds(questions: Sequence[Question]) -> dict[str, set[str]]:
    """question id → itself and all its conditions ask about. Conditions name earlier questions only."""
    grounds: dict[str, set[str]] = {}
    for question in questions:
        grounds[question.id] = {question.id}.union(*(grounds[clause.question] for clause in question.when))
    return grounds
