"""Questions about screening: the board of all proposals, and one proposal beside what needs a human look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accounts.selectors import Person
from core.requirements import (
    JUDGEMENTS,
    REQUIREMENT_KEYS,
    VISIBILITIES,
    Question,
    edition,
    missing,
    needs_look,
    requirement_applies,
)
from pitches.differences import Change, changes
from pitches.lifecycle import PROPOSAL_TABLE
from pitches.models import Call, Judgement, Proposal, ProposalVersion
from pitches.pages import PAGES
from pitches.permissions import manages_calls, screens
from pitches.reading import Section, in_words, sections
from pitches.rules import latest_judgements, version_now
from pitches.selectors.proposals import label_of, shown_state, visible_to
from pitches.snapshots import submitted_answers


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One proposal on the screening board: its newest judgement per requirement (None: not judged yet), exemptions.

    state is (key, label) as the person may know it; looks counts the answers that need a human look; missing counts
    what the form check finds empty.
    """

    proposal: Proposal
    judgements: Mapping[str, Judgement | None]
    exempt: frozenset[str]
    looks: int
    has_open_correction: bool
    state: tuple[str, str] = ("", "")
    missing: int = 0

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(requirement, key of the judgement or "exempt" or "", its label) for each of the four."""
        return [self._cell(key) for key in REQUIREMENT_KEYS]

    def _cell(self, key: str) -> tuple[str, str, str]:
        judgement = self.judgements[key]
        if judgement is not None:
            return key, judgement.status, JUDGEMENTS[judgement.status].label_ja
        return (key, "exempt", JUDGEMENTS["exempt"].label_ja) if key in self.exempt else (key, "", "未判定")


def screening_board(person: Person, *, call: Call | None = None, on: date | None = None) -> list[BoardRow]:
    """Every submitted proposal with its four requirements, oldest receipt first; five queries at any size.

    What is shown is what was submitted last, never a correction still being typed. on is the day by which
    certificates must be valid.
    """
    if not screens(person):
        return []
    proposals = (
        visible_to(person)
        .prefetch_related(
            "correction_requests",
            Prefetch("versions", ProposalVersion.objects.order_by("-number")),
            Prefetch("judgements", Judgement.objects.order_by("at", "pk")),
        )
        .order_by("submitted_at", "pk")
    )
    if call is not None:
        proposals = proposals.filter(call=call)
    return [_board_row(proposal, person, on) for proposal in proposals]


def _board_row(proposal: Proposal, person: Person, on: date | None) -> BoardRow:
    versions = list(proposal.versions.all())
    newest = versions[0] if versions else None
    answers = submitted_answers(newest) if newest is not None else {}
    known = edition(proposal.edition)
    looked_at = [needs_look(question, answers.get(question.id), on=on) for question in known.applicable(answers, "A")]
    judged = {j.requirement: j for j in proposal.judgements.all() if newest is not None and j.version_id == newest.pk}
    return BoardRow(
        proposal,
        {key: judged.get(key) for key in REQUIREMENT_KEYS},
        frozenset(key for key in REQUIREMENT_KEYS if not requirement_applies(key, answers)),
        sum(1 for reason in looked_at if reason),
        any(request.answered_at is None for request in proposal.correction_requests.all()),
        state_for(person, proposal),
        len(missing(known, answers, "A")),
    )


def state_for(person: Person, proposal: Proposal) -> tuple[str, str]:
    """(key, label) of the state: the working one for organisers, what has been released for everyone else."""
    if manages_calls(person):
        return proposal.state, PROPOSAL_TABLE.label(proposal.state)
    return shown_state(proposal)


# --- One proposal -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One submitted answer as screeners read it; look says why a human should look, or is empty."""

    question: Question
    words: str
    look: str
    evidence: str
    visibility: str
    files: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Desk:
    """One requirement beside its answers: label, whether it applies, its answers, every judgement, newest first."""

    key: str
    label: str
    is_exempt: bool
    exemption_line: str
    answers: Sequence[ReadAnswer]
    judgements: Sequence[tuple[Judgement, str]]
    is_judged: bool


