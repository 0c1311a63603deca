"""The one handler behind the socket, the POST and the plain form: parse, deduplicate, carry out, acknowledge."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.services import chained
from live import operations, protocol
from live.models import Command, Question, Room
from live.permissions import moderates
from live.protocol import Problem
from live.services.verbs import VERBS


def carry_out(*, user: User, room_pk: int, message: Any, at: datetime) -> dict[str, Any]:
    """Carry out one command and return its acknowledgement; the acknowledgement exists only after the commit.

    message is decoded JSON: {"t": "cmd", "id", "op", "a"}. The same id from the same person returns the stored result;
    with another content it is `bad`. Refused commands leave nothing behind and may be sent again.
    """
    command_id = str(message.get("id") or "") if isinstance(message, dict) else ""
    try:
        command = operations.parse(message)
        # A socket lives long: what the person may do is what they may do now, not when it was opened.
        present = User.objects.filter(pk=user.pk, is_active=True).first()
        if present is None:
            raise Problem("denied")
        return protocol.ack(command.id, _once(present, room_pk, command, at))
    except Problem as problem:
        return protocol.refusal(command_id[:40], problem)


def _once(user: User, room_pk: int, command: protocol.Command, at: datetime) -> Mapping[str, Any]:
    fingerprint = hashlib.sha256(
        json.dumps([room_pk, command.op, command.arguments], sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
    with _transaction(command):
        # The room row orders all commands of a room: under its lock, a repeated command finds the first one's result.
        room = Room.objects.select_for_update(of=("self",)).select_related("round", "stage_slot").get(pk=room_pk)
        done = Command.objects.filter(participant=user, command_id=command.id).first()
        if done is not None:
            if done.fingerprint != fingerprint:
                raise Problem("bad")
            return done.result
        result = VERBS[command.op](room=room, actor=user, at=at, **_arguments(room, command, user))
        Command.objects.create(
            participant=user, command_id=command.id, op=command.op, fingerprint=fingerprint, result=result, at=at
        )
    return result


def _transaction(command: protocol.Command) -> AbstractContextManager[None]:
    is_audited = operations.OPERATIONS[command.op].is_audited
    return chained() if is_audited else transaction.atomic()  # type: ignore[return-value]


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
    if question is None or not (question.state == "public" or question.author_id == user.pk or moderates(user)):
        raise Problem("gone")
    return question
