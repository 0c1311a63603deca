"""What is on stage at a moment: the phase, the pitch, and how its clock runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from live.models import PitchSlot, Room
from live.phases import phase_at


def stage_now(room: Room, at: datetime) -> dict[str, Any]:
    """{"phase", "stage": public id of the slot or None, "clock"}: what snapshots and frames about the stage say.

    clock is {"started_at": ISO, "pitch": minutes, "qa": minutes, "qa_at": ISO or None} of the pitch that runs, else
    None; qa_at is when its questions were let begin by hand.
    """
    slot = room.stage_slot
    return {
        "phase": phase_at(room, at),
        "stage": slot.public_id if slot else None,
        "clock": _clock(slot) if slot is not None and slot.started_at is not None else None,
    }


def _clock(slot: PitchSlot) -> dict[str, Any]:
    assert slot.started_at is not None
    return {
        "started_at": slot.started_at.isoformat(),
        "pitch": slot.pitch_minutes,
        "qa": slot.qa_minutes,
        "qa_at": slot.qa_started_at.isoformat() if slot.qa_started_at else None,
    }


def pitch_on_stage(room: Room, at: datetime) -> PitchSlot | None:
    """Who is on stage; before and after the day nobody is, whatever a moderator left there."""
    return room.stage_slot if phase_at(room, at) == Room.Phase.LIVE else None


def pitch_times(slot: PitchSlot) -> tuple[datetime, datetime]:
    """When the questions of a pitch that has begun begin, and when they end, by its clock and not by the timetable."""
    assert slot.started_at is not None
    questions = slot.qa_started_at or slot.started_at + timedelta(minutes=slot.pitch_minutes)
    return questions, questions + timedelta(minutes=slot.qa_minutes)


def next_slot(room: Room, slots: Sequence[PitchSlot]) -> PitchSlot | None:
    """Who is on next: the first pitch after the one on stage that has not been given, by the programme's order."""
    on_stage = next((place for place, slot in enumerate(slots) if slot.pk == room.stage_slot_id), None)
    rest = slots[on_stage + 1 :] if on_stage is not None else slots
    return next((slot for slot in rest if slot.presented_at is None), None)
