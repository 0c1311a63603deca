"""The two verbs of the trail: open a chained transaction, and record a fact in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from audit import origin
from audit.chain import GENESIS, canonical, digest
from audit.models import Entry

# An arbitrary constant, the same in every process: the name of the chain's lock on PostgreSQL.
CHAIN_LOCK = 7_204_116_301


@contextmanager
def chained() -> Iterator[None]:
    """Open a transaction that may record facts.

    It takes the chain's lock before any row lock, so that two services that touch the same rows in a different order
    wait for each other instead of deadlocking. SQLite needs no lock of its own: IMMEDIATE transactions queue at BEGIN.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        yield


def record(
    verb: str,
    *,
    subject: models.Model,
    actor: models.Model | None,
    at: datetime,
    source: str = "",
    target: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Entry:
    """Append one entry inside the caller's transaction; it exists exactly when the fact it tells of does.

    facts must be JSON-able and hold no secrets: names of changed fields, reasons, counts, public numbers.
    """
    with chained():
        last = Entry.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
        entry = Entry(
            seq=last[0] + 1,
            at=at,
            actor=actor.pk if actor is not None else None,
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            source=source,
            target=target,
            facts=canonical(facts or {}),
            origin=origin.current(),
            previous_hash=last[1],
        )
        entry.hash = digest(entry)
        entry.save(force_insert=True)
    return entry
