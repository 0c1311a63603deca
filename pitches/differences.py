"""What changed between two versions of a proposal, as pure functions over their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FILES = "files"


@dataclass(frozen=True, slots=True)
class Change:
    """One named thing that differs: a plain field, a question id, or "files"; before and after as stored."""

    name: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every change between two contents (see pitches.snapshots.content_of), fields first, then questions, then files."""
    found = []
    for part in ("fields", "answers"):
        for name in sorted(before[part].keys() | after[part].keys()):
            old, new = before[part].get(name), after[part].get(name)
            if _is_empty(old) and _is_empty(new):
                continue
            if old != new:
                found.append(Change(name, old, new))
    hashes = [
        sorted((file["name"], file["sha256"], file["question"]) for file in content["files"])
        for content in (before, after)
    ]
    if hashes[0] != hashes[1]:
        found.append(Change(FILES, before["files"], after["files"]))
    return found


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what differs."""
    return [change.name for change in changes(before, after)]


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not any(value.get(part) for part in value if part != "visibility")
    return value in (None, "", [])
