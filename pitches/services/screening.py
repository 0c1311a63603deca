"""What screeners do with a whole proposal: assign it, ask for corrections, admit, reject with a second person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.calendar import format_deadline
from pitches.models import CorrectionRequest, Proposal, RejectionDraft, ScreeningAssignment
from pitches.permissions import may_screen, screens
from pitches.rules import newest_judgements
from pitches.services.judging import IN_SCREENING, check_not_own, give_second_opinion
from workflow.errors import Refused
from workflow.services import move, why_not


def assign(*, proposal: Proposal, screener: User | None, actor: User, at: datetime) -> ScreeningAssignment | None:
    """Give a proposal to a screener, or to nobody again. Anybody who screens may assign, to anybody who screens."""
    if not screens(actor):
        raise Refused("審査の担当を決める権限がありません。", code=Refused.NOT_ALLOWED)
    if screener is not None and not (screener.is_active and screens(screener)):
        raise Refused("要件審査の権限を持つ人だけを担当にできます。")
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_not_own(locked, actor)
        if screener is not None and not may_screen(locked, screener):
            raise Refused("この事業者の担当者でもある人を、審査の担当にはできません。")
        _check_in_screening(locked)
        before = ScreeningAssignment.objects.filter(proposal=locked).first()
        if (before.screener_id if before else None) == (screener.pk if screener else None):
            return before
        facts = {"from": before.screener_id if before else None, "to": screener.pk if screener else None}
        record("assign_screener", subject=locked, actor=actor, at=at, facts=facts)
        if screener is None:
            ScreeningAssignment.objects.filter(proposal=locked).delete()
            return None
        given = {"screener": screener, "assigned_by": actor, "assigned_at": at}
        return ScreeningAssignment.objects.update_or_create(proposal=locked, defaults=given)[0]


def request_correction(
    *, proposal: Proposal, fields: Sequence[str], reason: str, deadline_at: datetime | None, actor: User, at: datetime
) -> CorrectionRequest:
    """Ask the vendor to correct exactly the named fields and questions by a deadline of its own."""
    facts = {
        "fields": list(fields),
        "reason": reason.strip(),
        "deadline_at": deadline_at.isoformat() if deadline_at else "",
        "deadline_ja": format_deadline(deadline_at) if deadline_at else "",
    }
    with chained():
        _check_in_screening(Proposal.objects.select_for_update().get(pk=proposal.pk))
        moved = move(proposal, "request_correction", actor=actor, at=at, facts=facts)
        assert deadline_at is not None  # The step refuses a request without a deadline.
        return CorrectionRequest.objects.create(
            proposal=moved,
            fields=list(fields),
            reason=reason.strip(),
            deadline_at=deadline_at,
            requested_by=actor,
            requested_at=at,
        )


def admit(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Decide that all requirements that apply are met; the panel takes over from here."""
    with chained():
        _check_in_screening(Proposal.objects.select_for_update().get(pk=proposal.pk))
        moved = move(proposal, "admit", actor=actor, at=at)
        RejectionDraft.objects.filter(proposal=moved).delete()
    return moved


def why_not_admit(*, proposal: Proposal, actor: Any, at: datetime) -> str | None:
    """The Japanese reason why admit() would be refused now, or None; for showing the button, never for safety."""
    return why_not(proposal, "admit", actor=actor, at=at)


def draft_rejection(*, proposal: Proposal, reason: str, actor: User, at: datetime) -> RejectionDraft:
    """Propose 不適合, for a second person to confirm."""
    if not screens(actor):
        raise Refused("不適合を起案する権限がありません。", code=Refused.NOT_ALLOWED)
    if not reason.strip():
        raise Refused("不適合の理由を入力してください。")
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_not_own(locked, actor)
        _check_in_screening(locked)
        draft, _ = RejectionDraft.objects.update_or_create(
            proposal=locked, defaults={"reason": reason.strip(), "drafted_by": actor, "drafted_at": at}
        )
        record("draft_rejection", subject=locked, actor=actor, at=at)
    return draft


def confirm_rejection(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Confirm a drafted 不適合 as a second person; every requirement somebody else judged 不適合 is confirmed by it."""
    draft = RejectionDraft.objects.filter(proposal=proposal).first()
    facts = {"reason": draft.reason, "drafted_by": draft.drafted_by_id} if draft else {}
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        _check_in_screening(locked)
        for judgement in newest_judgements(locked).values():
            if judgement.standing == "awaiting" and judgement.by_id != actor.pk:
                give_second_opinion(judgement=judgement, agrees=True, actor=actor, at=at)
        return move(proposal, "reject", actor=actor, at=at, facts=facts)


def _check_in_screening(proposal: Proposal) -> None:
    """Refuse without naming the state: screeners are not told of decisions either."""
    if proposal.state not in IN_SCREENING:
        raise Refused("審査中の提案ではありません。画面を開き直して状態を確認してください。", code=Refused.WRONG_STATE)
