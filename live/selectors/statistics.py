"""Numbers of a whole round that may be passed on: by body type, and none that counts fewer than three bodies."""

from collections import defaultdict
from typing import Any

from live.models import Registration, Room
from live.selectors.rounds import pitch_title, slots_of
from live.selectors.summary import KINDS, UNKNOWN, Measure, cells_of
from live.suppression import protect


def statistics(room: Room) -> dict[str, Any]:
    """{"kinds": body types, "measures": [Measure]}: who registered in which way, what was asked of which pitch.

    There is no line of sums: it would give away what a line keeps back.
    """
    measures = [*_attendance(room), *_asked(room)]
    is_hall = any(UNKNOWN in measure.row.cells for measure in measures)
    return {"kinds": [*KINDS, UNKNOWN] if is_hall else list(KINDS), "measures": measures}


def _attendance(room: Room) -> list[Measure]:
    seen: dict[str, list[tuple[object, str, str]]] = defaultdict(list)
    registered = Registration.objects.filter(round=room.round_id, cancelled_at=None)
    for mode, pk, body, kind in registered.values_list("mode", "pk", "body", "body__kind"):
        seen[mode].append((pk, body, kind))
    return [Measure(label, protect(cells_of(seen[mode]))) for mode, label in Registration.Mode.choices]


def _asked(room: Room) -> list[Measure]:
    seen: dict[int | None, list[tuple[object, str | None, str | None]]] = defaultdict(list)
    posts = room.questions.filter(state="public").values_list("slot", "pk", "organisation", "organisation__kind")
    for slot, pk, body, kind in posts:
        seen[slot].append((pk, body, kind))
    slots = [*slots_of(room.round), None] if None in seen else slots_of(room.round)
    # Everybody can count the public questions of a pitch; whose they are is what is kept back.
    return [
        Measure(pitch_title(slot), protect(cells_of(seen[slot.pk if slot else None]), is_total_known=True))
        for slot in slots
    ]
