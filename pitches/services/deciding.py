"""What the deciding organiser and the live day do to proposals; the panel's room calls these."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained
from pitches.lifecycle import OUTCOME_STEPS
from pitches.models import Proposal
from workflow.services import move


def decide(*, proposal: Proposal, outcome: str, facts: Mapping[str, Any], actor: User, at: datetime) -> Proposal:
    """Take the pending decision: selected, reserve or not_selected. Nobody else learns of it before release()."""
    return move(proposal, OUTCOME_STEPS[outcome], actor=actor, at=at, facts=facts)


def promote(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Move a reserve up to selected."""
    return move(proposal, "promote", actor=actor, at=at)


def release(*, outcomes: Mapping[int, tuple[str, str]], at: datetime) -> None:
    """Let vendors and the public see outcomes. Part of a publication's own transaction.

    outcomes: proposal pk → (outcome, words for its vendor alone, which may be empty).
    """
    with chained():
        for pk, (outcome, note) in sorted(outcomes.items()):
            Proposal.objects.filter(pk=pk).update(released_outcome=outcome, released_note=note, released_at=at)


def present(*, proposal: Proposal, actor: User, at: datetime) -> Proposal:
    """Record that a selected proposal was presented on the day."""
    return move(proposal, "present", actor=actor, at=at)
