"""The board of all submitted proposals against the four requirements."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.calendar import to_jst
from pitches import selectors
from pitches.admin_views.doors import screener_of


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every submitted proposal against the four requirements, of one call or of all."""
    person = screener_of(request)
    calls = list(selectors.calls_visible_to(person, timezone.now()))
    call = next((call for call in calls if call.public_id == request.GET.get("call")), None)
    today = to_jst(timezone.now()).date()
    context = {"rows": selectors.screening_board(person, call=call, on=today), "calls": calls, "call": call}
    return render(request, "pitches/admin/board.html", context)
