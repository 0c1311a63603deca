"""Who takes part in a room, for many people at once: what live.permissions says of one, in a few queries."""

from collections.abc import Collection

from accounts.selectors import bodies_of
from live.models import Ban, Registration, Room


def voters_in(room: Room, people: Collection[int]) -> dict[int, str]:
    """The code of the body for which each person (pk) votes here: approved, registered and not shut out."""
    registered = Registration.objects.filter(round=room.round_id, user__in=people, cancelled_at=None)
    banned = Ban.objects.filter(room=room, lifted_at=None).values("user")
    here = set(registered.exclude(user__in=banned).values_list("user_id", flat=True))
    return bodies_of(here)
