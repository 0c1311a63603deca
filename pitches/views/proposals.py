"""A vendor's proposals: the list, one with its state, and the steps in its life."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.selectors import vendor_of
from core.requirements import VISIBILITIES
from core.text import whole_number
from pitches import documents, selectors, services
from pitches.forms import ConfirmForm, HandInForm, WithdrawForm
from pitches.models import Call, Proposal
from pitches.rules import CONSENT_IS_MISSING
from pitches.views.doors import acts_on_post, own, pdf_answer
from pitches.views.editing import confirm_page
from printing.press import PressError
from workflow.errors import Refused


@login_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Every proposal of the vendor."""
    rows = [(each, *selectors.shown_state(each)) for each in selectors.proposals_of_vendor(request.user)]
    context = {"rows": rows, "open_calls": selectors.open_calls(timezone.now()), "vendor": vendor_of(request.user)}
    return render(request, "pitches/proposals.html", context)


@login_required
@require_POST
def start(request: HttpRequest, call: str) -> HttpResponse:
    """Begin a draft; whoever acts for no vendor yet registers one first."""
    assert isinstance(request.user, User)
    now = timezone.now()
    found = selectors.public_calls(now).filter(public_id=call).first()
    if found is None:
        raise Http404
    if vendor_of(request.user) is None:
        messages.info(
            request, _("応募するには、先に事業者の情報を登録してください。登録後、募集要項から応募に進めます。")
        )
        return redirect("accounts:vendor")
    try:
        begun = _begun(request, found, now)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("pitches:call", found.public_id)
    return redirect("pitches:edit", begun.public_id, "proposal")


def _begun(request: HttpRequest, call: Call, now: datetime) -> Proposal:
    """A draft, blank or with what the chosen earlier proposal said."""
    assert isinstance(request.user, User)
    chosen = request.POST.get("source", "")
    if not chosen:
        return services.start_proposal(call=call, user=request.user, at=now)
    source = next((each for each in selectors.earlier_proposals(request.user) if each.public_id == chosen), None)
    if source is None:
        raise Http404
    begun = services.start_from(call=call, source=source, user=request.user, at=now)
    messages.success(request, _("以前の提案の内容を引き継ぎました。同意と誓約は、あらためて確認してください。"))
    return begun


@login_required
@require_safe
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """One proposal: what is missing while it is a draft, what has become of it afterwards."""
    return _shown(request, own(request, public_id))


def _shown(
    request: HttpRequest, found: Proposal, *, refusal: str = "", withdrawal: WithdrawForm | None = None, status: int = 0
) -> HttpResponse:
    now = timezone.now()
    context = {
        "proposal": found,
        "overview": selectors.overview(found, now),
        "left_behind": selectors.left_behind(found) if found.state == "draft" else (),
        "changed": selectors.changes_in_words(found),
        "kept_texts": selectors.kept_texts(found, request.user),
        "difference": selectors.correction_in_words(found),
        "withdrawal": withdrawal or WithdrawForm(),
        "refusal": refusal,
        "at": now,
    }
    return render(request, "pitches/proposal.html", context, status=status or (422 if refusal or withdrawal else 200))


