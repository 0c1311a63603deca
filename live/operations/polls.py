"""Commands about polls and reactions."""

from collections.abc import Mapping
from typing import Final

from live.protocol import Argument, Operation

_POLL: Final = Argument(str, "public id of a poll", parameter="poll_id")
_EXPECT: Final = Argument(int, "the version the moderator saw")

OPERATIONS: Final[Mapping[str, Operation]] = {
    "poll.reply": Operation(
        "municipal officer registered for the round",
        "Reply to an open poll, or reply anew; one reply a person.",
        {
            "poll": _POLL,
            "value": Argument(
                list, "positions of options, best first for a ranking; one rating 1 to 5; one text; up to three words"
            ),
        },
        is_audited=False,
    ),
    "poll.save": Operation(
        "moderator",
        "Make a poll, or change one that is in preparation.",
        {
            "poll": Argument(str, "public id; missing for a new one", False, parameter="poll_id"),
            "expect": Argument(int, "the version the moderator saw; 0 for a new one", False, (), 0),
            "kind": Argument(
                str, "what is asked for", True, ("single", "multiple", "rating", "text", "words", "ranking")
            ),
            "prompt": Argument(str, "the question asked, at most 200 grapheme clusters"),
            "options": Argument(list, "labels of the choices", False, (), ()),
            "max": Argument(int, "how many may be chosen", False, (), 1, parameter="max_choices"),
            "slot": Argument(str, "public id of the pitch slot it belongs to", False),
        },
    ),
    "poll.open": Operation("moderator", "Take replies, or take them again.", {"poll": _POLL, "expect": _EXPECT}),
    "poll.close": Operation("moderator", "Take no more replies.", {"poll": _POLL, "expect": _EXPECT}),
    "poll.show": Operation(
        "moderator",
        "Show the results to everybody in the room, or keep them back.",
        {"poll": _POLL, "on": Argument(bool, "the result wanted", parameter="is_on")},
    ),
    "poll.stage": Operation(
        "moderator",
        "Put a poll on the big screen, or take it off.",
        {"poll": _POLL, "on": Argument(bool, "the result wanted", parameter="is_on")},
    ),
    "poll.let": Operation(
        "moderator",
        "Let everybody see a text or word that was written, or keep it back.",
        {
            "poll": _POLL,
            "text": Argument(str, "as it was written"),
            "on": Argument(bool, "the result wanted", parameter="is_on"),
        },
    ),
    "reaction.set": Operation(
        "municipal officer registered for the round",
        "Give a pitch one of the four labels, or take it back. States the desired result.",
        {
            "slot": Argument(str, "public id of a pitch slot"),
            "label": Argument(str, "the label", True, ("consult", "more", "useful", "improve")),
            "on": Argument(bool, "the result wanted", parameter="is_on"),
        },
        is_audited=False,
    ),
}
