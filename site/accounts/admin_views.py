"""The organisers' face of municipal sign-ups: whom to approve, and which mail domains vouch for whom."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import MailDomainForm
from accounts.models import User
from accounts.permissions import may_approve_members
from accounts.selectors import mail_domains, memberships_awaiting_approval
from accounts.services import Changed, add_mail_domain, decide_membership, remove_mail_domain


def _approver(request: HttpRequest) -> User:
    if not may_approve_members(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    return request.user


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Sign-ups to be decided on, oldest first."""
    _approver(request)
    return _members(request, MailDomainForm())


def _members(request: HttpRequest, form: MailDomainForm) -> HttpResponse:
    context = {"memberships": memberships_awaiting_approval(), "domains": mail_domains(), "form": form}
    return render(request, "accounts/admin/members.html", context, status=422 if form.errors else 200)


@require_POST
def add_domain(request: HttpRequest) -> HttpResponse:
    """List a mail domain of a body."""
    approver = _approver(request)
    form = MailDomainForm(request.POST)
    if not form.is_valid():
        return _members(request, form)
    add_mail_domain(**form.cleaned_data, actor=approver, at=timezone.now())
    messages.success(request, _("メールドメインを登録しました。"))
    return redirect("accounts_members")


@require_POST
def remove_domain(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mail domain off its body's list."""
    approver = _approver(request)
    remove_mail_domain(listed=get_object_or_404(mail_domains(), pk=pk), actor=approver, at=timezone.now())
    messages.success(request, _("メールドメインを削除しました。"))
    return redirect("accounts_members")


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse one sign-up; one that was decided meanwhile is no longer here to be decided."""
    approver = _approver(request)
    membership = get_object_or_404(memberships_awaiting_approval(), pk=pk)
    decision = request.POST.get("decision")
    if decision not in {"approve", "refuse"}:
        return HttpResponseBadRequest()
    is_approved = decision == "approve"
    seen = request.POST.get("body", "")
    try:
        decide_membership(membership=membership, approve=is_approved, body_code=seen, actor=approver, at=timezone.now())
    except Changed as change:
        messages.error(request, str(change))
    else:
        said = _("%s を承認しました。") if is_approved else _("%s を却下しました。")
        messages.success(request, said % membership)
    return redirect("accounts_members")
