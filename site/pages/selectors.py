"""マイページ: what each room has for one person, gathered."""

from datetime import datetime
from typing import Any

from accounts.models import MunicipalMembership
from accounts.selectors import Person, standing
from core.calendar import to_jst
from evaluation.selectors import assignments_of
from live.permissions import moderates
from live.selectors import coming_rounds, registrations_of, rounds_in_hand, rounds_to_answer_in
from pitches.selectors import open_calls, proposals_of_vendor, shown_state


def mypage_sections(person: Person, *, at: datetime) -> dict[str, Any]:
    """The context of マイページ: only the sections that concern the person are filled."""
    stands = standing(person)
    registrations = list(registrations_of(person, since=to_jst(at).date())) if stands.body else []
    registered = {registration.round_id for registration in registrations}
    return {
        "standing": stands,
        "membership": MunicipalMembership.objects.filter(user=person.pk).select_related("body").first(),
        "proposals": [(proposal, *shown_state(proposal)) for proposal in proposals_of_vendor(person)],
        "open_calls": open_calls(at),
        "registrations": registrations,
        "coming_rounds": [round for round in coming_rounds(at) if round.pk not in registered],
        "presented_rounds": rounds_to_answer_in(person) if stands.vendor else (),
        "assessments": assignments_of(person),
        "moderates": moderates(person),
        "rounds_in_hand": rounds_in_hand(person, at),
        "at": at,
    }
