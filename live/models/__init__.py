"""The rows of this room, one file a noun."""

from live.models.programme import Booth, Part, PitchSlot, ProgrammeYear, Registration, Round
from live.models.questions import Answer, Look, ModerationAct, Question, Vote
from live.models.room import Ban, Command, Lease, Room, RoomEvent

__all__ = [
    "Answer",
    "Ban",
    "Booth",
    "Command",
    "Lease",
    "Look",
    "ModerationAct",
    "Part",
    "PitchSlot",
    "ProgrammeYear",
    "Question",
    "Registration",
    "Room",
    "RoomEvent",
    "Round",
    "Vote",
]
