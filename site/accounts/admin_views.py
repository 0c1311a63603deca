"""The organisers' face of municipal sign-ups that no mail domain vouched for."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import may_approve_members
from accounts.selectors import memberships_awaiting_approval
from accounts.services import decide_membership


def _approver(request: HttpRequest) -> User:
    if not may_approve_members(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    return request.user


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Sign-ups to be decided on, oldest first."""
    _approver(request)
    return render(request, "accounts/admin/members.html", {"memberships": memberships_awaiting_approval()})


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse one sign-up; one that was decided meanwhile is no longer here to be decided."""
    approver = _approver(request)
    membership = get_object_or_404(memberships_awaiting_approval(), pk=pk)
    decision = request.POST.get("decision")
    if decision not in {"approve", "refuse"}:
        return HttpResponseBadRequest()
    is_approved = decision == "approve"
    decide_membership(membership=membership, approve=is_approved, actor=approver, at=timezone.now())
    said = _("%s を承認しました。") if is_approved else _("%s を却下しました。")
    messages.success(request, said % membership)
    return redirect("accounts_members")
