"""Question rooms: who may enter, and what each audience reads there."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.crypto import constant_time_compare

from accounts.reading import among, rows_of
from accounts.selectors import Person
from core.text import fold
from live.models import Ban, Command, Look, ModerationAct, Question, Room, RoomEvent, Round, Vote
from live.permissions import may_enter
from live.protocol import UNDO_SECONDS
from live.selectors.polls import polls_now
from live.selectors.shapes import own_shape, public_shape, staff_shape

PUBLIC = "pub"
STAFF = "staff"
# Commands that change what is a person's own in a room.
OWN_OPS = frozenset({"vote.set", "question.ask", "question.withdraw"})
# More than a process can carry out in the second that a look is apart from the next.
LOOK_COMMANDS = 10_000


def rooms_on_stage() -> QuerySet[Room]:
    """Rooms with their rounds and whatever is on stage in them, in one query."""
    return Room.objects.select_related("round", "stage_slot", "stage_question", "stage_poll")


def room_visible_to(person: Person, public_id: str) -> Room | None:
    """The room if the person may enter it, else None."""
    room = rooms_on_stage().filter(public_id=public_id).first()
    return room if room is not None and may_enter(person, room) else None


def room_of(round: Round) -> Room | None:
    """The round's room, if one was opened."""
    return Room.objects.filter(round=round).first()


def room_of_code(code: str) -> str | None:
    """The public id of the room with this venue code, once its programme is public; entering is another question."""
    rooms = Room.objects.filter(code=code, round__programme_published_at__isnull=False)
    return rooms.values_list("public_id", flat=True).first()


def room_of_screen(public_id: str, key: str) -> Room | None:
    """The room whose screens hold this key now, once its programme is public."""
    room = rooms_on_stage().filter(public_id=public_id, round__programme_published_at__isnull=False).first()
    return room if room is not None and constant_time_compare(room.screen_key, key) else None


def _with_relations(questions: QuerySet[Question]) -> QuerySet[Question]:
    return questions.select_related("answer", "slot__proposal__vendor", "organisation", "author", "merged_into")


def public_questions(room: Room) -> QuerySet[Question]:
    """The room's public questions, oldest first."""
    return _with_relations(room.questions.filter(state="public")).order_by("asked_at", "pk")


def queue(room: Room) -> QuerySet[Question]:
    """Everything a moderator may have to decide on, oldest first."""
    return _with_relations(room.questions.exclude(state="withdrawn")).order_by("asked_at", "pk")


def pinned(room: Room) -> str | None:
    """The public id of the question on stage; what is public no longer is on no stage."""
    question = room.stage_question
    return question.public_id if question is not None and question.state == "public" else None


def looks(room: Room, at: datetime) -> dict[str, list[str]]:
    """Who has which question open now: {public id: names of moderators}."""
    names: dict[str, list[str]] = {}
    rows = Look.objects.filter(room=room, until__gt=at).select_related("user", "question").order_by("user_id")
    for row in rows:
        names.setdefault(row.question.public_id, []).append(row.user.get_full_name())
    return names


def banned(room: Room) -> list[dict[str, Any]]:
    """Who is shut out of the room, newest first; for staff.

    {"q": one of their questions, "of": all of them, "author", "reason", "at"}
    """
    newest = room.questions.filter(author=OuterRef("user")).order_by("-asked_at", "-pk")
    found = Ban.objects.filter(room=room, lifted_at=None).select_related("user").order_by("-at")
    rows = list(found.annotate(q=Subquery(newest.values("public_id")[:1])))
    of: dict[int, list[str]] = {row.user_id: [] for row in rows}
    if rows:
        asked = room.questions.filter(author__in=list(of)).order_by("asked_at", "pk")
        for author, question in asked.values_list("author", "public_id"):
            of[author].append(question)
    return [
        {"q": row.q, "of": of[row.user_id], "author": str(row.user), "reason": row.reason, "at": row.at.isoformat()}
        for row in rows
    ]


def mine(room: Room, person: Person) -> dict[str, Any]:
    """What is the person's own in the room; see mine_of."""
    return mine_of(room, [person.pk or 0])[person.pk or 0]


def mine_of(room: Room, people: Collection[int]) -> dict[int, dict[str, Any]]:
    """What is each person's (pk) own in the room, for many in two queries.

    {"questions": [own shapes in every state], "votes": [ids], "named": [ids of votes whose body the vendor may learn]};
    a vote counts for what its question was merged into, and is told as a vote on that.
    """
    own: dict[int, dict[str, Any]] = {person: {"questions": [], "votes": [], "named": []} for person in people}
    for question in _with_relations(room.questions.filter(author__in=among(people))).order_by("asked_at", "pk"):
        own[question.author_id]["questions"].append(own_shape(question))
    votes = (
        Vote.objects.filter(question__room=room, participant__in=among(people), is_on=True)
        .annotate(q=Coalesce("question__merged_into__public_id", "question__public_id"))
        .order_by("q")
    )
    for person, q, is_named in rows_of(votes.values_list("participant_id", "q", "is_named"), 3):
        for told in (own[person]["votes"], own[person]["named"] if is_named else []):
            if q not in told:
                told.append(q)
    return own


