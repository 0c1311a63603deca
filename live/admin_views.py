"""The organisers' faces of the programme: rounds, the day being built, and who registered."""

from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from core.calendar import JST
from live import selectors, services
from live.forms import DefaultDayForm, PartForm, PlaceForm, RoomForm, RoundForm, local_minutes
from live.models import Part, PitchSlot, Round
from live.permissions import is_organiser
from workflow.errors import Refused

# When the first part of the published timetable began.
FIRST_PART = time(13, 5)


def _organiser(request: HttpRequest) -> User:
    if not is_organiser(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    return request.user


def _round(request: HttpRequest, public_id: str) -> Round:
    found = selectors.rounds_being_built(_organiser(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """Every round that is ours to build."""
    return render(request, "live/admin/rounds.html", {"rounds": selectors.rounds_being_built(_organiser(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str | None = None) -> HttpResponse:
    """Create a round, or change its facts."""
    actor = _organiser(request)
    round = _round(request, public_id) if public_id else None
    form = RoundForm(request.POST or None, instance=round)
    if request.method == "POST" and form.is_valid():
        # The form has already written into its own instance; the service compares with what is stored.
        stored = _round(request, public_id) if public_id else Round()
        saved = services.save_round(round=stored, fields=form.cleaned_data, actor=actor, at=timezone.now())
        messages.success(request, _("回を保存しました。"))
        return redirect("live_programme_round", saved.public_id)
    context = {"form": form, "round": round}
    return render(request, "live/admin/round_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def build(request: HttpRequest, public_id: str) -> HttpResponse:
    """The day of a round: parts, slots, proposals and booths; POST arranges them."""
    round = _round(request, public_id)
    rows = _rows(round, request.POST or None)
    if request.method != "POST":
        return _build(request, round, rows)
    forms = [(slot, form) for _part, slots in rows for slot, form in slots]
    if not all(form.is_valid() for _slot, form in forms):
        return _build(request, round, rows, status=422)
    placements = [
        services.Placement(slot.pk, form.cleaned_data["proposal"], form.cleaned_data["booth"]) for slot, form in forms
    ]
    try:
        services.arrange(round=round, placements=placements, actor=_organiser(request), at=timezone.now())
    except Refused as refusal:
        return _build(request, round, rows, problem=refusal.message, status=422)
    messages.success(request, _("配置を保存しました。"))
    return redirect("live_programme_round", public_id)


def _rows(round: Round, typed: Any) -> list[tuple[Part, list[tuple[PitchSlot, PlaceForm]]]]:
    """The parts with their slots and the form of each slot, filled with what was typed, else with what stands there."""
    placeable = {proposal.pk: proposal for proposal in selectors.proposals_that_may_be_placed(round)}
    booths = list(round.booths.all())

    def row(slot: PitchSlot) -> tuple[PitchSlot, PlaceForm]:
        # One that stands here stays to be seen, whatever became of it since.
        here = {slot.proposal.pk: slot.proposal} if slot.proposal is not None else {}
        initial = {"proposal": slot.proposal_id, "booth": slot.booth_id}
        proposals = (placeable | here).values()
        return slot, PlaceForm(typed, prefix=f"slot-{slot.pk}", initial=initial, proposals=proposals, booths=booths)

    return [(part, [row(slot) for slot in part.slots.all()]) for part in selectors.programme(round)]


def _build(request: HttpRequest, round: Round, rows: Any, *, status: int = 200, **extra: Any) -> HttpResponse:
    room = selectors.room_of(round)
    begins = datetime.combine(round.held_on, FIRST_PART, JST)
    ends = rows[-1][0].meetings_at if rows else None
    context = {
        "round": round,
        "rows": rows,
        "room": room,
        "room_form": RoomForm(instance=room) if room is not None else None,
        "day_form": DefaultDayForm(initial={"starts_at": local_minutes(begins)}),
        "part_form": PartForm(initial={"starts_at": local_minutes(ends or begins)}),
        "registrations": selectors.registrations(round),
        **extra,
    }
    return render(request, "live/admin/round.html", context, status=status)


def _try(request: HttpRequest, public_id: str, done: str, step: Any, **arguments: Any) -> HttpResponse:
    """Take one step on the round and go back to its page with what came of it."""
    try:
        step(**arguments, actor=_organiser(request), at=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return redirect("live_programme_round", public_id)


@require_POST
def default_day(request: HttpRequest, public_id: str) -> HttpResponse:
    """Lay out the standard timetable."""
    round = _round(request, public_id)
    form = DefaultDayForm(request.POST)
    if not form.is_valid():
        return _build(request, round, _rows(round, None), status=422, day_form=form)
    done = _("標準の時間割を作成しました。")
    starts_at = form.cleaned_data["starts_at"]
    return _try(request, public_id, done, services.build_default_day, round=round, starts_at=starts_at)


@require_POST
def add_part(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a part at the end of the day."""
    round = _round(request, public_id)
    form = PartForm(request.POST)
    if not form.is_valid():
        return _build(request, round, _rows(round, None), status=422, part_form=form)
    starts_at = form.cleaned_data["starts_at"]
    return _try(request, public_id, _("部を追加しました。"), services.add_part, round=round, starts_at=starts_at)


@require_POST
def add_slot(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Add a slot at the end of a part."""
    part = next((part for part in selectors.programme(_round(request, public_id)) if part.number == number), None)
    if part is None:
        raise Http404
    return _try(request, public_id, _("登壇枠を追加しました。"), services.add_slot, part=part)


@require_POST
def remove_slot(request: HttpRequest, public_id: str, slot: str) -> HttpResponse:
    """Remove an empty slot."""
    parts = selectors.programme(_round(request, public_id))
    found = next((each for part in parts for each in part.slots.all() if each.public_id == slot), None)
    if found is None:
        raise Http404
    return _try(request, public_id, _("登壇枠を削除しました。"), services.remove_slot, slot=found)


@require_POST
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make the programme public."""
    round = _round(request, public_id)
    return _try(request, public_id, _("プログラムを公開しました。"), services.publish_programme, round=round)


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the programme out of public sight."""
    round = _round(request, public_id)
    return _try(request, public_id, _("プログラムを非公開にしました。"), services.withdraw_programme, round=round)


@require_POST
def change_room(request: HttpRequest, public_id: str) -> HttpResponse:
    """Set how the round's question room works."""
    room = selectors.room_of(_round(request, public_id))
    form = RoomForm(request.POST)
    if room is None or not form.is_valid():
        raise Http404
    done = _("質疑の部屋の設定を保存しました。")
    return _try(request, public_id, done, services.change_room, room=room, **form.cleaned_data)
