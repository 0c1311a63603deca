"""What was asked of a proposal goes where the proposal goes: into no other vendor's inbox, under no other's name."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from live import publishing
from live.models import PitchSlot, Reaction, Room, Round
from live.selectors import PUBLIC
from live.services.announcing import tell


def locked_room(round: Round) -> Room | None:
    """The round's room under lock, which comes before the lock of any slot."""
    return Room.objects.select_for_update(of=("self",)).select_related("round").filter(round=round).first()


def follow(room: Room, before: Mapping[int, int | None], *, at: datetime) -> None:
    """Readdress questions, polls and reactions after proposals changed slots; before is {slot pk: proposal pk}.

    What was addressed to a proposal that has no slot any more stays with the empty slot; where another proposal took
    that place, it is addressed to the session as a whole, and reactions go, as there is no pitch they are about.
    """
    slots = PitchSlot.objects.filter(part__round=room.round_id, proposal__isnull=False)
    now = {proposal: slot for slot, proposal in slots.values_list("pk", "proposal")}
    taken = set(now.values())

    def place(slot: int) -> int | None:
        proposal = before[slot]
        found = now.get(proposal) if proposal is not None else None
        return slot if found is None and slot not in taken else found

    moved = [slot for slot in before if place(slot) != slot]
    for question in list(room.questions.filter(slot__in=moved)):
        assert question.slot_id is not None
        question.slot_id = place(question.slot_id)
        question.save(update_fields=["slot"])
        tell(room, question, was_public=question.state == "public", at=at)
    polls = list(room.polls.filter(slot__in=moved))
    for poll in polls:
        assert poll.slot_id is not None
        poll.slot_id = place(poll.slot_id)
        poll.save(update_fields=["slot"])
    if polls:
        publishing.log(room, PUBLIC, "polls.changed", None, at=at)
    _move_reactions(moved, place)


def _move_reactions(slots: Collection[int], place: Callable[[int], int | None]) -> None:
    """One person gives a label to a slot once: where two trade places, all go before any comes back."""
    theirs = Reaction.objects.filter(slot__in=slots)
    moving = [(reaction, place(reaction.slot_id)) for reaction in theirs]
    theirs.delete()
    for reaction, slot in moving:
        if slot is not None:
            reaction.pk, reaction.slot_id = None, slot
    Reaction.objects.bulk_create(reaction for reaction, slot in moving if slot is not None)
