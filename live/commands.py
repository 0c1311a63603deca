"""The one handler behind socket, POST and plain form: a batch of commands in one transaction, then acknowledgements."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import get_language, override

from accounts.models import User
from audit.services import chained
from live import operations, protocol
from live.models import Question, Room, Round
from live.permissions import moderates
from live.protocol import Acknowledgement, Problem, encode
from live.services import Ballot, set_votes
from live.services.storing import commands_done, insert_commands
from live.services.verbs import VERBS

VOTE = "vote.set"


@dataclass(frozen=True, slots=True)
class Item:
    """A message: from whom (user pk), in which room (pk), decoded JSON, when, and the language it is answered in."""

    user: int
    room: int
    message: Any
    at: datetime
    language: str = field(default_factory=get_language)


def carry_out(*, user: User, room_pk: int, message: Any, at: datetime) -> Acknowledgement:
    """Carry out one command and return its acknowledgement: a batch of one."""
    return carry_out_batch([Item(user.pk, room_pk, message, at)])[0]


def carry_out_batch(items: Sequence[Item]) -> list[Acknowledgement]:
    """Carry out commands in one transaction; returns their acknowledgements, which exist only after the commit.

    A message is {"t": "cmd", "id", "op", "a"}. The same id from the same person returns the stored result; with another
    content it is `bad`. Refused commands leave nothing behind and may be sent again. What people saw when they voted
    was committed before the batch: its votes come first, then everything else in the order of arrival.
    """
    batch = _Batch(items)
    if batch.waiting:
        with batch.transaction():
            batch.lock()
            batch.repeat_results()
            batch.count_votes()
            batch.do_the_rest()
            insert_commands(batch.rows)
    return batch.acknowledgements


@dataclass(slots=True)
class _Waiting:
    """A well-formed command on its way, and where its acknowledgement goes."""

    place: int
    item: Item
    command: protocol.Command
    fingerprint: str

    @property
    def key(self) -> tuple[int, str]:
        return self.item.user, self.command.id


class _Batch:
    """The commands of one transaction and what has become of them so far."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.acknowledgements: list[Acknowledgement] = [Acknowledgement()] * len(items)
        self.waiting: list[_Waiting] = []
        self.rows: list[tuple[int, str, str, str, str, datetime]] = []
        self.results: dict[tuple[int, str], tuple[str, Mapping[str, Any]]] = {}
        # Each outcome as text by its identity, and the outcomes themselves, which live as long as that is asked for.
        self.texts: dict[int, str] = {}
        self.outcomes: list[Mapping[str, Any]] = []
        for place, item in enumerate(items):
            try:
                command = operations.parse(item.message)
            except Problem as problem:
                self.acknowledgements[place] = refused(item, problem)
            else:
                self.waiting.append(_Waiting(place, item, command, _fingerprint(item, command)))

    def transaction(self) -> AbstractContextManager[None]:
        """The trail's lock comes before any row's, and only where something goes on the trail."""
        is_audited = any(operations.OPERATIONS[waiting.command.op].is_audited for waiting in self.waiting)
        return chained() if is_audited else transaction.atomic()  # type: ignore[return-value]

    def lock(self) -> None:
        """Lock the rooms, which order all commands in them, and read who is still there to command anything.

        A socket lives long: what people may do is what they may do now, not when it was opened.
        """
        self.rooms = {pk: _locked(pk) for pk in sorted({waiting.item.room for waiting in self.waiting})}
        others = [waiting for waiting in self.waiting if waiting.command.op != VOTE]
        # Who votes is looked up with the votes, where being active is part of the question.
        found = User.objects.filter(pk__in={waiting.item.user for waiting in others}, is_active=True)
        self.people = {user.pk: user for user in found} if others else {}
        self._settle((waiting, Problem("denied")) for waiting in others if waiting.item.user not in self.people)

    def repeat_results(self) -> None:
        """Answer what was carried out before with its stored result: under the rooms' locks nothing is done twice."""
        self.results = dict(commands_done({waiting.key for waiting in self.waiting}))
        self._settle((waiting, self._earlier(waiting)) for waiting in self.waiting if waiting.key in self.results)

    def count_votes(self) -> None:
        """Carry out all votes of each room together."""
        for pk, room in self.rooms.items():
            votes: list[_Waiting] = []
            repeated: list[_Waiting] = []
            keys: set[tuple[int, str]] = set()
            for waiting in self.waiting:
                if waiting.command.op == VOTE and waiting.item.room == pk:
                    (repeated if waiting.key in keys else votes).append(waiting)
                    keys.add(waiting.key)
            if votes:
                outcomes = set_votes(room=room, ballots=[_ballot(waiting) for waiting in votes])
                self._settle(zip(votes, outcomes, strict=True))
                self._settle((waiting, self._earlier(waiting)) for waiting in repeated)

    def do_the_rest(self) -> None:
        """Carry out everything else by its verb, each in a savepoint of its own."""
        for waiting in list(self.waiting):
            if waiting.key in self.results:
                outcome = self._earlier(waiting)
            else:
                outcome = self._by_its_verb(waiting)
            self._settle([(waiting, outcome)])

    def _by_its_verb(self, waiting: _Waiting) -> Mapping[str, Any] | Problem:
        item, command = waiting.item, waiting.command
        user, room = self.people[item.user], self.rooms[item.room]
        try:
            with transaction.atomic(), override(item.language):
                return VERBS[command.op](room=room, actor=user, at=item.at, **_arguments(room, command, user))
        except Problem as problem:
            # What the verb had already counted up in the room is undone in the row, and must be here.
            self.rooms[item.room] = _locked(item.room)
            return problem

    def _earlier(self, waiting: _Waiting) -> Mapping[str, Any] | Problem:
        if waiting.key not in self.results:
            return Problem("busy")  # The same command twice in a batch, and the first was refused: it may come again.
        fingerprint, result = self.results[waiting.key]
        return result if fingerprint == waiting.fingerprint else Problem("bad")

    def _settle(self, outcomes: Iterable[tuple[_Waiting, Mapping[str, Any] | Problem]]) -> None:
        """Write down what became of commands; what was newly carried out is kept for whoever sends it again."""
        settled = set()
        for waiting, outcome in outcomes:
            settled.add(waiting.place)
            if isinstance(outcome, Problem):
                self.acknowledgements[waiting.place] = refused(waiting.item, outcome)
                continue
            result = self._text_of(outcome)
            self.acknowledgements[waiting.place] = protocol.ack(waiting.command.id, outcome, result_text=result)
            if waiting.key not in self.results:
                self.results[waiting.key] = (waiting.fingerprint, outcome)
                person, command = waiting.item.user, waiting.command
                self.rows.append((person, command.id, command.op, waiting.fingerprint, result, waiting.item.at))
        if settled:
            self.waiting = [waiting for waiting in self.waiting if waiting.place not in settled]

    def _text_of(self, outcome: Mapping[str, Any]) -> str:
        """An outcome as JSON; votes for the same question have the very same one."""
        text = self.texts.get(id(outcome))
        if text is None:
            text = self.texts[id(outcome)] = encode(outcome)
            self.outcomes.append(outcome)
        return text


