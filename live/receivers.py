"""News of questions: what becomes or stops being public is told to the vendor it is addressed to."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from live.models import Question
from live.services.telling import tell_vendor_of_questions
from workflow.signals import moved


@receiver(moved, sender=Question)
def tell_vendor(sender: Any, *, subject: Question, source: str, target: str, at: datetime, **kwargs: Any) -> None:
    """A question that entered or left public sight changes what the vendor's next mail says."""
    if "public" in {source, target}:
        tell_vendor_of_questions(subject, at=at)
