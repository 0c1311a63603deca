"""The pages of an action on many proposals: what it needs, what it would do and refuse, what it did."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.calendar import default_deadline, next_business_day, to_jst
from pitches import selectors, services
from pitches.admin_views.board import screeners
from pitches.admin_views.desk import CORRECTION_DAYS
from pitches.admin_views.doors import screener_of
from pitches.bulk import ACTIONS, ADMIT, ASSIGN, CORRECT, Action
from pitches.forms import AssignForm, CorrectionForm
from pitches.models import Proposal
from pitches.pages import PAGES


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Choose → check → do; nothing is written before the last step, and the check names every refused row."""
    person = screener_of(request)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise Http404
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("提案を1件以上選んでください。"))
        return redirect(_board(request))
    step = request.POST.get("step", "")
    form = _form(action, chosen, request.POST if step else None)
    if form is not None and (not step or not form.is_valid()):
        return _page(request, "choose", action, form, chosen=chosen, status=422 if step else 200)
    does = step == "do"
    outcomes = _outcomes(action, chosen, form, actor=person, at=timezone.now(), dry_run=not does)
    return _page(request, "result" if does else "check", action, form, outcomes=outcomes)


def _chosen(request: HttpRequest) -> list[Proposal]:
    """The chosen proposals the person may see, each once, in the order of their receipt."""
    ids = [each for each in request.POST.getlist("proposal") if each.isascii() and each.isprintable()]
    return list(selectors.visible_to(request.user).filter(public_id__in=ids).order_by("submitted_at", "pk"))


def _form(action: Action, chosen: Sequence[Proposal], posted: Any) -> forms.Form | None:
    if action.key == ASSIGN:
        return AssignForm(posted, people=screeners())
    if action.key != CORRECT:
        return None
    due = default_deadline(next_business_day(to_jst(timezone.now()).date(), days=CORRECTION_DAYS))
    return CorrectionForm(posted, names=_names(chosen), initial={"deadline_at": due}, prefix="correct")


def _names(chosen: Sequence[Proposal]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that may be corrected in at least one of the proposals, page by page."""
    pages: dict[str, dict[str, str]] = {str(page.label): {} for page in PAGES}
    for proposal in chosen:
        for page, names in selectors.correctable_names(proposal):
            pages.setdefault(page, {}).update(names)
    return [(page, list(names.items())) for page, names in pages.items() if names]


def _outcomes(
    action: Action, chosen: Sequence[Proposal], form: forms.Form | None, **given: Any
) -> list[services.Outcome]:
    if action.key == ASSIGN:
        assert form is not None
        return services.assign_all(proposals=chosen, screener=form.cleaned_data["screener"], **given)
    if action.key == CORRECT:
        assert form is not None
        cleaned = form.cleaned_data
        wanted = {"fields": cleaned["fields_named"], "reason": cleaned["reason"], "deadline_at": cleaned["deadline_at"]}
        return services.request_correction_of_all(proposals=chosen, **wanted, **given)
    return (services.admit_all if action.key == ADMIT else services.exempt_all)(proposals=chosen, **given)


def _page(
    request: HttpRequest,
    page: str,
    action: Action,
    form: forms.Form | None,
    *,
    chosen: Sequence[Proposal] = (),
    outcomes: Sequence[services.Outcome] = (),
    status: int = 200,
) -> HttpResponse:
    possible = [outcome.proposal for outcome in outcomes if not outcome.refusal]
    context = {
        "action": action,
        "form": form,
        "chosen": chosen or possible,
        "outcomes": outcomes,
        "done": len(possible),
        "refused": len(outcomes) - len(possible),
        "query": request.GET.urlencode(),
        "board": _board(request),
    }
    return render(request, f"pitches/admin/bulk_{page}.html", context, status=status)


def _board(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("pitches_screening") + (f"?{query}" if query else "")
