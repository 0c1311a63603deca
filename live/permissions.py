"""Who may do what in a session, as sentences."""

from accounts.groups import MODERATOR, ORGANISER
from accounts.selectors import Person, body_of, has_role, vendor_of
from live.models import Poll, Question, Registration, Room, Round


def is_organiser(person: Person) -> bool:
    return has_role(person, ORGANISER)


def moderates(person: Person) -> bool:
    return has_role(person, MODERATOR, ORGANISER)


def is_registered(person: Person, round: Round) -> bool:
    """Whether an approved officer holds a registration for the round that was not cancelled."""
    return (
        body_of(person) is not None
        and Registration.objects.filter(round=round, user=person.pk, cancelled_at=None).exists()
    )


def presents_in(person: Person, round: Round) -> bool:
    """Whether the person's vendor has a proposal in the round's published programme."""
    vendor = vendor_of(person)
    return (
        vendor is not None
        and round.programme_published_at is not None
        and round.parts.filter(slots__proposal__vendor=vendor).exists()
    )


def may_enter(person: Person, room: Room) -> bool:
    """Whether the room's page, snapshot and socket are for this person."""
    if moderates(person):
        return True
    is_public = room.round.programme_published_at is not None
    return is_public and (is_registered(person, room.round) or presents_in(person, room.round))


def may_ask(person: Person, room: Room) -> bool:
    return is_registered(person, room.round) or moderates(person)


def may_vote(person: Person, room: Room) -> bool:
    return is_registered(person, room.round)


def is_author(question: Question, person: Person) -> bool:
    return question.author_id == person.pk


def may_separate(question: Question, person: Person) -> bool:
    """Moderators, and whoever asked the question it was merged into: who withdraws must not take others' along."""
    return moderates(person) or (question.merged_into is not None and is_author(question.merged_into, person))


def may_moderate(question: Question, person: Person) -> bool:
    return moderates(person)


def may_run(poll: Poll, person: Person) -> bool:
    return moderates(person)


def may_reply(person: Person, room: Room) -> bool:
    """Polls and reactions are for the officers who take part, as votes are."""
    return is_registered(person, room.round)


def may_answer(person: Person, question: Question) -> bool:
    """Whether the question was asked of the person's vendor: anybody acting for it writes the answer."""
    vendor, slot = vendor_of(person), question.slot
    return (
        vendor is not None
        and slot is not None
        and slot.proposal is not None
        and slot.proposal.vendor_id == vendor.pk
        and question.room.round.programme_published_at is not None
    )
