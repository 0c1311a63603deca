"""Questions about published proposals: the list everyone may search, one proposal as far as its reader may see it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.selectors import Person, body_of
from core.calendar import to_jst
from core.requirements import GATES, Badge, Edition, badges, edition, is_empty, requirement_applies
from files.models import StoredFile
from pitches.disclosure import disclosed, levels_of
from pitches.facets import BADGE_LABELS, Entry, search_text
from pitches.models import Attachment, Judgement, Proposal, ProposalVersion
from pitches.reading import in_words
from pitches.rules import FIT

SEARCHED = ("title", "tagline", "theme", "problem", "audience", "work", "content", "difference", "effect", "wishes")
PRESENTED_FIELDS = ("problem", "audience", "work", "content", "difference", "effect", "wishes")
_BETWEEN_WORKS = re.compile(r"[、,，/／・\n]")


def published_proposals() -> QuerySet[Proposal]:
    """The proposals a publication has released as selected and that were not withdrawn since: for everyone to read."""
    return Proposal.objects.filter(released_outcome="selected", state__in=("selected", "presented")).exclude(
        released_at=None
    )


def published_ids() -> frozenset[str]:
    """The public ids of the published proposals, for lists that link to them."""
    return frozenset(published_proposals().values_list("public_id", flat=True))


def passed_version(proposal: Proposal) -> ProposalVersion | None:
    """The newest version screening has passed: what was handed in since and is 要確認 is not published yet.

    Uses what is prefetched; a proposal that never was judged shows its first version.
    """
    newest: dict[str, Judgement] = {}
    for judgement in sorted(proposal.judgements.all(), key=lambda each: each.pk):
        newest[judgement.requirement] = judgement
    passed = FIT | {"exempt"}
    doubtful = [judgement.version.number for judgement in newest.values() if judgement.status not in passed]
    versions = sorted(proposal.versions.all(), key=lambda version: version.number)
    fine = [version for version in versions if not doubtful or version.number < min(doubtful)]
    return fine[-1] if fine else (versions[0] if versions else None)


def _with_versions() -> QuerySet[Proposal]:
    """The published proposals with what passed_version() looks at."""
    judged = Prefetch("judgements", Judgement.objects.select_related("version"))
    return published_proposals().select_related("vendor", "call").prefetch_related("versions", judged)


def _read() -> list[tuple[Proposal, ProposalVersion]]:
    """Every published proposal with the version to show, newest publication first; three queries at any number."""
    proposals = _with_versions().order_by("-released_at", "-pk")
    read = [(proposal, passed_version(proposal)) for proposal in proposals]
    return [(proposal, version) for proposal, version in read if version is not None]


def catalogue() -> list[Entry]:
    """Every published proposal as the public list shows it, newest publication first."""
    return [_entry(proposal, version) for proposal, version in _read()]


def _entry(proposal: Proposal, version: ProposalVersion) -> Entry:
    fields, known = version.content["fields"], edition(proposal.edition)
    values = _values(version.content)
    earned = badges(known, values, to_jst(version.submitted_at).date())
    stage = _choices(known, "G-04", values)
    works = [work.strip() for work in _BETWEEN_WORKS.split(fields.get("work") or "") if work.strip()]
    assert proposal.released_at is not None
    return Entry(
        public_id=proposal.public_id,
        title=fields["title"],
        tagline=fields["tagline"],
        vendor=proposal.vendor.name,
        theme=fields["theme"],
        stage=stage[0][1] if stage else "",
        badges=earned,
        released_at=proposal.released_at,
        values={
            "theme": [(fields["theme"], fields["theme"])] if fields["theme"] else [],
            "work": [(work, work) for work in dict.fromkeys(works)],
            "badge": [(badge.key, BADGE_LABELS[badge.key]) for badge in earned],
            "stage": stage,
            "delivery": _choices(known, "G-02", values),
            "call": [(proposal.call.public_id, proposal.call.title)],
        },
        text=search_text([proposal.vendor.name, *(fields.get(name) for name in SEARCHED)]),
    )


def _values(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer["value"] for name, answer in content["answers"].items()}


def _choices(known: Edition, question_id: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, label) of what was chosen for a question, whose answer everyone may know."""
    question, value = known.question(question_id), values.get(question_id)
    keys = value if isinstance(value, list) else [value] if value else []
    return [(choice.key, choice.label_ja) for choice in question.choices if choice.key in keys]


# --- One proposal -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourcedBadge:
    """A badge, the question it summarises, and the answer in words where the reader may see it, else empty."""

    badge: Badge
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PublishedAnswer:
    """One answer as its reader may see it: the question, the answer with its evidence in words, its files."""

    question: str
    words: str
    files: Sequence[StoredFile]


