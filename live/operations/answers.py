"""Commands about answers."""

from collections.abc import Mapping
from typing import Final

from live.protocol import QUESTION, Argument, Operation

OPERATIONS: Final[Mapping[str, Operation]] = {
    "answer.publish": Operation(
        "moderator",
        "Publish the answer to a question, or mark that it was answered orally.",
        {
            "q": QUESTION,
            "expect": Argument(int, "the version the moderator saw"),
            "body": Argument(str, "text; may be empty when oral", False, (), ""),
            "oral": Argument(bool, "answered on the day", False, (), False, parameter="is_oral"),
        },
    ),
}
