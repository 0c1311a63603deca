"""Questions about the files on proposals: which there are, and whose they are."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet, Sum

from core.requirements import Question, edition
from files.models import StoredFile
from pitches.models import Attachment, Proposal
from pitches.permissions import was_handed_in
from pitches.rules import answers_of, open_names


def attachments(proposal: Proposal) -> QuerySet[Attachment]:
    """The files on a proposal now."""
    return proposal.attachments.filter(removed_at=None).select_related("stored")


def files_by_question(proposal: Proposal) -> dict[str, tuple[Any, ...]]:
    """question id → the files attached for it, infected ones too (the page says so); "" for those of no question."""
    found: dict[str, tuple[Any, ...]] = {}
    for attachment in attachments(proposal):
        found[attachment.question_id] = (*found.get(attachment.question_id, ()), attachment.stored)
    return found


def size_of_attachments(proposal: Proposal) -> int:
    """Bytes attached now."""
    return attachments(proposal).aggregate(total=Sum("stored__size"))["total"] or 0


def size_stored_for(vendor: int) -> int:
    """Bytes on disk for a vendor (its pk): every file ever attached to its proposals; shared bytes count once."""
    own = Attachment.objects.filter(proposal__vendor=vendor, stored__same_bytes_as=None)
    return own.aggregate(total=Sum("stored__size"))["total"] or 0


def questions_for_files(proposal: Proposal) -> list[Question]:
    """The questions a file may be attached for: those that apply and are open."""
    named = open_names(proposal)
    stage = "A" if named is None or proposal.state == "correcting" else "B"
    questions = edition(proposal.edition).applicable(answers_of(proposal), stage)
    return [question for question in questions if named is None or question.id in named]


def proposal_of_file(stored: StoredFile) -> Proposal | None:
    """The proposal a file is attached to now and was handed in with, for rooms that grant its reading."""
    attachment = Attachment.objects.select_related("proposal").filter(stored=stored, removed_at=None).first()
    if attachment is None or not was_handed_in(attachment.proposal, stored):
        return None
    return attachment.proposal


def slides_of_file(stored: StoredFile) -> Proposal | None:
    """The proposal a file is the present slides of, for rooms that grant their reading."""
    found = Attachment.objects.select_related("proposal").filter(
        stored=stored, removed_at=None, kind=Attachment.Kind.SLIDES
    )
    attachment = found.first()
    return (
        attachment.proposal
        if attachment is not None and attachment.proposal.state not in {"draft", "withdrawn"}
        else None
    )


def slides_of(proposals: Iterable[int]) -> dict[int, list[Attachment]]:
    """proposal pk → its slides now, without those a scanner has found something in."""
    found: dict[int, list[Attachment]] = {}
    slides = Attachment.objects.filter(proposal__in=proposals, removed_at=None, kind=Attachment.Kind.SLIDES)
    slides = slides.exclude(stored__scan=StoredFile.Scan.INFECTED)
    for attachment in slides.select_related("stored", "proposal").order_by("added_at"):
        found.setdefault(attachment.proposal_id, []).append(attachment)
    return found