def desks(proposal: Proposal, *, on: date) -> list[Desk]:
    """The four requirements of the newest submitted version, with all that was ever judged."""
    version = version_now(proposal)
    content = version.content if version is not None else {"answers": {}, "files": []}
    answers = {name: answer["value"] for name, answer in content["answers"].items()}
    known = edition(proposal.edition)
    judged = list(proposal.judgements.select_related("by", "version").order_by("-at", "-pk"))
    now = latest_judgements(proposal)
    return [
        Desk(
            requirement.key,
            f"{requirement.number} {requirement.name_ja}",
            not requirement_applies(requirement.key, answers),
            known.exemption_line,
            read_answers(known.applicable(answers, "A"), requirement.key, content, on),
            [(j, JUDGEMENTS[j.status].label_ja) for j in judged if j.requirement == requirement.key],
            requirement.key in now,
        )
        for requirement in known.requirements
    ]


def premises(proposal: Proposal, *, on: date) -> list[ReadAnswer]:
    """The answers to the questions that gate the others."""
    version = version_now(proposal)
    if version is None:
        return []
    applicable = edition(proposal.edition).applicable(submitted_answers(version), "A")
    return read_answers(applicable, "G", version.content, on)


def read_answers(questions: Iterable[Question], group: str, content: Mapping[str, Any], on: date) -> list[ReadAnswer]:
    """The answers of one group in words, each with its evidence and the reason to look at it."""
    found = []
    for question in questions:
        if question.requirement != group:
            continue
        answer = content["answers"].get(question.id, {"value": None})
        found.append(
            ReadAnswer(
                question,
                in_words(question, answer),
                needs_look(question, answer["value"], on=on) or "",
                answer.get("evidence_url") or answer.get("evidence_reason") or "",
                VISIBILITIES.get(answer.get("visibility", ""), ""),
                [file for file in content["files"] if file["question"] == question.id],
            )
        )
    return found


def plain_sections(proposal: Proposal) -> list[Section]:
    """The plain pages of what was submitted last."""
    version = version_now(proposal)
    groups = {str(page.label) for page in PAGES if page.group}
    return [s for s in sections(proposal, version.content) if s.label not in groups] if version is not None else []


def correctable_names(proposal: Proposal) -> list[tuple[str, list[tuple[str, str]]]]:
    """(page, [(name, label)]) of everything a correction request may name."""
    known = edition(proposal.edition)
    version = version_now(proposal)
    asked = known.applicable(submitted_answers(version), "A") if version is not None else ()
    groups = []
    for page in PAGES:
        if page.key == "confirm":
            continue
        names = list(page.fields) + [q.id for q in asked if page.group and q.requirement == page.group]
        if page.key == "files":
            names.append("files")
        if names:
            groups.append((str(page.label), [(name, label_of(proposal, name)) for name in names]))
    return groups


def judgements_now(proposal: Proposal) -> dict[str, Judgement]:
    """requirement key → the judgement that counts now."""
    return latest_judgements(proposal)


def newest_version(proposal: Proposal) -> ProposalVersion | None:
    """What was submitted last."""
    return version_now(proposal)


def difference(proposal: Proposal) -> list[Change]:
    """What the newest submitted version changed against the one before it; nothing for a first submission."""
    newest = list(proposal.versions.order_by("-number")[:2])
    return changes(newest[1].content, newest[0].content) if len(newest) == 2 else []


def difference_in_words(proposal: Proposal) -> list[tuple[str, str, str]]:
    """(label, before, after) of what the newest version changed."""
    return [
        (
            label_of(proposal, change.name),
            _worded(proposal, change, change.before),
            _worded(proposal, change, change.after),
        )
        for change in difference(proposal)
    ]


def _worded(proposal: Proposal, change: Change, value: Any) -> str:
    if change.is_of_files:
        return "\n".join(f"{file['name']}（SHA-256 {file['sha256'][:12]}…）" for file in value) or "（なし）"
    if isinstance(value, Mapping):
        return in_words(edition(proposal.edition).question(change.name), dict(value))
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    return str(value) if value not in (None, "") else "（空欄）"
