"""Which verb carries out which command; votes are carried out all together (see live.services.voting)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from live.services.answering import publish_answer, submit_answer
from live.services.asking import ask, withdraw
from live.services.banning import ban, unban
from live.services.drafting import draft_answer, return_answer, withdraw_answer
from live.services.looking import look
from live.services.moderating import edit, merge, moderate, pin, separate
from live.services.polls import close_poll, let_text, open_poll, reply, save_poll, show_poll, stage_poll
from live.services.reacting import set_reaction
from live.services.remembering import undo

VERBS: Final[Mapping[str, Callable[..., dict[str, Any]]]] = {
    "question.ask": ask,
    "question.withdraw": withdraw,
    "question.moderate": moderate,
    "question.edit": edit,
    "question.merge": merge,
    "question.separate": separate,
    "stage.pin": pin,
    "moderation.undo": undo,
    "person.ban": ban,
    "person.unban": unban,
    "queue.look": look,
    "answer.draft": draft_answer,
    "answer.submit": submit_answer,
    "answer.withdraw": withdraw_answer,
    "answer.return": return_answer,
    "answer.publish": publish_answer,
    "poll.reply": reply,
    "poll.save": save_poll,
    "poll.open": open_poll,
    "poll.close": close_poll,
    "poll.show": show_poll,
    "poll.stage": stage_poll,
    "poll.let": let_text,
    "reaction.set": set_reaction,
}
