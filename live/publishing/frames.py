"""Frames as they go over the wire: written once, then handed to everybody they are for."""

from itertools import pairwise
from random import random
from typing import Any

from live.protocol import encode

Values = dict[str, dict[str, Any]]  # "c": question -> [people, bodies]; "p": poll -> results
Message = dict[str, Any]  # What an ASGI server's send takes; shared by all sockets, changed by none.


def message(frame: dict[str, Any]) -> Message:
    """A frame ready to be sent to any number of sockets."""
    return from_text(encode(frame))


def from_text(text: str) -> Message:
    """A frame that is JSON already."""
    return {"type": "websocket.send", "text": text}


def counts(cv: int, values: Values) -> Message:
    """New values: `c` of questions, and `p` of polls where there are any."""
    polls = {"p": values["p"]} if values.get("p") else {}
    return message({"t": "counts", "cv": cv, "c": values.get("c", {})} | polls)


def resync(people: int) -> Message:
    """Ask for a snapshot; the more people there are, the longer the time over which they are spread."""
    return message({"t": "resync", "after_ms": round(random() * min(10_000, people))})  # noqa: S311


def presence(count: int) -> str:
    """How many are here, as a range, so that nobody is counted out of a small room."""
    bounds = [1, 10, 50, 100, 500, 1000, 5000, 10000]
    for low, high in pairwise(bounds):
        if count < high:
            return f"{low}-{high - 1}"
    return "10000-"
