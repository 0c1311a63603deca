"""The archive's pages for everyone."""

import io

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from archive import selectors, youtube
from core.calendar import format_date_ja, format_deadline
from live.selectors import Round
from pitches.selectors import published_ids


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """Past sessions by fiscal year."""
    return render(request, "archive/years.html", {"years": selectors.past_years(timezone.now())})


@require_safe
def round(request: HttpRequest, public_id: str) -> HttpResponse:
    """One past session: recordings inside their window, slides, and the questions, which stay."""
    now = timezone.now()
    found = selectors.round_in_archive(public_id, now)
    if found is None:
        raise Http404
    replays = [
        (
            replay,
            youtube.embed_url(replay.recording.youtube_id) if replay.recording else "",
            youtube.watch_url(replay.recording.youtube_id) if replay.recording else "",
        )
        for replay in selectors.replays(found, request.user, now)
    ]
    context = {
        "facts": _facts(found),
        "round": found,
        "replays": replays,
        "at": now,
        "result": selectors.result_of(found),
        "proposal_pages": published_ids(),
        "room": selectors.open_room(found, request.user),
    }
    return render(request, "archive/round.html", context)


def _facts(found: Round) -> list[tuple[str, str]]:
    """(term, words) of what is known of a round; unknown things are left out."""
    facts = [
        (_("開催日"), format_date_ja(found.held_on)),
        (_("開催方法"), found.get_form_display()),
        (_("会場"), found.venue),
        (_("登壇"), _("%(n)d者") % {"n": found.presenters} if found.presenters else ""),
        (_("フィードバック期限"), format_deadline(found.feedback_until) if found.feedback_until else ""),
        (_("視聴期限"), format_deadline(found.view_until) if found.view_until else ""),
    ]
    return [(term, words) for term, words in facts if words]


@require_safe
def qr(request: HttpRequest, public_id: str) -> HttpResponse:
    """The address of a recording as a QR code, for opening it on another device."""
    recording = selectors.viewable_recording(public_id, timezone.now())
    if recording is None:
        raise Http404
    target = io.BytesIO()
    segno.make(youtube.watch_url(recording.youtube_id), error="m").save(target, kind="svg", scale=4, border=2)
    return HttpResponse(target.getvalue(), content_type="image/svg+xml")
