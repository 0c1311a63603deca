"""Questions to the panel's room; only what was published is for more than organisers and a sheet's reviewer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from accounts.groups import REVIEWER
from accounts.selectors import Person, has_role
from evaluation.models import Assessment, Conflict, Decision, PanelMember, Publication, Sheet
from evaluation.permissions import is_organiser
from evaluation.rubric import Rubric, default_rubric, of_rows
from evaluation.scoring import Standing, rank, total
from evaluation.sheets import sheet_of
from pitches.selectors import OUTCOMES, PASSED, Call, Proposal, proposals_for_panel


def rubric_of(call: Call) -> Rubric:
    """The call's rubric; the default while none is stored."""
    stored = Sheet.objects.filter(call=call).first()
    return of_rows(stored.criteria, stored.method) if stored is not None else default_rubric()


def assignments_of(person: Person) -> QuerySet[Assessment]:
    """A reviewer's own assessments, without those under a declared conflict or of a vendor the person acts for."""
    if not has_role(person, REVIEWER):
        return Assessment.objects.none()
    conflicted = Conflict.objects.filter(reviewer=person.pk).values("proposal")
    return (
        Assessment.objects.filter(reviewer=person.pk, proposal__state__in=PASSED)
        .exclude(proposal__in=conflicted)
        .exclude(proposal__vendor__memberships__user=person.pk)
        .select_related("proposal__vendor", "proposal__call")
        .order_by("proposal__submitted_at", "pk")
    )


def is_reviewer(person: Person) -> bool:
    """Whether the person holds the reviewer's role."""
    return has_role(person, REVIEWER)


def is_decided(proposal: Proposal) -> bool:
    """Whether a decision on the proposal is taken, pending or published."""
    return Decision.objects.filter(proposal=proposal).exists()


def is_fully_scored(proposal: Proposal) -> bool:
    """Whether every member of the panel without a conflict has handed in a sheet on this proposal."""
    conflicted = Conflict.objects.filter(proposal=proposal).values("reviewer")
    members = PanelMember.objects.filter(call=proposal.call_id).exclude(reviewer__in=conflicted)
    members = members.exclude(reviewer__vendor_membership__vendor=proposal.vendor_id)
    handed_in = Assessment.objects.filter(proposal=proposal, state="submitted").values("reviewer")
    return members.exists() and not members.exclude(reviewer__in=handed_in).exists()


def assessment_in(call: Call, person: Person, public_id: str) -> Assessment | None:
    """One assessment of a call, for organisers."""
    if not is_organiser(person):
        return None
    return Assessment.objects.filter(proposal__call=call, public_id=public_id).select_related("proposal").first()


@dataclass(frozen=True, slots=True)
class Cell:
    """One reviewer on one proposal in the organiser's matrix: total points and the assessment's id when handed in."""

    label: str
    total: Decimal | None
    assessment: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal in the organiser's matrix."""

    proposal: Proposal
    cells: tuple[Cell, ...]
    standing: Standing | None
    is_complete: bool
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Reviewers × proposals of one call: who has scored what, the ranking so far, what is decided."""

    reviewers: tuple[Any, ...]
    rows: tuple[Row, ...]
    rubric: Rubric
    is_complete: bool


def matrix(call: Call, person: Person) -> Matrix | None:
    """The scoring matrix, for organisers; None for anyone else. Only handed-in sheets count."""
    if not is_organiser(person):
        return None
    rubric = rubric_of(call)
    members = [member.reviewer for member in PanelMember.objects.filter(call=call).select_related("reviewer")]
    proposals = list(proposals_for_panel(call).select_related("decision"))
    assessments = {(a.proposal_id, a.reviewer_id): a for a in Assessment.objects.filter(proposal__in=proposals)}
    conflicts = set(Conflict.objects.filter(proposal__in=proposals).values_list("proposal_id", "reviewer_id"))
    handed_in = [sheet_of(a) for a in assessments.values() if a.state == "submitted"]
    standings = {standing.proposal: standing for standing in rank(handed_in, rubric)}
    rows = []
    for proposal in proposals:
        cells = tuple(
            _cell(assessments.get((proposal.pk, m.pk)), (proposal.pk, m.pk) in conflicts, rubric) for m in members
        )
        is_complete = bool(cells) and all(cell.total is not None or cell.label == "除斥" for cell in cells)
        rows.append(Row(proposal, cells, standings.get(proposal.pk), is_complete, getattr(proposal, "decision", None)))
    rows.sort(key=lambda row: (row.standing is None, row.standing.rank if row.standing else 0, row.proposal.pk))
    return Matrix(tuple(members), tuple(rows), rubric, bool(rows) and all(row.is_complete for row in rows))


def _cell(assessment: Assessment | None, is_conflicted: bool, rubric: Rubric) -> Cell:
    if is_conflicted:
        return Cell("除斥", None)
    if assessment is None:
        return Cell("未割当", None)
    if assessment.state != "submitted":
        return Cell("採点中" if assessment.points else "未着手", None)
    return Cell("提出済み", total(sheet_of(assessment), rubric), assessment.public_id)


def publication_content(call: Call, decisions: Sequence[Decision], *, at: datetime) -> dict[str, Any]:
    """What a publication says: the selected by name, how many were proposed; never a score, a rank or the others."""
    selected = [decision for decision in decisions if decision.outcome == "selected"]
    return {
        "call": {"title": call.title, "fiscal_year": call.fiscal_year, "public_id": call.public_id},
        "released_at": at.isoformat(),
        "counts": {"proposals": len(decisions), "selected": len(selected)},
        "selected": [
            {
                "proposal": decision.proposal.public_id,
                "title": decision.proposal.title,
                "tagline": decision.proposal.tagline,
                "theme": decision.proposal.theme,
                "vendor": decision.proposal.vendor.name,
                "outcome": OUTCOMES[decision.outcome],
            }
            for decision in selected
        ],
    }


def published_results() -> QuerySet[Publication]:
    """Everything that was released, newest first; the one read the public has into this room."""
    return Publication.objects.select_related("call")


def publication_of(call: Call) -> Publication | None:
    """What was released of a call, if anything."""
    return Publication.objects.filter(call=call).first()


def pending_decisions(call: Call) -> QuerySet[Decision]:
    """The decisions on a call's proposals that were not withdrawn since, for its publication."""
    decisions = Decision.objects.filter(proposal__call=call, proposal__state__in=PASSED)
    return decisions.select_related("proposal__vendor").order_by("proposal__submitted_at", "pk")
