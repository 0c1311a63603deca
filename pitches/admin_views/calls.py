"""The faces of calls in the Wagtail admin: the list, one call with the versions of its rules, longer windows."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from pitches import selectors, services
from pitches.forms import CallForm, ExtensionForm
from pitches.models import Call
from pitches.permissions import manages_calls
from workflow.errors import Refused

View = Callable[..., HttpResponse]


def for_organisers(view: View) -> View:
    """Let those who manage calls in; anyone else gets the admin's refusal."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not manages_calls(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _found(request: HttpRequest, public_id: str) -> Call:
    found = selectors.calls_visible_to(request.user, timezone.now()).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
@for_organisers
def calls(request: HttpRequest) -> HttpResponse:
    """Every call, those in preparation too."""
    now = timezone.now()
    rows = [(call, selectors.phase_label(call, now)) for call in selectors.calls_visible_to(request.user, now)]
    return render(request, "pitches/admin/calls.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def new_call(request: HttpRequest) -> HttpResponse:
    """Write a new call."""
    return _call(request, Call())


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def edit_call(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a call; rules that change in public become a new version."""
    return _call(request, _found(request, public_id))


def _call(request: HttpRequest, call: Call) -> HttpResponse:
    assert isinstance(request.user, User)
    now = timezone.now()
    form = CallForm(call, request.POST if request.method == "POST" else None, at=now)
    if not form.is_valid():
        return _form_page(request, call, form, status=422 if form.errors else 200)
    asked = selectors.rules_to_confirm(call, form.fields_of_call, now)
    if asked is not None and form.cleaned_data["reason"] and form.cleaned_data["confirmed"] != asked.token:
        form.ask_about(asked.token)
        return _form_page(request, call, form, status=200, asked=asked)
    try:
        saved = services.save_call(
            call=call,
            fields=form.fields_of_call,
            reason=form.cleaned_data["reason"],
            expect=form.cleaned_data["version"],
            actor=request.user,
            at=now,
        )
    except services.StaleCall as stale:
        form.show_over(stale.current)
        return _form_page(request, stale.current, form, status=409, differing=form.differing(stale.current))
    except Refused as refused:
        form.add_error("reason" if refused.words == services.RULES_NEED_A_REASON else None, refused.message)
        return _form_page(request, call, form, status=422)
    messages.success(request, _("募集を保存しました。"))
    if warning := selectors.deadline_note(saved):
        messages.warning(request, warning)
    return redirect("pitches_calls")


def _form_page(request: HttpRequest, call: Call, form: CallForm, *, status: int, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "call": call,
        "history": selectors.rules_history(call) if call.pk else (),
        "warning": selectors.deadline_note(call) if call.pk else None,
        **more,
    }
    return render(request, "pitches/admin/call.html", context, status=status)


# --- Longer windows ---------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_organisers
def extensions(request: HttpRequest, public_id: str) -> HttpResponse:
    """The longer windows of a call, and a form for one more; its access code is shown this once."""
    assert isinstance(request.user, User)
    call, now = _found(request, public_id), timezone.now()
    posted = request.POST if request.method == "POST" else None
    form = ExtensionForm(call, posted, vendors=selectors.vendors_to_extend(call, request.user))
    issued = None
    if form.is_valid():
        try:
            issued = services.issue_extension(call=call, **form.cleaned_data, actor=request.user, at=now)
        except Refused as refused:
            form.add_error(None, refused.message)
    context = {
        "call": call,
        "form": form,
        "issued": issued,
        "rows": selectors.extensions_of(call, request.user),
        "at": now,
    }
    answer = render(request, "pitches/admin/extensions.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@for_organisers
def revoke_extension(request: HttpRequest, public_id: str, extension: str) -> HttpResponse:
    """Take a longer window back."""
    assert isinstance(request.user, User)
    call = _found(request, public_id)
    found = selectors.extensions_of(call, request.user).filter(public_id=extension).first()
    if found is None:
        raise Http404
    services.revoke_extension(extension=found, actor=request.user, at=timezone.now())
    messages.success(request, _("延長を取り消しました。"))
    return redirect("pitches_extensions", call.public_id)
