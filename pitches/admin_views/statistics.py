"""The page of figures about screening, for the screen and for paper."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.calendar import to_jst
from pitches import selectors
from pitches.admin_views.doors import screener_of


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """Funnel, pass rates, where drafts are empty, time to submission; of one call or of all."""
    person, now = screener_of(request), timezone.now()
    calls = list(selectors.calls_visible_to(person, now))
    call = next((each for each in calls if each.public_id == request.GET.get("call")), None)
    figures = selectors.screening_figures(person, call=call, on=to_jst(now).date())
    context = {"figures": figures, "calls": calls, "call": call, "now": now}
    return render(request, "pitches/admin/statistics.html", context)
