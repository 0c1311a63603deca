"""The one view that serves private bytes."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.services import record
from files.models import StoredFile
from files.permissions import Access
from files.selectors import granted
from files.services import NotAvailable, clean_copy
from files.store import path_of


@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Serve a file as an attachment to whoever the rooms grant it to; anyone else gets the same 404 as for no file.

    Whoever is granted the published copy alone never gets the original. A file that is held back (being scanned, or
    infected) is said to be so, to those who could have it otherwise.
    """
    stored, access = granted(request.user, public_id)
    if stored is None:
        raise Http404
    now = timezone.now()
    try:
        served = stored if access == Access.ORIGINAL else clean_copy(stored, at=now)
        if not served.is_available:
            raise NotAvailable
        source = path_of(served.key).open("rb")
    except (NotAvailable, FileNotFoundError):
        return render(request, "files/held.html", {"stored": stored}, status=409)
    # What everybody may read is read by nobody in particular: a crowd, or a script, leaves no rows behind.
    if request.method == "GET" and request.user.is_authenticated:
        record("read_file", subject=served, actor=request.user, at=now, facts={"sha256": served.sha256})
    return _attachment(FileResponse(source, content_type=served.content_type), served)


def _attachment(response: FileResponse, served: StoredFile) -> FileResponse:
    """The file leaves as a file: no browser may show it here, guess another type or keep it."""
    response["Content-Length"] = str(served.size)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=served.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}  # type: ignore[attr-defined]
    return response
