"""Room sync v1: limits, errors, and the shapes of commands and acknowledgements (the commands: live.operations)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

VERSION: Final = 1
MAX_FRAME_BYTES: Final = 8 * 1024
MAX_DEPTH: Final = 6
BODY_LIMIT: Final = 400
BODY_BYTES: Final = 4 * 1024
REASON_LIMIT: Final = 200
ANSWER_LIMIT: Final = 2000
PROMPT_LIMIT: Final = 200
WORD_LIMIT: Final = 20
UNDO_SECONDS: Final = 10
LOOK_SECONDS: Final = 20
REPLAY_LIMIT: Final = 300

# Rates per participant: how many in how many seconds.
ASK_RATE: Final = (3, 60)
VOTE_RATE: Final = (20, 10)
POLL_RATE: Final = (20, 10)

ERRORS: Final = {
    "bad": _("送信された内容を読み取れませんでした。ページを再読み込みしてください。"),
    "denied": _("この操作を行う権限がありません。"),
    "closed": _("受付は終了しています。"),
    "conflict": _("ほかの人が先に変更しました。最新の内容を確認してください。"),
    "rate": _("短い時間に送信が続きました。少し待ってからもう一度お試しください。"),
    "gone": _("この質問は公開されていません。"),
    "too_long": _("長すぎます。"),
    "busy": _("混み合っています。自動でもう一度送信します。"),
}
RETRIED: Final = frozenset({"rate", "busy"})

BUSY_MS: Final = 1_000

# Everything a participant sends, whatever it is: so many a second, and so many at once after a pause.
COMMAND_RATE: Final = (10, 30)
SOCKETS_EACH: Final = 5
SCREENS_EACH: Final = 50  # big screens of one room: their link asks nobody who they are
PENDING_EACH: Final = 200  # sockets of one address that have not said hello yet; a city hall is one address

CLOSE_BINARY: Final = 1003
CLOSE_RESTARTING: Final = 1012
CLOSE_BAD: Final = 4400
CLOSE_SIGNED_OUT: Final = 4401
CLOSE_NOT_ALLOWED: Final = 4403
CLOSE_STALLED: Final = 4408
CLOSE_TOO_MANY: Final = 4429


class Problem(Exception):
    """A command that is not carried out; code is a key of ERRORS, result goes into the ack's `r`.

    words are Japanese and the key of their translation.
    """

    def __init__(
        self,
        code: str,
        words: str = "",
        *,
        result: Mapping[str, Any] | None = None,
        retry_ms: int = 0,
        **values: Any,
    ) -> None:
        super().__init__(words or code)
        self.code = code
        self.words, self.values = words, values
        self.result = result
        self.retry_ms = retry_ms

    @property
    def message(self) -> str:
        """What the person reads, in the language that is active when this is asked."""
        said = gettext(self.words) if self.words else str(ERRORS[self.code])
        return said % self.values if self.values else said


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an operation: its JSON type, whether it must be there, the values it may have, what it means.

    parameter is the keyword its verb takes, where that is not the argument's own name; a question's public id reaches
    the verb as the locked row.
    """

    type: type | tuple[type, ...]
    meaning: str
    is_required: bool = True
    choices: tuple[Any, ...] = ()
    default: Any = None
    parameter: str = ""
    is_question: bool = False


QUESTION: Final = Argument(str, "public id of a question", parameter="question", is_question=True)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: who may use it and its arguments; audited operations take the audit chain's lock."""

    who: str
    meaning: str
    arguments: Mapping[str, Argument]
    is_audited: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """A well-formed command: the client's id, the operation and its arguments with defaults filled in."""

    id: str
    op: str
    arguments: Mapping[str, Any]


# Made once: json.dumps makes an encoder for each call that is not the plainest.
encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Acknowledgement(dict[str, Any]):
    """What became of a command; rest_as_text is everything after its id as JSON where that is written already."""

    __slots__ = ("rest_as_text",)
    rest_as_text: str

    @property
    def text(self) -> str:
        """It as JSON, as it goes over the wire; what is text already is not written again."""
        return f'{{"t":"ack","id":{encode(self["id"])},{self.rest_as_text}}}' if self.rest_as_text else encode(self)


def ack(command_id: str, result: Mapping[str, Any], *, result_text: str = "") -> Acknowledgement:
    """The acknowledgement of a command that is committed; result_text is its result as JSON, where there is one."""
    given = Acknowledgement(t="ack", id=command_id, ok=True, r=dict(result))
    given.rest_as_text = f'"ok":true,"r":{result_text}' if result_text else ""
    return given


def too_fast(command_id: str, wait: float) -> Acknowledgement:
    """The answer to somebody who sends more than anybody may; wait is in seconds."""
    return refusal(command_id, Problem("rate", retry_ms=max(1, round(wait * 1000))))


def busy(command_id: str, language: str) -> Acknowledgement:
    """The answer of a room that has too much to do, which must cost it next to nothing."""
    rest, rest_as_text = _busy_answer(language)
    given = Acknowledgement(t="ack", id=command_id, **rest)
    given.rest_as_text = rest_as_text
    return given


@cache
def _busy_answer(language: str) -> tuple[dict[str, Any], str]:
    with override(language):
        rest = {"ok": False, "e": "busy", "m": str(ERRORS["busy"]), "retry_ms": BUSY_MS}
    return rest, encode(rest)[1:-1]


def refusal(command_id: str, problem: Problem) -> Acknowledgement:
    """The answer to a command that was not carried out."""
    answer = Acknowledgement(t="ack", id=command_id, ok=False, e=problem.code, m=problem.message)
    answer.rest_as_text = ""
    if problem.result is not None:
        answer["r"] = dict(problem.result)
    if problem.retry_ms:
        answer["retry_ms"] = problem.retry_ms
    return answer
