"""What changed between two versions of a proposal, as pure functions over their content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FILES = "files"


@dataclass(frozen=True, slots=True)
class Change:
    """One named thing that differs: a plain field, a question id, or "files"; before and after as stored.

    The files for a question are a change of that question: whoever may correct it may exchange its evidence.
    """

    name: str
    before: Any
    after: Any
    is_of_files: bool = False


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every change between two contents (see pitches.snapshots.content_of), fields first, questions, files."""
    found = []
    for part in ("fields", "answers"):
        for name in sorted(before[part].keys() | after[part].keys()):
            old, new = before[part].get(name), after[part].get(name)
            if _is_empty(old) and _is_empty(new):
                continue
            if old != new:
                found.append(Change(name, old, new))
    names = sorted({file["question"] for content in (before, after) for file in content["files"]})
    for question in names:
        old, new = _files_for(question, before), _files_for(question, after)
        if _hashes(old) != _hashes(new):
            found.append(Change(question or FILES, old, new, is_of_files=True))
    return found


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of what differs."""
    return [change.name for change in changes(before, after)]


def _files_for(question: str, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [file for file in content["files"] if file["question"] == question]


def _hashes(files: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((file["name"], file["sha256"]) for file in files)


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return not any(value.get(part) for part in value if part != "visibility")
    return value in (None, "", [])
