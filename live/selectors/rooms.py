"""Question rooms: who may enter, and what each audience reads there."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.selectors import Person
from live.models import Question, Room, RoomEvent, Round, Vote
from live.permissions import may_enter
from live.phases import phase_at
from live.selectors.polls import polls_now
from live.selectors.shapes import own_shape, public_shape, staff_shape

PUBLIC = "pub"
STAFF = "staff"


def room_visible_to(person: Person, public_id: str) -> Room | None:
    """The room if the person may enter it, else None."""
    room = Room.objects.select_related("round", "stage_slot").filter(public_id=public_id).first()
    return room if room is not None and may_enter(person, room) else None


def room_of(round: Round) -> Room | None:
    """The round's room, if one was opened."""
    return Room.objects.filter(round=round).first()


def room_of_code(code: str) -> str | None:
    """The public id of the room with this venue code, once its programme is public; entering is another question."""
    rooms = Room.objects.filter(code=code, round__programme_published_at__isnull=False)
    return rooms.values_list("public_id", flat=True).first()


def _with_relations(questions: QuerySet[Question]) -> QuerySet[Question]:
    return questions.select_related("answer", "slot__proposal__vendor", "organisation", "author")


def public_questions(room: Room) -> QuerySet[Question]:
    """The room's public questions, oldest first."""
    return _with_relations(room.questions.filter(state="public")).order_by("asked_at", "pk")


def queue(room: Room) -> QuerySet[Question]:
    """Everything a moderator may have to decide on, oldest first."""
    return _with_relations(room.questions.exclude(state="withdrawn")).order_by("asked_at", "pk")


def snapshot(room_pk: int, *, is_staff: bool, at: datetime) -> dict[str, Any]:
    """The whole room as one audience sees it: numbers first, then data, in one transaction.

    {"epoch", "seq", "sseq", "cv", "phase", "stage", "questions": [public shapes], "polls": [public shapes],
    "stage_poll": public id or None, "queue": [staff shapes] for staff}
    """
    with transaction.atomic():
        room = Room.objects.select_related("round", "stage_slot", "stage_question", "stage_poll").get(pk=room_pk)
        state = {
            "epoch": room.epoch.hex[:8],
            "seq": room.pub_seq,
            "cv": room.cv,
            "phase": phase_at(room, at),
            "stage": room.stage_slot.public_id if room.stage_slot else None,
            "questions": [public_shape(question) for question in public_questions(room)],
            **polls_now(room),
        }
        if is_staff:
            state |= {"sseq": room.staff_seq, "queue": [staff_shape(question) for question in queue(room)]}
    return state


def mine(room: Room, person: Person) -> dict[str, Any]:
    """What is the person's own in the room: questions in every state, and the questions voted for."""
    own = _with_relations(room.questions.filter(author=person.pk)).order_by("asked_at", "pk")
    votes = Vote.objects.filter(question__room=room, participant=person.pk, is_on=True)
    return {
        "questions": [own_shape(question) for question in own],
        "votes": list(votes.values_list("question__public_id", flat=True)),
    }


def events_after(room: Room, stream: str, seq: int, *, limit: int) -> list[dict[str, Any]]:
    """A stream's events after seq as frames, filled with what their questions look like now."""
    rows = RoomEvent.objects.filter(room=room, stream=stream, seq__gt=seq).order_by("seq")[:limit]
    events = list(rows)
    wanted = {event.question_id for event in events if event.question_id}
    questions = {question.pk: question for question in _with_relations(Question.objects.filter(pk__in=wanted))}
    frames = [_frame(event, questions.get(event.question_id or 0)) for event in events]
    if any(event.kind == "polls.changed" for event in events):
        now = polls_now(room)
        frames = [frame | now if frame["k"] == "polls.changed" else frame for frame in frames]
    return frames


def _frame(event: RoomEvent, question: Question | None) -> dict[str, Any]:
    frame: dict[str, Any] = {"t": "ev" if event.stream == PUBLIC else "sev", "seq": event.seq, "k": event.kind}
    if question is None:
        return frame
    if event.stream == STAFF:
        return frame | {"q": staff_shape(question)}
    if question.state != "public":
        # The log says that something happened, never what the text was: what is hidden now is a tombstone.
        return frame | {"k": "question.removed", "id": question.public_id}
    return frame | {"q": public_shape(question)}


def counts_after(room: Room, cv: int) -> dict[str, list[int]]:
    """Absolute [people, bodies] of the public questions whose counts changed after cv."""
    changed = room.questions.filter(cv__gt=cv, state="public")
    return {
        public_id: [score, bodies] for public_id, score, bodies in changed.values_list("public_id", "score", "bodies")
    }
