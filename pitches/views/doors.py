"""Addresses that act: pressed they act, visited (a restored tab, Back, a bookmark) they lead to the proposal's page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

View = Callable[..., HttpResponse]


def acts_on_post(view: View) -> View:
    """Run the view for a POST; anything else is sent to the page of the proposal the address names."""

    @wraps(view)
    def guarded(request: HttpRequest, public_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("pitches:proposal", public_id)
        return view(request, public_id, *args, **kwargs)

    return guarded
