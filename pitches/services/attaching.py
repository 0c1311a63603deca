"""The files of a proposal: put on, taken off, and set aside when a scanner finds something in them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from accounts.groups import ORGANISER
from accounts.models import User
from accounts.selectors import people_of_vendor, people_with_role
from audit.services import chained, record
from core.requirements import default_visibility, edition
from files.inspection import Unacceptable
from files.models import StoredFile
from files.services import drop, take_in
from files.store import TooLarge
from notifications.services import enqueue
from pitches.call_rules import accepted_labels, accepted_types
from pitches.models import Attachment, Proposal, SelfCheckAnswer
from pitches.selectors import size_of_attachments, size_stored_for
from pitches.services.guards import EDITABLE, check_editable, check_named
from pitches.snapshots import standing_attachments
from workflow.errors import Refused


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

    What the file is, is read from its bytes; content_type, the browser's word, is not believed. The proposal's total
    and all that is stored for the vendor are exact to the byte, also under parallel uploads: they are counted again
    under the lock. A refused file leaves nothing behind. Raises Refused with the reason in Japanese.
    """
    check_editable(proposal, user)
    check_named(proposal, [question_id or "files"])
    _check_room(proposal, 0, name)
    stored = _taken_in(chunks, name, proposal.call.limits()[0], user, at)
    try:
        _check_type(proposal, stored)
        _check_pages(proposal, stored, kind)
        with chained():
            return _attached(proposal, stored, kind, question_id, user, at)
    except BaseException:
        drop(stored)
        raise


def _taken_in(chunks: Iterable[bytes], name: str, limit: int, user: User, at: datetime) -> StoredFile:
    try:
        return take_in(chunks, name=name, limit=limit, by=user, at=at)
    except TooLarge:
        raise Refused(
            "「%(name)s」は1ファイルの上限（%(limit)sMB）を超えています。", name=name, limit=limit // settings.MIB
        ) from None
    except Unacceptable as reason:
        raise Refused(str(reason)) from reason


def _check_type(proposal: Proposal, stored: StoredFile) -> None:
    """Refuse what a call does not take in, although the site could."""
    if stored.content_type not in accepted_types(proposal.call):
        labels = "、".join(accepted_labels(proposal.call))
        raise Refused(
            "「%(name)s」は、この募集では受け付けていない形式です。受け付ける形式: %(formats)s",
            name=stored.name,
            formats=labels,
        )


def _check_pages(proposal: Proposal, stored: StoredFile, kind: str) -> None:
    """Refuse slides of more pages than the call allows; where pages cannot be counted a person looks."""
    limit = proposal.call.page_limit
    if kind == Attachment.Kind.SLIDES and limit and stored.pages and stored.pages > limit:
        raise Refused(
            "「%(name)s」は%(pages)sページあります。この募集の発表資料は%(limit)sページまでです。",
            name=stored.name,
            pages=stored.pages,
            limit=limit,
        )


def _attached(
    proposal: Proposal, stored: StoredFile, kind: str, question_id: str, user: User, at: datetime
) -> Attachment:
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    check_editable(locked, user)
    check_named(locked, [question_id or "files"])
    _check_room(locked, stored.size, stored.name)
    # A scanner that was faster has told nobody yet: nothing hung on the file then.
    stored.refresh_from_db()
    if stored.is_infected:
        raise Refused("「%(name)s」を受け付けられません。ウイルスが検出されました。", name=stored.name)
    attachment = Attachment.objects.create(
        proposal=locked, stored=stored, kind=kind, question_id=question_id, added_at=at
    )
    sync_file_answer(locked, question_id, at)
    record("attach", subject=locked, actor=user, at=at, facts={"sha256": stored.sha256, "size": stored.size})
    return attachment


def _check_room(proposal: Proposal, size: int, name: str) -> None:
    """Whether so many more bytes fit on the proposal, and into all that is kept for its vendor, removed files too."""
    limit = proposal.call.limits()[1]
    if size_of_attachments(proposal) + size > limit:
        raise Refused(
            "添付の合計が上限（%(limit)sMB）を超えるため、「%(name)s」を追加できません。",
            limit=limit // settings.MIB,
            name=name,
        )
    if size_stored_for(proposal.vendor_id) + size > settings.UPLOAD_VENDOR_MAX_BYTES:
        limit = settings.UPLOAD_VENDOR_MAX_BYTES // settings.MIB
        raise Refused(
            "これまでに受け付けたファイル（外したものを含む）の合計が上限（%(limit)sMB）を超えるため、「%(name)s」を追加できません。"
            "事務局へお問い合わせください。",
            limit=limit,
            name=name,
        )


def remove_attachment(*, attachment: Attachment, user: User, at: datetime) -> None:
    """Take a file off a proposal; its row and bytes stay for the record."""
    with chained():
        proposal = Proposal.objects.select_for_update().get(pk=attachment.proposal_id)
        check_editable(proposal, user)
        check_named(proposal, [attachment.question_id or "files"])
        if Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=at):
            sync_file_answer(proposal, attachment.question_id, at)
            record("remove_attachment", subject=proposal, actor=user, at=at, facts={"sha256": attachment.stored.sha256})


def sync_file_answer(proposal: Proposal, question_id: str, at: datetime) -> None:
    """The answer to a question that asks for files is the files attached for it."""
    if not question_id or edition(proposal.edition).question(question_id).answer_type != "file":
        return
    files = standing_attachments(proposal).filter(question_id=question_id).order_by("added_at", "pk")
    value = list(files.values_list("stored__public_id", flat=True)) or None
    changed = {"value": value, "updated_at": at}
    visibility = default_visibility(edition(proposal.edition).question(question_id))
    SelfCheckAnswer.objects.update_or_create(
        proposal=proposal,
        question_id=question_id,
        defaults=changed,
        create_defaults=changed | {"visibility": visibility},
    )


def set_aside_infected(*, stored: StoredFile, at: datetime) -> Attachment | None:
    """A scanner has found something in a file: it stays on record and no longer counts as attached; people are told.

    An answer given by files alone loses this one while the vendor may still change the proposal; what was submitted
    stays as it was submitted. Returns the attachment, None when the file hangs on no proposal any more.
    """
    with chained():
        hanging = Attachment.objects.filter(stored=stored, removed_at=None)
        attachment = hanging.select_related("proposal__vendor").first()
        if attachment is None:
            return None
        proposal = Proposal.objects.select_for_update().get(pk=attachment.proposal_id)
        if proposal.state in EDITABLE:
            sync_file_answer(proposal, attachment.question_id, at)
        record("set_aside_infected", subject=proposal, actor=None, at=at, facts={"sha256": stored.sha256})
        context = {"subject": attachment.proposal, "stored": stored, "is_editable": proposal.state in EDITABLE}
        for template, people in (
            ("infected", people_of_vendor(attachment.proposal.vendor)),
            ("infected_organiser", people_with_role(ORGANISER)),
        ):
            for person in people:
                key = f"infected:{stored.pk}:{person.pk}"
                enqueue(f"mail/pitches/{template}", to=person, context=context, at=at, dedupe_key=key, about=proposal)
    return attachment
