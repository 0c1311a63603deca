"""The organisers' page of the trail."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_organiser
from audit import selectors


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """Show who did what, newest first, and whether the chain is whole."""
    if not is_organiser(request.user):
        raise PermissionDenied
    page = Paginator(
        selectors.trail(verb=request.GET.get("verb", ""), subject_type=request.GET.get("subject_type", "")), 100
    ).get_page(request.GET.get("p"))
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={entry.actor for entry in page})}
    rows = [(entry, names.get(entry.actor or 0, "")) for entry in page]
    return render(request, "audit/trail.html", {"page": page, "rows": rows, "broken_at": selectors.broken_at()})
