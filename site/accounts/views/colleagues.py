"""The people of one's vendor: who they are, who is invited, and the page on which an invitation is accepted."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import services, tokens
from accounts.forms import InvitationForm, TokenForm
from accounts.models import User, Vendor
from accounts.selectors import colleagues, invitation_of, vendor_of, waiting_invitations
from accounts.services.colleagues import UNKNOWN, why_not

# What the browser's session keeps between the link and the sign-in: the hash, which opens nothing by itself.
HELD = "invitation"


def _own_vendor(request: HttpRequest) -> tuple[User, Vendor]:
    vendor = vendor_of(request.user)
    if vendor is None:
        raise Http404
    assert isinstance(request.user, User)
    return request.user, vendor


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for one's vendor and who is invited; invite one more."""
    user, vendor = _own_vendor(request)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(vendor=vendor, email=form.cleaned_data["email"], actor=user, at=timezone.now())
        except services.Refused as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, _("招待メールを送りました。"))
            return redirect("accounts:people")
    now = timezone.now()
    context = {
        "vendor": vendor,
        "form": form,
        "colleagues": colleagues(vendor),
        "invitations": [(each, each.is_open(now)) for each in waiting_invitations(vendor)],
    }
    return render(request, "accounts/people.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def resend(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send an invitation's address a new link."""
    done = _("新しい招待メールを送りました。前のリンクは使えなくなりました。")
    return _on_invitation(request, public_id, services.resend_invitation, done)


@login_required
@require_POST
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make an invitation useless."""
    return _on_invitation(request, public_id, services.revoke_invitation, _("招待を取り消しました。"))


def _on_invitation(request: HttpRequest, public_id: str, act: Callable[..., object], done: str) -> HttpResponse:
    """Do one thing with an invitation of one's own vendor, and say what came of it."""
    user, vendor = _own_vendor(request)
    invitation = get_object_or_404(vendor.invitations, public_id=public_id)
    try:
        act(invitation=invitation, actor=user, at=timezone.now())
    except services.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("accounts:people")


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a colleague, or oneself, off the vendor."""
    user, vendor = _own_vendor(request)
    membership = get_object_or_404(colleagues(vendor), pk=pk)
    try:
        services.remove_colleague(membership=membership, actor=user, at=timezone.now())
    except services.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("accounts:people")
    if membership.user == user:
        messages.success(request, _("担当者から外れました。"))
        return redirect("mypage")
    messages.success(request, _("担当者から外しました。"))
    return redirect("accounts:people")


@never_cache
@sensitive_post_parameters("token")
@require_http_methods(["GET", "HEAD", "POST"])
def open_invitation(request: HttpRequest) -> HttpResponse:
    """Take the code out of an invitation's mail. Nothing is used up here, and opening the page says nothing."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token_sha256 = tokens.sha256(form.cleaned_data["token"])
        invitation = invitation_of(token_sha256)
        reason = why_not(invitation, None, timezone.now()) if invitation is not None else UNKNOWN
        if reason is None:
            request.session[HELD] = token_sha256
            return redirect("accounts:accept_invitation")
        form.add_error("token", reason)
    return render(request, "accounts/open_invitation.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest) -> HttpResponse:
    """Say who invites whom to what, lead through sign-in or sign-up, and join on the person's own word."""
    now = timezone.now()
    user = request.user if isinstance(request.user, User) else None
    invitation = invitation_of(request.session.get(HELD, ""))
    if invitation is None:
        return redirect("accounts:open_invitation")
    if request.method == "POST" and user is not None:
        try:
            membership = services.accept_invitation(token_sha256=invitation.token_sha256, user=user, at=now)
        except services.Refused as refusal:
            return _accept_page(request, invitation, str(refusal), status=409)
        del request.session[HELD]
        messages.success(request, _("「%s」の担当者になりました。") % membership.vendor)
        return redirect("mypage")
    return _accept_page(request, invitation, why_not(invitation, user, now))


def _accept_page(request: HttpRequest, invitation: object, reason: str | None, *, status: int = 200) -> HttpResponse:
    context = {"invitation": invitation, "reason": reason}
    return render(request, "accounts/accept_invitation.html", context, status=status)
