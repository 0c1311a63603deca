"""Every write of this room, one file a noun; questions run inside the one transaction of their command."""

from live.services.answering import publish_answer
from live.services.asking import ask, withdraw
from live.services.attendance import cancel_registration, register
from live.services.clusters import recount
from live.services.exporting import note_export
from live.services.moderating import moderate
from live.services.programme import (
    build_default_day,
    open_room,
    place_proposal,
    publish_programme,
    save_round,
    withdraw_programme,
)
from live.services.rooms import change_room
from live.services.running import (
    announce_phase,
    begin_questions,
    end_pitch,
    may_take_back,
    renew_screen_key,
    set_phase,
    set_screen,
    start_pitch,
    take_back_start,
)
from live.services.timetable import Placement, add_part, add_slot, arrange, remove_slot
from live.services.voting import Ballot, set_votes

__all__ = [
    "Ballot",
    "Placement",
    "add_part",
    "add_slot",
    "announce_phase",
    "arrange",
    "ask",
    "begin_questions",
    "build_default_day",
    "cancel_registration",
    "change_room",
    "end_pitch",
    "may_take_back",
    "moderate",
    "note_export",
    "open_room",
    "place_proposal",
    "publish_answer",
    "publish_programme",
    "recount",
    "register",
    "remove_slot",
    "renew_screen_key",
    "save_round",
    "set_phase",
    "set_screen",
    "set_votes",
    "start_pitch",
    "take_back_start",
    "withdraw",
    "withdraw_programme",
]
