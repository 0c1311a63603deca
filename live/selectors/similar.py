"""Questions that ask the same in other words."""

from collections.abc import Iterable
from typing import TypeVar

from core.text import bigrams, likeness
from live.models import Question, Room
from live.selectors.rooms import public_questions

# Found by looking at pairs of questions of past rounds: the same in other words mostly share over half of their pairs,
# others on the same subject a third. live/static/live/folding.js knows it as well.
ALIKE = 0.4
SIMILAR = 5

T = TypeVar("T")


def similar(room: Room, body: str) -> list[Question]:
    """Public questions that ask much the same, most alike first."""
    return most_alike(body, [(bigrams(question.body), question) for question in public_questions(room)])


def most_alike(body: str, others: Iterable[tuple[frozenset[str], T]], *, limit: int = SIMILAR) -> list[T]:
    """Of others, each with the pairs of its text, those whose text asks much the same, most alike first."""
    wanted = bigrams(body)
    found = [(how, other) for pairs, other in others if (how := likeness(wanted, pairs)) >= ALIKE]
    return [other for _how, other in sorted(found, key=lambda pair: -pair[0])[:limit]]
