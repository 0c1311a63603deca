"""The rows of this room, one file a noun."""

from live.models.programme import Booth, Part, PitchSlot, ProgrammeYear, Registration, Round
from live.models.room import Answer, Command, Question, Room, RoomEvent, Vote

__all__ = [
    "Answer",
    "Booth",
    "Command",
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
