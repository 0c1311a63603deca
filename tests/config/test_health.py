"""Liveness asks nothing; readiness names what is broken, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from config import health
from files.models import StoredFile
from notifications.models import Message

pytestmark = pytest.mark.django_db


def queue(at, **fields):
    defaults = {"dedupe_key": "k", "address": "a@demo.example", "subject": "s", "body": "b", "created_at": at}
    return Message.objects.create(**defaults | {"not_before": at} | fields)


def test_a_healthy_site_is_alive_and_ready(client):
    assert client.get("/healthz").json() == {"ok": True}
    reply = client.get("/readyz")
    assert reply.status_code == 200
    assert reply.json() == {"ok": True, "probes": dict.fromkeys(health.PROBES, True)}


def test_liveness_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_mail_that_has_waited_too_long_is_seen(client):
    queue(timezone.now() - health.OUTBOX_PATIENCE - timedelta(seconds=1))
    reply = client.get("/readyz")
    assert reply.status_code == 503
    assert reply.json()["probes"] == dict.fromkeys(health.PROBES, True) | {"mail": False}


@pytest.mark.parametrize("state", ["sent", "failed", "superseded"])
def test_mail_that_waits_no_longer_is_not(state):
    at = timezone.now()
    queue(at - timedelta(days=1), state=state)
    assert health.mail_leaves(at)


def test_a_file_that_has_waited_too_long_for_the_scanner_is_seen(client, settings):
    received = timezone.now() - health.SCAN_PATIENCE - timedelta(seconds=1)
    fields = {"name": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "0" * 64, "key": "k"}
    stored = StoredFile.objects.create(**fields, created_at=received)
    assert client.get("/readyz").status_code == 200, "nothing waits where no scanner is configured"
    settings.CLAMD_SOCKET = "/nowhere"
    reply = client.get("/readyz")
    assert reply.json()["probes"] == dict.fromkeys(health.PROBES, True) | {"scanner": False}
    StoredFile.objects.filter(pk=stored.pk).update(scan="clean")
    assert client.get("/readyz").status_code == 200


def test_a_folder_that_takes_no_file_is_seen(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    assert not health.files_can_be_written(timezone.now())


def test_a_full_disk_is_seen(monkeypatch):
    monkeypatch.setattr(health, "FREE_DISK_SHARE", 1.1)
    assert not health.disk_has_room(timezone.now())


def test_a_database_that_only_reads_is_seen():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON" if connection.vendor == "sqlite" else "SET transaction_read_only = on")
        try:
            assert not health.database_takes_writes(timezone.now())
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only = OFF")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_cache_keeps_the_answer_and_no_form_is_accepted(client, path):
    assert "no-store" in client.get(path)["Cache-Control"]
    assert client.post(path).status_code == 405
