"""The desk of one proposal: its answers and evidence beside the judgements, and all that can be decided of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.calendar import default_deadline, next_business_day, to_jst
from core.text import whole_number
from pitches import selectors, services
from pitches.admin_views.board import place_of, screeners
from pitches.admin_views.doors import proposal_named, screener_of
from pitches.forms import AssignForm, CorrectionForm, JudgementForm, ReasonForm, SecondOpinionForm
from pitches.models import Proposal

CORRECTION_DAYS = 5
KEPT = ("status", "reason_codes", "reason", "evidence", "vendor_note", "private_note")


@dataclass(frozen=True, slots=True)
class Bound:
    """What a refused or half-finished post left to be drawn again.

    judgements are forms by requirement, each drawn in place of an empty one; opinion the refused second opinion.
    """

    judgements: Mapping[str, JudgementForm] = field(default_factory=dict)
    opinion: SecondOpinionForm | None = None
    correction: CorrectionForm | None = None
    assignment: AssignForm | None = None
    rejection: ReasonForm | None = None


@require_safe
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """One proposal: its answers beside the judgements."""
    return draw(request, proposal_named(request, public_id))


def draw(request: HttpRequest, found: Proposal, bound: Bound | None = None, *, status: int = 200) -> HttpResponse:
    """The whole desk, with what was typed in its place."""
    person, now, bound = screener_of(request), timezone.now(), bound or Bound()
    today = to_jst(now).date()
    version = selectors.newest_version(found)
    if version is None:
        raise Http404
    desks = selectors.desks(found, on=today)
    is_open = found.state in services.IN_SCREENING
    context = {
        "proposal": found,
        "version": version,
        "place": place_of(request, found.public_id),
        "assignment_form": bound.assignment or _assignment_form(found),
        "query": request.GET.urlencode(),
        "state_label": selectors.state_for(person, found)[1],
        "is_open": is_open,
        "is_judgeable": services.is_judgeable(found),
        "is_submitted": found.state == "submitted",
        "premises": selectors.premises(found, on=today),
        "plain": selectors.plain_sections(found),
        "difference": selectors.difference_in_words(found, *_compared(request)),
        "carried": [(name, value) for name, value in request.GET.items() if name not in {"older", "newer"}],
        "versions": selectors.version_numbers(found),
        "compared": _compared(request),
        "plain_findings": [each for each in selectors.form_check_of(found, on=today) if each.requirement in {"", "G"}],
        "desks": [(desk, bound.judgements.get(desk.key) or judgement_form(desk, version.number)) for desk in desks],
        "opinion": bound.opinion,
        "correction": selectors.open_correction(found),
        "correction_form": bound.correction or correction_form(found, now),
        "rejection_form": bound.rejection or ReasonForm(prefix="reject"),
        "draft": getattr(found, "rejection_draft", None),
        "why_not_admit": services.why_not_admit(proposal=found, actor=person, at=now) if is_open else None,
    }
    return render(request, "pitches/admin/proposal.html", context, status=status)


def _compared(request: HttpRequest) -> tuple[int, int]:
    """The numbers of the two versions to compare, older first; 0 where the address names none."""
    named = [request.GET.get(name, "") for name in ("older", "newer")]
    older, newer = (whole_number(text, digits=5) or 0 for text in named)
    return older, newer


def _assignment_form(found: Proposal) -> AssignForm:
    assignment = selectors.assignment_of(found)
    holder = str(assignment.screener_id) if assignment is not None else "nobody"
    return AssignForm(people=screeners(), initial={"screener": holder})


def judgement_form(desk: Any, number: int, typed: Mapping[str, Any] | None = None) -> JudgementForm:
    """The form of one requirement on the version with this number; typed text takes the place of empty fields.

    What was judged before is read beside it and never offered as the next judgement: a habit is no look.
    """
    initial: dict[str, Any] = {"requirement": desk.key, "version": number, "seen": desk.newest}
    if desk.is_exempt:
        initial |= {"status": "exempt", "reason_codes": ["no_personal_information"]}
    return JudgementForm(prefix=desk.key, initial=initial | dict(typed or {}), is_exempt=desk.is_exempt)


def typed_under(request: HttpRequest, key: str) -> dict[str, Any]:
    """What was posted under one requirement, as it was typed."""
    posted = {name: request.POST.get(f"{key}-{name}", "") for name in KEPT if name != "reason_codes"}
    codes = request.POST.getlist(f"{key}-reason_codes")
    return {name: value for name, value in posted.items() if value} | ({"reason_codes": codes} if codes else {})


def correction_form(found: Proposal, now: datetime, posted: Any = None) -> CorrectionForm:
    due = default_deadline(next_business_day(to_jst(now).date(), days=CORRECTION_DAYS))
    return CorrectionForm(
        posted, names=selectors.correctable_names(found), initial={"deadline_at": due}, prefix="correct"
    )
