"""News from the rooms below."""

from typing import Any

from evaluation import services
from pitches.selectors import Proposal
from workflow.signals import moved


def open_assessments(sender: type, *, subject: Any, step: str, at: Any, **news: Any) -> None:
    if step == "admit":
        services.open_assessments(proposal=subject, at=at)


def connect() -> None:
    """Hear what happens to proposals."""
    moved.connect(open_assessments, sender=Proposal, dispatch_uid="evaluation.open_assessments")
