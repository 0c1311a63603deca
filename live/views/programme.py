"""Rounds and their programmes for everyone, and registration for municipal officers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.selectors import body_of
from live import selectors, services
from live.forms import RegistrationForm
from live.models import Round
from live.permissions import may_enter, moderates
from pitches.selectors import published_ids
from workflow.errors import Refused


def _round(request: HttpRequest, public_id: str) -> Round:
    found = selectors.rounds_visible_to(request.user).filter(public_id=public_id, is_historical=False).first()
    if found is None:
        raise Http404
    return found


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Rounds to come, and those of this site that are over."""
    now = timezone.now()
    past = [round for round in selectors.past_rounds(now) if not round.is_historical]
    return render(request, "live/rounds.html", {"rounds": selectors.coming_rounds(now), "past": past})


@require_safe
def programme(request: HttpRequest, public_id: str) -> HttpResponse:
    """One round's programme: parts, slots and booths."""
    round = _round(request, public_id)
    room = selectors.room_of(round)
    registration = selectors.registration_of(request.user, round)
    return render(
        request,
        "live/programme.html",
        {
            "proposal_pages": published_ids(),
            "round": round,
            "parts": selectors.programme(round),
            "room": room if room is not None and may_enter(request.user, room) else None,
            "registration": registration if registration is not None and registration.cancelled_at is None else None,
            "is_moderator": moderates(request.user),
            "has_begun": selectors.rounds_begun(timezone.now()).filter(pk=round.pk).exists(),
            "breadcrumbs": [(_("開催回・プログラム"), reverse("live:rounds")), (round.title, "")],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    """Register for a round, or change how one takes part."""
    assert isinstance(request.user, User)
    round = _round(request, public_id)
    existing = selectors.registration_of(request.user, round)
    is_registered = existing is not None and existing.cancelled_at is None
    form = RegistrationForm(request.POST or None, instance=existing)
    if request.method == "POST" and form.is_valid():
        try:
            services.register(
                round=round,
                user=request.user,
                mode=form.cleaned_data["mode"],
                accommodation=form.cleaned_data["accommodation"],
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("参加申込を受け付けました。"))
            return redirect("live:programme", public_id)
    context = {"round": round, "form": form, "body": body_of(request.user), "is_registered": is_registered}
    return render(request, "live/register.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel one's registration."""
    assert isinstance(request.user, User)
    services.cancel_registration(round=_round(request, public_id), user=request.user, at=timezone.now())
    messages.success(request, _("参加申込を取り消しました。"))
    return redirect("live:programme", public_id)
