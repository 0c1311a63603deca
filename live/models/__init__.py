"""The rows of this room, one file a noun."""

from live.models.answers import AnswerDraft
from live.models.polls import Poll, PollDecision, PollOption, PollReply
from live.models.programme import Booth, Part, PitchSlot, ProgrammeYear, Registration, Round
from live.models.questions import Answer, Look, ModerationAct, Question, Vote
from live.models.reactions import Reaction
from live.models.room import Ban, Command, Lease, Room, RoomEvent

__all__ = [
    "Answer",
    "AnswerDraft",
    "Ban",
    "Booth",
    "Command",
    "Lease",
    "Look",
    "ModerationAct",
    "Part",
    "PitchSlot",
    "Poll",
    "PollDecision",
    "PollOption",
    "PollReply",
    "ProgrammeYear",
    "Question",
    "Reaction",
    "Registration",
    "Room",
    "RoomEvent",
    "Round",
    "Vote",
]
