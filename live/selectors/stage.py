"""What is on stage at a moment: the phase, the pitch, and how its clock runs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from live.models import PitchSlot, Room
from live.phases import phase_at


def stage_now(room: Room, at: datetime) -> dict[str, Any]:
    """{"phase", "stage": public id of the slot or None, "clock"}: what snapshots and frames about the stage say.

    clock is {"started_at": ISO, "pitch": minutes, "qa": minutes} of the pitch that runs, else None.
    """
    slot = room.stage_slot
    return {
        "phase": phase_at(room, at),
        "stage": slot.public_id if slot else None,
        "clock": {"started_at": slot.started_at.isoformat(), "pitch": slot.pitch_minutes, "qa": slot.qa_minutes}
        if slot is not None and slot.started_at is not None
        else None,
    }


def next_slot(room: Room, slots: Sequence[PitchSlot]) -> PitchSlot | None:
    """Who is on next: the first pitch after the one on stage that has not been given, by the programme's order."""
    on_stage = next((place for place, slot in enumerate(slots) if slot.pk == room.stage_slot_id), None)
    rest = slots[on_stage + 1 :] if on_stage is not None else slots
    return next((slot for slot in rest if slot.presented_at is None), None)
