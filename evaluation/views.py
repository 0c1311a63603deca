"""The faces of the panel: a reviewer's own sheets, and the published results for everyone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from evaluation import selectors, services
from evaluation.forms import ConflictForm, ScoreForm, initial_points
from evaluation.lifecycle import ASSESSMENT_TABLE
from evaluation.models import Assessment
from evaluation.services import StaleVersion
from pitches.selectors import published_ids, reading_of
from workflow.errors import Refused


def _own(request: HttpRequest, public_id: str) -> Assessment:
    found = selectors.assignments_of(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """A reviewer's proposals to score."""
    if not selectors.is_reviewer(request.user):
        raise Http404
    rows = [
        (assessment, ASSESSMENT_TABLE.label(assessment.state)) for assessment in selectors.assignments_of(request.user)
    ]
    return render(request, "evaluation/reviews.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    """One sheet beside the proposal it is about; POST saves, or saves and hands in."""
    assessment = _own(request, public_id)
    assert isinstance(request.user, User)
    rubric = selectors.rubric_of(assessment.proposal.call)
    initial = initial_points(assessment.points, [c.code for c in rubric.criteria])
    form = ScoreForm(
        request.POST or None,
        rubric=rubric,
        is_complete="submit" in request.POST,
        initial={**initial, "comment": assessment.comment, "version": assessment.version},
    )
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, assessment, form)
        except StaleVersion as stale:
            context["conflict"] = stale.current
        except Refused as refusal:
            form.add_error(None, refusal.message)
    status = 409 if "conflict" in context else 422 if form.errors else 200
    context |= {
        "assessment": assessment,
        "proposal": assessment.proposal,
        "reading": reading_of(assessment.proposal),
        "form": form,
        "rubric": rubric,
        "state_label": ASSESSMENT_TABLE.label(assessment.state),
        "is_open": assessment.state == "opened",
    }
    return render(request, "evaluation/review.html", context, status=status)


def _save(request: HttpRequest, assessment: Assessment, form: ScoreForm) -> HttpResponse:
    assert isinstance(request.user, User)
    data, now = form.cleaned_data, timezone.now()
    saved = services.record_score(
        assessment=assessment,
        points=data["points"],
        comment=data["comment"],
        expect=data["version"],
        reviewer=request.user,
        at=now,
    )
    if "submit" not in request.POST:
        messages.success(request, _("採点を保存しました。提出するまで、何度でも変更できます。"))
        return redirect("evaluation:review", assessment.public_id)
    try:
        services.submit_assessment(assessment=saved, reviewer=request.user, at=now)
    except Refused as refusal:
        # What was typed is saved; the page comes back from the saved rows with the reason on top.
        messages.error(request, _("採点は保存しましたが、提出できませんでした。") + refusal.message)
        return redirect("evaluation:review", assessment.public_id)
    messages.success(request, _("採点を提出しました。"))
    return redirect("evaluation:reviews")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, public_id: str) -> HttpResponse:
    """Declare a conflict of interest."""
    assessment = _own(request, public_id)
    assert isinstance(request.user, User)
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_conflict(
                assessment=assessment, reason=form.cleaned_data["reason"], reviewer=request.user, at=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("利害関係の申告を受け付けました。この提案は担当から外れました。"))
            return redirect("evaluation:reviews")
    context = {"assessment": assessment, "proposal": assessment.proposal, "form": form}
    return render(request, "evaluation/conflict.html", context, status=422 if form.errors else 200)


@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """Everything that was published."""
    return render(request, "evaluation/results.html", {"publications": selectors.published_results()})


@require_safe
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """One publication, as it was frozen."""
    publication = selectors.published_results().filter(public_id=public_id).first()
    if publication is None:
        raise Http404
    context = {"publication": publication, "content": publication.content, "pages": published_ids()}
    return render(request, "evaluation/result.html", context)
