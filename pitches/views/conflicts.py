"""How a save tells what others wrote meanwhile: as JSON for the open page, as both texts and a choice for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.calendar import to_jst
from pitches import selectors
from pitches.forms import control_of
from pitches.merging import split_name
from pitches.models import Proposal
from pitches.services import Conflict


@dataclass(frozen=True, slots=True)
class Told:
    """One conflict as a page draws it: both texts, who saved the other one, and where its field is on the page."""

    name: str
    control: str
    label: str
    stored: str
    typed: str
    by: str
    at: Any
    seen: str
    anchor: str


def told(proposal: Proposal, conflicts: Iterable[Conflict], form: Any) -> list[Told]:
    """The conflicts of a form, in words."""
    return [
        Told(
            conflict.name,
            control_of(conflict.name),
            selectors.name_label(proposal, conflict.name),
            selectors.value_in_words(proposal, conflict.name, conflict.stored),
            selectors.value_in_words(proposal, conflict.name, conflict.typed),
            selectors.person_name(conflict.by),
            conflict.at,
            f"{conflict.name}:{form.older.get(conflict.name, form.expect)}",
            _anchor(conflict.name, form),
        )
        for conflict in conflicts
    ]


def _anchor(name: str, form: Any) -> str:
    owner, part = split_name(name)
    if part:
        return f"q-{owner}"
    bound = form[owner]
    return bound.id_for_label or f"{bound.auto_id}_0"


def merge_report(proposal: Proposal, conflicts: Iterable[Conflict], form: Any) -> dict[str, Any]:
    """{"merged": [{name, control, value}], "conflicts": [{name, control, label, stored, value, by, at}]} for a script.

    value is what the control would hold; a table, which no script fills in, has null, and so has what could not be
    read: its control keeps what was typed.
    """
    listed = list(conflicts)
    names = {conflict.name for conflict in listed}
    merged = selectors.merged_in(proposal, form.typed, form.expect, form.older)
    return {
        "merged": [
            {"name": name, "control": control_of(name), "value": control_value(value)}
            for name, value in merged.items()
            if name not in names
        ]
        + [{"name": name, "control": control_of(name), "value": None} for name in form.unread],
        "conflicts": [
            {
                "name": each.name,
                "control": each.control,
                "label": each.label,
                "stored": each.stored,
                "value": control_value(conflict.stored),
                "by": each.by,
                "at": f"{to_jst(each.at):%H:%M}" if each.at else "",
            }
            for each, conflict in zip(told(proposal, listed, form), listed, strict=True)
        ],
    }


def control_value(value: Any) -> Any:
    """A stored value as its control holds it: a text, a list of keys, or None for a table."""
    if isinstance(value, list):
        return None if any(isinstance(each, Mapping) for each in value) else value
    return "" if value is None else str(value)