@dataclass(frozen=True, slots=True)
class PublishedRequirement:
    """One requirement of a published proposal. undisclosed counts the answers its reader does not see."""

    key: str
    label: str
    exemption_line: str
    answers: Sequence[PublishedAnswer]
    undisclosed: int


@dataclass(frozen=True, slots=True)
class Published:
    """A published proposal as far as one reader may see it; content is already cut down to that.

    as_of is when the vendor handed in what is shown. contact is empty for readers who are not municipal officers.
    """

    proposal: Proposal
    content: Mapping[str, Any]
    as_of: datetime
    pairs: Sequence[tuple[str, str]]
    badges: Sequence[SourcedBadge]
    requirements: Sequence[PublishedRequirement]
    slides: Sequence[StoredFile]
    contact: Sequence[tuple[str, str]]


def published(public_id: str, person: Person) -> Published | None:
    """One published proposal for one reader, or None: what is not published and what is not there look the same."""
    proposal = _with_versions().filter(public_id=public_id).first()
    version = passed_version(proposal) if proposal is not None else None
    if proposal is None or version is None:
        return None
    return as_published(proposal, version, levels_of(person), with_contact=body_of(person) is not None)


def as_published(
    proposal: Proposal, version: ProposalVersion, levels: frozenset[str], *, with_contact: bool
) -> Published:
    """A version of a proposal as readers of these levels see it."""
    known, content = edition(proposal.edition), disclosed(version.content, levels)
    stored = _stored(proposal, content)
    everything = _values(version.content)
    return Published(
        proposal=proposal,
        content=content,
        as_of=version.submitted_at,
        pairs=[(_label(name), content["fields"][name]) for name in PRESENTED_FIELDS if content["fields"].get(name)],
        badges=[
            SourcedBadge(badge, known.question(badge.source_question).text_ja, _answer_words(known, badge, content))
            for badge in badges(known, everything, to_jst(version.submitted_at).date())
        ],
        requirements=[
            _requirement(known, key, version.content, content, stored)
            for key in (GATES, *(requirement.key for requirement in known.requirements))
        ],
        slides=[stored[file["id"]] for file in content["files"] if not file["question"] and file["id"] in stored],
        contact=_contact(proposal, version.content["fields"]) if with_contact else (),
    )


def _label(name: str) -> str:
    field: Any = Proposal._meta.get_field(name)
    return str(field.verbose_name)


def _answer_words(known: Edition, badge: Badge, content: Mapping[str, Any]) -> str:
    answer = content["answers"].get(badge.source_question)
    return in_words(known.question(badge.source_question), answer) if answer is not None else ""


def _requirement(
    known: Edition,
    key: str,
    everything: Mapping[str, Any],
    content: Mapping[str, Any],
    stored: Mapping[str, StoredFile],
) -> PublishedRequirement:
    values = _values(everything)
    label = "前提" if key == GATES else known.requirement(key).label_ja
    if key != GATES and not requirement_applies(key, values):
        return PublishedRequirement(key, label, known.exemption_line, (), 0)
    answered = [q for q in known.applicable(values) if q.requirement == key and not is_empty(values.get(q.id))]
    shown = [
        PublishedAnswer(
            f"{question.id} {question.text_ja}",
            in_words(question, content["answers"][question.id]),
            [stored[f["id"]] for f in content["files"] if f["question"] == question.id and f["id"] in stored],
        )
        for question in answered
        if question.id in content["answers"]
    ]
    return PublishedRequirement(key, label, "", shown, len(answered) - len(shown))


def _contact(proposal: Proposal, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    names = ("contact_name", "contact_email", "contact_phone")
    return [(_label(name), fields[name]) for name in names if fields.get(name)]


def _stored(proposal: Proposal, content: Mapping[str, Any]) -> dict[str, StoredFile]:
    ids = [file["id"] for file in content["files"]]
    found = Attachment.objects.filter(proposal=proposal, stored__public_id__in=ids).select_related("stored")
    return {attachment.stored.public_id: attachment.stored for attachment in found}


def may_read_published(person: Person, stored: StoredFile) -> bool:
    """Whether a file belongs to what a reader may see of a published proposal."""
    proposal = _with_versions().filter(attachments__stored=stored, attachments__removed_at=None).first()
    version = passed_version(proposal) if proposal is not None else None
    if version is None:
        return False
    content = disclosed(version.content, levels_of(person))
    return any(file["id"] == stored.public_id for file in content["files"])
