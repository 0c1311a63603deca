"""The board of all submitted proposals against the four requirements, and the order it was last seen in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.groups import ORGANISER, SCREENER
from accounts.models import User
from accounts.selectors import people_with_role
from core.calendar import to_jst
from core.requirements import REQUIREMENT_KEYS
from pitches import selectors
from pitches.admin_views.doors import screener_of
from pitches.bulk import ACTIONS

ORDER = "screening_order"


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every submitted proposal against the four requirements, narrowed and sorted as the address says."""
    person, asked = screener_of(request), selectors.read_filter(request.GET.dict())
    rows = selectors.screening_board(person, on=to_jst(timezone.now()).date())
    kept = selectors.narrow(rows, asked, person)
    _remember(request, asked.query, [row.proposal.public_id for row in kept])
    context = {
        "rows": kept,
        "total": len(rows),
        "asked": asked,
        "facets": selectors.facets(rows, asked, person),
        "requirements": REQUIREMENT_KEYS,
        "sorts": [(key, label) for key, (label, _order) in selectors.SORTS.items()],
        "workload": selectors.workload(rows, screeners()),
        "actions": ACTIONS.values(),
    }
    return render(request, "pitches/admin/board.html", context)


def screeners() -> list[User]:
    """Everybody a proposal can be given to."""
    return list((people_with_role(SCREENER) | people_with_role(ORGANISER)).distinct())


# --- From one proposal to the next ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proposal stands on the board it was opened from: public ids before and after it ("" at the ends)."""

    number: int
    total: int
    previous: str
    next: str


def place_of(request: HttpRequest, public_id: str) -> Place | None:
    """The place of a proposal in the order its board was last seen in; None when it is not on that board.

    The order is remembered: a proposal judged out of the filter a minute ago keeps its neighbours.
    """
    asked = selectors.read_filter(request.GET.dict())
    remembered = request.session.get(ORDER, {})
    if remembered.get("query") != asked.query:
        person = screener_of(request)
        rows = selectors.screening_board(person, on=to_jst(timezone.now()).date())
        _remember(request, asked.query, [row.proposal.public_id for row in selectors.narrow(rows, asked, person)])
        remembered = request.session[ORDER]
    ids = remembered["ids"]
    if public_id not in ids:
        return None
    at = ids.index(public_id)
    return Place(at + 1, len(ids), ids[at - 1] if at else "", ids[at + 1] if at + 1 < len(ids) else "")


def _remember(request: HttpRequest, query: str, ids: list[str]) -> None:
    order = {"query": query, "ids": ids}
    if request.session.get(ORDER) != order:
        request.session[ORDER] = order
