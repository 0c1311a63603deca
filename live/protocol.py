"""Room sync v1: the shapes of every command and frame; docs/live-protocol.md is rendered from this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

VERSION: Final = 1
MAX_FRAME_BYTES: Final = 8 * 1024
MAX_DEPTH: Final = 6
BODY_LIMIT: Final = 400
REASON_LIMIT: Final = 200
ANSWER_LIMIT: Final = 2000
REPLAY_LIMIT: Final = 300

# Rates per participant: how many in how many seconds.
ASK_RATE: Final = (3, 60)
VOTE_RATE: Final = (20, 10)

ERRORS: Final[dict[str, str]] = {
    "bad": "送信された内容を読み取れませんでした。ページを再読み込みしてください。",
    "denied": "この操作を行う権限がありません。",
    "closed": "受付は終了しています。",
    "conflict": "ほかの人が先に変更しました。最新の内容を確認してください。",
    "rate": "短い時間に送信が続きました。少し待ってからもう一度お試しください。",
    "gone": "この質問は公開されていません。",
    "too_long": "長すぎます。",
    "busy": "混み合っています。自動でもう一度送信します。",
}
RETRIED: Final = frozenset({"rate", "busy"})

CLOSE_BAD: Final = 4400
CLOSE_SIGNED_OUT: Final = 4401
CLOSE_NOT_ALLOWED: Final = 4403
CLOSE_STALLED: Final = 4408


class Problem(Exception):
    """A command that is not carried out; code is a key of ERRORS, message Japanese, result goes into the ack's `r`."""

    def __init__(
        self, code: str, message: str = "", *, result: Mapping[str, Any] | None = None, retry_ms: int = 0
    ) -> None:
        super().__init__(message or ERRORS[code])
        self.code = code
        self.message = message or ERRORS[code]
        self.result = result
        self.retry_ms = retry_ms


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of an operation: its JSON type, whether it must be there, the values it may have, what it means."""

    type: type | tuple[type, ...]
    meaning: str
    is_required: bool = True
    choices: tuple[Any, ...] = ()
    default: Any = None


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: who may use it and its arguments; audited operations take the audit chain's lock."""

    who: str
    meaning: str
    arguments: Mapping[str, Argument]
    is_audited: bool = True


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
        },
    ),
    "question.withdraw": Operation("the asker", "Take an own question back.", {"q": Argument(str, "public id")}),
    "vote.set": Operation(
        "municipal officer registered for the round",
        "Say or unsay 「当団体も同じ」. States the desired result, so repeating it changes nothing.",
        {"q": Argument(str, "public id"), "on": Argument(bool, "the result wanted")},
        is_audited=False,
    ),
    "question.moderate": Operation(
        "moderator",
        "Publish, withhold or hide a question.",
        {
            "q": Argument(str, "public id"),
            "expect": Argument(int, "the version the moderator saw"),
            "state": Argument(str, "the state wanted", True, ("public", "withheld", "hidden")),
            "reason": Argument(str, "shown to the asker; needed to withhold or hide", False, (), ""),
        },
    ),
    "answer.publish": Operation(
        "moderator",
        "Publish the answer to a question, or mark that it was answered orally.",
        {
            "q": Argument(str, "public id"),
            "expect": Argument(int, "the version the moderator saw"),
            "body": Argument(str, "text; may be empty when oral", False, (), ""),
            "oral": Argument(bool, "answered on the day", False, (), False),
        },
    ),
}

