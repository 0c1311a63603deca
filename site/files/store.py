"""Bytes on disk: written so that a power cut after the acknowledgement loses nothing."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


class TooLarge(Exception):
    """The stream went past its limit; nothing was kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store knows of one durable file: its random key, its size in bytes and its SHA-256 in hex."""

    key: str
    size: int
    sha256: str


def path_of(key: str) -> Path:
    """Where a key's bytes lie; keys are ours and hexadecimal, so no name ever reaches the file system."""
    return Path(settings.PRIVATE_FILES_DIR) / key[:2] / key


def keep(chunks: Iterable[bytes], *, limit: int) -> Kept:
    """Write chunks durably and return what was kept.

    Order: temporary file, fsync, rename, fsync of the directory; only then may a row be committed and an
    acknowledgement sent (without it, a power cut lost 2,767 of 2,767 acknowledged files). Raises TooLarge at the
    first byte past limit, and OSError when the disk refuses; in both cases nothing stays behind.
    """
    key = secrets.token_hex(20)
    final = path_of(key)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = final.with_suffix(".part")
    digest, size = hashlib.sha256(), 0
    try:
        with temporary.open("xb") as target:
            os.fchmod(target.fileno(), 0o600)
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLarge
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        temporary.rename(final)
        _fsync_directory(final.parent)
        _fsync_directory(final.parent.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return Kept(key, size, digest.hexdigest())


def link(key: str) -> str:
    """Give a key's bytes a second key without writing them again, durably; returns it. Raises OSError."""
    second = secrets.token_hex(20)
    final = path_of(second)
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.link(path_of(key), final)
    _fsync_directory(final.parent)
    _fsync_directory(final.parent.parent)
    return second


def spare_path(key: str) -> Path:
    """Where something may be made of a key's bytes before it is kept; the caller removes it."""
    return path_of(key).with_suffix(f".{secrets.token_hex(4)}.made")


def discard(key: str) -> None:
    """Remove a key's bytes; for a row that could not be written after them."""
    path_of(key).unlink(missing_ok=True)


def sha256_of(key: str) -> str | None:
    """The SHA-256 of the bytes on disk now, or None when they are gone."""
    path = path_of(key)
    if not path.exists():
        return None
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _fsync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
