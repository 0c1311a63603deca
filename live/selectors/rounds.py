"""Rounds, their programmes, and who takes part in them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet

from accounts.selectors import Person
from core.calendar import to_jst
from live.models import Part, PitchSlot, ProgrammeYear, Registration, Round
from live.permissions import is_organiser, moderates, presents_in
from pitches.selectors import Proposal, proposals_for_programme


def rounds_visible_to(person: Person) -> QuerySet[Round]:
    """Rounds whose programme is public; organisers and moderators see those being built as well."""
    rounds = Round.objects.select_related("programme_year", "call").order_by("-held_on", "-number")
    return rounds if moderates(person) else rounds.filter(programme_published_at__isnull=False)


def coming_rounds(at: datetime) -> list[Round]:
    """Public rounds that have not ended their day yet, next first."""
    return list(_public().filter(held_on__gte=to_jst(at).date()).order_by("held_on", "number"))


def past_rounds(at: datetime) -> list[Round]:
    """Public rounds whose day is over, historical ones included, newest first."""
    return list(_public().filter(held_on__lt=to_jst(at).date()).order_by("-held_on", "-number"))


def rounds_begun(at: datetime) -> QuerySet[Round]:
    """Public rounds whose day has come, newest first."""
    return _public().filter(held_on__lte=to_jst(at).date()).order_by("-held_on", "-number")


def _public() -> QuerySet[Round]:
    return Round.objects.filter(programme_published_at__isnull=False).select_related("programme_year")


def programme_years() -> QuerySet[ProgrammeYear]:
    """Every fiscal year with what was published about it, newest first."""
    return ProgrammeYear.objects.order_by("-fiscal_year")


def programme(round: Round) -> list[Part]:
    """The round's parts with their slots, proposals, vendors and booths, in order; three queries at any size."""
    slots = PitchSlot.objects.select_related("proposal__vendor", "booth").order_by("position")
    return list(round.parts.order_by("number").prefetch_related(Prefetch("slots", queryset=slots)))


def slots_of(round: Round) -> list[PitchSlot]:
    """The round's occupied slots in order."""
    return list(
        PitchSlot.objects.filter(part__round=round, proposal__isnull=False)
        .select_related("part", "proposal__vendor", "booth")
        .order_by("part__number", "position")
    )


def proposals_in_public_programmes() -> QuerySet[PitchSlot]:
    """Slots whose proposal everyone may read about, because an organiser published the programme it stands in."""
    return PitchSlot.objects.filter(proposal__isnull=False, part__round__programme_published_at__isnull=False)


def slot_at(round: Round, at: datetime) -> PitchSlot | None:
    """The slot on stage by the timetable at this moment."""
    for slot in slots_of(round):
        if slot.starts_at <= at < slot.ends_at:
            return slot
    return None


def registration_of(person: Person, round: Round) -> Registration | None:
    """The person's registration, cancelled ones included."""
    return Registration.objects.filter(round=round, user=person.pk).first() if person.is_authenticated else None


def registrations_of(person: Person, *, since: date) -> QuerySet[Registration]:
    """The person's standing registrations for rounds held on or after a date, or still in their feedback period."""
    return (
        Registration.objects.filter(user=person.pk, cancelled_at=None)
        .filter(Q(round__held_on__gte=since) | Q(round__feedback_until__date__gte=since))
        .select_related("round__room", "round__programme_year")
        .order_by("round__held_on")
    )


def rounds_presented_by(person: Person) -> list[Round]:
    """Public rounds in which the person's vendor presents, newest first."""
    rounds = _public().filter(is_historical=False).select_related("room").order_by("-held_on")
    return [round for round in rounds if presents_in(person, round)]


def registrations(round: Round) -> QuerySet[Registration]:
    """Everyone registered for a round, for its organisers."""
    return round.registrations.select_related("user", "body").order_by("cancelled_at", "registered_at")


def bodies_in(round: Round) -> list[tuple[str, str]]:
    """(code, name) of the bodies registered for a round, by code: those a paper slip may come from."""
    bodies = {each.body_id: str(each.body) for each in registrations(round).filter(cancelled_at=None)}
    return sorted(bodies.items())


def choices_of_slots(slots: Iterable[PitchSlot]) -> Sequence[tuple[str, str]]:
    """(public id, name as in pitch_title) of the slots a question may be addressed to."""
    return [(slot.public_id, pitch_title(slot)) for slot in slots if slot.proposal is not None]


def pitch_title(slot: PitchSlot | None) -> str:
    """What records and choices call a pitch, 「vendor「title」」; without one, what is addressed to the session."""
    if slot is None or slot.proposal is None:
        return "全体あて"
    return f"{slot.proposal.vendor.name}「{slot.proposal.title}」"


def rounds_being_built(person: Person) -> QuerySet[Round]:
    """Every round that is ours to build, for organisers."""
    rounds = Round.objects.filter(is_historical=False).select_related("programme_year", "call")
    return rounds.order_by("-held_on") if is_organiser(person) else rounds.none()


def proposals_that_may_be_placed(round: Round) -> list[Proposal]:
    """Proposals of the round's call that passed screening, in the order of their receipt."""
    return list(proposals_for_programme(round.call)) if round.call is not None else []
