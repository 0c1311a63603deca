"""Which verb carries out which command."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from live.services.answering import publish_answer
from live.services.asking import ask, withdraw
from live.services.moderating import moderate
from live.services.voting import set_vote

VERBS: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "question.ask": ask,
    "question.withdraw": withdraw,
    "question.moderate": moderate,
    "vote.set": set_vote,
    "answer.publish": publish_answer,
}
