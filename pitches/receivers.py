"""News from lower rooms: a scanner has found something in a file."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from files.models import StoredFile
from files.signals import infected
from pitches.services import set_aside_infected


@receiver(infected)
def set_aside(sender: Any, *, stored: StoredFile, at: datetime, **kwargs: Any) -> None:
    """An infected file no longer counts as attached, and those concerned are told."""
    set_aside_infected(stored=stored, at=at)
