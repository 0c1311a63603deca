"""Running the day: the phase, who is on stage and how the clock stands, what the big screen may show by itself."""

from datetime import datetime, timedelta

from accounts.models import User
from audit.services import chained, record
from live import publishing
from live.models import PitchSlot, Room
from live.models.room import screen_key
from live.permissions import moderates
from live.phases import last_change, phase_at
from live.selectors import PUBLIC
from live.services.announcing import pin_question, take_poll_down
from pitches import services as pitches
from workflow.errors import Refused

TIMES = ("started_at", "qa_started_at", "presented_at")
# A pitch begun by a slip of the finger may be taken back so long.
SLIP = timedelta(minutes=2)


def set_phase(*, room: Room, phase: str, seen: str | None = None, actor: User, at: datetime) -> None:
    """Move the room to another phase; everyone in it is told. Refused when it is not in the one the moderator saw."""
    _require_moderator(actor)
    with chained():
        locked = Room.objects.select_for_update(of=("self",)).select_related("round").get(pk=room.pk)
        before = phase_at(locked, at)
        if before == phase:
            return
        if seen is not None and seen != before:
            label = str(Room.Phase(before).label)
            raise Refused("段階はすでに「%(phase)s」に変わっています。もう一度選んでください。", phase=label)
        locked.phase, locked.phase_set_at = Room.Phase(phase), at
        locked.save(update_fields=["phase", "phase_set_at"])
        record("set_phase", subject=locked, actor=actor, at=at, source=before, target=phase)
        publishing.log(locked, PUBLIC, "phase.set", None, at=at)


def announce_phase(*, room_pk: int, at: datetime) -> bool:
    """Tell a room that its phase has changed by the timetable; whether this call did it.

    Several processes may notice at once: under the row's lock the first one writes the event, the others find it done.
    """
    with chained():
        room = Room.objects.select_for_update(of=("self",)).select_related("round").get(pk=room_pk)
        since, phase = last_change(room, at)
        if since == room.phase_set_at:
            return False
        before, room.phase, room.phase_set_at = room.phase, Room.Phase(phase), since
        room.save(update_fields=["phase", "phase_set_at"])
        record("announce_phase", subject=room, actor=None, at=at, source=before, target=phase)
        publishing.log(room, PUBLIC, "phase.set", None, at=at)
    return True


def start_pitch(*, room: Room, slot: PitchSlot, anew: bool = False, actor: User, at: datetime) -> None:
    """Bring a slot on stage; whoever stood there has ended by that.

    A pitch that comes back goes on by the clock it had, unless it is to begin anew: after a rehearsal, say.
    """
    _require_moderator(actor)
    with chained():
        locked = _locked(room)
        if locked.stage_slot_id == slot.pk and not anew:
            return
        slot = PitchSlot.objects.get(pk=slot.pk)
        locked.stage_before = {
            "at": at.isoformat(),
            "stage": locked.stage_slot_id,
            "times": {name: moment and moment.isoformat() for name, moment in _times(slot)},
        }
        if locked.stage_slot is not None and locked.stage_slot_id != slot.pk:
            _end(locked.stage_slot, actor=actor, at=at)
        again = slot.started_at is not None and not anew
        times = {"presented_at": None} | ({} if again else {"started_at": at, "qa_started_at": None})
        PitchSlot.objects.filter(pk=slot.pk).update(**times)
        record("resume_pitch" if again else "start_pitch", subject=slot, actor=actor, at=at)
        _put_on_stage(locked, slot, at=at)


def _times(slot: PitchSlot) -> list[tuple[str, datetime | None]]:
    return [(name, getattr(slot, name)) for name in TIMES]


def may_take_back(room: Room, at: datetime) -> bool:
    """Whether it may still be said that the last slot came on stage by a slip of the finger."""
    return room.stage_before is not None and at - datetime.fromisoformat(room.stage_before["at"]) <= SLIP


