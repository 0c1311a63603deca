"""Commands of participants about questions: asked, voted for, taken back."""

from collections.abc import Mapping
from typing import Final

from live.protocol import QUESTION, Argument, Operation

OPERATIONS: Final[Mapping[str, Operation]] = {
    "question.ask": Operation(
        "municipal officer registered for the round; moderator as proxy for the venue",
        "Ask a question or state an opinion.",
        {
            "body": Argument(str, "text, at most 400 grapheme clusters"),
            "slot": Argument(str, "public id of the pitch slot addressed; the slot on stage when missing", False),
            "kind": Argument(str, "question or opinion", False, ("question", "opinion"), "question"),
            "naming": Argument(
                str, "what the public sees of the asker", False, ("named", "body_only", "anonymous"), "body_only"
            ),
            "pos_ms": Argument(
                int, "where in the pitch's recording it is asked about, in ms; at most twelve hours", False
            ),
            "organisation": Argument(str, "code of the body a paper slip came from; for moderators", False, (), ""),
        },
    ),
    "question.withdraw": Operation("the asker", "Take an own question back.", {"q": QUESTION}),
    "vote.set": Operation(
        "municipal officer registered for the round",
        "Say or unsay 「当団体も同じ」. States the desired result, so repeating it changes nothing. A vote on a merged "
        "question is one on its target: `q` of the acknowledgement is the target, `merged` what was given.",
        {
            "q": QUESTION,
            "on": Argument(bool, "the result wanted", parameter="is_on"),
            "named": Argument(bool, "the vendor may learn which body this is", False, (), False, "is_named"),
        },
        is_audited=False,
    ),
}
