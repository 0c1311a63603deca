"""Who takes part in a room, for many people at once: what live.permissions says of one, in a few queries."""

from collections.abc import Collection
from typing import Any

from accounts.groups import MODERATOR, ORGANISER
from accounts.reading import rows_of
from accounts.selectors import bodies_of, holders, vendors_of
from live.models import Ban, PitchSlot, Registration, Room

STAFF_ROLE, MUNICIPAL_ROLE, VENDOR_ROLE = "staff", "municipal", "vendor"


def voters_in(room: Room, people: Collection[int]) -> dict[int, str]:
    """The code of the body for which each person (pk) votes here: approved, registered and not shut out."""
    banned = Ban.objects.filter(room=room, lifted_at=None).values("user")
    return bodies_of(_registered(room, people, without=banned))


def roles_in(room: Room, people: Collection[int]) -> dict[int, str]:
    """As what each person (pk) may be in the room; who is missing may not enter. See live.permissions.may_enter."""
    roles: dict[int, str] = {}
    if room.round.programme_published_at is not None:
        presenting = set(
            PitchSlot.objects.filter(part__round=room.round_id, proposal__isnull=False).values_list(
                "proposal__vendor", flat=True
            )
        )
        roles |= {user: VENDOR_ROLE for user, vendor in vendors_of(people).items() if vendor in presenting}
        roles |= dict.fromkeys(bodies_of(_registered(room, people)), MUNICIPAL_ROLE)
    return roles | dict.fromkeys(holders(people, MODERATOR, ORGANISER), STAFF_ROLE)


def _registered(room: Room, people: Collection[int], *, without: Any = ()) -> set[int]:
    registered = Registration.objects.filter(round=room.round_id, user__in=people, cancelled_at=None)
    return {user for (user,) in rows_of(registered.exclude(user__in=without).values_list("user_id"), 1)}
