"""Keeping, duplicating and redrawing: what is on disk, what is in rows, and what stays behind when it fails."""

import io
import os

import pytest
from PIL import Image

from files import services, store
from files.inspection import Unacceptable
from files.models import StoredFile
from files.selectors import damaged
from tests.factories import NOW
from tests.files.conftest import photo

pytestmark = pytest.mark.django_db
UPSIDE_DOWN, GPS, ORIENTATION = 3, 0x8825, 0x0112
LATITUDE, LONGITUDE = 2, 4


def _take_in(body, name):
    return services.take_in([body], name=name, limit=10_000_000, by=None, at=NOW)


def _bytes(stored):
    return store.path_of(stored.key).read_bytes()


def _files_on_disk(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def _located_photo():
    """Taken in 府中 with the camera upside down."""
    exif = Image.Exif()
    exif[ORIENTATION] = UPSIDE_DOWN
    exif.get_ifd(GPS)[LATITUDE] = (35.0, 40.0, 8.0)
    exif.get_ifd(GPS)[LONGITUDE] = (139.0, 28.0, 39.0)
    return photo("JPEG", exif=exif, comment=b"kept at home") + b"trailing canary"


def test_what_is_taken_in_is_what_its_bytes_say(private_files):
    stored = _take_in(photo("PNG"), "図.png")
    assert (stored.content_type, stored.pages, stored.scan) == ("image/png", None, "waiting")
    assert _bytes(stored) == photo("PNG")


@pytest.mark.parametrize("body", [b"", b"x", b"%PDF-1.7\n", photo("PNG")[:-30], photo("JPEG")[:-200]])
def test_a_refused_file_leaves_neither_row_nor_bytes(private_files, body):
    with pytest.raises(Unacceptable):
        _take_in(body, "図.png")
    assert not StoredFile.objects.exists()
    assert _files_on_disk(private_files) == []


def test_the_limit_is_exact_to_the_byte(private_files):
    body = photo("PNG")
    assert services.take_in([body], name="図.png", limit=len(body), by=None, at=NOW).size == len(body)
    with pytest.raises(store.TooLarge):
        services.take_in([body], name="図.png", limit=len(body) - 1, by=None, at=NOW)
    assert len(_files_on_disk(private_files)) == 1


def test_a_duplicate_is_a_file_of_its_own_that_costs_no_disk(private_files):
    first = _take_in(photo("PNG"), "図.png")
    second = services.duplicate(first, by=None, at=NOW)
    assert first.key != second.key and first.public_id != second.public_id
    assert os.path.samefile(store.path_of(first.key), store.path_of(second.key))
    assert (second.name, second.sha256, second.size) == (first.name, first.sha256, first.size)
    services.drop(first)
    assert _bytes(second) == photo("PNG")
    assert list(damaged()) == []


def test_a_copy_for_the_public_shows_the_picture_and_nothing_else():
    original = _take_in(_located_photo(), "現地.jpg")
    with Image.open(io.BytesIO(_bytes(original))) as taken:
        assert taken.getexif().get_ifd(GPS)[LATITUDE] == (35.0, 40.0, 8.0)
        assert taken.getpixel((2, 10))[0] > 200
    assert b"kept at home" in _bytes(original)
    copy = services.clean_copy(original, at=NOW)
    with Image.open(io.BytesIO(_bytes(copy))) as shown:
        assert shown.format == "JPEG" and dict(shown.getexif()) == {}
        assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert shown.getpixel((2, 10))[2] > 200, "turned upright"
    assert b"kept at home" not in _bytes(copy) and b"canary" not in _bytes(copy)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_stays_a_png_without_its_words(mode):
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Author", "canary")
    target = io.BytesIO()
    Image.new(mode, (4, 4)).save(target, "PNG", pnginfo=words, icc_profile=b"canary profile")
    assert b"canary" in target.getvalue()
    copy = services.clean_copy(_take_in(target.getvalue(), "図.png"), at=NOW)
    assert _bytes(copy).startswith(b"\x89PNG") and b"canary" not in _bytes(copy)
    assert b"iCCP" not in _bytes(copy)


def test_a_copy_is_made_once_and_is_its_own_copy():
    original = _take_in(photo(), "図.jpg")
    copy = services.clean_copy(original, at=NOW)
    assert services.clean_copy(original, at=NOW) == copy == services.clean_copy(copy, at=NOW)
    assert StoredFile.objects.count() == 2 and copy.redrawn_from == original


def test_no_copy_is_made_of_what_is_held_back(settings, private_files):
    original = _take_in(photo(), "図.jpg")
    settings.CLAMD_SOCKET = "/nowhere"
    with pytest.raises(services.NotAvailable):
        services.clean_copy(original, at=NOW)
    assert len(_files_on_disk(private_files)) == 1


def test_the_verifier_finds_one_flipped_byte_and_one_deleted_file():
    whole, flipped, gone = (_take_in(photo(size=(side, side)), "図.jpg") for side in (8, 16, 24))
    body = bytearray(_bytes(flipped))
    body[-1] ^= 1
    store.path_of(flipped.key).write_bytes(body)
    store.path_of(gone.key).unlink()
    assert list(damaged()) == [(flipped, "corrupt"), (gone, "missing")]
    assert whole not in dict(damaged())
