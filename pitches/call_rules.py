"""The rules of a call as one document, and what changed between two versions of it, in words."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import format_deadline
from files.inspection import JPEG, OFFICE_TYPES, PDF, PNG
from pitches.declarations import declared
from pitches.models import Call

_PPTX, _DOCX, _XLSX = OFFICE_TYPES.values()
# key in Call.file_types → (label, content type as files.inspection reads it).
FILE_TYPES: Mapping[str, tuple[str, str]] = {
    "pdf": ("PDF", PDF),
    "pptx": ("PowerPoint（pptx）", _PPTX),
    "docx": ("Word（docx）", _DOCX),
    "xlsx": ("Excel（xlsx）", _XLSX),
    "png": ("PNG", PNG),
    "jpeg": ("JPEG", JPEG),
}
RULE_FIELDS = (
    "themes",
    "edition",
    "opens_at",
    "closes_at",
    "details_due_at",
    "declarations",
    "page_limit",
    "file_max_mb",
    "proposal_max_mb",
    "file_types",
)


def rules_of(call: Call) -> dict[str, Any]:
    """The rules that hold now, JSON-able: name in RULE_FIELDS → value, moments as ISO texts."""
    return {name: _stored(getattr(call, name)) for name in RULE_FIELDS}


def changed_rules(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the rules that differ between two documents of rules_of, in their order."""
    return [name for name in RULE_FIELDS if before.get(name) != after.get(name)]


def rule_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(what it is called, before, after) of every rule that differs, in the reader's language."""
    return [
        (rule_label(name), _worded(name, before.get(name)), _worded(name, after.get(name)))
        for name in changed_rules(before, after)
    ]


def rule_label(name: str) -> str:
    """What people call a rule."""
    field: Any = Call._meta.get_field(name)
    return str(field.verbose_name)


def accepted_types(call: Call) -> frozenset[str]:
    """The content types a call takes in; all there are where it names none."""
    keys = call.file_types or FILE_TYPES
    return frozenset(FILE_TYPES[key][1] for key in keys if key in FILE_TYPES)


def accepted_labels(call: Call) -> list[str]:
    """The formats a call takes in, as people call them."""
    return [label for key, (label, _type) in FILE_TYPES.items() if not call.file_types or key in call.file_types]


def _stored(value: Any) -> Any:
    # One moment has one text, on whichever clock it was written.
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _worded(name: str, value: Any) -> str:
    if value in (None, "", []):
        return _("（指定なし）")
    return _WORDS.get(name, str)(value)


def _moment(value: str) -> str:
    return format_deadline(datetime.fromisoformat(value))


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "themes": "、".join,
    "opens_at": _moment,
    "closes_at": _moment,
    "details_due_at": _moment,
    "declarations": lambda lines: "\n".join(f"・{text}" for text in declared(lines).values()),
    "file_types": lambda keys: "、".join(FILE_TYPES[key][0] for key in keys if key in FILE_TYPES),
    "file_max_mb": lambda value: f"{value}MB",
    "proposal_max_mb": lambda value: f"{value}MB",
}