EVENT_KINDS: Final[Mapping[str, str]] = {
    "question.added": "pub: the question became visible; `q` is its present public shape",
    "question.removed": "pub: the question is no longer visible; only its id",
    "question.answered": "pub: an answer was published or changed; `q` as above",
    "queue.changed": "staff: the moderation queue changed for this question; `q` is the staff shape",
    "phase.set": "pub: the room's phase or the slot on stage changed",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A well-formed command: the client's id, the operation and its arguments with defaults filled in."""

    id: str
    op: str
    arguments: Mapping[str, Any]


def parse(message: Any) -> Command:
    """Return the command a decoded JSON message holds; raises Problem("bad") on anything that is not exactly one."""
    if not isinstance(message, dict) or set(message) - {"t", "id", "op", "a"} or message.get("t", "cmd") != "cmd":
        raise Problem("bad")
    command_id, op, given = message.get("id"), message.get("op"), message.get("a", {})
    if not isinstance(command_id, str) or not 8 <= len(command_id) <= 40 or not command_id.isascii():
        raise Problem("bad")
    operation = OPERATIONS.get(op) if isinstance(op, str) else None
    if operation is None or not isinstance(given, dict) or set(given) - set(operation.arguments):
        raise Problem("bad")
    assert isinstance(op, str)
    return Command(
        command_id, op, {name: _value(given, name, argument) for name, argument in operation.arguments.items()}
    )


def _value(given: Mapping[str, Any], name: str, argument: Argument) -> Any:
    value = given.get(name)
    if value is None:
        if argument.is_required:
            raise Problem("bad")
        return argument.default
    # bool is an int in Python; in JSON it is not.
    if not isinstance(value, argument.type) or (isinstance(value, bool) and argument.type is int):
        raise Problem("bad")
    if isinstance(value, str) and any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise Problem("bad")
    if argument.choices and value not in argument.choices:
        raise Problem("bad")
    return value


def ack(command_id: str, result: Mapping[str, Any]) -> dict[str, Any]:
    """The acknowledgement of a command that is committed."""
    return {"t": "ack", "id": command_id, "ok": True, "r": dict(result)}


def refusal(command_id: str, problem: Problem) -> dict[str, Any]:
    """The answer to a command that was not carried out."""
    answer: dict[str, Any] = {"t": "ack", "id": command_id, "ok": False, "e": problem.code, "m": problem.message}
    if problem.result is not None:
        answer["r"] = dict(problem.result)
    if problem.retry_ms:
        answer["retry_ms"] = problem.retry_ms
    return answer


def render() -> str:
    """The operations, events, errors and limits as Markdown, for docs/live-protocol.md."""
    lines = [
        "# The live room: room sync v1",
        "",
        "Rendered from `live/protocol.py`; do not edit by hand (`manage.py render_docs`).",
        "",
        "The database is the truth: an acknowledgement follows the commit. A command states a desired result, carries",
        "the client's id and may be sent again; the stored result comes back. The same id with other content is `bad`.",
        "",
        "## Addresses",
        "",
        "| address | what |",
        "|---|---|",
        "| `/live/{room}/` | the page, complete without JavaScript |",
        "| `/live/{room}/ticket` | POST: a ticket for the socket, good for ten minutes |",
        "| `/live/{room}/state` | snapshot with ETag |",
        "| `/live/{room}/events?after=N` | events after a sequence number, for polling |",
        "| `/live/{room}/commands` | POST: one command or an array; the same acknowledgements as the socket |",
        "| `/ws/live/{room}/` | the socket; the first message is `hello` with a ticket |",
        "",
        "## Operations",
    ]
    for op, operation in OPERATIONS.items():
        lines += [
            "",
            f"### `{op}`",
            "",
            operation.meaning,
            "",
            f"Who: {operation.who}.",
            "",
            "| argument | type | meaning |",
            "|---|---|---|",
        ]
        for name, argument in operation.arguments.items():
            kind = (
                argument.type.__name__
                if isinstance(argument.type, type)
                else "/".join(t.__name__ for t in argument.type)
            )
            choices = f" ({', '.join(map(str, argument.choices))})" if argument.choices else ""
            optional = "" if argument.is_required else f"; default `{argument.default}`"
            lines.append(f"| `{name}` | {kind} | {argument.meaning}{choices}{optional} |")
    lines += ["", "## Events", "", "| kind | meaning |", "|---|---|"]
    lines += [f"| `{kind}` | {meaning} |" for kind, meaning in EVENT_KINDS.items()]
    lines += ["", "## Errors", "", "| code | said to the person | sent again by itself |", "|---|---|---|"]
    lines += [f"| `{code}` | {text} | {'yes' if code in RETRIED else 'no'} |" for code, text in ERRORS.items()]
    limits = (
        f"Body {BODY_LIMIT} grapheme clusters; frame {MAX_FRAME_BYTES} bytes; depth {MAX_DEPTH}; "
        f"ask {ASK_RATE[0]} per {ASK_RATE[1]} s; vote {VOTE_RATE[0]} per {VOTE_RATE[1]} s; "
        f"replay {REPLAY_LIMIT} events."
    )
    lines += ["", "## Limits", "", limits, ""]
    return "\n".join(lines)
