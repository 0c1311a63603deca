"""A proposal as people read it: what was submitted last, in sections, with every answer in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.requirements import (
    EVIDENCE_KINDS,
    JUDGEMENTS,
    VISIBILITIES,
    Edition,
    Question,
    edition,
    is_empty,
    requirement_applies,
)
from files.models import StoredFile
from pitches.declarations import declared
from pitches.merging import split_name
from pitches.models import Proposal
from pitches.pages import PAGES, ApplicationPage, field_label
from pitches.rules import latest_judgements
from pitches.snapshots import content_of

# What a reviewer must not weigh: who to call, what somebody needs because of a disability, how they attend.
NOT_READ = frozenset(
    {"accommodation", "attendance", "equipment", "declarations", "contact_name", "contact_email", "contact_phone"}
)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a proposal: (term, words) pairs, its files, and how its requirement was judged, if it is one."""

    label: str
    pairs: Sequence[tuple[str, str]]
    judgement: str = ""
    note: str = ""
    files: Sequence[StoredFile] = ()


def reading_of(proposal: Proposal) -> list[Section]:
    """The newest submitted version in the order of the application; contacts and declarations are the secretariat's."""
    newest = proposal.versions.order_by("-number").first()
    return sections(proposal, newest.content if newest is not None else content_of(proposal))


def sections(proposal: Proposal, content: dict[str, Any]) -> list[Section]:
    """A content of a proposal (see pitches.snapshots) in words; a vendor checks its own draft with it."""
    known = edition(proposal.edition)
    values = {name: answer["value"] for name, answer in content["answers"].items()}
    judged = latest_judgements(proposal)
    stored = {file.public_id: file for file in _files(proposal, content)}
    found = []
    for page in PAGES:
        if page.key == "confirm":
            continue
        if not page.group:
            pairs = _field_pairs(page, content["fields"])
            files = [stored[file["id"]] for file in content["files"] if not file["question"] and file["id"] in stored]
            found.append(Section(str(page.label), pairs, files=files if page.key == "files" else ()))
            continue
        judgement = judged.get(page.group)
        label = JUDGEMENTS[judgement.status].label_ja if judgement is not None else ""
        is_exempt = not requirement_applies(page.group, values)
        note = known.exemption_line if is_exempt else ""
        ids = {question.id for question in known.of(page.group)}
        files = [stored[f["id"]] for f in content["files"] if f["question"] in ids and f["id"] in stored]
        found.append(
            Section(str(page.label), [] if is_exempt else answer_pairs(known, page.group, content), label, note, files)
        )
    return [section for section in found if section.pairs or section.files or section.note or section.judgement]


def answer_pairs(known: Edition, group: str, content: dict[str, Any]) -> list[tuple[str, str]]:
    """(question, answer in words) of every answered question of a group."""
    pairs = []
    for question in known.of(group):
        answer = content["answers"].get(question.id)
        if answer is not None and answer["value"] not in (None, "", []):
            pairs.append((f"{question.id} {question.text_ja}", in_words(question, answer)))
    return pairs


def in_words(question: Question, answer: dict[str, Any]) -> str:
    """One stored answer as text: labels for keys, one line per row of a table, plan and remarks below."""
    value = answer["value"]
    labels: dict[Any, str] = {choice.key: choice.label_ja for choice in question.choices}
    if value in (None, "", []):
        text = "未回答"
    elif question.answer_type == "table":
        text = "\n".join(_row(question, row) for row in value)
    elif question.answer_type == "file":
        text = f"{len(value)}件の添付"
    elif isinstance(value, list):
        text = "、".join(labels.get(key, str(key)) for key in value)
    else:
        text = labels.get(value, f"{value}")
    extras = (("今後の予定", answer.get("plan")), ("証跡", answer.get("evidence_url")), ("備考", answer.get("remarks")))
    return "\n".join([text, *(f"{name}: {extra}" for name, extra in extras if extra)])


def value_in_words(proposal: Proposal, name: str, value: Any) -> str:
    """One named value (see pitches.models.DraftChange) as text; an empty one is the empty text."""
    owner, part = split_name(name)
    if is_empty(value):
        return ""
    if part == "value":
        return in_words(edition(proposal.edition).question(owner), {"value": value})
    if part:
        return str({"evidence_kind": EVIDENCE_KINDS, "visibility": VISIBILITIES}.get(part, {}).get(value, value))
    if owner == "declarations":
        lines = declared(proposal.call.declarations)
        return "\n".join(lines.get(key, key) for key in value)
    return _field_in_words(owner, value)


def _field_in_words(name: str, value: Any) -> str:
    labels = dict(getattr(Proposal._meta.get_field(name), "choices", None) or ())
    return str(labels.get(value, value))


def _row(question: Question, row: dict[str, Any]) -> str:
    cells = []
    for column in question.columns:
        cell = row.get(column.key)
        if cell in (None, ""):
            continue
        labels = {choice.key: choice.label_ja for choice in column.choices} or {"yes": "はい", "no": "いいえ"}
        shown = f"{cell:,}" if isinstance(cell, int) else labels.get(cell, cell)
        cells.append(f"{column.label_ja}: {shown}")
    return " ／ ".join(cells)


def _field_pairs(page: ApplicationPage, fields: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name in page.fields:
        if name in NOT_READ or not fields.get(name):
            continue
        pairs.append((field_label(name), _field_in_words(name, fields[name])))
    return pairs


def _files(proposal: Proposal, content: dict[str, Any]) -> list[StoredFile]:
    ids = [file["id"] for file in content["files"]]
    return [a.stored for a in proposal.attachments.filter(stored__public_id__in=ids).select_related("stored")]
