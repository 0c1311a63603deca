"""Commands about answers: written by vendors, published by moderators."""

from collections.abc import Mapping
from typing import Final

from live.protocol import QUESTION, Argument, Operation

_DRAFT: Final = Argument(int, "the version of the draft the person saw; 0 where there was none")

OPERATIONS: Final[Mapping[str, Operation]] = {
    "answer.draft": Operation(
        "anybody acting for the vendor the question is addressed to",
        "Keep what is written of an answer, at any time. When a colleague wrote meanwhile it is a `conflict`, whose "
        "result holds the colleague's text; nothing is overwritten.",
        {
            "q": QUESTION,
            "expect": _DRAFT,
            "body": Argument(str, "text; may be empty"),
            "individual": Argument(
                bool, "for the asker alone; others see only that it was given", False, (), False, "is_individual"
            ),
        },
        is_audited=False,
    ),
    "answer.submit": Operation(
        "anybody acting for the vendor the question is addressed to",
        "Hand the draft in: it waits for the secretariat, or is published at once where the room says so.",
        {"q": QUESTION, "expect": _DRAFT},
    ),
    "answer.withdraw": Operation(
        "anybody acting for the vendor the question is addressed to",
        "Take a draft that waits for the secretariat back, to write on.",
        {"q": QUESTION, "expect": _DRAFT},
    ),
    "answer.return": Operation(
        "moderator",
        "Give a draft that was handed in back to its vendor.",
        {"q": QUESTION, "expect": _DRAFT, "reason": Argument(str, "told to the vendor")},
    ),
    "answer.publish": Operation(
        "moderator",
        "Publish the answer to a question, or mark that it was answered orally.",
        {
            "q": QUESTION,
            "expect": Argument(int, "the version the moderator saw"),
            "body": Argument(str, "text; may be empty when oral", False, (), ""),
            "oral": Argument(bool, "answered on the day", False, (), False, parameter="is_oral"),
            "individual": Argument(bool, "for the asker alone", False, (), False, parameter="is_individual"),
            "draft": Argument(int, "version of the vendor's draft this is, handed in and perhaps mended", False),
        },
    ),
}
