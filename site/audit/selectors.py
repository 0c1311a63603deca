"""Questions to the trail: what happened to a row, and is the chain whole."""

from django.db import models
from django.db.models import QuerySet

from audit.chain import first_break
from audit.models import Entry


def history(subject: models.Model) -> QuerySet[Entry]:
    """Every entry about one row, oldest first."""
    return Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


def trail(*, verb: str = "", subject_type: str = "") -> QuerySet[Entry]:
    """All entries, newest first, narrowed by exact verb and subject type where given."""
    entries = Entry.objects.order_by("-seq")
    if verb:
        entries = entries.filter(verb=verb)
    if subject_type:
        entries = entries.filter(subject_type=subject_type)
    return entries


def broken_at() -> int | None:
    """The first seq at which the stored chain does not hold, or None when every hash is right."""
    return first_break(Entry.objects.order_by("seq").iterator(chunk_size=2000))
