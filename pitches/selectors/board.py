"""Questions to the screening board: every submitted proposal a person may see against the four requirements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import Person
from core.calendar import to_jst
from core.requirements import REQUIREMENT_KEYS, edition, needs_look, requirement_applies
from pitches.formcheck import KINDS, MISSING, Finding
from pitches.lifecycle import PASSED, PROPOSAL_TABLE
from pitches.models import Call, Judgement, Proposal, ProposalVersion
from pitches.permissions import manages_calls, screens
from pitches.selectors.formcheck import form_findings
from pitches.selectors.proposals import shown_state, visible_to

# Every mark a requirement can bear on the board, in the order people work through them.
MARKS: Mapping[str, Any] = {
    "open": _("未判定"),
    "reset": _("要確認（変更あり）"),
    "unclear": _("要確認"),
    "awaiting": _("不適合（確認待ち）"),
    "disputed": _("不適合（意見が分かれています）"),
    "unfit": _("不適合"),
    "conditional": _("条件付き適合"),
    "fit": _("適合"),
    "exempt": _("対象外"),
}


def label_of_judgement(judgement: Judgement) -> tuple[str, str]:
    """(key of its mark, Japanese label) of a judgement as screeners read it."""
    key = _mark_of(judgement)
    return key, str(MARKS[key])


def _mark_of(judgement: Judgement | None) -> str:
    if judgement is None:
        return "open"
    if judgement.is_reset:
        return "reset"
    return judgement.status if judgement.standing == "counts" else judgement.standing


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One proposal on the screening board: its newest judgement per requirement (None: not judged yet), exemptions.

    marks is requirement → key of MARKS, read once because the filter asks for it again and again. state is (key, label)
    as the person may know it, changed_at when that came about; looks counts the answers that need a human look;
    findings are those of the form check; screener is who was asked to screen it.
    """

    proposal: Proposal
    judgements: Mapping[str, Judgement | None]
    marks: Mapping[str, str]
    exempt: frozenset[str]
    looks: int
    changed_at: datetime
    state: tuple[str, str] = ("", "")
    findings: Sequence[Finding] = ()
    screener: User | None = None

    @property
    def has_rejection_draft(self) -> bool:
        """Whether one screener wants to reject and a second one has not confirmed it yet."""
        return self.state[0] in {"submitted", "correcting"} and hasattr(self.proposal, "rejection_draft")

    @property
    def missing(self) -> int:
        """How much the form check finds empty."""
        return sum(finding.kind == MISSING for finding in self.findings)

    @property
    def cells(self) -> list[tuple[str, str, str]]:
        """(requirement, key of its mark: "open" where nobody judged, its label) for each of the four."""
        return [(key, mark, str(MARKS[mark])) for key, mark in self.marks.items()]

    @property
    def check_words(self) -> str:
        """What the form check found, as counts by kind: 「不足2件・期限切れ1件」."""
        counted = Counter(finding.kind for finding in self.findings)
        return "・".join(f"{label}{counted[kind]}件" for kind, label in KINDS.items() if counted[kind])


def screening_board(person: Person, *, call: Call | None = None, on: date | None = None) -> list[BoardRow]:
    """Every submitted proposal with its four requirements, oldest receipt first; as many queries at any size.

    What is shown is what was submitted last, never a correction still being typed. on is the day by which
    certificates must be valid, today where it is not given.
    """
    if not screens(person):
        return []
    newest = ProposalVersion.objects.filter(proposal=OuterRef("proposal")).order_by("-number").values("number")[:1]
    visible = visible_to(person) if call is None else visible_to(person).filter(call=call)
    proposals = list(
        visible.select_related("screening_assignment__screener", "rejection_draft")
        .prefetch_related(
            Prefetch("versions", ProposalVersion.objects.filter(number=Subquery(newest)), to_attr="newest_versions"),
            Prefetch("judgements", Judgement.objects.select_related("second_opinion").order_by("pk")),
        )
        .order_by("submitted_at", "pk")
    )
    day = on or to_jst(timezone.now()).date()
    contents = [(each, _content(each)) for each in proposals]
    findings = form_findings([(each, content) for each, content in contents if content is not None], on=day)
    return [_board_row(each, content, person, day, findings.get(each.pk, ())) for each, content in contents]


def _content(proposal: Proposal) -> Mapping[str, Any] | None:
    newest = next(iter(proposal.newest_versions), None)  # type: ignore[attr-defined]
    return newest.content if newest is not None else None


def _board_row(
    proposal: Proposal, content: Mapping[str, Any] | None, person: Person, on: date, findings: Sequence[Finding]
) -> BoardRow:
    answers = {name: answer["value"] for name, answer in content["answers"].items()} if content is not None else {}
    asked = edition(proposal.edition).applicable(answers, "A")
    judged = {judgement.requirement: judgement for judgement in proposal.judgements.all()}
    assignment = getattr(proposal, "screening_assignment", None)
    exempt = frozenset(key for key in REQUIREMENT_KEYS if not requirement_applies(key, answers))
    return BoardRow(
        proposal,
        {key: judged.get(key) for key in REQUIREMENT_KEYS},
        # An exemption is read from the answers: whatever was judged before they changed, it stands above.
        {key: "exempt" if key in exempt else _mark_of(judged.get(key)) for key in REQUIREMENT_KEYS},
        exempt,
        sum(1 for question in asked if needs_look(question, answers.get(question.id), on=on)),
        changed_for(person, proposal),
        state_for(person, proposal),
        findings,
        assignment.screener if assignment is not None else None,
    )


def state_for(person: Person, proposal: Proposal) -> tuple[str, str]:
    """(key, label) of the state: the working one for organisers, what has been released for everyone else."""
    if manages_calls(person):
        return proposal.state, PROPOSAL_TABLE.label(proposal.state)
    return shown_state(proposal)


def changed_for(person: Person, proposal: Proposal) -> datetime:
    """When the state came about, for organisers; for everyone else a moment that no decision moves before its release.

    While a decision may be pending that is the last of what they do know: submission, judgements, publication.
    """
    if manages_calls(person) or proposal.state not in PASSED:
        return proposal.state_at
    moments = [proposal.released_at, *(judgement.at for judgement in proposal.judgements.all())]
    moments += [version.submitted_at for version in proposal.newest_versions]  # type: ignore[attr-defined]
    return max((moment for moment in moments if moment is not None), default=proposal.created_at)
