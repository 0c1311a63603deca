"""The trail on PostgreSQL: its triggers refuse there too, and parallel facts still make one chain."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry
from audit.selectors import broken_at
from audit.services import record
from tests.at_once import at_once
from tests.factories import NOW, make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def entry():
    subject = make_user()
    return record("step", subject=subject, actor=subject, at=NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET verb = 'other'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE audit_entry CASCADE",
    ],
)
def test_the_database_refuses(entry, statement):
    assert connection.vendor == "postgresql"
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(statement)
    assert Entry.objects.filter(pk=entry.pk, verb=entry.verb).exists()


def test_facts_recorded_at_once_make_one_whole_chain():
    people = [make_user() for _ in range(10)]
    before = Entry.objects.count()
    at_once(*[lambda person=person: record("at_once", subject=person, actor=person, at=NOW) for person in people])
    assert Entry.objects.count() == before + 10
    assert broken_at() is None
