"""Calls for everyone to read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pitches import selectors


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Every public call, by whether it is open, coming or closed."""
    now = timezone.now()
    return render(request, "pitches/calls.html", {"groups": selectors.calls_by_phase(now), "at": now})


@require_safe
def call(request: HttpRequest, public_id: str) -> HttpResponse:
    """One call: what is asked for, by when, and how it is screened."""
    now = timezone.now()
    found = selectors.calls_visible_to(request.user, now).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    context = {
        "call": found,
        "at": now,
        "phase": selectors.phase_of(found, now),
        "requirements": selectors.requirements_of(found),
        "declarations": selectors.DECLARATIONS.values(),
        "warning": selectors.deadline_note(found),
        "own": selectors.proposals_of_vendor(request.user).filter(call=found) if request.user.is_authenticated else [],
        "limits": selectors.upload_limits(),
    }
    return render(request, "pitches/call.html", context)
