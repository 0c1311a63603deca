"""Reactions to a pitch: given and taken back by the officers in the room.

The verb runs inside the transaction of one command (see live.commands), with the room row locked.
"""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.selectors import body_of
from live.models import Command, PitchSlot, Reaction, Room
from live.permissions import may_reply
from live.phases import phase_at
from live.protocol import VOTE_RATE, Problem
from live.services.checks import check_rate, refuse_banned


def set_reaction(*, room: Room, actor: User, slot: str, label: str, is_on: bool, at: datetime) -> dict[str, Any]:
    """Make one label of the participant on one pitch be there or not; who gave it is told to nobody."""
    if not may_reply(actor, room):
        raise Problem("denied", "反応は、参加申込をした自治体職員が送れます。")
    if phase_at(room, at) not in {Room.Phase.LIVE, Room.Phase.FEEDBACK}:
        raise Problem("closed", "反応を送れるのは、発表の当日からフィードバック期間が終わるまでです。")
    pitch = PitchSlot.objects.filter(part__round=room.round, public_id=slot, proposal__isnull=False).first()
    if pitch is None:
        raise Problem("bad", "登壇枠が見つかりません。ページを再読み込みしてください。")
    refuse_banned(room, actor)
    check_rate(VOTE_RATE, Command.objects.filter(participant=actor, op="reaction.set"), "at", at)
    body = body_of(actor)
    assert body is not None
    Reaction.objects.update_or_create(
        slot=pitch,
        participant=actor,
        label=label,
        defaults={"is_on": is_on, "organisation": body, "updated_at": at},
    )
    return {"slot": slot, "label": label, "on": is_on}
