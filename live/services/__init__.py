"""Every write of this room, one file a noun; questions run inside the one transaction of their command."""

from live.services.attendance import cancel_registration, register
from live.services.programme import (
    build_default_day,
    mark_presented,
    open_room,
    place_proposal,
    publish_programme,
    save_round,
    set_phase,
    withdraw_programme,
)
from live.services.questions import ask, moderate, publish_answer, set_vote, withdraw
from live.services.timetable import Placement, add_part, add_slot, arrange, remove_slot

__all__ = [
    "Placement",
    "add_part",
    "add_slot",
    "arrange",
    "ask",
    "build_default_day",
    "cancel_registration",
    "mark_presented",
    "moderate",
    "open_room",
    "place_proposal",
    "publish_answer",
    "publish_programme",
    "register",
    "remove_slot",
    "save_round",
    "set_phase",
    "set_vote",
    "withdraw",
    "withdraw_programme",
]
