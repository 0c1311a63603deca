"""What every plain form does: one command, carried out by the handler that sockets have as well."""

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from live.commands import carry_out
from live.models import Room
from live.protocol import too_fast
from live.rates import purses


def carry_out_form(
    request: HttpRequest, room: Room, op: str, command_id: str, arguments: dict[str, Any]
) -> dict[str, Any]:
    """Carry out the command of a plain form through the one handler; the answer is an acknowledgement."""
    assert isinstance(request.user, User)
    if wait := purses.take(request.user.pk, time.monotonic()):
        return too_fast("", wait)
    message = {"t": "cmd", "id": command_id, "op": op, "a": arguments}
    return carry_out(user=request.user, room_pk=room.pk, message=message, at=timezone.now())


def refused_status(answer: Mapping[str, Any]) -> int:
    """The HTTP status of an acknowledgement that says no."""
    return 409 if answer["e"] == "conflict" else 422
