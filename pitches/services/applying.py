"""What a vendor does: start a proposal, save it page by page, attach files, submit, correct, withdraw."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.selectors import vendor_of
from audit.services import chained, record
from core.codes import make_receipt_number
from core.requirements import default_visibility, edition
from files.inspection import Unacceptable, inspect
from files.models import StoredFile
from files.services import keep
from files.store import TooLarge, discard, path_of
from pitches.call_rules import accepted_labels, accepted_types
from pitches.models import Attachment, Call, Proposal, ProposalVersion, RejectionDraft, SelfCheckAnswer
from pitches.pages import FIELDS
from pitches.permissions import is_its_vendor
from pitches.rules import accepts_from, opened_names
from pitches.selectors import shown_state, size_of_attachments
from pitches.services.resetting import reset_touched
from pitches.snapshots import ANSWER_PARTS, content_of
from workflow.errors import Refused
from workflow.services import move

RULES_HAVE_CHANGED = "募集の条件が変わりました。変わったところを確かめて、もう一度提出してください。"
EDITABLE = frozenset({"draft", "correcting"})


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
        _check_named(locked, changed)
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
        _check_named(locked, names)
        for answer in changed:
            answer.save()
        return _saved(locked, names, user, at)


def attach(
    *,
    proposal: Proposal,
    chunks: Iterable[bytes],
    name: str,
    kind: str,
    question_id: str = "",
    content_type: str = "",
    user: User,
    at: datetime,
) -> Attachment:
    """Keep a file on a proposal. The bytes are durable before the row; the row before the acknowledgement.

    What the file is, is read from its bytes; content_type, the browser's word, is not believed. The proposal's total is
    exact to the byte, also under parallel uploads: it is counted again under the row lock. A refused file leaves
    nothing behind. Raises Refused with the reason in Japanese.
    """
    _check_editable(proposal, user)
    _check_named(proposal, [question_id or "files"])
    stored = _kept(chunks, name, proposal.call.limits()[0], user, at)
    try:
        stored.content_type = inspect(path_of(stored.key), name=stored.name)
        _check_type(proposal, stored)
        with chained():
            return _attached(proposal, stored, kind, question_id, user, at)
    except BaseException as error:
        stored.delete()
        discard(stored.key)
        if isinstance(error, Unacceptable):
            raise Refused(str(error)) from error
        raise


def _kept(chunks: Iterable[bytes], name: str, limit: int, user: User, at: datetime) -> StoredFile:
    try:
        return keep(chunks, name=name, content_type="application/octet-stream", limit=limit, by=user, at=at)
    except TooLarge:
        raise Refused(f"「{name}」は1ファイルの上限（{limit // settings.MIB}MB）を超えています。") from None


def _check_type(proposal: Proposal, stored: StoredFile) -> None:
    """Refuse what a call does not take in, although the site could."""
    if stored.content_type not in accepted_types(proposal.call):
        labels = "、".join(accepted_labels(proposal.call))
        raise Refused(f"「{stored.name}」は、この募集では受け付けていない形式です。受け付ける形式: {labels}")


def _attached(
    proposal: Proposal, stored: StoredFile, kind: str, question_id: str, user: User, at: datetime
) -> Attachment:
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    _check_editable(locked, user)
    _check_named(locked, [question_id or "files"])
    total = size_of_attachments(locked) + stored.size
    limit = proposal.call.limits()[1]
    if total > limit:
        raise Refused(f"添付の合計が上限（{limit // settings.MIB}MB）を超えるため、「{stored.name}」を追加できません。")
    stored.save(update_fields=["content_type"])
    attachment = Attachment.objects.create(
        proposal=locked, stored=stored, kind=kind, question_id=question_id, added_at=at
    )
    _sync_file_answer(locked, question_id, at)
    record("attach", subject=locked, actor=user, at=at, facts={"sha256": stored.sha256, "size": stored.size})
    return attachment


def remove_attachment(*, attachment: Attachment, user: User, at: datetime) -> None:
    """Take a file off a proposal; its row and bytes stay for the record."""
    with chained():
        proposal = Proposal.objects.select_for_update().get(pk=attachment.proposal_id)
        _check_editable(proposal, user)
        _check_named(proposal, [attachment.question_id or "files"])
        if Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=at):
            _sync_file_answer(proposal, attachment.question_id, at)
            record("remove_attachment", subject=proposal, actor=user, at=at, facts={"sha256": attachment.stored.sha256})


def _sync_file_answer(proposal: Proposal, question_id: str, at: datetime) -> None:
    """The answer to a question that asks for files is the files attached for it."""
    if not question_id or edition(proposal.edition).question(question_id).answer_type != "file":
        return
    files = proposal.attachments.filter(question_id=question_id, removed_at=None).order_by("added_at", "pk")
    value = list(files.values_list("stored__public_id", flat=True)) or None
    changed = {"value": value, "updated_at": at}
    visibility = default_visibility(edition(proposal.edition).question(question_id))
    SelfCheckAnswer.objects.update_or_create(
        proposal=proposal,
        question_id=question_id,
        defaults=changed,
        create_defaults=changed | {"visibility": visibility},
    )


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
        _check_state(locked, "draft")
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
        _check_state(locked, "correcting")
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
    _check_editable(locked, user)
    if locked.version != expect:
        raise StaleVersion(locked)
    return locked


def _check_state(proposal: Proposal, state: str) -> None:
    """Refuse in the words the vendor may know: the state itself may be a decision nobody has released."""
    if proposal.state != state:
        label = shown_state(proposal)[1]
        raise Refused(f"現在の状態（{label}）では、この操作はできません。", code=Refused.WRONG_STATE)


def _check_editable(proposal: Proposal, user: User) -> None:
    if not is_its_vendor(proposal, user):
        raise Refused("この提案を編集する権限がありません。", code=Refused.NOT_ALLOWED)
    if proposal.state not in EDITABLE:
        raise Refused("提出済みの提案は変更できません。", code=Refused.WRONG_STATE)


def _check_named(proposal: Proposal, names: Iterable[str]) -> None:
    """While correcting, only what the request named is open."""
    if proposal.state != "correcting":
        return
    others = sorted(set(names) - opened_names(proposal))
    if others:
        raise Refused(f"補正を求められていない項目は変更できません: {'、'.join(others)}")


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
