"""The organisers' faces of the panel: the matrix, the decisions and the preview of the publication."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.groups import REVIEWER
from accounts.models import User
from accounts.selectors import people_of_vendor, people_with_role
from evaluation import exports, selectors, services
from evaluation.forms import AddReviewerForm, DecideForm, PublishForm
from evaluation.permissions import is_organiser
from files.exports import file_answer
from pitches.selectors import OUTCOMES, Call, calls_visible_to, unfinished_proposals
from workflow.errors import Refused


def _call(request: HttpRequest, public_id: str) -> Call:
    if not is_organiser(request.user):
        raise PermissionDenied
    call = calls_visible_to(request.user, timezone.now()).filter(public_id=public_id).first()
    if call is None:
        raise Http404
    return call


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls whose panel is to be looked at."""
    if not is_organiser(request.user):
        raise PermissionDenied
    rows = [(call, selectors.publication_of(call)) for call in calls_visible_to(request.user, timezone.now())]
    return render(request, "evaluation/admin/calls.html", {"rows": rows})


@require_safe
def standings(request: HttpRequest, call: str) -> HttpResponse:
    """Reviewers × proposals with points, ranking and decisions."""
    return _standings(request, _call(request, call))


def _standings(request: HttpRequest, call: Call, *, status: int = 200, **extra: Any) -> HttpResponse:
    matrix = selectors.matrix(call, request.user)
    assert matrix is not None
    context = {
        "call": call,
        "matrix": matrix,
        "publication": selectors.publication_of(call),
        "outcomes": OUTCOMES,
        "add_form": AddReviewerForm(reviewers=people_with_role(REVIEWER)),
        **extra,
    }
    return render(request, "evaluation/admin/standings.html", context, status=status)


@require_safe
def export(request: HttpRequest, call: str, kind: str) -> HttpResponse:
    """The matrix as a file; that somebody took it is on record."""
    found = _call(request, call)
    assert isinstance(request.user, User)
    if kind not in exports.TYPES:
        raise Http404
    body = services.export_standings(call=found, kind=kind, actor=request.user, at=timezone.now())
    return file_answer(body, f"採点の集計.{kind}", exports.TYPES[kind])


@require_POST
def reopen(request: HttpRequest, call: str) -> HttpResponse:
    """Give a handed-in sheet back to its reviewer."""
    found = _call(request, call)
    assert isinstance(request.user, User)
    assessment = selectors.assessment_in(found, request.user, request.POST.get("assessment", ""))
    if assessment is None:
        raise Http404
    try:
        services.reopen_assessment(assessment=assessment, actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("採点を審査委員に差し戻しました。"))
    return redirect("evaluation_standings_call", found.public_id)


@require_POST
def add_reviewer(request: HttpRequest, call: str) -> HttpResponse:
    """Put a reviewer on the panel."""
    found = _call(request, call)
    assert isinstance(request.user, User)
    form = AddReviewerForm(request.POST, reviewers=people_with_role(REVIEWER))
    if not form.is_valid():
        return _standings(request, found, status=422, add_form=form)
    try:
        services.add_reviewer(call=found, reviewer=form.cleaned_data["reviewer"], actor=request.user, at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("審査委員を追加し、要件審査を通過した提案を割り当てました。"))
    return redirect("evaluation_standings_call", found.public_id)


@require_POST
def decide(request: HttpRequest, call: str) -> HttpResponse:
    """Decide on one proposal; it stays between organisers until it is published."""
    found = _call(request, call)
    assert isinstance(request.user, User)
    form = DecideForm(request.POST)
    matrix = selectors.matrix(found, request.user)
    rows = matrix.rows if matrix is not None else ()
    row = next((row for row in rows if row.proposal.public_id == request.POST.get("proposal")), None)
    if row is None:
        raise Http404
    if not form.is_valid():
        return _standings(request, found, status=422, failed=row.proposal.pk, decide_form=form)
    try:
        services.decide(proposal=row.proposal, actor=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _standings(request, found, status=422, failed=row.proposal.pk, decide_form=form)
    messages.success(request, _("決定を記録しました。公表するまで、事務局以外には表示されません。"))
    return redirect("evaluation_standings_call", found.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, call: str) -> HttpResponse:
    """Show who will see what, and publish after the typed confirmation."""
    found = _call(request, call)
    assert isinstance(request.user, User)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            released = services.publish(call=found, actor=request.user, at=timezone.now())
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("結果を公表しました。事業者へのメールは1分後に送信されます。"))
            return redirect("evaluation:result", released.public_id)
    decisions = list(selectors.pending_decisions(found))
    matrix = selectors.matrix(found, request.user)
    context = {
        "call": found,
        "form": form,
        "decisions": [(d, OUTCOMES[d.outcome], people_of_vendor(d.proposal.vendor)) for d in decisions],
        "undecided": [row.proposal for row in matrix.rows if row.decision is None] if matrix else [],
        "content": selectors.publication_content(found, decisions, at=timezone.now()),
        "publication": selectors.publication_of(found),
        "unfinished": unfinished_proposals(found).count(),
        "is_still_open": found.accepts(timezone.now()),
        "at": timezone.now(),
    }
    return render(request, "evaluation/admin/publication.html", context, status=422 if form.errors else 200)
