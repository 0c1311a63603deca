"""Questions about calls: which are public, in which phase, and what they ask for."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from accounts.selectors import Person
from core.calendar import deadline_warning
from core.requirements import Requirement, edition
from pitches.models import Call
from pitches.permissions import manages_calls

PHASES = {"open": "受付中", "coming": "受付前", "closed": "受付終了"}


def calls_visible_to(person: Person, at: datetime) -> QuerySet[Call]:
    """The calls that are public at this moment; organisers see those in preparation as well."""
    return Call.objects.order_by("-opens_at") if manages_calls(person) else public_calls(at)


def public_calls(at: datetime) -> QuerySet[Call]:
    """Calls everyone may read at this moment, newest first."""
    return Call.objects.filter(published_at__lte=at).order_by("-opens_at")


def open_calls(at: datetime) -> list[Call]:
    """Public calls whose window is open, the one that closes first on top."""
    return list(public_calls(at).filter(opens_at__lte=at, closes_at__gt=at).order_by("closes_at"))


def phase_of(call: Call, at: datetime) -> str:
    """ "coming", "open" or "closed" at this moment; a key of PHASES."""
    if at < call.opens_at:
        return "coming"
    return "open" if at < call.closes_at else "closed"


def phase_label(call: Call, at: datetime) -> str:
    """The phase in Japanese; 「公開前」 before it is published."""
    return PHASES[phase_of(call, at)] if call.is_public(at) else "公開前"


def calls_by_phase(at: datetime) -> list[tuple[str, str, list[Call]]]:
    """(phase, its Japanese label, its public calls), open ones first; phases without a call are left out."""
    found = list(public_calls(at))
    groups = [(key, label, [call for call in found if phase_of(call, at) == key]) for key, label in PHASES.items()]
    return [group for group in groups if group[2]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One of the four requirements with the number of its questions at application and after selection."""

    requirement: Requirement
    at_application: int
    after_selection: int


def requirements_of(call: Call) -> list[Asked]:
    """The four requirements of a call's edition."""
    known = edition(call.edition)
    return [
        Asked(requirement, stages.count("A"), stages.count("B"))
        for requirement in known.requirements
        for stages in ([question.stage for question in known.of(requirement.key)],)
    ]


def deadline_note(call: Call) -> str | None:
    """What municipal practice would not expect of the call's deadline, or None."""
    return deadline_warning(call.closes_at)


def upload_limits() -> tuple[int, int]:
    """(bytes a file, bytes a proposal) that may be attached."""
    return settings.UPLOAD_FILE_MAX_BYTES, settings.UPLOAD_PROPOSAL_MAX_BYTES
