"""What a vendor does: start a proposal, save it page by page, submit, correct, withdraw."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.selectors import vendor_of
from audit.services import chained, record
from core.codes import make_receipt_number
from core.requirements import default_visibility, edition
from pitches.models import Call, Proposal, ProposalVersion, RejectionDraft, SelfCheckAnswer
from pitches.pages import FIELDS
from pitches.permissions import is_its_vendor
from pitches.rules import accepts_from
from pitches.services.guards import check_editable, check_named, check_state
from pitches.services.resetting import reset_touched
from pitches.snapshots import ANSWER_PARTS, content_of
from workflow.errors import Refused
from workflow.services import move

RULES_HAVE_CHANGED = "募集の条件が変わりました。変わったところを確かめて、もう一度提出してください。"


class StaleVersion(Exception):
    """Somebody saved the proposal in between; `current` is what stands now, nothing was written."""

    def __init__(self, current: Proposal) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


def start_proposal(*, call: Call, user: User, at: datetime) -> Proposal:
    """Begin a draft; a vendor's untouched draft of the same call is returned instead of a second one."""
    vendor = vendor_of(user)
    if vendor is None:
        raise Refused("応募するには、先に事業者の情報を登録してください。", code=Refused.NOT_ALLOWED)
    if not accepts_from(call, vendor, at):
        raise Refused("この募集は受付期間外です。")
    with chained():
        # The vendor's row orders its own presses of the button: two at once make one draft.
        type(vendor).objects.select_for_update().get(pk=vendor.pk)
        untouched = Proposal.objects.filter(call=call, vendor=vendor, state="draft", version=1).first()
        if untouched is not None:
            return untouched
        proposal = Proposal.objects.create(
            call=call,
            vendor=vendor,
            edition=call.edition,
            rules_number=call.rules_number,
            state="draft",
            state_at=at,
            contact_name=user.get_full_name(),
            contact_email=user.email,
            created_by=user,
            created_at=at,
            updated_at=at,
        )
        record("start_proposal", subject=proposal, actor=user, at=at, target="draft")
    return proposal


def save_fields(*, proposal: Proposal, fields: Mapping[str, Any], expect: int, user: User, at: datetime) -> Proposal:
    """Save plain fields (names in pitches.pages) onto the version the person saw; raises StaleVersion otherwise."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"not fields of a proposal: {sorted(unknown)}")
    with chained():
        locked = _locked(proposal, user, expect)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        check_named(locked, changed)
        for name in changed:
            setattr(locked, name, fields[name])
        return _saved(locked, changed, user, at)


def save_answers(
    *, proposal: Proposal, answers: Mapping[str, Mapping[str, Any]], expect: int, user: User, at: datetime
) -> Proposal:
    """Save cleaned answers: question id → {value, plan, evidence_kind, …}; parts not given stay."""
    known = edition(proposal.edition)
    with chained():
        locked = _locked(proposal, user, expect)
        stored = {answer.question_id: answer for answer in locked.answers.all()}
        changed = []
        for question_id, parts in answers.items():
            question = known.question(question_id)
            answer = stored.get(question_id) or SelfCheckAnswer(
                proposal=locked, question_id=question_id, visibility=default_visibility(question)
            )
            is_new = answer.pk is None
            if is_new and not any(value for part, value in parts.items() if part != "visibility"):
                continue
            if is_new or any(getattr(answer, part) != value for part, value in parts.items()):
                for part in set(parts) & set(ANSWER_PARTS):
                    setattr(answer, part, parts[part])
                answer.updated_at = at
                changed.append(answer)
        names = sorted(answer.question_id for answer in changed)
        check_named(locked, names)
        for answer in changed:
            answer.save()
        return _saved(locked, names, user, at)


def submit(
    *,
    proposal: Proposal,
    user: User,
    at: datetime,
    declarations: Sequence[str] | None = None,
    expect: int | None = None,
    rules: int | None = None,
) -> Proposal:
    """Submit a draft: it gets its 受付番号, and what was submitted is frozen as version 1.

    A second press finds the proposal submitted already and returns it: one number, one version, one mail. declarations
    are what the person accepted in the same breath; expect is the version they saw (StaleVersion otherwise), rules the
    version of the call's rules they read: one that changed meanwhile is refused until they have seen the change.
    """
    with chained():
        locked = Proposal.objects.select_for_update().select_related("call", "vendor").get(pk=proposal.pk)
        if locked.state == "submitted" and is_its_vendor(locked, user):
            return locked
        check_state(locked, "draft")
        if expect is not None and locked.version != expect:
            raise StaleVersion(locked)
        if rules is not None and rules != locked.call.rules_number:
            raise Refused(RULES_HAVE_CHANGED)
        if declarations is not None:
            locked.declarations = list(declarations)
        locked.rules_number = locked.call.rules_number
        locked.save(update_fields=["declarations", "rules_number"])
        if locked.receipt_number is None:
            locked.receipt_number = make_receipt_number(locked.call.fiscal_year, secrets.token_bytes(8))
            locked.submitted_at = at
            locked.save(update_fields=["receipt_number", "submitted_at"])
        moved = move(locked, "submit", actor=user, at=at)
        _freeze(moved, user, at)
    return moved


def resubmit(*, proposal: Proposal, user: User, at: datetime) -> Proposal:
    """Answer a correction request; only what it named may have changed. Freezes the next version."""
    with chained():
        locked = Proposal.objects.select_for_update().select_related("call", "vendor").get(pk=proposal.pk)
        if locked.state == "submitted" and is_its_vendor(locked, user):
            return locked
        check_state(locked, "correcting")
        moved = move(locked, "resubmit", actor=user, at=at)
        moved.correction_requests.filter(answered_at=None).update(answered_at=at)
        # A wish to reject was about the version before; the trail keeps it.
        RejectionDraft.objects.filter(proposal=moved).delete()
        _freeze(moved, user, at)
    return moved


def withdraw(*, proposal: Proposal, user: User, at: datetime, reason: str = "") -> Proposal:
    """Take a proposal back, up to and including its selection."""
    return move(proposal, "withdraw", actor=user, at=at, facts={"reason": reason} if reason else None)


def _locked(proposal: Proposal, user: User, expect: int) -> Proposal:
    """The proposal under lock, open to this person, still at the version they saw."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    check_editable(locked, user)
    if locked.version != expect:
        raise StaleVersion(locked)
    return locked


def _saved(proposal: Proposal, changed: list[str], user: User, at: datetime) -> Proposal:
    if changed:
        proposal.version += 1
        proposal.updated_at = at
        proposal.save()
        record("save_proposal", subject=proposal, actor=user, at=at, facts={"changed": changed})
    return proposal


def _freeze(proposal: Proposal, user: User, at: datetime) -> None:
    number = proposal.versions.count() + 1
    version = ProposalVersion.objects.create(
        proposal=proposal, number=number, content=content_of(proposal), submitted_by=user, submitted_at=at
    )
    reset_touched(version=version, at=at)
