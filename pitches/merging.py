"""Three-way merge of what was typed with what others saved meanwhile, as pure functions over names and values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# A name is a plain field ("title"), or a question and the part of its answer ("R1-02.value").
PART = "."

# What a person saw when nobody knows it any more: equal to nothing, so that whatever differs is asked about.
UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be written, and the names about which two people disagree; of those nothing is written."""

    take: Mapping[str, Any]
    conflicts: tuple[str, ...]


def merge(typed: Mapping[str, Any], stored: Mapping[str, Any], seen: Mapping[str, Any]) -> Merge:
    """Merge name → value: typed by one person, stored now, and seen by that person before typing.

    A name absent from seen has not changed since the person saw it. Whoever left a field as it was does not undo what
    somebody else wrote there; whoever changed what nobody else touched is taken; two different changes are a conflict.
    """
    take, conflicts = {}, []
    for name, value in typed.items():
        now = stored[name]
        before = seen.get(name, now)
        if value in (now, before):
            continue
        if before == now:
            take[name] = value
        else:
            conflicts.append(name)
    return Merge(take, tuple(conflicts))


def part_name(question_id: str, part: str) -> str:
    """The name of one part of an answer."""
    return f"{question_id}{PART}{part}"


def split_name(name: str) -> tuple[str, str]:
    """(field or question id, part); the part of a plain field is empty."""
    owner, _dot, part = name.partition(PART)
    return owner, part


def owners(names: Mapping[str, Any]) -> list[str]:
    """The fields and questions that names belong to, sorted, each once."""
    return sorted({split_name(name)[0] for name in names})
