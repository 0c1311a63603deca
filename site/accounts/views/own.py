"""マイページ: what a signed-in person is, and the two ways of becoming a vendor or a municipal officer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import services
from accounts.forms import JoinBodyForm, VendorForm
from accounts.models import MunicipalMembership, User
from accounts.selectors import vendor_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def vendor(request: HttpRequest) -> HttpResponse:
    """Register the vendor one acts for, or correct it."""
    assert isinstance(request.user, User)
    form = VendorForm(request.POST or None, instance=vendor_of(request.user))
    if request.method == "POST" and form.is_valid():
        services.save_vendor(user=request.user, fields=form.cleaned_data, at=timezone.now())
        messages.success(request, _("事業者の情報を保存しました。"))
        return redirect("mypage")
    return render(request, "accounts/vendor.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def body(request: HttpRequest) -> HttpResponse:
    """Ask to act for a local government."""
    assert isinstance(request.user, User)
    form = JoinBodyForm(request.POST or None)
    membership = MunicipalMembership.objects.filter(user=request.user).select_related("body").first()
    if request.method == "POST" and form.is_valid():
        membership = services.join_body(
            user=request.user,
            body=form.cleaned_data["body"],
            department=form.cleaned_data["department"],
            at=timezone.now(),
        )
        if membership.state == MunicipalMembership.State.APPROVED:
            messages.success(request, _("団体のメールドメインで確認できました。参加申込に進めます。"))
        else:
            messages.info(request, _("申請を受け付けました。事務局が確認するまでお待ちください。"))
        return redirect("mypage")
    context = {"form": form, "membership": membership}
    return render(request, "accounts/body.html", context, status=422 if form.errors else 200)
