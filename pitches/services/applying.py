"""What a vendor does: start a proposal, save it page by page, submit, correct, withdraw."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.groups import ORGANISER
from accounts.models import User
from accounts.selectors import people_of_vendor, people_with_role, vendor_of
from audit.services import chained, record
from core.codes import make_receipt_number
from notifications.services import enqueue
from pitches.models import Call, Proposal, ProposalVersion, RejectionDraft
from pitches.permissions import is_its_vendor
from pitches.rules import accepts_from, why_not_hand_in
from pitches.services.guards import check_state
from pitches.services.resetting import reset_touched
from pitches.services.saving import StaleVersion
from pitches.snapshots import content_of
from workflow.errors import Refused
from workflow.services import move

# Far more than anybody proposes; a script that starts drafts for ever ends here.
PROPOSALS_A_CALL = 50
RULES_HAVE_CHANGED = gettext_noop("募集の条件が変わりました。変わったところを確かめて、もう一度提出してください。")


def start_proposal(*, call: Call, user: User, at: datetime) -> Proposal:
    """Begin a draft; a vendor's untouched draft of the same call is returned instead of a second one."""
    vendor = vendor_of(user)
    if vendor is None:
        raise Refused("応募するには、先に事業者の情報を登録してください。", code=Refused.NOT_ALLOWED)
    with chained():
        # The vendor's row orders its own presses of the button: two at once make one draft.
        type(vendor).objects.select_for_update().get(pk=vendor.pk)
        # Read again: an organiser may have moved the deadline since the page was.
        call = Call.objects.get(pk=call.pk)
        if not accepts_from(call, vendor, at):
            raise Refused("この募集は受付期間外です。")
        untouched = Proposal.objects.filter(call=call, vendor=vendor, state="draft", version=1, copied_from=None)
        if (found := untouched.first()) is not None:
            return found
        if Proposal.objects.filter(call=call, vendor=vendor).count() >= PROPOSALS_A_CALL:
            raise Refused(
                "1つの募集で作成できる提案は%(n)s件まで（下書きと取り下げたものを含む）です。事務局へお問い合わせください。",
                n=PROPOSALS_A_CALL,
            )
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


def resubmit(*, proposal: Proposal, user: User, at: datetime, expect: int | None = None) -> Proposal:
    """Answer a correction request; only what it named may have changed. Freezes the next version.

    expect is the version whose changes the person saw (StaleVersion otherwise): a colleague's last save does not go
    along unseen.
    """
    with chained():
        locked = Proposal.objects.select_for_update().select_related("call", "vendor").get(pk=proposal.pk)
        if locked.state == "submitted" and is_its_vendor(locked, user):
            return locked
        check_state(locked, "correcting")
        if expect is not None and locked.version != expect:
            raise StaleVersion(locked)
        moved = move(locked, "resubmit", actor=user, at=at)
        moved.correction_requests.filter(answered_at=None).update(answered_at=at)
        # A wish to reject was about the version before; the trail keeps it.
        RejectionDraft.objects.filter(proposal=moved).delete()
        _freeze(moved, user, at)
    return moved


def withdraw(*, proposal: Proposal, user: User, at: datetime, reason: str = "") -> Proposal:
    """Take a proposal back, up to and including its selection; a second press finds it taken back."""
    with chained():
        locked = Proposal.objects.select_for_update().select_related("vendor").get(pk=proposal.pk)
        if locked.state == "withdrawn" and is_its_vendor(locked, user):
            return locked
        return move(locked, "withdraw", actor=user, at=at, facts={"reason": reason} if reason else None)


def hand_in_details(*, proposal: Proposal, user: User, at: datetime, expect: int | None = None) -> Proposal:
    """Hand in the answers to what is asked after a selection; frozen as a version of stage B, which closes them.

    Answers nobody has screened touch their requirements: those wait for a judgement again, and for the public too.
    A second press changes nothing and tells nobody. expect is the version the person saw (StaleVersion otherwise).
    """
    with chained():
        locked = Proposal.objects.select_for_update().select_related("call", "vendor").get(pk=proposal.pk)
        if not is_its_vendor(locked, user):
            raise Refused("この提案を編集する権限がありません。", code=Refused.NOT_ALLOWED)
        if locked.details_at is not None:
            return locked
        if refusal := why_not_hand_in(locked, at):
            raise Refused(refusal)
        if expect is not None and locked.version != expect:
            raise StaleVersion(locked)
        locked.details_at = at
        locked.save(update_fields=["details_at"])
        version = _freeze(locked, user, at, stage="B")
        entry = record("hand_in_details", subject=locked, actor=user, at=at, facts={"version": version.number})
        told = [("mail/pitches/details_received", person) for person in people_of_vendor(locked.vendor)]
        told += [("mail/pitches/details_arrived", person) for person in people_with_role(ORGANISER)]
        for template, person in told:
            key = f"{entry.seq}:{template}:{person.pk}"
            enqueue(template, to=person, context={"subject": locked}, about=locked, dedupe_key=key, at=at)
    return locked


def _freeze(proposal: Proposal, user: User, at: datetime, *, stage: str = "A") -> ProposalVersion:
    version = ProposalVersion.objects.create(
        proposal=proposal,
        number=proposal.versions.count() + 1,
        stage=stage,
        content=content_of(proposal),
        submitted_by=user,
        submitted_at=at,
    )
    reset_touched(version=version, at=at)
    return version