def _locked(room_pk: int) -> Room:
    """The room under lock, with its round: read in plain SQL, as composing the query would cost more than a vote."""
    lock = "FOR UPDATE" if connection.features.has_select_for_update else ""
    [room] = Room.objects.raw(f"SELECT * FROM live_room WHERE id = %s {lock}", [room_pk])  # noqa: S608 (FOR UPDATE or nothing)
    [room.round] = Round.objects.raw("SELECT * FROM live_round WHERE id = %s", [room.round_id])
    return room


def refused(item: Item, problem: Problem) -> Acknowledgement:
    """The answer to a message that was not carried out, in the language of whoever sent it."""
    with override(item.language):
        return protocol.refusal(said_id(item.message), problem)


def said_id(message: Any) -> str:
    """The id a message says it has; "" when that cannot be one."""
    given = message.get("id") if isinstance(message, dict) else None
    return given if isinstance(given, str) and operations.is_id(given) else ""


def _fingerprint(item: Item, command: protocol.Command) -> str:
    """What makes two commands the same; arguments are in the order of their operation, whatever order they came in."""
    content = repr((item.room, command.op, tuple(command.arguments.values())))
    return hashlib.sha256(content.encode()).hexdigest()


def _ballot(waiting: _Waiting) -> Ballot:
    a = waiting.command.arguments
    return Ballot(waiting.item.user, a["q"], a["on"], a["named"], waiting.item.at)


def _arguments(room: Room, command: protocol.Command, user: User) -> dict[str, Any]:
    """What the verb takes: the command's arguments by the verb's own names, questions as locked rows."""
    described = operations.OPERATIONS[command.op].arguments
    return {
        described[name].parameter or name: _question(room, value, user)
        if described[name].is_question and value is not None
        else value
        for name, value in command.arguments.items()
    }


def _question(room: Room, public_id: str, user: User) -> Question:
    """The question under lock; one that the person may not see is `gone`, like one that never was."""
    question = (
        Question.objects.select_for_update(of=("self",))
        .select_related("slot")
        .filter(room=room, public_id=public_id)
        .first()
    )
    if question is None or not (
        question.state in {"public", "merged"} or question.author_id == user.pk or moderates(user)
    ):
        raise Problem("gone")
    return question
