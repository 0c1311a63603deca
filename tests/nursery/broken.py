"""Builds that are broken on purpose: a fault test that does not notice them proves nothing."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import transaction

from audit import services as trail
from files.store import path_of
from pitches import services
from pitches.services import attaching
from tests.nursery.broken_room import ROOM_BREAKS
from workflow import services as workflow_services

PAUSE_SECONDS = 0.2


def apply(name: str) -> None:
    """Break one guarantee of this process: a name of BREAKS or ROOM_BREAKS, or "" for none."""
    if name:
        (BREAKS | ROOM_BREAKS)[name]()


def _write_without_transactions() -> None:
    """Every statement is its own: a kill in the middle of a submission leaves half of it."""
    transaction.Atomic.__enter__ = lambda self: None  # type: ignore[method-assign]
    transaction.Atomic.__exit__ = lambda self, *error: None  # type: ignore[method-assign]
    _slow_down(trail, "record")


def _slow_down(module: Any, name: str) -> None:
    """Widen the gap between two statements, so that twenty kills are enough to fall into it."""
    done_before = getattr(module, name)

    def slowly(*args: Any, **given: Any) -> Any:
        time.sleep(PAUSE_SECONDS)
        return done_before(*args, **given)

    for user in (module, workflow_services):
        setattr(user, name, slowly)


def _acknowledge_before_the_commit() -> None:
    """The page says "submitted" while the work is still to be done."""
    submit = services.submit

    def later(**given: Any) -> Any:
        threading.Thread(target=lambda: (time.sleep(PAUSE_SECONDS), submit(**given))).start()
        return given["proposal"]

    services.submit = later  # type: ignore[assignment]


def _acknowledge_before_the_bytes() -> None:
    """A file is acknowledged while half of its bytes are still on their way to the disk."""
    take_in = attaching.take_in

    def early(*args: Any, **given: Any) -> Any:
        stored = take_in(*args, **given)
        path = path_of(stored.key)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        threading.Thread(target=lambda: (time.sleep(PAUSE_SECONDS), path.write_bytes(whole))).start()
        return stored

    attaching.take_in = early


BREAKS: dict[str, Callable[[], None]] = {
    "no transactions": _write_without_transactions,
    "early word": _acknowledge_before_the_commit,
    "late bytes": _acknowledge_before_the_bytes,
}
