"""The pages on which a vendor writes its proposal: each saves itself, on a button or in passing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.calendar import to_jst
from pitches import selectors, services
from pitches.forms import AnswersForm, ConfirmForm, HandInForm, PlainForm, UploadForm
from pitches.models import Attachment, Proposal
from pitches.selectors import Progress
from pitches.views.conflicts import merge_report, told
from pitches.views.doors import acts_on_post, own, wants_json
from pitches.views.keeping import kept, unopened_texts
from workflow.errors import Refused

TEMPLATES = {"files": "pitches/edit_files.html"}
# The last page of each stage: its template, and the words that are handed in with it.
CONFIRMS = {
    "confirm": ("pitches/edit_confirm.html", selectors.draft_reading),
    "details-confirm": ("pitches/edit_details.html", selectors.details_reading),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: str, page: str) -> HttpResponse:
    """One page of the application; a script asks for JSON and gets the new version or what is wrong."""
    proposal = own(request, public_id)
    step = next((step for step in selectors.progress(proposal) if step.page.key == page), None)
    if step is None:
        raise Http404
    if not step.is_open:
        return _closed(request, proposal, step)
    form = form_of(proposal, step, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, proposal, step, form)
    return _save(request, proposal, step, form)


def form_of(
    proposal: Proposal, step: Progress, posted: Any = None, *, sent: Any = None, is_narrowed: bool = True
) -> Any:
    """The form of a page: questions, declarations or plain fields, narrowed to what is open."""
    names = selectors.editable_names(proposal) if is_narrowed else None
    if step.page.group:
        return AnswersForm(
            proposal,
            step.page.group,
            posted,
            stage=step.page.stage,
            stored=selectors.stored_answers(proposal),
            names=names,
            files=selectors.files_by_question(proposal),
            sent=sent,
        )
    if step.page.key == "confirm":
        return ConfirmForm(proposal, posted)
    if step.page.key == "details-confirm":
        return HandInForm(proposal, posted)
    return PlainForm(proposal, step.page, posted, names=names)


def _save(request: HttpRequest, proposal: Proposal, step: Progress, form: Any) -> HttpResponse:
    """Save all that can be read: one cell that cannot keeps nobody's other words from being stored."""
    assert isinstance(request.user, User)
    form.is_valid()
    if not form.is_versioned:
        return _answer(request, proposal, step, form, status=422)
    now = timezone.now()
    shown = {question.id for question in form.questions} if isinstance(form, AnswersForm) else set()
    conflicts: tuple[services.Conflict, ...] = ()
    who_when: dict[str, Any] = {"expect": form.expect, "older": form.older, "user": request.user, "at": now}
    try:
        if isinstance(form, AnswersForm):
            saved = services.save_answers(proposal=proposal, answers=form.answers, **who_when)
        else:
            saved = services.save_fields(proposal=proposal, fields=form.values, **who_when)
    except services.StaleVersion as stale:
        saved, conflicts = stale.current, stale.conflicts
    except Refused as refused:
        if refused.code == Refused.WRONG_STATE:
            return _closed(request, own(request, proposal.public_id), step)
        form.add_error(None, refused.message)
        return _answer(request, proposal, step, form, status=422)
    if late := unopened_texts(saved, step, request.POST, form):
        return kept(request, saved, step, late, refusal=_("補正を求められていない項目は変更できません。"))
    if form.errors:
        return _rest_saved(request, saved, step, form, conflicts, now)
    if wants_json(request):
        return JsonResponse(_saved_json(saved, form, conflicts, now))
    if conflicts:
        return _conflict(request, saved, step, form, conflicts)
    return _next(request, saved, step, selectors.progress(saved), shown)


def _rest_saved(
    request: HttpRequest,
    saved: Proposal,
    step: Progress,
    form: Any,
    conflicts: tuple[services.Conflict, ...],
    now: datetime,
) -> HttpResponse:
    """What cannot be read stays on the page to be put right; everything else is stored, and said to be."""
    if wants_json(request):
        return _answer(request, saved, step, form, status=422, **_saved_json(saved, form, conflicts, now))
    report = told(saved, conflicts, form)
    disputed = {conflict.name for conflict in conflicts}
    unseen = selectors.merged_in(saved, form.typed, form.expect, form.older).keys() - disputed
    form.move_on(saved.version, sorted(unseen))
    return _answer(request, saved, step, form, status=422, conflicts=report, is_rest_saved=True)


