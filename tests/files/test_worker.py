"""Held back until a scan says clean: with a real clamd that is there, is away, is slow, and comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from files import clamd as client
from files.models import StoredFile
from files.services import NotAvailable, duplicate, keep
from files.worker import scan_due, worker
from tests.clamd import EICAR
from tests.factories import NOW

pytestmark = [pytest.mark.services, pytest.mark.django_db]


@pytest.fixture
def scanner(clamd, settings):
    settings.CLAMD_SOCKET = clamd.address
    return clamd


def _kept(body=b"clean"):
    return keep([body], name="図.pdf", content_type="application/pdf", limit=10_000_000, by=None, at=NOW)


def _again(stored):
    return StoredFile.objects.get(pk=stored.pk)


def test_a_file_is_held_back_until_the_scanner_calls_it_clean(scanner):
    stored = _kept()
    assert not stored.is_available
    assert scan_due(at=NOW) == 1
    assert _again(stored).is_available and _again(stored).scanned_at == NOW
    assert scan_due(at=NOW + timedelta(days=1)) == 0


def test_what_is_found_is_never_available_again(scanner, settings):
    stored = _kept(EICAR)
    scan_due(at=NOW)
    settings.CLAMD_SOCKET = ""
    found = _again(stored)
    assert (found.is_available, found.finding) == (False, "Tests.Eicar.UNOFFICIAL")
    assert Entry.objects.get(verb="scan_file").target == "infected"
    with pytest.raises(NotAvailable):
        duplicate(found, by=None, at=NOW)


def test_while_the_scanner_is_away_files_wait_and_then_recover_alone(scanner):
    stored = _kept()
    scanner.kill()
    waits = []
    at = NOW
    for _ in range(9):
        assert scan_due(at=at) == 0
        held = _again(stored)
        assert not held.is_available
        waits.append(held.scan_due_at - at)
        at = held.scan_due_at
    assert [wait.total_seconds() for wait in waits] == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    scanner.start()
    assert scan_due(at=at - timedelta(seconds=1)) == 0
    assert scan_due(at=at) == 1
    assert _again(stored).is_available


def test_a_scanner_that_is_too_slow_lets_nothing_through(scanner, monkeypatch):
    monkeypatch.setattr(client, "SCAN_SECONDS", 0.2)
    stored = _kept(bytes(3_000_000))
    scanner.freeze()
    assert scan_due(at=NOW) == 0
    assert not _again(stored).is_available and _again(stored).scan_attempts == 1


def test_a_file_leased_by_a_worker_that_died_is_scanned_later(scanner):
    stored = _kept()
    StoredFile.objects.update(scan_due_at=NOW + timedelta(minutes=3))
    assert scan_due(at=NOW + timedelta(minutes=2)) == 0
    assert scan_due(at=NOW + timedelta(minutes=3)) == 1
    assert _again(stored).is_available


def test_without_a_scanner_nothing_waits_and_with_one_everything_does(settings, clamd):
    stored = _kept(EICAR)
    assert stored.is_available and scan_due(at=NOW) == 0
    settings.CLAMD_SOCKET = clamd.address
    assert not _again(stored).is_available
    scan_due(at=NOW)
    assert _again(stored).is_infected


@pytest.mark.django_db(transaction=True)
def test_the_worker_of_the_server_scans_by_itself(scanner):
    stored = _kept()
    StoredFile.objects.update(scan_due_at=timezone.now())

    worker.start()
    try:
        for _ in range(200):
            if _again(stored).is_available:
                break
            worker._thread.join(0.05)
    finally:
        worker.stop()
    assert _again(stored).is_available
