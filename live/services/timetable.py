"""The shape of a day beyond the standard one: further parts and slots, and who stands where."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from audit.services import chained, record
from live.models import Booth, Part, PitchSlot, Round
from live.permissions import is_organiser
from live.selectors import proposals_that_may_be_placed
from live.services.following import follow, locked_room
from workflow.errors import Refused

SLOT_MINUTES = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Placement:
    """What an organiser wants in one slot: a proposal and a booth by their pk, or None."""

    slot_pk: int
    proposal_pk: int | None
    booth_pk: int | None


def arrange(*, round: Round, placements: Collection[Placement], actor: User, at: datetime) -> int:
    """Put proposals and booths into the round's slots, all or none; returns how many slots changed.

    Refused when a proposal is wanted twice, or newly wanted without having passed screening in the round's call.
    """
    _require_organiser(actor)
    wanted = [placement.proposal_pk for placement in placements if placement.proposal_pk is not None]
    if len(wanted) != len(set(wanted)):
        raise Refused("同じ提案が2つ以上の登壇枠に選ばれています。")
    with chained():
        room = locked_room(round)
        slots = {slot.pk: slot for slot in PitchSlot.objects.select_for_update(of=("self",)).filter(part__round=round)}
        changed = [
            placement
            for placement in placements
            if placement.slot_pk in slots and _differs(slots[placement.slot_pk], placement)
        ]
        _check_allowed(round, slots, changed)
        moved = [placement.proposal_pk for placement in changed if placement.proposal_pk is not None]
        # A proposal stands in one slot only: every place that is left is emptied before any is taken.
        PitchSlot.objects.filter(proposal_id__in=moved).update(proposal=None)
        PitchSlot.objects.filter(pk__in=[placement.slot_pk for placement in changed]).update(proposal=None)
        booths = set(Booth.objects.filter(round=round).values_list("pk", flat=True))
        for placement in changed:
            PitchSlot.objects.filter(pk=placement.slot_pk).update(
                proposal_id=placement.proposal_pk,
                booth_id=placement.booth_pk if placement.booth_pk in booths else None,
            )
            facts = {"proposal": placement.proposal_pk, "booth": placement.booth_pk}
            record("place_proposal", subject=slots[placement.slot_pk], actor=actor, at=at, facts=facts)
        if room is not None:
            follow(room, {placement.slot_pk: slots[placement.slot_pk].proposal_id for placement in changed}, at=at)
    return len(changed)


def _differs(slot: PitchSlot, placement: Placement) -> bool:
    return (slot.proposal_id, slot.booth_id) != (placement.proposal_pk, placement.booth_pk)


def _check_allowed(round: Round, slots: dict[int, PitchSlot], changed: Collection[Placement]) -> None:
    already = {slot.proposal_id for slot in slots.values()}
    allowed = {proposal.pk for proposal in proposals_that_may_be_placed(round)} | already | {None}
    if any(placement.proposal_pk not in allowed for placement in changed):
        raise Refused("この提案は登壇枠に置けません。要件審査を通過した、この回の募集の提案だけを置けます。")


def add_part(*, round: Round, starts_at: datetime, actor: User, at: datetime) -> Part:
    """Add a part at the end with one empty slot and meetings after it."""
    _require_organiser(actor)
    with chained():
        locked = Round.objects.select_for_update(of=("self",)).get(pk=round.pk)
        part = Part.objects.create(
            round=locked, number=locked.parts.count() + 1, starts_at=starts_at, meetings_at=starts_at + SLOT_MINUTES
        )
        PitchSlot.objects.create(part=part, position=1, starts_at=starts_at)
        record("add_part", subject=locked, actor=actor, at=at, facts={"part": part.number})
    return part


def add_slot(*, part: Part, actor: User, at: datetime) -> PitchSlot:
    """Add an empty slot after the part's last one; meetings that began where it ended begin later."""
    _require_organiser(actor)
    with chained():
        locked = Part.objects.select_for_update(of=("self",)).get(pk=part.pk)
        last = locked.slots.order_by("position").last()
        begins = last.ends_at if last else locked.starts_at
        slot = PitchSlot.objects.create(part=locked, position=last.position + 1 if last else 1, starts_at=begins)
        if locked.meetings_at is not None and locked.meetings_at < slot.ends_at:
            locked.meetings_at = slot.ends_at
            locked.save(update_fields=["meetings_at"])
        record("add_slot", subject=slot, actor=actor, at=at)
    return slot


def remove_slot(*, slot: PitchSlot, actor: User, at: datetime) -> None:
    """Take an empty slot out of the timetable; refused while a proposal stands in it or questions are asked of it."""
    _require_organiser(actor)
    with chained():
        locked = PitchSlot.objects.select_for_update(of=("self",)).get(pk=slot.pk)
        if locked.proposal_id is not None or locked.questions.exists():
            raise Refused("提案が置かれている、または質問が届いている登壇枠は削除できません。")
        record("remove_slot", subject=locked, actor=actor, at=at)
        locked.delete()


def _require_organiser(actor: User) -> None:
    if not is_organiser(actor):
        raise Refused("プログラムを編集する権限がありません。", code=Refused.NOT_ALLOWED)