def _saved_json(saved: Proposal, form: Any, conflicts: tuple[services.Conflict, ...], now: datetime) -> dict[str, Any]:
    missing = [
        {"page": each.page.key, "missing": each.missing}
        for each in selectors.progress(saved)
        if each.is_open and each.missing
    ]
    told = {"version": saved.version, "saved_at": f"{to_jst(now):%H:%M}", "missing": missing}
    return told | merge_report(saved, conflicts, form)


def _next(
    request: HttpRequest, saved: Proposal, step: Progress, steps: list[Progress], shown: set[str]
) -> HttpResponse:
    """Onward to the next open page; first back to this one when the answers have brought up further questions."""
    at_question = request.POST.get("stay_at", "")
    if at_question in shown:
        messages.success(request, _("保存しました。"))
        return _to_question(saved, step, at_question)
    if step.page.group and not step.is_exempt:
        added = [question.id for question in form_of(saved, step).questions if question.id not in shown]
        if added:
            messages.info(request, _("保存しました。回答に応じて、このページに質問が加わりました。"))
            return _to_question(saved, step, added[0])
    messages.success(request, _("保存しました。"))
    keys = [each.page.key for each in steps]
    onward = [each for each in steps[keys.index(step.page.key) + 1 :] if each.is_open]
    if "stay" in request.POST or not onward:
        return redirect("pitches:proposal", saved.public_id)
    return redirect("pitches:edit", saved.public_id, onward[0].page.key)


def _to_question(saved: Proposal, step: Progress, question_id: str) -> HttpResponse:
    address = redirect("pitches:edit", saved.public_id, step.page.key)
    address["Location"] += f"#q-{question_id}"
    return address


def _conflict(
    request: HttpRequest, current: Proposal, step: Progress, form: Any, conflicts: tuple[services.Conflict, ...]
) -> HttpResponse:
    """Everything else is saved: the page as it stands now, with the typed text put back where two people disagree."""
    fresh = form_of(current, step)
    for conflict in conflicts:
        fresh.put_back(conflict.name, conflict.typed)
    return _page(request, current, step, fresh, status=409, conflicts=told(current, conflicts, form))


def _answer(
    request: HttpRequest, proposal: Proposal, step: Progress, form: Any, *, status: int, **more: Any
) -> HttpResponse:
    if wants_json(request):
        errors = {name or "": [str(error) for error in listed] for name, listed in form.errors.items()}
        return JsonResponse({"errors": errors, **more}, status=status)
    return _page(request, proposal, step, form, status=status, **more)


def _closed(request: HttpRequest, proposal: Proposal, step: Progress) -> HttpResponse:
    """A page that is not open: whoever opens it is led away, what was typed on it is kept."""
    if request.method == "POST":
        texts = form_of(proposal, step, request.POST, is_narrowed=False).changed_texts()
        if texts:
            return kept(request, proposal, step, texts, refusal=selectors.why_closed(proposal))
    message = _("このページは、いまは変更できません。")
    if wants_json(request):
        return JsonResponse({"errors": {"": [message]}}, status=422)
    messages.info(request, message)
    return redirect("pitches:proposal", proposal.public_id)


