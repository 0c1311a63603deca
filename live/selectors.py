"""Questions to this room of the house: rounds and programmes, and who sees what in a question room."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from accounts.selectors import Person
from core.calendar import to_jst
from live.lifecycle import QUESTION_TABLE
from live.models import Part, PitchSlot, ProgrammeYear, Question, Registration, Room, RoomEvent, Round, Vote
from live.permissions import is_organiser, may_enter, moderates, presents_in
from pitches.selectors import Proposal, proposals_for_programme

__all__ = ["PitchSlot", "ProgrammeYear", "Round"]

PUBLIC = "pub"
STAFF = "staff"

# --- Rounds -----------------------------------------------------------------------------------------------------


def rounds_visible_to(person: Person) -> QuerySet[Round]:
    """Rounds whose programme is public; organisers and moderators see those being built as well."""
    rounds = Round.objects.select_related("programme_year", "call").order_by("-held_on", "-number")
    return rounds if moderates(person) else rounds.filter(programme_published_at__isnull=False)


def coming_rounds(at: datetime) -> list[Round]:
    """Public rounds that have not ended their day yet, next first."""
    return list(_public().filter(held_on__gte=to_jst(at).date()).order_by("held_on", "number"))


def past_rounds(at: datetime) -> list[Round]:
    """Public rounds whose day is over, historical ones included, newest first."""
    return list(_public().filter(held_on__lt=to_jst(at).date()).order_by("-held_on", "-number"))


def rounds_begun(at: datetime) -> QuerySet[Round]:
    """Public rounds whose day has come, newest first."""
    return _public().filter(held_on__lte=to_jst(at).date()).order_by("-held_on", "-number")


def _public() -> QuerySet[Round]:
    return Round.objects.filter(programme_published_at__isnull=False).select_related("programme_year")


def programme_years() -> QuerySet[ProgrammeYear]:
    """Every fiscal year with what was published about it, newest first."""
    return ProgrammeYear.objects.order_by("-fiscal_year")


def programme(round: Round) -> list[Part]:
    """The round's parts with their slots, proposals, vendors and booths, in order; three queries at any size."""
    slots = PitchSlot.objects.select_related("proposal__vendor", "booth").order_by("position")
    return list(round.parts.order_by("number").prefetch_related(Prefetch("slots", queryset=slots)))


def slots_of(round: Round) -> list[PitchSlot]:
    """The round's occupied slots in order."""
    return list(
        PitchSlot.objects.filter(part__round=round, proposal__isnull=False)
        .select_related("part", "proposal__vendor", "booth")
        .order_by("part__number", "position")
    )


def proposals_in_public_programmes() -> QuerySet[PitchSlot]:
    """Slots whose proposal everyone may read about, because an organiser published the programme it stands in."""
    return PitchSlot.objects.filter(proposal__isnull=False, part__round__programme_published_at__isnull=False)


def slot_at(round: Round, at: datetime) -> PitchSlot | None:
    """The slot on stage by the timetable at this moment."""
    for slot in slots_of(round):
        if slot.starts_at <= at < slot.ends_at:
            return slot
    return None


def registration_of(person: Person, round: Round) -> Registration | None:
    """The person's registration, cancelled ones included."""
    return Registration.objects.filter(round=round, user=person.pk).first() if person.is_authenticated else None


def registrations_of(person: Person, *, since: date) -> QuerySet[Registration]:
    """The person's standing registrations for rounds held on or after a date, or still in their feedback period."""
    return (
        Registration.objects.filter(user=person.pk, cancelled_at=None)
        .filter(Q(round__held_on__gte=since) | Q(round__feedback_until__date__gte=since))
        .select_related("round__room", "round__programme_year")
        .order_by("round__held_on")
    )


def rounds_presented_by(person: Person) -> list[Round]:
    """Public rounds in which the person's vendor presents, newest first."""
    return [round for round in _public().filter(is_historical=False).order_by("-held_on") if presents_in(person, round)]


def registrations(round: Round) -> QuerySet[Registration]:
    """Everyone registered for a round, for its organisers."""
    return round.registrations.select_related("user", "body").order_by("cancelled_at", "registered_at")


# --- Rooms ------------------------------------------------------------------------------------------------------


