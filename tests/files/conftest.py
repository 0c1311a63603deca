"""A private store of a test's own, and files made here."""

import io

import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    return settings.PRIVATE_FILES_DIR


def photo(kind="JPEG", *, size=(40, 20), mode="RGB", **options):
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new(mode, size, "blue")
    picture.paste(Image.new(mode, (size[0] // 2, size[1]), "red"), (0, 0))
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()
