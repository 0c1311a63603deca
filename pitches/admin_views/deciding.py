"""What the desk's forms about the whole proposal do: correction, admission, rejection in twos."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitches import services
from pitches.admin_views.desk import Bound, correction_form, draw
from pitches.admin_views.doors import proposal_named, screener_of
from pitches.forms import ReasonForm
from pitches.models import Proposal
from workflow.errors import Refused


@require_POST
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the vendor for a correction of named fields."""
    found, now = proposal_named(request, public_id), timezone.now()
    form = correction_form(found, now, request.POST)
    if not form.is_valid():
        return draw(request, found, Bound(correction=form), status=422)
    try:
        services.request_correction(
            proposal=found,
            fields=form.cleaned_data["fields_named"],
            reason=form.cleaned_data["reason"],
            deadline_at=form.cleaned_data["deadline_at"],
            actor=screener_of(request),
            at=now,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return draw(request, found, Bound(correction=form), status=422)
    messages.success(request, _("補正を依頼しました。事業者にメールで通知します。"))
    return _back(request, found)


@require_POST
def admit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide that the requirements are met."""
    found = proposal_named(request, public_id)
    try:
        services.admit(proposal=found, actor=screener_of(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("要件適合と決定しました。審査委員の採点に進みます。"))
    return _back(request, found)


@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draft a rejection, for a second person to confirm."""
    found = proposal_named(request, public_id)
    form = ReasonForm(request.POST, prefix="reject")
    if not form.is_valid():
        return draw(request, found, Bound(rejection=form), status=422)
    try:
        services.draft_rejection(
            proposal=found, reason=form.cleaned_data["reason"], actor=screener_of(request), at=timezone.now()
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return draw(request, found, Bound(rejection=form), status=422)
    messages.success(request, _("不適合を起案しました。別の担当者の確認を待っています。"))
    return _back(request, found)


@require_POST
def confirm_rejection(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm a drafted rejection as a second person."""
    found = proposal_named(request, public_id)
    try:
        services.confirm_rejection(proposal=found, actor=screener_of(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("要件不適合と決定しました。事業者に理由を通知します。"))
    return _back(request, found)


def _back(request: HttpRequest, found: Proposal) -> HttpResponse:
    address = redirect("pitches_screening_proposal", found.public_id)
    if query := request.GET.urlencode():
        address["Location"] += f"?{query}"
    return address
