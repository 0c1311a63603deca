"""The faces of screening in the Wagtail admin; whoever may not screen gets the admin's refusal."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from core.calendar import default_deadline, next_business_day, to_jst
from pitches import selectors, services
from pitches.forms import CorrectionForm, JudgementForm, ReasonForm
from pitches.models import Proposal
from pitches.permissions import screens
from workflow.errors import Refused

IN_SCREENING = frozenset({"submitted", "correcting"})
CORRECTION_DAYS = 5


def _proposal(request: HttpRequest, public_id: str) -> Proposal:
    if not screens(request.user):
        raise PermissionDenied
    found = selectors.visible_to(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every submitted proposal against the four requirements, of one call or of all."""
    if not screens(request.user):
        raise PermissionDenied
    calls = list(selectors.calls_visible_to(request.user, timezone.now()))
    call = next((call for call in calls if call.public_id == request.GET.get("call")), None)
    today = to_jst(timezone.now()).date()
    context = {
        "rows": selectors.screening_board(request.user, call=call, on=today),
        "calls": calls,
        "call": call,
    }
    return render(request, "pitches/admin/board.html", context)


@require_safe
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """One proposal: its answers beside the judgements."""
    return _desk(request, _proposal(request, public_id))


def _desk(request: HttpRequest, found: Proposal, *, status: int = 200, **bound: Any) -> HttpResponse:
    """Draw the desk; bound carries the form that was refused: judgement, correction or rejection."""
    now = timezone.now()
    version = selectors.newest_version(found)
    if version is None:
        raise Http404
    is_open = found.state in IN_SCREENING
    desks = selectors.desks(found, on=to_jst(now).date())
    state = selectors.state_for(request.user, found)
    context = {
        "proposal": found,
        "version": version,
        "state_label": state[1],
        "is_open": is_open,
        "is_submitted": found.state == "submitted",
        "premises": selectors.premises(found, on=to_jst(now).date()),
        "plain": selectors.plain_sections(found),
        "difference": selectors.difference_in_words(found),
        "desks": [(desk, _judgement_form(desk, version.number, bound.get("judgement"))) for desk in desks],
        "correction": selectors.open_correction(found),
        "correction_form": bound.get("correction") or _correction_form(found, now),
        "rejection_form": bound.get("rejection") or ReasonForm(prefix="reject"),
        "draft": getattr(found, "rejection_draft", None),
        "why_not_admit": services.why_not_admit(proposal=found, actor=request.user, at=now) if is_open else None,
    }
    return render(request, "pitches/admin/proposal.html", context, status=status)


def _judgement_form(desk: Any, number: int, refused: JudgementForm | None) -> JudgementForm:
    """The form of one requirement; a judgement of an earlier version is offered as the start of the next."""
    if refused is not None and refused.data.get(f"{desk.key}-requirement") == desk.key:
        return refused
    initial: dict[str, Any] = {"requirement": desk.key, "version": number}
    if desk.is_exempt:
        initial["status"] = "exempt"
    elif desk.judgements:
        last = desk.judgements[0][0]
        parts = ("status", "reason", "evidence", "vendor_note", "private_note")
        initial |= {part: getattr(last, part) for part in parts}
    return JudgementForm(prefix=desk.key, initial=initial, is_exempt=desk.is_exempt)


def _correction_form(found: Proposal, now: datetime, posted: Any = None) -> CorrectionForm:
    due = default_deadline(next_business_day(to_jst(now).date(), days=CORRECTION_DAYS))
    return CorrectionForm(
        posted, names=selectors.correctable_names(found), initial={"deadline_at": due}, prefix="correct"
    )


@require_POST
def judge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Record a judgement of one requirement."""
    found = _proposal(request, public_id)
    assert isinstance(request.user, User)
    desks = selectors.desks(found, on=to_jst(timezone.now()).date())
    desk = next((desk for desk in desks if f"{desk.key}-requirement" in request.POST), None)
    if desk is None:
        raise Http404
    form = JudgementForm(request.POST, prefix=desk.key, is_exempt=desk.is_exempt)
    if not form.is_valid():
        return _desk(request, found, status=422, judgement=form)
    fields = {name: value for name, value in form.cleaned_data.items() if name not in {"version", "requirement"}}
    try:
        services.judge(
            proposal=found,
            requirement=desk.key,
            expect_version=form.cleaned_data["version"],
            actor=request.user,
            at=timezone.now(),
            **fields,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _desk(request, found, status=422, judgement=form)
    messages.success(request, _("%(requirement)sの判定を記録しました。") % {"requirement": desk.label})
    address = redirect("pitches_screening_proposal", found.public_id)
    address["Location"] += f"#desk-{desk.key}"
    return address


@require_POST
def correct(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask the vendor for a correction of named fields."""
    found = _proposal(request, public_id)
    assert isinstance(request.user, User)
    now = timezone.now()
    form = _correction_form(found, now, request.POST)
    if not form.is_valid():
        return _desk(request, found, status=422, correction=form)
    try:
        services.request_correction(
            proposal=found,
            fields=form.cleaned_data["fields_named"],
            reason=form.cleaned_data["reason"],
            deadline_at=form.cleaned_data["deadline_at"],
            actor=request.user,
            at=now,
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _desk(request, found, status=422, correction=form)
    messages.success(request, _("補正を依頼しました。事業者にメールで通知します。"))
    return redirect("pitches_screening_proposal", found.public_id)


@require_POST
def admit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Decide that the requirements are met."""
    found = _proposal(request, public_id)
    assert isinstance(request.user, User)
    try:
        services.admit(proposal=found, actor=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("要件適合と決定しました。審査委員の採点に進みます。"))
    return redirect("pitches_screening_proposal", found.public_id)


@require_POST
def reject(request: HttpRequest, public_id: str) -> HttpResponse:
    """Draft a rejection, for a second person to confirm."""
    found = _proposal(request, public_id)
    assert isinstance(request.user, User)
    form = ReasonForm(request.POST, prefix="reject")
    if not form.is_valid():
        return _desk(request, found, status=422, rejection=form)
    try:
        services.draft_rejection(
            proposal=found, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now()
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        return _desk(request, found, status=422, rejection=form)
    messages.success(request, _("不適合を起案しました。別の担当者の確認を待っています。"))
    return redirect("pitches_screening_proposal", found.public_id)


@require_POST
def confirm_rejection(request: HttpRequest, public_id: str) -> HttpResponse:
    """Confirm a drafted rejection as a second person."""
    found = _proposal(request, public_id)
    assert isinstance(request.user, User)
    try:
        services.confirm_rejection(proposal=found, actor=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("要件不適合と決定しました。事業者に理由を通知します。"))
    return redirect("pitches_screening_proposal", found.public_id)
