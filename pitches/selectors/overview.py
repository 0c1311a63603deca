"""What a vendor sees of one proposal on one page: its state, what is missing, what happened, what it can do."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.selectors import history
from core.requirements import JUDGEMENTS, REQUIREMENT_KEYS, edition
from pitches.lifecycle import WITHDRAWABLE
from pitches.models import CorrectionRequest, Proposal, ProposalVersion
from pitches.pages import DETAIL_PAGES
from pitches.reading import Section, answer_pairs, sections
from pitches.rules import accepts_from, closes_for, details_are_asked, latest_judgements, open_correction, version_now
from pitches.selectors.catalogue import published_proposals
from pitches.selectors.proposals import OUTCOMES, label_of, progress, shown_state
from pitches.snapshots import content_of, parts_of

# Decisions of the panel are not among these: they appear when a publication releases them.
TOLD_STEPS = {"admit": "要件適合の決定", "reject": "要件不適合の決定", "withdraw": "取下げ"}
STATE_TONES = {
    "submitted": "key",
    "correcting": "warning",
    "eligible": "success",
    "selected": "success",
    "presented": "success",
}
JUDGEMENT_TONES = {"fit": "success", "conditional": "success", "unclear": "warning", "unfit": "error"}
TOLD_OF_JUDGEMENTS = frozenset({"eligible", "ineligible", "selected", "reserve", "not_selected", "presented"})


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the application as the step navigation draws it."""

    label: str
    url: str
    state: str
    is_current: bool
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, for the timeline."""

    at: datetime
    title: str
    text: str = ""
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class ToldJudgement:
    """How one requirement was judged, as its vendor may read it."""

    label: str
    status: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class Details:
    """The questions after a selection: by when they are to be answered, what is missing, when they were handed in."""

    due_at: datetime | None
    is_overdue: bool
    missing: int
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the vendor's page of a proposal prints; state is a key, its label and a tone.

    closes_at is the deadline that counts for this vendor, a personal extension included.
    """

    state: tuple[str, str, str]
    steps: Sequence[Step]
    missing: int
    correction: CorrectionRequest | None
    named: Sequence[str]
    is_overdue: bool
    closes_at: datetime
    is_closed_to_drafts: bool
    events: Sequence[Event]
    judgements: Sequence[ToldJudgement]
    sections: Sequence[Section]
    details: "Details | None"
    can_edit: bool
    can_withdraw: bool
    result: "ToldResult | None"
    is_published: bool


def overview(proposal: Proposal, at: datetime) -> Overview:
    """What a vendor may know of its proposal at this moment, and nothing a publication has not released."""
    key, label = shown_state(proposal)
    correction = open_correction(proposal) if proposal.state == "correcting" else None
    version = version_now(proposal)
    return Overview(
        state=(key, label, STATE_TONES.get(key, "neutral")),
        steps=step_items(proposal),
        missing=sum(each.missing for each in progress(proposal) if each.is_open),
        correction=correction,
        named=[label_of(proposal, name) for name in correction.fields] if correction is not None else (),
        is_overdue=correction is not None and at >= correction.deadline_at,
        closes_at=closes_for(proposal, at),
        is_closed_to_drafts=is_closed_to_drafts(proposal, at),
        events=timeline(proposal),
        judgements=told_judgements(proposal) if key in TOLD_OF_JUDGEMENTS else (),
        sections=sections(proposal, version.content) if version is not None else (),
        details=_details(proposal, at),
        can_edit=proposal.state in {"draft", "correcting"},
        can_withdraw=key in WITHDRAWABLE and key != "not_selected",
        result=result_told(proposal),
        is_published=published_proposals().filter(pk=proposal.pk).exists(),
    )


def _details(proposal: Proposal, at: datetime) -> Details | None:
    if not details_are_asked(proposal):
        return None
    due_at = proposal.call.details_due_at
    return Details(
        due_at,
        due_at is not None and at >= due_at,
        sum(each.missing for each in progress(proposal) if each.is_open),
        proposal.details_at,
    )


def is_closed_to_drafts(proposal: Proposal, at: datetime) -> bool:
    """Whether a draft can still be written on and no longer be submitted."""
    return proposal.state == "draft" and not accepts_from(proposal.call, proposal.vendor, at)


