"""What a proposal holds at one moment, as JSON: the content of a version and the ground of every comparison."""

from typing import Any

from pitches.models import Proposal
from pitches.pages import FIELDS

ANSWER_PARTS = ("value", "plan", "evidence_kind", "evidence_url", "evidence_reason", "visibility", "remarks")


def content_of(proposal: Proposal) -> dict[str, Any]:
    """{"fields": {name: value}, "answers": {question id: {part: value}}, "files": [{name, size, sha256, kind, question}]}."""
    return {
        "fields": {name: getattr(proposal, name) for name in FIELDS},
        "answers": {
            answer.question_id: {part: getattr(answer, part) for part in ANSWER_PARTS}
            for answer in proposal.answers.order_by("question_id")
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
            for attachment in proposal.attachments.filter(removed_at=None).select_related("stored")
        ],
    }
