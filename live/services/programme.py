"""The programme: building the day and publishing it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.calendar import fiscal_year
from live.models import Booth, Part, PitchSlot, ProgrammeYear, Room, Round
from live.permissions import is_organiser
from live.selectors import proposals_that_may_be_placed
from live.services.following import follow, locked_room
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


def _require_organiser(actor: User) -> None:
    if not is_organiser(actor):
        raise Refused("プログラムを編集する権限がありません。", code=Refused.NOT_ALLOWED)