def step_items(proposal: Proposal, current: str = "") -> list[Step]:
    """The pages open for editing, as the step navigation draws them."""
    return [
        Step(
            str(each.page.label),
            reverse("pitches:edit", args=[proposal.public_id, each.page.key]),
            _step_state(proposal, each),
            each.page.key == current,
            edition(proposal.edition).exemption_line if each.is_exempt else _note(each.missing),
        )
        for each in progress(proposal)
        if each.is_open
    ]


def _step_state(proposal: Proposal, each: Any) -> str:
    if each.page.key == "details-confirm":
        return "todo"
    if each.page.key == "confirm":
        return "complete" if proposal.declarations else "todo"
    if each.is_blank or (each.page.key == "files" and not proposal.attachments.exists()):
        return "todo"
    return "missing" if each.missing else "complete"


def _note(count: int) -> str:
    return _("必須の項目があと%(n)s件") % {"n": count} if count else ""


def draft_reading(proposal: Proposal) -> list[Section]:
    """The proposal as it stands now, in words."""
    return sections(proposal, content_of(proposal))


def details_reading(proposal: Proposal) -> list[Section]:
    """The answers to the questions of stage B as they stand now, in words."""
    known = edition(proposal.edition)
    rows = {row.question_id: row for row in proposal.answers.all()}
    applicable = known.applicable({name: row.value for name, row in rows.items()}, "B")
    content = {"answers": {q.id: parts_of(rows.get(q.id), q) for q in applicable}}
    found = [Section(str(page.label), answer_pairs(known, page.group, content)) for page in DETAIL_PAGES if page.group]
    return [section for section in found if section.pairs]


def timeline(proposal: Proposal) -> list[Event]:
    """What happened to a proposal, oldest first, without anything its vendor has not been told."""
    events = [Event(proposal.created_at, _("下書きを作成"))]
    events += [Event(version.submitted_at, _version_title(version)) for version in proposal.versions.all()]
    events += [
        Event(request.requested_at, _("補正のお願い"), request.reason) for request in proposal.correction_requests.all()
    ]
    events += [Event(entry.at, TOLD_STEPS[entry.verb]) for entry in history(proposal).filter(verb__in=TOLD_STEPS)]
    if proposal.released_outcome and proposal.released_at is not None:
        events.append(Event(proposal.released_at, _("結果の公表"), OUTCOMES[proposal.released_outcome]))
    ordered = sorted(events, key=lambda event: event.at)
    newest = ordered[-1]
    return [*ordered[:-1], Event(newest.at, newest.title, newest.text, is_current=True)]


def _version_title(version: ProposalVersion) -> str:
    if version.stage == "B":
        return _("選定後の質問への回答を提出")
    return _("提出") if version.number == 1 else _("補正を提出")


def told_judgements(proposal: Proposal) -> list[ToldJudgement]:
    """The judgements that led to the result, with the words meant for the vendor; private notes stay inside."""
    judged = latest_judgements(proposal, stage="A")
    known = edition(proposal.edition)
    return [
        ToldJudgement(
            known.requirement(key).label_ja,
            JUDGEMENTS[judged[key].status].label_ja,
            JUDGEMENT_TONES.get(judged[key].status, "neutral"),
            judged[key].vendor_note,
        )
        for key in REQUIREMENT_KEYS
        if key in judged
    ]


@dataclass(frozen=True, slots=True)
class ToldResult:
    """The result a vendor has been told: its words, when, why, and how each requirement was judged."""

    label: str
    at: datetime
    reason: str
    is_refused: bool
    judgements: Sequence[ToldJudgement]


def result_told(proposal: Proposal) -> ToldResult | None:
    """The result of screening or of the panel as far as the vendor may know it, or None while there is none."""
    if proposal.state == "ineligible":
        rejected = history(proposal).filter(verb="reject").last()
        reason = json.loads(rejected.facts).get("reason", "") if rejected is not None else ""
        return ToldResult(shown_state(proposal)[1], proposal.state_at, reason, True, told_judgements(proposal))
    if not proposal.released_outcome or proposal.released_at is None or proposal.state == "withdrawn":
        return None
    label = OUTCOMES[proposal.released_outcome]
    is_refused = proposal.released_outcome == "not_selected"
    return ToldResult(label, proposal.released_at, proposal.released_note, is_refused, told_judgements(proposal))
