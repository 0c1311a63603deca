"""マイページ: everything that waits for one person, from every room, on one page."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pages.selectors import mypage_sections

PERSONAL = ("admin", "mypage", "accounts", "live", "files")


@login_required
@require_safe
def mypage(request: HttpRequest) -> HttpResponse:
    """Show the sections that concern the signed-in person."""
    return render(request, "pages/mypage.html", mypage_sections(request.user, at=timezone.now()))


@require_safe
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Every other sign-in door leads to the one that checks addresses and limits guesses."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{settings.LOGIN_URL}?{query}" if query else settings.LOGIN_URL)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask crawlers to stay out of what is personal; nothing relies on it."""
    text = "User-agent: *\n" + "".join(f"Disallow: /{path}/\n" for path in PERSONAL)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