def undoable(room: Room, person: Person, at: datetime) -> dict[str, Any] | None:
    """The question whose last act the person may still take back, {"id", "no", "version", "did"}, or None.

    "did" says what was done: the state it was brought into, else the verb.
    """
    since = at - timedelta(seconds=UNDO_SECONDS)
    acts = ModerationAct.objects.filter(question__room=room, moderator=person.pk, at__gte=since, at__lte=at)
    last = acts.select_related("question").order_by("-pk").first()
    if last is None or last.version != last.question.version:
        return None
    return {
        "id": last.question.public_id,
        "no": last.question.number,
        "version": last.version,
        "did": _did(last, room),
    }


def _did(act: ModerationAct, room: Room) -> str:
    if act.op == "question.moderate":
        return act.question.state
    if act.op == "stage.pin" and room.stage_question_id != act.question_id:
        return "unpin"
    return act.op.split(".")[1]


def question_called(room: Room, name: str) -> Question | None:
    """The question with this public id or receipt number, typed as 3, A-3 or ａ-０００３; for moderators."""
    if "\0" in name:  # PostgreSQL takes none, not even to compare with.
        return None
    return room.questions.filter(Q(public_id=name) | Q(number=receipt_number(name))).first()


def receipt_number(text: str) -> str:
    """The receipt number that somebody means; what is no number stays as it is. live/static/live/listing.js agrees."""
    folded = fold(text).upper()
    digits = re.fullmatch("(?:A-?)?([0-9]{1,9})", folded)
    return f"A-{int(digits[1]):04d}" if digits else folded


def ban_of(room: Room, person: Person) -> str | None:
    """Why the person may neither ask nor vote in the room, or None."""
    return Ban.objects.filter(room=room, user=person.pk, lifted_at=None).values_list("reason", flat=True).first()


def events_after(room: Room, stream: str, seq: int, *, limit: int) -> list[dict[str, Any]]:
    """A stream's events after seq as frames, filled with what their questions look like now."""
    rows = RoomEvent.objects.filter(room=room, stream=stream, seq__gt=seq).order_by("seq")[:limit]
    events = list(rows)
    wanted = {event.question_id for event in events if event.question_id}
    questions = {question.pk: question for question in _with_relations(Question.objects.filter(pk__in=wanted))}
    frames = [_frame(room, event, questions.get(event.question_id or 0)) for event in events]
    if any(event.kind == "bans.changed" for event in events):
        shut_out = banned(room)
        frames = [frame | {"banned": shut_out} if frame["k"] == "bans.changed" else frame for frame in frames]
    if any(event.kind == "polls.changed" for event in events):
        now = polls_now(room)
        frames = [frame | now if frame["k"] == "polls.changed" else frame for frame in frames]
    return frames


def _frame(room: Room, event: RoomEvent, question: Question | None) -> dict[str, Any]:
    frame: dict[str, Any] = {"t": "ev" if event.stream == PUBLIC else "sev", "seq": event.seq, "k": event.kind}
    if event.kind == "stage.set":
        # As everything in a frame: what is on stage now, not what was then.
        return frame | {"pinned": pinned(room), "wanted": room.shows_wanted}
    if question is None:
        return frame
    if event.stream == STAFF:
        return frame | {"q": staff_shape(question)}
    if question.state == "public":
        return frame | {"q": public_shape(question)}
    # The log says that something happened, never what the text was: what is hidden now is a tombstone.
    target = question.merged_into if question.state == "merged" else None
    if target is not None and target.state == "public":
        return frame | {"k": "question.merged", "id": question.public_id, "into": target.public_id}
    return frame | {"k": "question.removed", "id": question.public_id}


def counts_after(room: Room, cv: int) -> dict[str, list[int]]:
    """Absolute [people, bodies] of the public questions whose counts changed after cv."""
    changed = room.questions.filter(cv__gt=cv, state="public")
    return {
        public_id: [score, bodies] for public_id, score, bodies in changed.values_list("public_id", "score", "bodies")
    }


def last_command() -> int:
    """The pk of the newest command carried out anywhere."""
    return Command.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def own_commands_after(pk: int) -> tuple[set[tuple[int, str]], int, bool]:
    """(person, command id) of commands about people's own after a pk; the last pk; whether that is all there are.

    At most LOOK_COMMANDS are read at once.

    The commands of one room get their pks under its lock, so that none of them appears behind one already seen.
    """
    newer = Command.objects.filter(pk__gt=pk).order_by("pk").values_list("pk", "participant", "command_id", "op")
    rows = rows_of(newer[:LOOK_COMMANDS], 4)
    own = {(user, command) for _, user, command, op in rows if op in OWN_OPS}
    return own, rows[-1][0] if rows else pk, len(rows) < LOOK_COMMANDS


def askers_concerned(room: Room, staff_seq: int) -> set[int]:
    """Who asked the questions that something happened to after a number of the staff's stream."""
    events = RoomEvent.objects.filter(room=room, stream=STAFF, seq__gt=staff_seq, question__isnull=False)
    return set(events.values_list("question__author", flat=True))
