"""What the desk's forms about one requirement do: a judgement, and a second opinion on an 不適合."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.calendar import to_jst
from core.text import whole_number
from pitches import selectors, services
from pitches.admin_views.desk import Bound, draw, judgement_form, typed_under
from pitches.admin_views.doors import proposal_named, screener_of
from pitches.forms import JudgementForm, SecondOpinionForm
from pitches.models import Proposal
from workflow.errors import Refused

OF_THE_FORM = frozenset({"version", "requirement", "seen"})


@require_POST
def judge(request: HttpRequest, public_id: str) -> HttpResponse:
    """Record the judgement of the requirement whose button was pressed; text typed under the others is kept."""
    found = proposal_named(request, public_id)
    desks = selectors.desks(found, on=to_jst(timezone.now()).date())
    desk = _pressed(request, desks)
    form = JudgementForm(request.POST, prefix=desk.key, is_exempt=desk.is_exempt)
    others = _typed_elsewhere(request, found, desks, desk.key)
    if not form.is_valid():
        return draw(request, found, Bound(judgements={**others, desk.key: form}), status=422)
    try:
        _judge(request, found, desk.key, form)
    except services.Overtaken as overtaken:
        return _overtaken(request, found, desk.key, others, overtaken.message)
    except Refused as refused:
        form.add_error(None, refused.message)
        return draw(request, found, Bound(judgements={**others, desk.key: form}), status=422)
    messages.success(request, _("%(requirement)sの判定を記録しました。") % {"requirement": desk.label})
    if others:
        return draw(request, found, Bound(judgements=others))
    return _back_to(request, found, desk.key)


def _judge(request: HttpRequest, found: Proposal, key: str, form: JudgementForm) -> None:
    fields = {name: value for name, value in form.cleaned_data.items() if name not in OF_THE_FORM}
    services.judge(
        proposal=found,
        requirement=key,
        expect_version=form.cleaned_data["version"],
        expect_judgement=form.cleaned_data["seen"],
        actor=screener_of(request),
        at=timezone.now(),
        **fields,
    )


def _pressed(request: HttpRequest, desks: Any) -> Any:
    """The desk whose button was pressed; a post of one requirement alone needs no button."""
    named = [desk for desk in desks if f"{desk.key}-requirement" in request.POST]
    pressed = [desk for desk in named if desk.key == request.POST.get("judge")] or named[:1]
    if not pressed:
        raise Http404
    return pressed[0]


def _typed_elsewhere(request: HttpRequest, found: Proposal, desks: Any, key: str) -> dict[str, JudgementForm]:
    """Forms holding what was typed under the other requirements, as it was, not judged for its shape."""
    kept = {}
    for desk in desks:
        typed = typed_under(request, desk.key)
        number = request.POST.get(f"{desk.key}-version")
        if desk.key == key or number is None:
            continue
        form = judgement_form(desk, _number(number))
        if any(form.initial.get(name) != value for name, value in typed.items()):
            kept[desk.key] = judgement_form(desk, form.initial["version"], typed)
    return kept


def _overtaken(
    request: HttpRequest, found: Proposal, key: str, others: dict[str, JudgementForm], message: str
) -> HttpResponse:
    """Draw what stands now beside what was typed: pressing again is a judgement of that."""
    version = selectors.newest_version(found)
    desks = selectors.desks(found, on=to_jst(timezone.now()).date())
    desk = next(desk for desk in desks if desk.key == key)
    form = judgement_form(desk, version.number if version is not None else 0, typed_under(request, key))
    form.notice = message
    return draw(request, found, Bound(judgements={**others, key: form}), status=409)


@require_POST
def second_opinion(request: HttpRequest, public_id: str) -> HttpResponse:
    """Agree or disagree with an 不適合 of one requirement as a second screener."""
    found = proposal_named(request, public_id)
    form = SecondOpinionForm(request.POST, prefix="opinion")
    judgement = found.judgements.filter(pk=_number(request.POST.get("opinion-judgement"))).first()
    if judgement is None:
        raise Http404
    if not form.is_valid():
        return draw(request, found, Bound(opinion=form), status=422)
    try:
        services.give_second_opinion(
            judgement=judgement,
            agrees=form.cleaned_data["opinion"] == "agree",
            note=form.cleaned_data["note"],
            actor=screener_of(request),
            at=timezone.now(),
        )
    except Refused as refused:
        form.add_error(None, refused.message)
        is_overtaken = isinstance(refused, services.Overtaken)
        return draw(request, found, Bound(opinion=form), status=409 if is_overtaken else 422)
    messages.success(request, _("二人目の意見を記録しました。"))
    return _back_to(request, found, judgement.requirement)


def _number(text: str | None) -> int:
    return whole_number(text or "", digits=17) or 0


def _back_to(request: HttpRequest, found: Proposal, key: str) -> HttpResponse:
    address = redirect("pitches_screening_proposal", found.public_id)
    query = request.GET.urlencode()
    address["Location"] += f"{'?' if query else ''}{query}#desk-{key}"
    return address
