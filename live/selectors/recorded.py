"""What the archive asks of a round: its public questions, each with its time in the recording."""

from datetime import timedelta
from typing import Any

from live.models import Question, Round
from live.selectors.rooms import public_questions, room_of
from live.selectors.shapes import public_shape


def questions_for_archive(round: Round) -> dict[int | None, list[dict[str, Any]]]:
    """Public questions of a round by slot pk (None: to the session as a whole), each with its time in the recording."""
    room = room_of(round)
    grouped: dict[int | None, list[dict[str, Any]]] = {}
    for question in public_questions(room) if room else ():
        grouped.setdefault(question.slot_id, []).append(public_shape(question) | {"offset_ms": _offset(question)})
    return grouped


def _offset(question: Question) -> int | None:
    """Milliseconds into the slot's recording: what was marked, else how long after the slot began it was asked."""
    if question.offset_ms is not None or question.slot is None:
        return question.offset_ms
    since = question.asked_at - question.slot.starts_at
    inside = timedelta(0) <= since <= timedelta(minutes=question.slot.pitch_minutes + question.slot.qa_minutes)
    return int(since.total_seconds() * 1000) if inside else None
