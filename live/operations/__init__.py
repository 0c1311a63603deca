"""Every command of a room, one file a noun; docs/live-protocol.md is rendered from here."""

import re
from collections.abc import Mapping
from typing import Any, Final

from live.operations import answers, moderation, polls, questions
from live.protocol import (
    ASK_RATE,
    BODY_LIMIT,
    CLOSE_BAD,
    CLOSE_BINARY,
    CLOSE_NOT_ALLOWED,
    CLOSE_RESTARTING,
    CLOSE_SIGNED_OUT,
    CLOSE_STALLED,
    CLOSE_TOO_MANY,
    COMMAND_RATE,
    ERRORS,
    MAX_DEPTH,
    MAX_FRAME_BYTES,
    REPLAY_LIMIT,
    RETRIED,
    SCREENS_EACH,
    SOCKETS_EACH,
    VOTE_RATE,
    Argument,
    Command,
    Operation,
    Problem,
)

OPERATIONS: Final[Mapping[str, Operation]] = {
    **questions.OPERATIONS,
    **moderation.OPERATIONS,
    **answers.OPERATIONS,
    **polls.OPERATIONS,
}

EVENT_KINDS: Final[Mapping[str, str]] = {
    "question.added": "pub: the question became visible; `q` is its present public shape",
    "question.removed": "pub: the question is no longer visible; only its id",
    "question.edited": "pub: a public question changed; `q` as above",
    "question.merged": "pub: the question is no longer visible, its voters count for `into`; only the two ids",
    "question.answered": "pub: an answer was published or changed; `q` as above",
    "bans.changed": "staff: `banned` are the people shut out of the room now",
    "queue.changed": "staff: the moderation queue changed for this question; `q` is the staff shape",
    "polls.changed": "pub: a poll was opened, closed, shown or put on the big screen; `polls` are the public ones now",
    "stage.set": "pub: `pinned` is the id of the question on stage now, or null; `wanted`: if null, screens choose one",
    "phase.set": "pub: the room's phase or the slot on stage changed",
}


FRAMES: Final[Mapping[str, str]] = {
    "welcome": "answer to `hello`: `epoch`, `seq`, `sseq`, `cv`, `phase`, `here`, `me`, `mine`, `resumed`",
    "ev": "an event of the pub stream: `seq`, `k` (see above) and what the kind brings",
    "sev": "an event of the staff stream, for moderators",
    "counts": "values that changed: `c` question to [people, bodies], `p` poll to results; a lower `cv` is ignored",
    "ack": "answer to a command, by its `id`: `ok` with `r`, or `e`, `m` and perhaps `retry_ms` and `r`",
    "mine": "what is the person's own now, all of it, after another page or somebody else changed it",
    "looks": "for moderators: `l` says who has which question open now",
    "hb": "every 12 to 18 s: `seq`, `cv` and about how many are `here`",
    "resync": "fetch a snapshot after `after_ms`",
    "bye": "the server stops; come back after `after_ms`",
}

CLOSE_CODES: Final[Mapping[int, str]] = {
    CLOSE_BINARY: "a frame that is not text",
    1007: "text that is not UTF-8",
    1009: "a frame that is too large",
    CLOSE_RESTARTING: "the server stops; `bye` came before",
    CLOSE_BAD: "no `hello` first, or three messages that cannot be read",
    CLOSE_SIGNED_OUT: "signed out, or no longer admitted",
    CLOSE_NOT_ALLOWED: "no good ticket, no session, no right to enter, or no `hello` in time",
    CLOSE_STALLED: "nothing was read for a while",
    CLOSE_TOO_MANY: "too many sockets of one person, or too many waiting ones of one address",
}

COMMAND_KEYS: Final = frozenset({"t", "id", "op", "a"})
# No database takes these: a NUL, and half a surrogate pair, which is no character.
UNSTORABLE: Final = re.compile("[\\0\\ud800-\\udfff]")
# More than any list of an operation may hold, so that its own words say what is too many.
LONGEST_LIST: Final = 100


def parse(message: Any) -> Command:
    """Return the command a decoded JSON message holds; raises Problem("bad") on anything that is not exactly one."""
    if not isinstance(message, dict) or not message.keys() <= COMMAND_KEYS or message.get("t", "cmd") != "cmd":
        raise Problem("bad")
    command_id, op, given = message.get("id"), message.get("op"), message.get("a", {})
    if not isinstance(command_id, str) or not is_id(command_id):
        raise Problem("bad")
    operation = OPERATIONS.get(op) if isinstance(op, str) else None
    if operation is None or not isinstance(given, dict) or not given.keys() <= operation.arguments.keys():
        raise Problem("bad")
    assert isinstance(op, str)
    return Command(
        command_id, op, {name: _value(given, name, argument) for name, argument in operation.arguments.items()}
    )


def is_id(text: str) -> bool:
    """Whether a text may be the id of a command: what a browser makes, nothing a database or a log stumbles over."""
    return 8 <= len(text) <= 40 and text.isascii() and text.isprintable()


def _value(given: Mapping[str, Any], name: str, argument: Argument) -> Any:
    value = given.get(name)
    if value is None:
        if argument.is_required:
            raise Problem("bad")
        return argument.default
    # bool is an int in Python; in JSON it is not.
    if not isinstance(value, argument.type) or (isinstance(value, bool) and argument.type is int):
        raise Problem("bad")
    parts = value if isinstance(value, list) else [value]
    # No argument holds more than a list of numbers and texts: whatever is nested deeper is not looked into.
    if len(parts) > LONGEST_LIST or not all(_is_plain(part) for part in parts):
        raise Problem("bad")
    if argument.choices and value not in argument.choices:
        raise Problem("bad")
    return value


def _is_plain(part: Any) -> bool:
    return not UNSTORABLE.search(part) if isinstance(part, str) else isinstance(part, int | float)


def render() -> str:
    """The operations, events, errors and limits as Markdown, for docs/live-protocol.md."""
    lines = [
        "# The live room: room sync v1",
        "",
        "Rendered from `live/operations`; do not edit by hand (`manage.py render_docs`).",
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
        "| `/live/{room}/stream?epoch=…&seq=N` | the frames of the socket as server-sent events; `id:` is the number |",
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
    lines += ["", "## Frames from the server", "", "| `t` | what |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in FRAMES.items()]
    lines += ["", "## Close codes", "", "| code | why |", "|---|---|"]
    lines += [f"| {code} | {meaning} |" for code, meaning in CLOSE_CODES.items()]
    lines += ["", "## Errors", "", "| code | said to the person | sent again by itself |", "|---|---|---|"]
    lines += [f"| `{code}` | {text} | {'yes' if code in RETRIED else 'no'} |" for code, text in ERRORS.items()]
    limits = (
        f"Body {BODY_LIMIT} grapheme clusters; frame {MAX_FRAME_BYTES} bytes; depth {MAX_DEPTH}; "
        f"ask {ASK_RATE[0]} per {ASK_RATE[1]} s; vote {VOTE_RATE[0]} per {VOTE_RATE[1]} s; "
        f"any command {COMMAND_RATE[0]} per second, {COMMAND_RATE[1]} at once; {SOCKETS_EACH} sockets a person; "
        f"{SCREENS_EACH} big screens a room, all of these in each process; "
        f"replay {REPLAY_LIMIT} events."
    )
    lines += ["", "## Limits", "", limits, ""]
    return "\n".join(lines)
