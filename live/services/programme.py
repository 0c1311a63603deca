"""The programme: building the day, publishing it, and running it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.calendar import fiscal_year
from live import publishing
from live.models import Booth, Part, PitchSlot, ProgrammeYear, Room, Round
from live.models.room import screen_key
from live.permissions import is_organiser, moderates
from live.phases import last_change, phase_at
from live.selectors import PUBLIC, proposals_that_may_be_placed
from live.services.following import follow, locked_room
from pitches import services as pitches
from workflow.errors import Refused

PARTS, SLOTS_A_PART = 3, 3
SLOT = timedelta(minutes=20)
MEETINGS = timedelta(minutes=20)


def save_round(*, round: Round, fields: Mapping[str, Any], actor: User, at: datetime) -> Round:
    """Create a round or change its facts; fields are cleaned by live.forms.RoundForm."""
    _require_organiser(actor)
    is_new = round.pk is None
    with chained():
        changed = sorted(name for name, value in fields.items() if is_new or getattr(round, name) != value)
        for name, value in fields.items():
            setattr(round, name, value)
        if "programme_year" not in fields:
            round.programme_year = ProgrammeYear.objects.get_or_create(fiscal_year=fiscal_year(round.held_on))[0]
        round.save()
        record(
            "create_round" if is_new else "change_round", subject=round, actor=actor, at=at, facts={"changed": changed}
        )
    return round


def build_default_day(*, round: Round, starts_at: datetime, actor: User, at: datetime) -> None:
    """Lay out an empty day: three parts of three 20-minute slots, 20 minutes of meetings after each, booths A to C.

    Source: the published timetable of the second round of fiscal 2019. Refused once anything stands in the programme.
    """
    _require_organiser(actor)
    with chained():
        locked = Round.objects.select_for_update().get(pk=round.pk)
        if locked.parts.exists():
            raise Refused("すでに部が作られています。標準の時間割は、空のプログラムにだけ作成できます。")
        booths = [Booth.objects.get_or_create(round=locked, code=code)[0] for code in "ABC"]
        begins = starts_at
        for number in range(1, PARTS + 1):
            ends = begins + SLOTS_A_PART * SLOT
            part = Part.objects.create(round=locked, number=number, starts_at=begins, meetings_at=ends)
            PitchSlot.objects.bulk_create(
                PitchSlot(part=part, position=place + 1, starts_at=begins + place * SLOT, booth=booths[place])
                for place in range(SLOTS_A_PART)
            )
            begins = ends + MEETINGS
        record("build_day", subject=locked, actor=actor, at=at)


def place_proposal(*, slot: PitchSlot, proposal_pk: int | None, actor: User, at: datetime) -> None:
    """Put a proposal of the round's call into a slot, moving it from where it stood; None empties the slot."""
    _require_organiser(actor)
    with chained():
        room = locked_room(slot.part.round)
        locked = PitchSlot.objects.select_for_update(of=("self",)).select_related("part__round__call").get(pk=slot.pk)
        before: dict[int, int | None] = {locked.pk: locked.proposal_id}
        if proposal_pk is not None:
            allowed = proposals_that_may_be_placed(locked.part.round)
            if not any(proposal.pk == proposal_pk for proposal in allowed):
                raise Refused("この提案は登壇枠に置けません。要件審査を通過した、この回の募集の提案だけを置けます。")
            left = PitchSlot.objects.filter(proposal_id=proposal_pk).exclude(pk=locked.pk)
            before |= dict(left.values_list("pk", "proposal"))
            left.update(proposal=None)
        locked.proposal_id = proposal_pk
        locked.save(update_fields=["proposal"])
        record("place_proposal", subject=locked, actor=actor, at=at, facts={"proposal": proposal_pk})
        if room is not None:
            follow(room, before, at=at)


def publish_programme(*, round: Round, actor: User, at: datetime) -> None:
    """Make the programme public and open its question room."""
    _require_organiser(actor)
    with chained():
        locked = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        if not PitchSlot.objects.filter(part__round=locked, proposal__isnull=False).exists():
            raise Refused("登壇枠に提案が1件も置かれていないため、公開できません。")
        if locked.programme_published_at is None:
            locked.programme_published_at = at
            locked.save(update_fields=["programme_published_at"])
            record("publish_programme", subject=locked, actor=actor, at=at)
        open_room(round=locked)


def withdraw_programme(*, round: Round, actor: User, at: datetime) -> None:
    """Take the programme back out of public sight; questions and registrations stay."""
    _require_organiser(actor)
    with chained():
        locked = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        locked.programme_published_at = None
        locked.save(update_fields=["programme_published_at"])
        record("withdraw_programme", subject=locked, actor=actor, at=at)


def open_room(*, round: Round) -> Room:
    """The round's question room, opened at the first call."""
    return Room.objects.get_or_create(round=round)[0]


def set_phase(*, room: Room, phase: str, actor: User, at: datetime) -> None:
    """Move the room to another phase; everyone in it is told."""
    _require_moderator(actor)
    with chained():
        locked = Room.objects.select_for_update(of=("self",)).select_related("round").get(pk=room.pk)
        before = phase_at(locked, at)
        if before == phase:
            return
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


def mark_presented(*, room: Room, slot: PitchSlot, is_presented: bool, actor: User, at: datetime) -> None:
    """Bring a slot on stage, or mark that its pitch is over; a proposal published as selected is then presented.

    A pending decision must not show in what the day does to a proposal: the slot alone says that it was pitched.
    """
    _require_moderator(actor)
    with chained():
        if is_presented and slot.proposal is not None and slot.proposal.released_outcome == "selected":
            pitches.present(proposal=slot.proposal, actor=actor, at=at)
        locked = Room.objects.select_for_update().get(pk=room.pk)
        locked.stage_slot, locked.stage_question = None if is_presented else slot, None
        locked.save(update_fields=["stage_slot", "stage_question"])
        times = {"presented_at": at} if is_presented else {"presented_at": None, "started_at": at}
        PitchSlot.objects.filter(pk=slot.pk).update(**times)
        record("end_pitch" if is_presented else "start_pitch", subject=slot, actor=actor, at=at)
        publishing.log(locked, PUBLIC, "phase.set", None, at=at)
        publishing.log(locked, PUBLIC, "stage.set", None, at=at)


def renew_screen_key(*, room: Room, actor: User, at: datetime) -> None:
    """Give the room's screens a new key: those that hold the old one are shut out within seconds."""
    _require_moderator(actor)
    with chained():
        locked = Room.objects.select_for_update().get(pk=room.pk)
        locked.screen_key = screen_key()
        locked.save(update_fields=["screen_key"])
        record("renew_screen_key", subject=locked, actor=actor, at=at)


def _require_organiser(actor: User) -> None:
    if not is_organiser(actor):
        raise Refused("プログラムを編集する権限がありません。", code=Refused.NOT_ALLOWED)


def _require_moderator(actor: User) -> None:
    if not moderates(actor):
        raise Refused("進行を操作する権限がありません。", code=Refused.NOT_ALLOWED)
