"""Questions to the archive: past sessions, what of them can be watched now, and what was asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.selectors import Person
from archive.models import Recording
from archive.permissions import is_organiser, may_read_slides
from core.calendar import fiscal_year_label
from evaluation.selectors import publication_of
from live import selectors as live
from live.selectors import PitchSlot, ProgrammeYear, Round
from pitches.selectors import slides_of


@dataclass(frozen=True, slots=True)
class Year:
    """A fiscal year of past rounds, newest first."""

    year: ProgrammeYear
    rounds: tuple[Round, ...]

    @property
    def label(self) -> str:
        """「令和元年度」."""
        return fiscal_year_label(self.year.fiscal_year)


def past_years(at: datetime) -> list[Year]:
    """Past public rounds by fiscal year, newest year and newest round first."""
    rounds = live.past_rounds(at)
    return [
        Year(year, found)
        for year in live.programme_years()
        if (found := tuple(round for round in rounds if round.programme_year_id == year.pk))
    ]


def recent_past_rounds(at: datetime, *, limit: int = 6) -> list[Round]:
    """The newest past rounds."""
    return live.past_rounds(at)[:limit]


def round_in_archive(public_id: str, at: datetime) -> Round | None:
    """A public round whose day has come, or a historical one."""
    return next((round for round in live.rounds_begun(at) if round.public_id == public_id), None)


@dataclass(frozen=True, slots=True)
class Replay:
    """One slot as the archive shows it. recording is None when none may be shown; is_over: its window has closed."""

    slot: PitchSlot | None
    recording: Recording | None
    is_over: bool
    slides: tuple[Any, ...]
    questions: tuple[dict[str, Any], ...]


def replays(round: Round, person: Person, at: datetime) -> list[Replay]:
    """Every occupied slot with its recording (inside the window only), the slides this person may have, its questions.

    A last entry without slot holds the recording of the whole round and questions to the session, if there are any.
    """
    slots = live.slots_of(round)
    recordings = {r.slot_id: r for r in Recording.objects.filter(round=round, state="published", view_from__lte=at)}
    questions = live.questions_for_archive(round)
    slides = slides_of([slot.proposal_id for slot in slots if slot.proposal_id])
    entries = [
        _replay(slot, slot.pk, recordings, questions, slides.get(slot.proposal_id or 0, []), person, at)
        for slot in slots
    ]
    whole = _replay(None, None, recordings, questions, [], person, at)
    return [*entries, whole] if whole.recording or whole.is_over or whole.questions else entries


def _replay(
    slot: PitchSlot | None,
    key: int | None,
    recordings: dict[int | None, Recording],
    questions: dict[int | None, list[dict[str, Any]]],
    slides: list[Any],
    person: Person,
    at: datetime,
) -> Replay:
    recording = recordings.get(key)
    is_over = recording is not None and recording.is_over(at)
    readable = tuple(attachment for attachment in slides if may_read_slides(person, attachment.stored))
    shown = recording if recording is not None and recording.is_viewable(at) else None
    inside = tuple(_inside(question, shown) for question in questions.get(key, ()))
    return Replay(slot, shown, is_over, readable, inside)


def _inside(question: dict[str, Any], recording: Recording | None) -> dict[str, Any]:
    """A question whose scene is at most the end of the recording, where its length is known."""
    offset = question["offset_ms"]
    if recording is None or recording.duration_s is None or offset is None:
        return question
    return question | {"offset_ms": min(offset, recording.duration_s * 1000)}


def viewable_recording(public_id: str, at: datetime) -> Recording | None:
    """A recording that may be watched now, by its public id."""
    recording = Recording.objects.select_related("round").filter(public_id=public_id).first()
    is_public = recording is not None and recording.round.programme_published_at is not None
    return recording if recording is not None and is_public and recording.is_viewable(at) else None


def recordings_of(round: Round, person: Person) -> dict[int | None, Recording]:
    """slot pk (None: the whole round) → recording in any state, for organisers."""
    if not is_organiser(person):
        return {}
    return {recording.slot_id: recording for recording in Recording.objects.filter(round=round)}


def result_of(round: Round) -> Any:
    """What was published of the round's call, for the link beside its recordings."""
    return publication_of(round.call) if round.call is not None else None


def open_room(round: Round, person: Person) -> Any:
    """The round's question room if this person may still take part in it, for the link beside the recordings."""
    room = live.room_of(round)
    return live.room_visible_to(person, room.public_id) if room is not None and person.is_authenticated else None