def room_visible_to(person: Person, public_id: str) -> Room | None:
    """The room if the person may enter it, else None."""
    room = Room.objects.select_related("round", "stage_slot").filter(public_id=public_id).first()
    return room if room is not None and may_enter(person, room) else None


def room_of(round: Round) -> Room | None:
    """The round's room, if one was opened."""
    return Room.objects.filter(round=round).first()


def public_shape(question: Question) -> dict[str, Any]:
    """What everyone in the room sees of a public question; the asker only as far as the asker allowed."""
    answer = getattr(question, "answer", None)
    return {
        "id": question.public_id,
        "no": question.number,
        "kind": question.kind,
        "body": question.body,
        "by": shown_name(question),
        "slot": question.slot.public_id if question.slot else None,
        "vendor": question.slot.proposal.vendor.name if question.slot and question.slot.proposal else None,
        "source": question.source,
        "asked_at": question.asked_at.isoformat(),
        "version": question.version,
        "counts": [question.score, question.bodies],
        "answer": None
        if answer is None
        else {"body": answer.body, "oral": answer.is_oral, "at": answer.published_at.isoformat()},
    }


def shown_name(question: Question) -> str:
    """Who asked, as the asker chose to be shown: name and body, the body alone, or 匿名."""
    if question.naming == Question.Naming.ANONYMOUS:
        return "匿名"
    body = str(question.organisation) if question.organisation else "会場"
    if question.naming == Question.Naming.BODY_ONLY or question.source == Question.Source.VENUE:
        return body
    return f"{body} {question.author.get_full_name()}"


def staff_shape(question: Question) -> dict[str, Any]:
    """What moderators see: the public shape, the state with its reason, and who really asked."""
    return public_shape(question) | {
        "state": question.state,
        "state_label": QUESTION_TABLE.label(question.state),
        "reason": question.reason,
        "author": f"{question.organisation or '会場'} {question.author}",
    }


def own_shape(question: Question) -> dict[str, Any]:
    """What askers see of their own question: its state and the reason, wherever it stands."""
    return public_shape(question) | {
        "state": question.state,
        "state_label": QUESTION_TABLE.label(question.state),
        "reason": question.reason,
    }


def _with_relations(questions: QuerySet[Question]) -> QuerySet[Question]:
    return questions.select_related("answer", "slot__proposal__vendor", "organisation", "author")


def public_questions(room: Room) -> QuerySet[Question]:
    """The room's public questions, oldest first."""
    return _with_relations(room.questions.filter(state="public")).order_by("asked_at", "pk")


def queue(room: Room) -> QuerySet[Question]:
    """Everything a moderator may have to decide on, oldest first."""
    return _with_relations(room.questions.exclude(state="withdrawn")).order_by("asked_at", "pk")


def snapshot(room_pk: int, *, is_staff: bool) -> dict[str, Any]:
    """The whole room as one audience sees it: numbers first, then data, in one transaction.

    {"epoch", "seq", "sseq", "cv", "phase", "stage", "questions": [public shapes], "queue": [staff shapes] for staff}
    """
    with transaction.atomic():
        room = Room.objects.select_related("stage_slot").get(pk=room_pk)
        state = {
            "epoch": room.epoch.hex[:8],
            "seq": room.pub_seq,
            "cv": room.cv,
            "phase": room.phase,
            "stage": room.stage_slot.public_id if room.stage_slot else None,
            "questions": [public_shape(question) for question in public_questions(room)],
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
    return [_frame(event, questions.get(event.question_id or 0)) for event in events]


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


# --- What the archive asks --------------------------------------------------------------------------------------


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


def choices_of_slots(slots: Iterable[PitchSlot]) -> Sequence[tuple[str, str]]:
    """(public id, 「1. vendor「title」」) of the slots a question may be addressed to."""
    return [
        (slot.public_id, f"{slot.proposal.vendor.name}「{slot.proposal.title}」")
        for slot in slots
        if slot.proposal is not None
    ]


def rounds_being_built(person: Person) -> QuerySet[Round]:
    """Every round that is ours to build, for organisers."""
    rounds = Round.objects.filter(is_historical=False).select_related("programme_year", "call")
    return rounds.order_by("-held_on") if is_organiser(person) else rounds.none()


def proposals_that_may_be_placed(round: Round) -> list[Proposal]:
    """Proposals of the round's call that passed screening, in the order of their receipt."""
    return list(proposals_for_programme(round.call)) if round.call is not None else []
