"""The page of files that can be taken out of screening, and the taking, which goes on record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from core.calendar import to_jst
from files.exports import TYPES, file_answer
from pitches import selectors, services
from pitches.admin_views.doors import screener_of
from pitches.exports import EXPORTS, export_file
from pitches.selectors import BoardFilter, BoardRow


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What can be taken, and of how many proposals, under the board's filter."""
    asked, rows = _rows(request)
    context = {
        "exports": EXPORTS.values(),
        "kinds": [kind.upper() for kind in TYPES],
        "asked": asked,
        "count": len(rows),
    }
    return render(request, "pitches/admin/exports.html", context)


@require_POST
def export(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """One table as a file."""
    person, (asked, rows), now = screener_of(request), _rows(request), timezone.now()
    kind = kind.lower()
    if table not in EXPORTS or kind not in TYPES:
        raise Http404
    body = export_file(table, rows, kind=kind)
    services.record_export(table=table, kind=kind, rows=len(rows), query=asked.query, actor=person, at=now)
    name = f"screening-{table}-{to_jst(now):%Y%m%d-%H%M}.{kind}"
    return file_answer(body, name, TYPES[kind])


def _rows(request: HttpRequest) -> tuple[BoardFilter, list[BoardRow]]:
    person, asked = screener_of(request), selectors.read_filter(request.GET.dict())
    rows = selectors.screening_board(person, on=to_jst(timezone.now()).date())
    return asked, selectors.narrow(rows, asked, person)
