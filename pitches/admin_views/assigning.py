"""The desk's form that gives a proposal to a screener."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pitches import services
from pitches.admin_views.board import screeners
from pitches.admin_views.desk import Bound, draw
from pitches.admin_views.doors import proposal_named, screener_of
from pitches.forms import AssignForm
from workflow.errors import Refused


@require_POST
def assign(request: HttpRequest, public_id: str) -> HttpResponse:
    """Give a proposal to a screener, or to nobody."""
    found, form = proposal_named(request, public_id), AssignForm(request.POST, people=screeners())
    if not form.is_valid():
        return draw(request, found, Bound(assignment=form), status=422)
    screener = form.cleaned_data["screener"]
    try:
        services.assign(proposal=found, screener=screener, actor=screener_of(request), at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return draw(request, found, Bound(assignment=form), status=422)
    messages.success(request, _("担当を変更しました。"))
    query = request.GET.urlencode()
    return redirect(redirect("pitches_screening_proposal", found.public_id).url + (f"?{query}" if query else ""))
