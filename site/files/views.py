"""The one view that serves private bytes."""

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from audit.services import record
from files.selectors import readable
from files.store import path_of


@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Serve a file as an attachment to whoever the rooms grant it to; anyone else gets the same 404 as for no file."""
    stored = readable(request.user, public_id)
    if stored is None:
        raise Http404
    if request.method == "GET":
        actor = request.user if request.user.is_authenticated else None
        record("read_file", subject=stored, actor=actor, at=timezone.now(), facts={"sha256": stored.sha256})
    response = FileResponse(path_of(stored.key).open("rb"), content_type=stored.content_type)
    response["Content-Length"] = str(stored.size)
    response["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=stored.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response._csp_replace = {"default-src": ["'none'"], "sandbox": True}  # type: ignore[attr-defined]
    return response
