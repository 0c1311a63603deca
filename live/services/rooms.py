"""How a question room works: whether a moderator looks first, whether vendors publish by themselves."""

from datetime import datetime

from accounts.models import User
from audit.services import chained, record
from live.models import Room
from live.permissions import is_organiser
from workflow.errors import Refused


def change_room(*, room: Room, is_moderated: bool, vendors_publish: bool, actor: User, at: datetime) -> None:
    """Change how a room works; what waits meanwhile goes on waiting for a moderator."""
    if not is_organiser(actor):
        raise Refused("プログラムを編集する権限がありません。", code=Refused.NOT_ALLOWED)
    with chained():
        locked = Room.objects.select_for_update(of=("self",)).get(pk=room.pk)
        wanted = {"is_moderated": is_moderated, "vendors_publish": vendors_publish}
        changed = {name: value for name, value in wanted.items() if getattr(locked, name) != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(changed))
        record("change_room", subject=locked, actor=actor, at=at, facts=changed)
