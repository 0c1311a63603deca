"""Applying again: a draft that begins with what the vendor submitted before, declarations excepted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.requirements import InvalidAnswer, Question, clean_answer, edition
from files.models import StoredFile
from files.services import NotAvailable, duplicate
from files.store import discard
from pitches.call_rules import accepted_types
from pitches.models import Attachment, Call, Proposal, SelfCheckAnswer
from pitches.pages import FIELDS
from pitches.permissions import is_its_vendor
from pitches.rules import version_now
from pitches.selectors import size_of_attachments
from pitches.services.applying import start_proposal
from pitches.services.attaching import sync_file_answer
from pitches.snapshots import ANSWER_PARTS
from workflow.errors import Refused

NOT_COPIED = frozenset({"declarations"})


def start_from(*, call: Call, source: Proposal, user: User, at: datetime) -> Proposal:
    """Begin a draft with the fields, answers and evidence of an earlier submitted proposal of the same vendor.

    Pressed again it returns the untouched copy instead of a second one. What the new call or edition does not take is
    left out (pitches.selectors.left_behind names it); declarations are made anew. Copied files cost no disk.
    """
    version = version_now(source)
    if not is_its_vendor(source, user) or version is None:
        raise Refused("もとにできるのは、貴社が以前に提出した提案だけです。", code=Refused.NOT_ALLOWED)
    with _links() as linked, chained():
        type(source.vendor).objects.select_for_update().get(pk=source.vendor_id)
        same = Proposal.objects.filter(call=call, vendor=source.vendor, state="draft", version=1, copied_from=source)
        if (found := same.first()) is not None:
            return found
        proposal = start_proposal(call=call, user=user, at=at)
        _copy_fields(proposal, source, version.content["fields"])
        _copy_answers(proposal, version.content["answers"], at)
        _copy_evidence(proposal, source, version.content, user, at, linked)
        record("copy_proposal", subject=proposal, actor=user, at=at, facts={"from": source.receipt_number})
    return proposal


def _copy_fields(proposal: Proposal, source: Proposal, fields: Mapping[str, Any]) -> None:
    themes = proposal.call.themes
    for name in FIELDS:
        if name not in NOT_COPIED and name in fields and (name != "theme" or not themes or fields[name] in themes):
            setattr(proposal, name, fields[name])
    proposal.copied_from = source
    proposal.save()


def _copy_answers(proposal: Proposal, answers: Mapping[str, Mapping[str, Any]], at: datetime) -> None:
    SelfCheckAnswer.objects.bulk_create(
        SelfCheckAnswer(
            proposal=proposal,
            question_id=question.id,
            updated_at=at,
            **{part: answers[question.id][part] for part in ANSWER_PARTS},
        )
        for question in edition(proposal.edition).questions
        if question.id in answers and question.answer_type != "file" and _fits(question, answers[question.id]["value"])
    )


def _fits(question: Question, value: Any) -> bool:
    """Whether an answer given in another edition is one in this."""
    try:
        return bool(clean_answer(question, value) == value)
    except InvalidAnswer:
        return False


def _copy_evidence(
    proposal: Proposal, source: Proposal, content: Mapping[str, Any], user: User, at: datetime, linked: list[StoredFile]
) -> None:
    known = {question.id for question in edition(proposal.edition).questions}
    submitted = [file["id"] for file in content["files"] if file["question"] in known]
    standing = source.attachments.filter(stored__public_id__in=submitted).select_related("stored")
    for attachment in standing.order_by("added_at", "pk"):
        stored = attachment.stored
        room = proposal.call.limits()
        if stored.size > room[0] or size_of_attachments(proposal) + stored.size > room[1]:
            continue
        if stored.content_type not in accepted_types(proposal.call):
            continue
        try:
            copy = duplicate(stored, by=user, at=at)
        except NotAvailable:
            continue
        linked.append(copy)
        Attachment.objects.create(
            proposal=proposal, stored=copy, kind=attachment.kind, question_id=attachment.question_id, added_at=at
        )
        sync_file_answer(proposal, attachment.question_id, at)


@contextmanager
def _links() -> Iterator[list[StoredFile]]:
    """The files linked meanwhile; when the transaction within fails, their keys go with their rows."""
    linked: list[StoredFile] = []
    try:
        yield linked
    except BaseException:
        for stored in linked:
            discard(stored.key)
        raise
