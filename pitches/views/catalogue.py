"""Published proposals for everyone: a list to search and narrow down, and one as far as its reader may see it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pitches import documents, selectors
from pitches.facets import FACETS, facets_of, narrowed
from pitches.selectors.catalogue import Published
from pitches.views.doors import pdf_answer
from printing.press import PressError

PAGE_SIZE = 20
QUERY_LIMIT = 200


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every published proposal, narrowed by facets and a search that finds Japanese words anywhere."""
    chosen = {key: [value for value in request.GET.getlist(key) if value] for key in FACETS}
    query = request.GET.get("q", "").strip()[:QUERY_LIMIT]
    entries = selectors.catalogue()
    found = narrowed(entries, chosen, query)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "count": len(found),
        "all": len(entries),
        "facets": facets_of(entries, chosen, query),
        "query": query,
        "is_narrowed": bool(query) or any(chosen.values()),
    }
    return render(request, "pitches/catalogue.html", context)


@require_safe
def published(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published proposal: what it is for, its requirements with their sources, its papers."""
    return render(request, "pitches/published.html", {"published": _found(request, public_id)})


@require_safe
def briefing(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 庁内説明用1枚, as far as its reader may see the proposal."""
    return _document(request, public_id, documents.briefing, "briefing")


@require_safe
def requirement_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 要件確認シート, as far as its reader may see the proposal."""
    return _document(request, public_id, partial(documents.requirement_sheet, is_public=True), "requirements")


def _document(
    request: HttpRequest, public_id: str, printed: Callable[[Published, datetime], bytes], name: str
) -> HttpResponse:
    found = _found(request, public_id)
    try:
        body = printed(found, timezone.now())
    except PressError as error:
        messages.error(request, str(error))
        return redirect("pitches:published", public_id)
    return pdf_answer(body, f"{name}-{found.proposal.receipt_number}.pdf")


def _found(request: HttpRequest, public_id: str) -> Published:
    found = selectors.published(public_id, request.user)
    if found is None:
        raise Http404
    return found
