"""What screeners do: judge each requirement, ask for corrections, admit, reject with a second person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.calendar import format_deadline
from core.requirements import JUDGEMENTS, REQUIREMENT_KEYS, requirement_applies
from pitches.models import CorrectionRequest, Judgement, Proposal, RejectionDraft
from pitches.permissions import screens
from pitches.snapshots import submitted_answers
from workflow.errors import Refused
from workflow.services import move, why_not

WITHOUT_REASON = frozenset({"exempt"})


def judge(
    *,
    proposal: Proposal,
    requirement: str,
    status: str,
    reason: str,
    evidence: str = "",
    vendor_note: str = "",
    private_note: str = "",
    expect_version: int,
    actor: User,
    at: datetime,
) -> Judgement:
    """Add a judgement of one requirement, pinned to the submitted version the screener saw.

    対象外 is possible for ③ alone, and only when the proposal handles no personal information.
    """
    if not screens(actor):
        raise Refused("要件を判定する権限がありません。", code=Refused.NOT_ALLOWED)
    if requirement not in REQUIREMENT_KEYS or status not in JUDGEMENTS:
        raise Refused("判定の対象または結果を選んでください。")
    if not reason.strip() and status not in WITHOUT_REASON:
        raise Refused("判定の理由を入力してください。")
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        _check_in_screening(locked)
        version = locked.versions.order_by("-number").first()
        if version is None or version.number != expect_version:
            raise Refused("審査中に新しい版が提出されました。内容を確認してから、もう一度判定してください。")
        is_exempt = not requirement_applies(requirement, submitted_answers(version))
        if (status == "exempt") != is_exempt:
            raise Refused(
                "個人情報を取り扱わない提案の③は「対象外」です。"
                if is_exempt
                else "「対象外」にできるのは、個人情報を取り扱わない提案の③だけです。"
            )
        judgement = Judgement.objects.create(
            proposal=locked,
            version=version,
            requirement=requirement,
            status=status,
            reason=reason,
            evidence=evidence,
            vendor_note=vendor_note,
            private_note=private_note,
            by=actor,
            at=at,
        )
        record(
            "judge",
            subject=locked,
            actor=actor,
            at=at,
            target=status,
            facts={"requirement": requirement, "version": version.number},
        )
    return judgement


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
        _check_in_screening(locked)
        draft, _ = RejectionDraft.objects.update_or_create(
            proposal=locked, defaults={"reason": reason.strip(), "drafted_by": actor, "drafted_at": at}
        )
        record("draft_rejection", subject=locked, actor=actor, at=at)
    return draft


def confirm_rejection(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Confirm a drafted 不適合 as a second person."""
    draft = RejectionDraft.objects.filter(proposal=proposal).first()
    facts = {"reason": draft.reason, "drafted_by": draft.drafted_by_id} if draft else {}
    with chained():
        _check_in_screening(Proposal.objects.select_for_update().get(pk=proposal.pk))
        return move(proposal, "reject", actor=actor, at=at, facts=facts)


def _check_in_screening(proposal: Proposal) -> None:
    """Refuse without naming the state: screeners are not told of decisions either."""
    if proposal.state not in {"submitted", "correcting"}:
        raise Refused("審査中の提案ではありません。画面を開き直して状態を確認してください。", code=Refused.WRONG_STATE)
