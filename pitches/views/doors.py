"""The doors of this room's pages: whose proposal it is, what a script or a press may do, how a PDF leaves."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from files.exports import file_answer
from pitches import selectors
from pitches.models import Proposal

View = Callable[..., HttpResponse]


def acts_on_post(view: View) -> View:
    """Run the view for a POST; whoever comes otherwise (a restored tab, Back) is sent to the proposal's page."""

    @wraps(view)
    def guarded(request: HttpRequest, public_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("pitches:proposal", public_id)
        return view(request, public_id, *args, **kwargs)

    return guarded


def own(request: HttpRequest, public_id: str) -> Proposal:
    """The vendor's own proposal; anyone else's looks like none."""
    found = selectors.proposals_of_vendor(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks; a person gets a page."""
    return request.headers.get("Accept", "").startswith("application/json")


def pdf_answer(body: bytes, name: str) -> HttpResponse:
    """The answer that carries a PDF under an ASCII file name; neither browser nor proxy keeps it."""
    response = file_answer(body, name, "application/pdf")
    response["Cache-Control"] = "private, no-store"
    return response
