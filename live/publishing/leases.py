"""How many are in a room, over all processes: each says its own number, and is believed for a minute."""

from datetime import datetime, timedelta

from django.db.models import Sum

from live.models import Lease

BELIEVED = timedelta(seconds=60)


def renewed(room_pk: int, process: str, here: int, *, at: datetime) -> int:
    """Say how many sockets this process holds in the room; returns how many all of them hold.

    A process that died is not believed for longer than a minute, and its row goes with the next renewal.
    """
    Lease.objects.update_or_create(room_id=room_pk, process=process, defaults={"here": here, "until": at + BELIEVED})
    Lease.objects.filter(room_id=room_pk, until__lte=at).delete()
    return Lease.objects.filter(room_id=room_pk).aggregate(people=Sum("here"))["people"] or 0
