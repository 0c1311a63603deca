"""Questions that ask the same in other words."""

from collections.abc import Iterable
from typing import TypeVar

from core.text import bigrams, likeness
from live.models import Question, Room
from live.selectors.rooms import public_questions

# Found by looking at pairs of questions of past rounds: the same in other words mostly share over half of their pairs,
# others on the same subject a third. live/static/live/likeness.js knows it as well.
ALIKE = 0.4
SIMILAR = 5

T = TypeVar("T")

# The pairs of each public question (pk) of a room (pk), and the epoch and number of the public stream they stand for.
_pairs: dict[int, tuple[tuple[str, int], list[tuple[frozenset[str], int]]]] = {}


def similar(room: Room, body: str) -> list[Question]:
    """Public questions that ask much the same, most alike first; room is as it was read just now.

    A hall full of people asks this at each pause of their typing: texts are taken apart once for each state of the
    room, and only what is found is read.
    """
    found = most_alike(body, _pairs_now(room))
    questions = public_questions(room).in_bulk(found) if found else {}
    return [questions[pk] for pk in found if pk in questions]


def _pairs_now(room: Room) -> list[tuple[frozenset[str], int]]:
    # Whatever changes a public text, or makes one public or not, has a number in the public stream.
    now = (room.epoch.hex, room.pub_seq)
    kept = _pairs.get(room.pk)
    if kept is not None and kept[0] == now:
        return kept[1]
    texts = room.questions.filter(state="public").order_by("asked_at", "pk").values_list("body", "pk")
    pairs = [(bigrams(body), pk) for body, pk in texts]
    _pairs[room.pk] = now, pairs
    return pairs


def most_alike(body: str, others: Iterable[tuple[frozenset[str], T]], *, limit: int = SIMILAR) -> list[T]:
    """Of others, each with the pairs of its text, those whose text asks much the same, most alike first."""
    wanted = bigrams(body)
    found = [(how, other) for pairs, other in others if (how := likeness(wanted, pairs)) >= ALIKE]
    return [other for _how, other in sorted(found, key=lambda pair: -pair[0])[:limit]]
