"""The vendors' private summary after the day, as a page to read and print, and as a table."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Vendor
from files.exports import CSV, TYPES, file_answer
from live import exports, selectors
from live.models import Room
from live.views.doors import vendors_room_or_404


def _read(request: HttpRequest, public_id: str) -> tuple[Room, Vendor, dict[str, Any]]:
    """The room, the person's vendor and its summary; 404 to everybody else, and while the day lasts."""
    room, vendor = vendors_room_or_404(request, public_id)
    if not selectors.summary_is_open(room, timezone.now()):
        raise Http404
    return room, vendor, selectors.summary(vendor, room)


@login_required
@require_safe
def summary(request: HttpRequest, public_id: str) -> HttpResponse:
    """Questions, votes and reactions by body type, own polls, and what is still unanswered."""
    room, vendor, found = _read(request, public_id)
    answered, addressed = found["coverage"]
    context = {
        **found,
        "room": room,
        "round": room.round,
        "vendor": vendor,
        "answered": answered,
        "addressed": addressed,
        "percent": selectors.percent(answered, addressed),
        "rows": [(measure, measure.printed(found["kinds"])) for measure in found["measures"]],
    }
    return render(request, "live/summary.html", context)


@login_required
@require_safe
def summary_csv(request: HttpRequest, public_id: str) -> HttpResponse:
    """The same numbers as CSV."""
    room, _vendor, found = _read(request, public_id)
    return file_answer(exports.measures_table(found), f"登壇の結果 {room.round.title}.csv", TYPES[CSV])
