"""The hash chain: how an entry's hash is computed and checked, as pure functions."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

GENESIS = "0" * 64


class Link(Protocol):
    seq: int
    at: datetime
    actor: int | None
    verb: str
    subject_type: str
    subject_id: str
    source: str
    target: str
    facts: str
    origin: str
    previous_hash: str
    hash: str


def canonical(facts: Mapping[str, object]) -> str:
    """Return facts as JSON text with sorted keys, the exact bytes that are stored and hashed."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest(link: Link) -> str:
    """Return the SHA-256, in hex, over every column of an entry and the hash of the one before it."""
    columns = [
        link.previous_hash,
        str(link.seq),
        link.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "" if link.actor is None else str(link.actor),
        link.verb,
        link.subject_type,
        link.subject_id,
        link.source,
        link.target,
        link.facts,
        link.origin,
    ]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def first_break(links: Iterable[Link]) -> int | None:
    """Return the seq at which the chain no longer holds (altered, missing or reordered), or None when it is whole."""
    previous, expected = GENESIS, 1
    for link in links:
        if link.seq != expected or link.previous_hash != previous or link.hash != digest(link):
            return expected
        previous, expected = link.hash, expected + 1
    return None