def take_back_start(*, room: Room, slot: PitchSlot, actor: User, at: datetime) -> None:
    """Undo, within SLIP, that a slot was brought on stage: all stands as before, and who had ended by it goes on."""
    _require_moderator(actor)
    with chained():
        locked = _locked(room, with_on_stage=slot)
        if not may_take_back(locked, at):
            raise Refused("始めてから2分を過ぎた登壇は、取り消せません。")
        before, locked.stage_before = locked.stage_before, None
        times = {name: moment and datetime.fromisoformat(moment) for name, moment in before["times"].items()}
        PitchSlot.objects.filter(pk=slot.pk).update(**times)
        on_stage = PitchSlot.objects.filter(part__round=locked.round_id, pk=before["stage"]).first()
        if on_stage is not None and on_stage.pk != slot.pk:
            PitchSlot.objects.filter(pk=on_stage.pk).update(presented_at=None)
        record("take_back_start", subject=slot, actor=actor, at=at)
        _put_on_stage(locked, on_stage, at=at)


def begin_questions(*, room: Room, slot: PitchSlot, actor: User, at: datetime) -> None:
    """Let the questions of the pitch on stage begin now, whatever is left of its time."""
    _require_moderator(actor)
    with chained():
        locked = _locked(room, with_on_stage=slot)
        if not PitchSlot.objects.filter(pk=slot.pk, qa_started_at=None).update(qa_started_at=at):
            return
        record("begin_questions", subject=slot, actor=actor, at=at)
        publishing.log(locked, PUBLIC, "phase.set", None, at=at)


def end_pitch(*, room: Room, slot: PitchSlot, actor: User, at: datetime) -> None:
    """Take the pitch on stage off it: it was given."""
    _require_moderator(actor)
    with chained():
        locked = _locked(room, with_on_stage=slot)
        _end(slot, actor=actor, at=at)
        locked.stage_before = None
        _put_on_stage(locked, None, at=at)


def _locked(room: Room, *, with_on_stage: PitchSlot | None = None) -> Room:
    """The room under lock. Refused when another slot is on stage than the moderator saw there."""
    rooms = Room.objects.select_for_update(of=("self",)).select_related("stage_slot__proposal")
    locked = rooms.get(pk=room.pk)
    if with_on_stage is not None and locked.stage_slot_id != with_on_stage.pk:
        raise Refused("ほかの人が登壇を変更しました。いまの発表を確認してください。")
    return locked


def _end(slot: PitchSlot, *, actor: User, at: datetime) -> None:
    """Mark a pitch as given; a proposal published as selected is then presented.

    A pending decision must not show in what the day does to a proposal: the slot alone says that it was pitched.
    """
    proposal = slot.proposal
    # One that came back on stage was presented before.
    if proposal is not None and (proposal.released_outcome, proposal.state) == ("selected", "selected"):
        pitches.present(proposal=proposal, actor=actor, at=at)
    PitchSlot.objects.filter(pk=slot.pk).update(presented_at=at)
    record("end_pitch", subject=slot, actor=actor, at=at)


def _put_on_stage(room: Room, slot: PitchSlot | None, *, at: datetime) -> None:
    """Change who is on stage: the screens then show neither question nor poll of whoever was there before."""
    room.stage_slot = slot
    room.save(update_fields=["stage_slot", "stage_before"])
    publishing.log(room, PUBLIC, "phase.set", None, at=at)
    pin_question(room, None, at=at)
    take_poll_down(room, at=at)


def set_screen(*, room: Room, shows_wanted: bool, actor: User, at: datetime) -> None:
    """Say whether the screens show the most wanted question by themselves where none is pinned, or nothing."""
    _require_moderator(actor)
    with chained():
        locked = _locked(room)
        if locked.shows_wanted == shows_wanted:
            return
        locked.shows_wanted = shows_wanted
        locked.save(update_fields=["shows_wanted"])
        record("set_screen", subject=locked, actor=actor, at=at, facts={"shows_wanted": shows_wanted})
        publishing.log(locked, PUBLIC, "stage.set", None, at=at)


def renew_screen_key(*, room: Room, actor: User, at: datetime) -> None:
    """Give the room's screens a new key: those that hold the old one are shut out within seconds."""
    _require_moderator(actor)
    with chained():
        locked = _locked(room)
        locked.screen_key = screen_key()
        locked.save(update_fields=["screen_key"])
        record("renew_screen_key", subject=locked, actor=actor, at=at)


def _require_moderator(actor: User) -> None:
    if not moderates(actor):
        raise Refused("進行を操作する権限がありません。", code=Refused.NOT_ALLOWED)
