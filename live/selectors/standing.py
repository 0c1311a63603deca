"""Who takes part in a room, for many people at once: what live.permissions says of one, in a few queries."""

from collections.abc import Collection

from accounts.groups import MODERATOR, ORGANISER
from accounts.reading import as_rows, relation, rows_of_sql
from accounts.selectors import bodies_of, holders, vendors_of
from live.models import PitchSlot, Room

STAFF_ROLE, MUNICIPAL_ROLE, VENDOR_ROLE = "staff", "municipal", "vendor"


def voters_in(room: Room, people: Collection[int]) -> dict[int, str]:
    """The code of the body for which each person (pk) votes here: approved, registered and not shut out."""
    shut_out = "AND user_id NOT IN (SELECT user_id FROM live_ban WHERE room_id = %s AND lifted_at IS NULL)"
    return bodies_of(_registered(room, people, shut_out, room.pk))


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


def standing_in(room: Room, people: Collection[tuple[int, str]]) -> dict[int, str]:
    """What roles_in says of each (pk, role) that somebody came in with, asking first whether the role is still theirs.

    Nearly everybody in a room is an officer and stays one: two plain queries, whatever the number.
    """
    officers = {person for person, role in people if role == MUNICIPAL_ROLE}
    still: dict[int, str] = {}
    if officers and room.round.programme_published_at is not None:
        still = dict.fromkeys(bodies_of(_registered(room, officers)), MUNICIPAL_ROLE)
    others = {person for person, role in people if person not in still or role != MUNICIPAL_ROLE}
    return still | (roles_in(room, others) if others else {})


def _registered(room: Room, people: Collection[int], but: str = "", *given: int) -> set[int]:
    sql = (
        "SELECT user_id FROM live_registration WHERE round_id = %s AND cancelled_at IS NULL "  # noqa: S608
        f"AND user_id IN ({relation({'person': 'bigint'})}) {but}"
    )
    return {user for (user,) in rows_of_sql(sql, [room.round_id, as_rows([(p,) for p in people]), *given], 1)}
