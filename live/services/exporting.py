"""Taking posts with their authors out of the room: not without leaving a trace."""

from datetime import datetime

from accounts.models import User
from audit.services import chained, record
from live.models import Room


def note_export(*, room: Room, actor: User, what: str, at: datetime) -> None:
    """Record that somebody took a file that names who wrote what."""
    with chained():
        record("export_posts", subject=room, actor=actor, at=at, facts={"what": what})
