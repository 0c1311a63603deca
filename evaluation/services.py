"""Every write of the panel: who reviews, scores, conflicts, decisions and the publication."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.groups import REVIEWER
from accounts.models import User
from accounts.selectors import has_role, people_of_vendor
from audit.chain import canonical
from audit.services import chained, record
from evaluation import selectors
from evaluation.exports import standings_file
from evaluation.models import Assessment, Conflict, Decision, PanelMember, Publication, Sheet
from evaluation.permissions import is_its_reviewer, is_organiser
from evaluation.rubric import default_rubric
from notifications.services import enqueue
from pitches import services as pitches
from pitches.selectors import Call, Proposal, proposals_for_panel
from workflow.errors import Refused
from workflow.services import move

# Mails wait, so that a page that was looked at once more comes before the mail that cannot be taken back.
MAIL_DELAY = timedelta(seconds=60)


class StaleVersion(Exception):
    """The assessment was saved elsewhere in between; `current` is what stands now, nothing was written."""

    def __init__(self, current: Assessment) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


def ensure_sheet(call: Call) -> Sheet:
    """The call's rubric, made from the default at first need."""
    rubric = default_rubric()
    return Sheet.objects.get_or_create(
        call=call, defaults={"criteria": [asdict(criterion) for criterion in rubric.criteria], "method": rubric.method}
    )[0]


def add_reviewer(*, call: Call, reviewer: User, actor: User, at: datetime) -> PanelMember:
    """Put a reviewer on a call's panel: every proposal that passed screening is theirs to score, the same for all."""
    _require_organiser(actor)
    if not has_role(reviewer, REVIEWER):
        raise Refused("審査委員の役割を持つ利用者を選んでください。")
    with chained():
        ensure_sheet(call)
        member, is_new = PanelMember.objects.get_or_create(call=call, reviewer=reviewer, defaults={"added_at": at})
        if is_new:
            record("add_reviewer", subject=member, actor=actor, at=at, facts={"call": call.pk, "reviewer": reviewer.pk})
        for proposal in proposals_for_panel(call):
            _open(proposal, reviewer, at)
    return member


def open_assessments(*, proposal: Proposal, at: datetime) -> None:
    """Open one assessment for each member of the panel; for a proposal that has just been admitted."""
    ensure_sheet(proposal.call)
    for member in PanelMember.objects.filter(call=proposal.call_id).select_related("reviewer"):
        _open(proposal, member.reviewer, at)


def _open(proposal: Proposal, reviewer: User, at: datetime) -> None:
    if not Conflict.objects.filter(reviewer=reviewer, proposal=proposal).exists():
        Assessment.objects.get_or_create(proposal=proposal, reviewer=reviewer, defaults={"state_at": at})


def declare_conflict(*, assessment: Assessment, reason: str, reviewer: User, at: datetime) -> Conflict:
    """Declare a conflict of interest: the assessment goes, and with it every view of the proposal."""
    if not is_its_reviewer(assessment, reviewer):
        raise Refused("この採点の担当ではありません。", code=Refused.NOT_ALLOWED)
    if not reason.strip():
        raise Refused("利害関係の内容を入力してください。")
    if selectors.is_decided(assessment.proposal):
        # What a decision rests on stays as it was; the secretariat is told another way.
        raise Refused("この提案はすでに決定されています。事務局へ直接お知らせください。")
    with chained():
        conflict = Conflict.objects.create(
            reviewer=reviewer, proposal=assessment.proposal, reason=reason.strip(), declared_at=at
        )
        record("declare_conflict", subject=conflict, actor=reviewer, at=at, facts={"proposal": assessment.proposal_id})
        Assessment.objects.filter(pk=assessment.pk).delete()
    return conflict


def record_score(
    *,
    assessment: Assessment,
    points: Mapping[str, Decimal | None],
    comment: str,
    expect: int,
    reviewer: User,
    at: datetime,
) -> Assessment:
    """Save points and comment onto the version the reviewer saw; bounds are the rubric's. Raises StaleVersion."""
    with chained():
        locked = Assessment.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=assessment.pk)
        if not is_its_reviewer(locked, reviewer):
            raise Refused("この採点の担当ではありません。", code=Refused.NOT_ALLOWED)
        if locked.state != "opened":
            raise Refused("提出済みの採点は変更できません。", code=Refused.WRONG_STATE)
        if locked.version != expect:
            raise StaleVersion(locked)
        rubric = selectors.rubric_of(locked.proposal.call)
        for code, given in points.items():
            if given is not None and not 0 <= given <= rubric.criterion(code).points:
                raise Refused(
                    "「%(label)s」は0から%(points)sまでです。",
                    label=rubric.criterion(code).label,
                    points=rubric.criterion(code).points,
                )
        locked.points = {code: None if given is None else str(given) for code, given in points.items()}
        locked.comment = comment
        locked.version += 1
        locked.save(update_fields=["points", "comment", "version"])
        record("record_score", subject=locked, actor=reviewer, at=at, facts={"scored": sorted(locked.points)})
    return locked


