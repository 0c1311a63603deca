"""Who is told of which step of a proposal, and with which mail."""

from collections.abc import Iterable
from typing import Any

from accounts.groups import ORGANISER, SCREENER
from accounts.models import User
from accounts.selectors import people_of_vendor, people_with_role
from workflow.registry import Attempt, Notice


def its_vendor(attempt: Attempt) -> Iterable[User]:
    return people_of_vendor(attempt.subject.vendor)


def screeners(attempt: Attempt) -> Iterable[User]:
    return people_with_role(SCREENER)


def organisers(attempt: Attempt) -> Iterable[User]:
    return people_with_role(ORGANISER)


def secretariat_of_a_submitted(attempt: Attempt) -> Iterable[User]:
    """Who must know that a proposal is gone; of a draft nobody outside its vendor ever knew."""
    is_known = attempt.subject.receipt_number is not None
    people = [*people_with_role(ORGANISER), *people_with_role(SCREENER)] if is_known else []
    return {person.pk: person for person in people}.values()


def named_fields(attempt: Attempt) -> dict[str, Any]:
    from pitches.selectors import label_of

    return {"fields": [label_of(attempt.subject, name) for name in attempt.facts.get("fields", ())]}


# The outcome of the panel is not here: it is told by the publication that releases it, never by the working state.
NOTICES = (
    Notice("submit", "mail/pitches/submitted", its_vendor),
    Notice("submit", "mail/pitches/arrived", screeners),
    Notice("request_correction", "mail/pitches/correction", its_vendor, topic="correction", context=named_fields),
    Notice("resubmit", "mail/pitches/resubmitted", its_vendor),
    Notice("resubmit", "mail/pitches/arrived", screeners),
    Notice("admit", "mail/pitches/eligible", its_vendor),
    Notice("reject", "mail/pitches/ineligible", its_vendor),
    Notice("withdraw", "mail/pitches/withdrawn", its_vendor),
    Notice("withdraw", "mail/pitches/gone", secretariat_of_a_submitted),
)
