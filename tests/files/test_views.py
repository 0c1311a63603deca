"""The one view that serves private bytes: who gets which, under what name, and how they leave."""

import threading
from urllib.parse import unquote

import pytest
from django.urls import reverse

from files import permissions, services, store
from files.models import StoredFile
from files.permissions import Access
from tests.factories import NOW
from tests.files.conftest import photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(monkeypatch):
    """granted(original={…}, copy={…}): those people, and nobody else, may read every file."""

    def grant(*, original=(), copy=()):
        grants = [
            (lambda person, stored: person in copy, Access.PUBLISHED_COPY),
            (lambda person, stored: person in original, Access.ORIGINAL),
        ]
        monkeypatch.setattr(permissions, "_grants", grants)

    return grant


@pytest.fixture
def stored():
    return services.take_in([photo(comment=b"GPS canary")], name="図.jpg", limit=10_000, by=None, at=NOW)


def _get(client, stored, user=None):
    if user is not None:
        client.force_login(user)
    return client.get(reverse("files:download", args=[stored.public_id]))


def _body(answer):
    return b"".join(answer.streaming_content)


def test_it_leaves_as_a_file_no_browser_may_open_here(client, vendor, granted, stored):
    granted(original={vendor})
    answer = _get(client, stored, vendor)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"] and "default-src 'none'" in answer["Content-Security-Policy"]
    assert b"canary" in _body(answer)


def test_readers_of_the_copy_never_get_the_original(client, vendor, outsider, granted, stored):
    granted(original={vendor}, copy={vendor, outsider})
    assert b"canary" in _body(_get(client, stored, vendor))
    public = _body(_get(client, stored, outsider))
    assert public.startswith(b"\xff\xd8\xff") and b"canary" not in public
    copy = StoredFile.objects.get(redrawn_from=stored)
    assert _body(_get(client, copy, outsider)) == public


def test_the_copy_is_no_more_public_than_its_original(client, outsider, granted, stored):
    granted()
    copy = services.clean_copy(stored, at=NOW)
    for each in (stored, copy):
        assert _get(client, each, outsider).status_code == 404


@pytest.mark.parametrize(("scan", "words"), [("waiting", "ウイルス検査中"), ("infected", "ウイルスが検出された")])
def test_what_is_held_back_nobody_gets_not_even_its_vendor(
    client, vendor, outsider, organiser, granted, stored, settings, scan, words
):
    granted(original={vendor, organiser}, copy={outsider})
    services.clean_copy(stored, at=NOW)
    settings.CLAMD_SOCKET = "/nowhere"
    StoredFile.objects.update(scan=scan)
    for person in (vendor, organiser, outsider):
        answer = _get(client, stored, person)
        assert answer.status_code == 409 and words in answer.content.decode()
    granted()
    assert _get(client, stored, outsider).status_code == 404


def test_a_file_that_is_gone_is_said_to_be_unreadable(client, vendor, granted, stored):
    granted(original={vendor})
    store.path_of(stored.key).unlink()
    answer = _get(client, stored, vendor)
    assert answer.status_code == 409 and "読み出せません" in answer.content.decode()


NAMES = {
    "../../etc/passwd.jpg": "passwd.jpg",
    "..\\..\\a.jpg": "a.jpg",
    "%2e%2e%2fa.jpg": "%2e%2e%2fa.jpg",
    "a\0b.jpg": "ab.jpg",
    "a\r\nSet-Cookie: x=1.jpg": "aSet-Cookie x=1.jpg",
    "\"quoted\" '1'.jpg": "quoted '1'.jpg",
    "<b>太字</b>.jpg": "b.jpg",
    "CON.jpg": "CON.jpg",
    "最後.jpg.": "最後.jpg",
    "か\u3099.jpg": "が.jpg",
    "㈱①髙﨑𠮷葛\U000e0100.jpg": "㈱①髙﨑𠮷葛\U000e0100.jpg",
    "gpj\u202e.jpg": "gpj.jpg",
    "無\u200b幅.jpg": "無\u200b幅.jpg",
    "カ" * 84 + ".jpg": "カ" * 84 + ".jpg",
    "カ" * 86 + ".jpg": "カ" * 86 + ".jpg",
    "カ" * 120 + ".jpg": "カ" * 120 + ".jpg",
    ".jpg": "jpg",
}


@pytest.mark.parametrize(("sent", "kept"), NAMES.items())
def test_a_name_comes_back_as_documented(client, vendor, granted, sent, kept):
    granted(original={vendor})
    stored = services.keep([b"x"], name=sent, content_type="image/jpeg", limit=9, by=None, at=NOW)
    assert (stored.name, stored.key.isalnum()) == (kept, True)
    answer = _get(client, stored, vendor)
    given = answer["Content-Disposition"]
    assert "\r" not in given and "\n" not in given and "Set-Cookie" not in answer
    back = unquote(given.partition("filename*=utf-8''")[2]) or given.partition('filename="')[2].rstrip('"')
    assert back == kept


def test_a_download_outlives_the_file_it_reads(client, vendor, granted):
    """Withdrawn, replaced or removed meanwhile: whoever has begun gets the whole old file."""
    granted(original={vendor})
    body = bytes(range(256)) * 4096
    stored = services.keep([body], name="a.pdf", content_type="application/pdf", limit=len(body), by=None, at=NOW)
    answer = _get(client, stored, vendor)
    parts = iter(answer.streaming_content)
    first = next(parts)
    remover = threading.Thread(target=store.discard, args=[stored.key])
    remover.start()
    remover.join()
    assert first + b"".join(parts) == body


def test_the_same_bytes_of_two_vendors_are_two_files(vendor, rival_vendor):
    one, other = (
        services.keep([b"same"], name="同じ.pdf", content_type="application/pdf", limit=9, by=person, at=NOW)
        for person in (vendor, rival_vendor)
    )
    assert one.key != other.key and one.public_id != other.public_id
    assert store.path_of(one.key).stat().st_ino != store.path_of(other.key).stat().st_ino