def submit_assessment(*, assessment: Assessment, reviewer: User, at: datetime) -> Assessment:
    """Hand in a complete sheet; from then on only an organiser can give it back."""
    return move(assessment, "submit", actor=reviewer, at=at)


def reopen_assessment(*, assessment: Assessment, actor: User, at: datetime) -> Assessment:
    """Give a handed-in sheet back to its reviewer."""
    return move(assessment, "reopen", actor=actor, at=at)


def export_standings(*, call: Call, kind: str, actor: User, at: datetime) -> bytes:
    """The scoring matrix as a file (see evaluation.exports); who took it goes on record."""
    matrix = selectors.matrix(call, actor)
    if matrix is None:
        raise Refused("採点の集計を出力する権限がありません。", code=Refused.NOT_ALLOWED)
    record("export_standings", subject=call, actor=actor, at=at, facts={"kind": kind, "proposals": len(matrix.rows)})
    return standings_file(matrix, kind=kind)


def decide(*, proposal: Proposal, outcome: str, reason: str, note: str = "", actor: User, at: datetime) -> Decision:
    """Decide on a proposal; without all scores only with a recorded reason. Pending until publish()."""
    _require_organiser(actor)
    with chained():
        if Publication.objects.filter(call=proposal.call_id).exists():
            raise Refused("この募集の結果は公表済みです。")
        facts = {"scores_complete": selectors.is_fully_scored(proposal), "reason": reason.strip(), "outcome": outcome}
        pitches.decide(proposal=proposal, outcome=outcome, facts=facts, actor=actor, at=at)
        return Decision.objects.create(
            proposal=proposal,
            outcome=outcome,
            reason=reason.strip(),
            note=note.strip(),
            decided_by=actor,
            decided_at=at,
        )


def publish(*, call: Call, actor: User, at: datetime) -> Publication:
    """Release all decisions of a call at once: immutable snapshot, what vendors see, mails; all or nothing.

    Mails leave after MAIL_DELAY. Raises Refused while a proposal that passed screening is undecided, or when it is out.
    """
    _require_organiser(actor)
    with chained():
        type(call).objects.select_for_update().get(pk=call.pk)
        if Publication.objects.filter(call=call).exists():
            raise Refused("この募集の結果はすでに公表されています。")
        undecided = [p for p in proposals_for_panel(call) if not hasattr(p, "decision")]
        decisions = list(selectors.pending_decisions(call))
        if undecided:
            raise Refused("決定していない提案が%(n)s件あります。", n=len(undecided))
        if not decisions:
            raise Refused("決定された提案がありません。")
        content = selectors.publication_content(call, decisions, at=at)
        publication = Publication.objects.create(
            call=call,
            content=content,
            sha256=hashlib.sha256(canonical(content).encode()).hexdigest(),
            released_at=at,
            released_by=actor,
        )
        pitches.release(
            outcomes={decision.proposal_id: (decision.outcome, decision.note) for decision in decisions}, at=at
        )
        record(
            "publish_results",
            subject=publication,
            actor=actor,
            at=at,
            facts={"sha256": publication.sha256, "proposals": len(decisions)},
        )
        for decision in decisions:
            _tell(decision, publication, at)
    return publication


def _tell(decision: Decision, publication: Publication, at: datetime) -> None:
    for person in people_of_vendor(decision.proposal.vendor):
        context: dict[str, Any] = {"proposal": decision.proposal, "decision": decision, "publication": publication}
        enqueue(
            f"mail/evaluation/{decision.outcome}",
            to=person,
            context=context,
            at=at,
            dedupe_key=f"publication:{publication.pk}:{decision.proposal_id}:{person.pk}",
            about=decision.proposal,
            topic="outcome",
            hold=MAIL_DELAY,
        )


def _require_organiser(actor: User) -> None:
    if not is_organiser(actor):
        raise Refused("審査の進行を操作する権限がありません。", code=Refused.NOT_ALLOWED)
