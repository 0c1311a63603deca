"""What the room is told after something became of a question."""

from datetime import datetime

from live import publishing
from live.models import Question, Room
from live.selectors import PUBLIC, STAFF
from live.services.telling import tell_vendor_of_questions


def tell(room: Room, question: Question, *, was_public: bool, at: datetime, kind: str = "question.edited") -> None:
    """Log what a change of a question means to each audience; kind is said where it was public and still is.

    A question that is public no longer does not stay on stage.
    """
    is_public = question.state == "public"
    if was_public and not is_public:
        kind = "question.merged" if question.state == "merged" else "question.removed"
    elif is_public and not was_public:
        kind = "question.added"
    if was_public or is_public:
        publishing.log(room, PUBLIC, kind, question, at=at)
    if was_public != is_public:
        tell_vendor_of_questions(question, at=at)
    if not is_public and room.stage_question_id == question.pk:
        pin_question(room, None, at=at)
    publishing.log(room, STAFF, "queue.changed", question, at=at)


def pin_question(room: Room, question: Question | None, *, at: datetime) -> None:
    """Pin a question, or none, and say so; a screen shows one thing, so that a poll makes way for it."""
    room.stage_question = question
    room.save(update_fields=["stage_question"])
    publishing.log(room, PUBLIC, "stage.set", None, at=at)
    if question is not None:
        take_poll_down(room, at=at)


def take_poll_down(room: Room, *, at: datetime) -> None:
    """Take the poll off the screens if one is there."""
    if room.stage_poll_id is not None:
        room.stage_poll = None
        room.save(update_fields=["stage_poll"])
        publishing.log(room, PUBLIC, "polls.changed", None, at=at)