@login_required
@acts_on_post
def submit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand the proposal in; a second press finds it handed in."""
    found = own(request, public_id)
    assert isinstance(request.user, User)
    form = ConfirmForm(found, request.POST)
    if not form.is_valid():
        return confirm_page(request, found, form, status=422)
    try:
        services.submit(
            proposal=found,
            user=request.user,
            at=timezone.now(),
            declarations=form.cleaned_data["declarations"],
            expect=form.expect,
            rules=form.cleaned_data["rules"],
        )
    except services.StaleVersion as stale:
        form.add_error(None, _("別の画面で内容が変更されました。下の内容を確かめて、もう一度提出してください。"))
        return confirm_page(request, stale.current, form, status=409)
    except Refused as refused:
        form.add_error("declarations" if refused.words == CONSENT_IS_MISSING else None, refused.message)
        return confirm_page(request, found, form, status=422)
    messages.success(request, _("提案を提出しました。受付番号をメールでもお知らせします。"))
    return redirect("pitches:proposal", found.public_id)


@login_required
@acts_on_post
def resubmit(request: HttpRequest, public_id: str) -> HttpResponse:
    """Answer a correction request."""
    found = own(request, public_id)
    assert isinstance(request.user, User)
    try:
        services.resubmit(
            proposal=found,
            user=request.user,
            at=timezone.now(),
            expect=whole_number(request.POST.get("version", "")),
        )
    except services.StaleVersion:
        words = _("別の画面で内容が変更されました。下の違いを確かめて、もう一度提出してください。")
        return _shown(request, own(request, public_id), refusal=words, status=409)
    except Refused as refused:
        return _shown(request, own(request, public_id), refusal=refused.message)
    messages.success(request, _("補正を提出しました。"))
    return redirect("pitches:proposal", found.public_id)


@login_required
@acts_on_post
def hand_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """Hand in the answers to what is asked after a selection; a second press finds them handed in."""
    found = own(request, public_id)
    assert isinstance(request.user, User)
    form = HandInForm(found, request.POST)
    expect = form.expect if form.is_valid() else 0
    try:
        services.hand_in_details(proposal=found, user=request.user, at=timezone.now(), expect=expect)
    except services.StaleVersion as stale:
        refusal = _("別の画面で内容が変更されました。下の内容を確かめて、もう一度提出してください。")
        return _details_page(request, stale.current, refusal, status=409)
    except Refused as refused:
        if not selectors.details_are_open(found):
            return _shown(request, found, refusal=refused.message)
        return _details_page(request, found, refused.message, status=422)
    messages.success(request, _("選定後の質問への回答を提出しました。"))
    return redirect("pitches:proposal", found.public_id)


def _details_page(request: HttpRequest, found: Proposal, refusal: str, *, status: int) -> HttpResponse:
    return confirm_page(request, found, HandInForm(found), key="details-confirm", status=status, refusal=refusal)


@login_required
@acts_on_post
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take the proposal back; a second press finds it taken back."""
    found = own(request, public_id)
    assert isinstance(request.user, User)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, withdrawal=form)
    reason = form.cleaned_data["reason"]
    try:
        services.withdraw(proposal=found, user=request.user, at=timezone.now(), reason=reason)
    except Refused as refused:
        return _shown(request, own(request, public_id), refusal=refused.message)
    messages.success(request, _("提案を取り下げました。"))
    return redirect("pitches:proposal", found.public_id)


@login_required
@require_safe
def receipt(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 受付票 of the newest submitted version."""
    found = own(request, public_id)
    if found.receipt_number is None:
        raise Http404
    return _printed(request, found, lambda: documents.receipt(found), "receipt")


@login_required
@require_safe
def requirement_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 要件確認シート of what was submitted last, with every answer: its own vendor's copy."""
    found = own(request, public_id)
    version = selectors.newest_version(found)
    if version is None:
        raise Http404
    whole = selectors.as_published(found, version, frozenset(VISIBILITIES), with_contact=True)
    return _printed(request, found, lambda: documents.requirement_sheet(whole, timezone.now()), "requirements")


@login_required
@require_safe
def result_notice(request: HttpRequest, public_id: str) -> HttpResponse:
    """The 審査結果通知書, once the vendor may know a result."""
    found = own(request, public_id)
    if selectors.result_told(found) is None:
        raise Http404
    return _printed(request, found, lambda: documents.result_notice(found, timezone.now()) or b"", "result")


def _printed(request: HttpRequest, found: Proposal, printed: Callable[[], bytes], name: str) -> HttpResponse:
    try:
        return pdf_answer(printed(), f"{name}-{found.receipt_number}.pdf")
    except PressError as error:
        messages.error(request, str(error))
        return redirect("pitches:proposal", found.public_id)
