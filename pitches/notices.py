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
)
