"""Calls for everyone to read, and the access code that opens a longer window for one vendor."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.selectors import vendor_of
from pitches import selectors, services
from pitches.forms import CodeForm
from pitches.models import Call
from workflow.errors import Refused


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every public call, by whether it is open, coming or closed."""
    now = timezone.now()
    return render(request, "pitches/calls.html", {"groups": selectors.calls_by_phase(now), "at": now})


@require_safe
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    """One call: what is asked for, by when, and how it is screened."""
    return _page(request, _found(request, public_id), CodeForm())


@login_required
def redeem(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the longer window of one's vendor with its access code; visited instead of pressed, it shows the call."""
    assert isinstance(request.user, User)
    found = _found(request, public_id)
    if request.method != "POST":
        return redirect("pitches:call", found.public_id)
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        services.redeem_extension(call=found, code=form.cleaned_data["code"], user=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error("code", refused.message)
        return _page(request, found, form, status=422)
    messages.success(request, _("締切の延長を受け付けました。延長後の締切まで提出できます。"))
    return redirect("pitches:call", found.public_id)


def _found(request: HttpRequest, public_id: str) -> Call:
    found = selectors.calls_visible_to(request.user, timezone.now()).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, found: Call, code_form: CodeForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    vendor, phase = vendor_of(request.user), selectors.phase_of(found, now)
    extension = selectors.extension_of(found, vendor, now) if vendor is not None else None
    context: dict[str, Any] = {
        "call": found,
        "at": now,
        "phase": phase,
        "extension": extension,
        "code_form": code_form,
        "has_code_form": vendor is not None and extension is None and phase == "closed",
        "requirements": selectors.requirements_of(found),
        "declarations": selectors.declared(found.declarations).values(),
        "formats": selectors.accepted_labels(found),
        "rules_history": selectors.rules_history(found),
        "own": selectors.proposals_of_vendor(request.user).filter(call=found) if request.user.is_authenticated else [],
        "earlier": selectors.earlier_proposals(request.user) if vendor is not None else [],
        "limits": found.limits(),
    }
    return render(request, "pitches/call.html", context, status=status)
