"""What a proposal holds at one moment, as JSON: the content of a version and the ground of every comparison."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from core.requirements import Question, default_visibility, edition
from files.models import StoredFile
from pitches.models import Attachment, Proposal, ProposalVersion, SelfCheckAnswer
from pitches.pages import FIELDS

ANSWER_PARTS = ("value", "plan", "evidence_kind", "evidence_url", "evidence_reason", "visibility", "remarks")


def standing_attachments(proposal: Proposal) -> QuerySet[Attachment]:
    """The files that count: attached now, and not found to be infected."""
    return proposal.attachments.filter(removed_at=None).exclude(stored__scan=StoredFile.Scan.INFECTED)


def content_of(proposal: Proposal, stages: Collection[str] | None = None) -> dict[str, Any]:
    """{"fields": {name: value}, "answers": {question id: {part: value}}, "files": [{name, size, sha256, …}]}.

    Answers to what is asked after a selection are part of it once they are handed in, or when stages names "B".
    """
    known = edition(proposal.edition)
    if stages is None:
        stages = {"A"} if proposal.details_at is None else {"A", "B"}
    asked = {question.id for question in known.questions if question.stage in stages}
    return {
        "fields": {name: getattr(proposal, name) for name in FIELDS},
        "answers": {
            answer.question_id: {part: getattr(answer, part) for part in ANSWER_PARTS}
            for answer in proposal.answers.order_by("question_id")
            if answer.question_id in asked
        },
        "files": [
            {
                "id": attachment.stored.public_id,
                "name": attachment.stored.name,
                "size": attachment.stored.size,
                "sha256": attachment.stored.sha256,
                "kind": attachment.kind,
                "question": attachment.question_id,
            }
            for attachment in standing_attachments(proposal).select_related("stored")
        ],
    }


def parts_of(answer: SelfCheckAnswer | None, question: Question) -> dict[str, Any]:
    """Every part of an answer; of a question without one, what an empty form of it says."""
    if answer is None:
        return dict.fromkeys(ANSWER_PARTS, "") | {"value": None, "visibility": default_visibility(question)}
    return {part: getattr(answer, part) for part in ANSWER_PARTS}


def submitted_answers(version: ProposalVersion) -> dict[str, Any]:
    """question id → value, as it was submitted with a version."""
    return {question: answer["value"] for question, answer in version.content["answers"].items()}
