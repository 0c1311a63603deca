"""Questions about calls: which are public, in which phase, and what they ask for."""

import hashlib
import json
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Vendor
from accounts.selectors import Person
from core.calendar import deadline_warning
from core.requirements import Requirement, edition
from pitches.call_rules import rule_changes, rules_of
from pitches.models import Call, Extension, Proposal
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


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """One version of a call's rules: its number, since when, why, and (what, before, after) against the one before."""

    number: int
    since: datetime
    reason: str
    changes: list[tuple[str, str, str]]


def rules_history(call: Call) -> list[RulesVersion]:
    """Every version of a call's rules that followed a public one, newest first; empty while nothing changed."""
    versions = list(call.rules_versions.order_by("number"))
    return [
        RulesVersion(later.number, later.changed_at, later.reason, rule_changes(earlier.content, later.content))
        for earlier, later in reversed(list(pairwise(versions)))
    ]


def rules_since(proposal: Proposal) -> list[tuple[str, str, str]]:
    """(what, before, after) of the rules that changed since the version the proposal's vendor has seen."""
    if proposal.rules_number == proposal.call.rules_number:
        return []
    seen = proposal.call.rules_versions.filter(number=proposal.rules_number).first()
    return rule_changes(seen.content, rules_of(proposal.call)) if seen is not None else []


@dataclass(frozen=True, slots=True)
class RulesToConfirm:
    """What saving a public call would change in its rules: the changes, whom it would be told, what is odd about it.

    token stands for exactly these rules: whoever sends it back has seen them.
    """

    changes: list[tuple[str, str, str]]
    vendors: int
    warning: str | None
    token: str


def rules_to_confirm(call: Call, fields: Mapping[str, Any], at: datetime) -> RulesToConfirm | None:
    """What an organiser is asked about before a public call's rules change; None where saving changes none of them."""
    if not call.pk or not call.is_public(at):
        return None
    changed = copy(call)
    for name, value in fields.items():
        setattr(changed, name, value)
    after = rules_of(changed)
    changes = rule_changes(rules_of(call), after)
    if not changes:
        return None
    applying = Proposal.objects.filter(call=call).exclude(state="withdrawn").values("vendor").distinct().count()
    token = hashlib.sha256(json.dumps(after, sort_keys=True).encode()).hexdigest()[:16]
    return RulesToConfirm(changes, applying, deadline_note(changed), token)


def extensions_of(call: Call, person: Person) -> QuerySet[Extension]:
    """The longer windows given out in a call, for organisers."""
    if not manages_calls(person):
        return Extension.objects.none()
    return call.extensions.select_related("vendor", "issued_by", "used_by")


def vendors_to_extend(call: Call, person: Person) -> QuerySet[Vendor]:
    """The vendors an organiser may give a longer window: those with a proposal in this call first, by kana."""
    if not manages_calls(person):
        return Vendor.objects.none()
    with_draft = Proposal.objects.filter(call=call, vendor=OuterRef("pk"))
    return Vendor.objects.annotate(has_draft=Exists(with_draft)).order_by("-has_draft", "kana", "pk")
