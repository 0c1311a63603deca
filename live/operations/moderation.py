"""Commands of moderators: what becomes of questions, what stands on stage, who is shut out, who looks at what."""

from collections.abc import Mapping
from typing import Final

from live.protocol import QUESTION, Argument, Operation

EXPECT: Final = Argument(int, "the version the moderator saw")

OPERATIONS: Final[Mapping[str, Operation]] = {
    "question.moderate": Operation(
        "moderator",
        "Publish, withhold or hide a question, or put it back into the queue.",
        {
            "q": QUESTION,
            "expect": EXPECT,
            "state": Argument(str, "the state wanted", True, ("public", "withheld", "hidden", "pending")),
            "reason": Argument(str, "shown to the asker; needed to withhold or hide", False, (), ""),
        },
    ),
    "question.edit": Operation(
        "moderator",
        "Mend the wording of a question; the asker reads that and what was written first.",
        {"q": QUESTION, "expect": EXPECT, "body": Argument(str, "the wording wanted")},
    ),
    "question.merge": Operation(
        "moderator",
        "Merge a question into another that asks the same: its voters and its asker count there. What was merged into "
        "it moves along. A public question is merged into a public one only.",
        {
            "from": Argument(str, "public id of the question that disappears", parameter="question", is_question=True),
            "into": Argument(str, "public id of the question that stays", parameter="target", is_question=True),
            "expect": Argument(list, "the two versions the moderator saw: [from, into]"),
        },
    ),
    "question.separate": Operation(
        "moderator",
        "Undo a merge at any time: the question is again what it was before, with its own voters.",
        {"q": QUESTION, "expect": EXPECT},
    ),
    "stage.pin": Operation(
        "moderator",
        "Put one public question on stage and on the big screen, or take it off. Hidden, merged or withdrawn it goes.",
        {"q": Argument(str, "public id of a question, or null", False, parameter="question", is_question=True)},
    ),
    "moderation.undo": Operation(
        "the moderator who did it",
        "Take back the last act on a question within ten seconds, if nothing has happened to it since.",
        {"q": QUESTION, "expect": EXPECT},
    ),
    "person.ban": Operation(
        "moderator",
        "Shut the asker of a question out of asking and voting in this room; reading goes on.",
        {"q": QUESTION, "reason": Argument(str, "told to the person shut out")},
    ),
    "person.unban": Operation("moderator", "Let the asker of a question ask and vote again.", {"q": QUESTION}),
    "queue.look": Operation(
        "moderator",
        "Say which question one has open, for twenty seconds; null for none. A hint to the other moderators, no lock.",
        {"q": Argument(str, "public id of a question, or null", False, parameter="question", is_question=True)},
        is_audited=False,
    ),
}
