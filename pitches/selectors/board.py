"""Questions to the screening board: every submitted proposal a person may see against the four requirements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import Person
from core.requirements import (
    JUDGEMENTS,
    REQUIREMENT_KEYS,
    edition,
    is_empty,
    needs_look,
    requirement_applies,
)
from pitches.lifecycle import PROPOSAL_TABLE
from pitches.models import Call, Judgement, Proposal, ProposalVersion
from pitches.permissions import manages_calls, screens
from pitches.selectors.proposals import shown_state, visible_to
from pitches.snapshots import submitted_answers

# What an 不適合 is called while it does not count.
UNCONFIRMED = {"awaiting": _("不適合（確認待ち）"), "disputed": _("不適合（意見が分かれています）")}
RESET = _("要確認（変更あり）")


def label_of_judgement(judgement: Judgement) -> tuple[str, str]:
    """(key of its mark, Japanese label) of a judgement as screeners read it."""
    if judgement.is_reset:
        return "reset", str(RESET)
    if judgement.standing != "counts":
        return judgement.standing, str(UNCONFIRMED[judgement.standing])
    return judgement.status, JUDGEMENTS[judgement.status].label_ja


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One proposal on the screening board: its newest judgement per requirement (None: not judged yet), exemptions.

    state is (key, label) as the person may know it; looks counts the answers that need a human look; missing counts
    what the form check finds empty; screener is who was asked to screen it.
    """

    proposal: Proposal
    judgements: Mapping[str, Judgement | None]
    exempt: frozenset[str]
    looks: int
    has_open_correction: bool
    state: tuple[str, str] = ("", "")
    missing: int = 0
    screener: User | None = None

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(requirement, key of its mark: "open" where nobody judged, its label) for each of the four."""
        return [(key, *self.mark(key)) for key in REQUIREMENT_KEYS]

    def mark(self, key: str) -> tuple[str, str]:
        """(key of its mark, label) of one requirement."""
        judgement = self.judgements[key]
        # An exemption is read from the answers: whatever was judged before they changed, it stands above.
        if key in self.exempt:
            return "exempt", JUDGEMENTS["exempt"].label_ja
        return label_of_judgement(judgement) if judgement is not None else ("open", "未判定")


def screening_board(person: Person, *, call: Call | None = None, on: date | None = None) -> list[BoardRow]:
    """Every submitted proposal with its four requirements, oldest receipt first; as many queries at any size.

    What is shown is what was submitted last, never a correction still being typed. on is the day by which
    certificates must be valid.
    """
    if not screens(person):
        return []
    newest = ProposalVersion.objects.filter(proposal=OuterRef("proposal")).order_by("-number").values("number")[:1]
    visible = visible_to(person) if call is None else visible_to(person).filter(call=call)
    proposals = visible.select_related("screening_assignment__screener").prefetch_related(
        "correction_requests",
        Prefetch("versions", ProposalVersion.objects.filter(number=Subquery(newest)), to_attr="newest_versions"),
        Prefetch("judgements", Judgement.objects.select_related("second_opinion").order_by("pk")),
    )
    return [_board_row(proposal, person, on) for proposal in proposals.order_by("submitted_at", "pk")]


def _board_row(proposal: Proposal, person: Person, on: date | None) -> BoardRow:
    newest = next(iter(proposal.newest_versions), None)  # type: ignore[attr-defined]
    answers = submitted_answers(newest) if newest is not None else {}
    asked = edition(proposal.edition).applicable(answers, "A")
    judged = {judgement.requirement: judgement for judgement in proposal.judgements.all()}
    assignment = getattr(proposal, "screening_assignment", None)
    return BoardRow(
        proposal,
        {key: judged.get(key) for key in REQUIREMENT_KEYS},
        frozenset(key for key in REQUIREMENT_KEYS if not requirement_applies(key, answers)),
        sum(1 for question in asked if needs_look(question, answers.get(question.id), on=on)),
        any(request.answered_at is None for request in proposal.correction_requests.all()),
        state_for(person, proposal),
        sum(1 for question in asked if question.is_required and is_empty(answers.get(question.id))),
        assignment.screener if assignment is not None else None,
    )


def state_for(person: Person, proposal: Proposal) -> tuple[str, str]:
    """(key, label) of the state: the working one for organisers, what has been released for everyone else."""
    if manages_calls(person):
        return proposal.state, PROPOSAL_TABLE.label(proposal.state)
    return shown_state(proposal)
