"""Who comes in: the screener behind a request, and the submitted proposal an address names."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from accounts.models import User
from pitches import selectors
from pitches.models import Proposal
from pitches.permissions import screens


def screener_of(request: HttpRequest) -> User:
    """The person of the request, who screens; everybody else gets the admin's refusal."""
    if not screens(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    return request.user


def proposal_named(request: HttpRequest, public_id: str) -> Proposal:
    """The submitted proposal an address names, for a person who screens; 404 for everything else."""
    found = selectors.visible_to(screener_of(request)).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