def _page(
    request: HttpRequest, proposal: Proposal, step: Progress, form: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    if step.page.key in CONFIRMS:
        return confirm_page(request, proposal, form, key=step.page.key, status=status, **more)
    default = "pitches/edit_answers.html" if step.page.group else "pitches/edit_fields.html"
    context = _frame(proposal, step.page.key) | {"form": form, "step": step, **more}
    if step.page.key == "files":
        context = _files_context(proposal) | context
    return render(request, TEMPLATES.get(step.page.key, default), context, status=status)


def _frame(proposal: Proposal, key: str) -> dict[str, Any]:
    now = timezone.now()
    return {
        "proposal": proposal,
        "steps": selectors.step_items(proposal, key),
        "correction": selectors.open_correction(proposal),
        "changed": selectors.changes_since_last_time(proposal, as_written=True),
        "renewals": selectors.renewals(proposal, to_jst(now).date()),
        "rule_changes": selectors.rules_since(proposal) if proposal.state == "draft" else (),
        "closes_at": selectors.closes_for(proposal, now),
        "is_closed_to_drafts": selectors.is_closed_to_drafts(proposal, now),
        "at": now,
    }


def confirm_page(
    request: HttpRequest, proposal: Proposal, form: Any, *, key: str = "confirm", status: int = 200, **more: Any
) -> HttpResponse:
    """What is about to be handed in, and what is missing; for a submission also the declarations."""
    template, reading = CONFIRMS[key]
    step = next(step for step in selectors.progress(proposal) if step.page.key == key)
    context = _frame(proposal, key) | {
        "form": form,
        "step": step,
        "missing": selectors.missing_list(proposal),
        "sections": reading(proposal),
        **more,
    }
    return render(request, template, context, status=status)


# --- Files ------------------------------------------------------------------------------------------------------


def _files_context(proposal: Proposal, upload: UploadForm | None = None) -> dict[str, Any]:
    return {
        "upload": upload or UploadForm(selectors.questions_for_files(proposal)),
        "attachments": selectors.attachments(proposal),
        "used": selectors.size_of_attachments(proposal),
        "limits": proposal.call.limits(),
    }


@login_required
@acts_on_post
def attachments(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take in one file; with ?page=, a page of answers together with the evidence chosen at its questions."""
    proposal = own(request, public_id)
    assert isinstance(request.user, User)
    if "page" in request.GET:
        return _answers_with_evidence(request, proposal, request.GET["page"])
    step = next(step for step in selectors.progress(proposal) if step.page.key == "files")
    upload = UploadForm(selectors.questions_for_files(proposal), request.POST, request.FILES)
    if upload.is_valid():
        try:
            chosen = upload.cleaned_data
            _attach(request.user, proposal, chosen["file"], chosen["kind"], chosen["question_id"])
        except Refused as refused:
            upload.add_error("file", refused.message)
        else:
            messages.success(request, _("ファイルを追加しました。"))
            return redirect("pitches:edit", proposal.public_id, "files")
    if not step.is_open:
        return _closed(request, proposal, step)
    context = _frame(proposal, "files") | _files_context(proposal, upload)
    context |= {"form": form_of(proposal, step), "step": step}
    return render(request, TEMPLATES["files"], context, status=422)


def _answers_with_evidence(request: HttpRequest, proposal: Proposal, key: str) -> HttpResponse:
    """The files first: whoever has chosen one again for nothing gives up."""
    assert isinstance(request.user, User)
    step = next((each for each in selectors.progress(proposal) if each.page.key == key and each.page.group), None)
    if step is None:
        raise Http404
    if not step.is_open:
        return _closed(request, proposal, step)
    posted = request.POST.copy()
    for name in request.FILES:
        kind = f"{name.removesuffix('-file')}-evidence_kind"
        posted[kind] = posted.get(kind) or "file"
    form = form_of(proposal, step, posted, sent=request.FILES)
    form.is_valid()
    for question_id, sent in form.uploads:
        try:
            _attach(request.user, proposal, sent, Attachment.Kind.EVIDENCE, question_id)
        except Refused as refused:
            form.add_error(f"{question_id}-file", refused.message)
            form.leave_out(f"{question_id}-evidence_kind")
    form.attached = selectors.files_by_question(proposal)
    return _save(request, proposal, step, form)


def _attach(user: User, proposal: Proposal, sent: Any, kind: str, question_id: str) -> None:
    services.attach(
        proposal=proposal,
        chunks=sent.chunks(),
        name=sent.name,
        content_type=sent.content_type or "",
        kind=kind,
        question_id=question_id,
        user=user,
        at=timezone.now(),
    )


@login_required
@acts_on_post
def remove_attachment(request: HttpRequest, public_id: str, file: str) -> HttpResponse:
    """Take one file off."""
    proposal = own(request, public_id)
    assert isinstance(request.user, User)
    attachment = selectors.attachments(proposal).filter(stored__public_id=file).first()
    if attachment is None:
        raise Http404
    try:
        services.remove_attachment(attachment=attachment, user=request.user, at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("ファイルを外しました。"))
    return redirect("pitches:edit", proposal.public_id, "files")
