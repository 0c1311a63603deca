"""The trail: whole when nobody touched it, broken where somebody did, and closed to the application itself."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit import triggers
from audit.chain import canonical
from audit.models import Entry
from audit.selectors import broken_at, history
from audit.services import record
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def three_entries():
    subject = make_user()
    return [
        record(f"step_{number}", subject=subject, actor=subject, at=NOW, facts={"n": number}) for number in range(3)
    ]


def test_an_untouched_chain_is_whole(three_entries):
    assert [entry.seq for entry in Entry.objects.all()] == [1, 2, 3]
    assert broken_at() is None


@pytest.mark.parametrize("action", ["update", "delete"])
def test_the_database_refuses_to_change_an_entry(three_entries, action):
    entry = Entry.objects.filter(seq=2)
    change = transaction.atomic(
        {"update": lambda: entry.update(verb="other"), "delete": lambda: entry.delete()}[action]
    )
    with pytest.raises(DatabaseError, match="append-only"):
        change()
    assert Entry.objects.get(seq=2).verb == "step_1"


@pytest.mark.parametrize("column", ["verb", "facts", "actor", "origin", "subject_id", "target"])
def test_one_altered_column_breaks_the_chain_there(three_entries, column):
    triggers.remove(connection)
    Entry.objects.filter(seq=2).update(**{column: 9 if column == "actor" else "other"})
    triggers.install(connection)
    assert broken_at() == 2


def test_a_missing_entry_breaks_the_chain(three_entries):
    triggers.remove(connection)
    Entry.objects.filter(seq=2).delete()
    triggers.install(connection)
    assert broken_at() == 2


def test_an_entry_goes_when_its_transaction_does():
    class Undo(Exception):
        pass

    subject = make_user()
    with pytest.raises(Undo), transaction.atomic():
        record("half_done", subject=subject, actor=None, at=NOW)
        raise Undo
    assert not history(subject).exists()


def test_facts_are_kept_as_readable_sorted_json():
    assert canonical({"b": "理由", "a": 1}) == '{"a":1,"b":"理由"}'
