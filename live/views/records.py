"""What is left of a day: its records as files, what is still unanswered, and every post as a table."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from files.exports import TYPES, file_answer
from live import documents, exports, selectors, services
from live.models import Room
from live.views.doors import moderators_room_or_404
from printing.press import PressError

FORMATS = {"docx": exports.WORD_TYPE, "pdf": "application/pdf", "csv": TYPES["csv"]}


@login_required
@require_safe
def records(request: HttpRequest, public_id: str) -> HttpResponse:
    """Each record in one click, beside how many posts there are in each state and what waits for answers."""
    room = moderators_room_or_404(request, public_id)
    chapters = selectors.chapters(room)
    context = {
        "room": room,
        "round": room.round,
        "records": documents.TITLES,
        "public": sum(len(chapter.exchanges) for chapter in chapters),
        "states": selectors.posts_by_state(room),
        "waiting": [
            (chapter, [each for each in chapter.exchanges if each.is_waiting])
            for chapter in chapters
            if any(each.is_waiting for each in chapter.exchanges)
        ],
        **_numbers(room),
        "is_late": selectors.answers_are_due(room, timezone.now()),
    }
    return render(request, "live/records/records.html", context)


def _numbers(room: Room) -> dict[str, Any]:
    """The round's numbers by body type as the table prints them."""
    found = selectors.statistics(room)
    return {"kinds": found["kinds"], "rows": [(each, each.printed(found["kinds"])) for each in found["measures"]]}


@login_required
@require_safe
def numbers(request: HttpRequest, public_id: str) -> HttpResponse:
    """The round's numbers by body type as CSV; they may be passed on."""
    room = moderators_room_or_404(request, public_id)
    content = exports.measures_table(selectors.statistics(room))
    return file_answer(content, f"{room.round.title}_集計.csv", TYPES["csv"])


@login_required
@require_safe
def record(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """One record as a page."""
    room = moderators_room_or_404(request, public_id)
    built = _built(room, key)
    return render(request, "live/records/record.html", {"room": room, "round": room.round, "record": built})


@login_required
@require_safe
def record_file(request: HttpRequest, public_id: str, key: str, kind: str) -> HttpResponse:
    """One record as a file: docx, pdf or csv."""
    room = moderators_room_or_404(request, public_id)
    built = _built(room, key)
    if kind not in FORMATS:
        raise Http404
    try:
        content = _WRITERS[kind](built)
    except PressError as problem:
        messages.error(request, str(problem))
        return redirect("live:records", room.public_id)
    return file_answer(content, f"{built.round_title}_{built.title}.{kind}", FORMATS[kind])


@login_required
@require_safe
def posts(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """Every post with its author, for the secretariat's own files; who took it is on record."""
    room = moderators_room_or_404(request, public_id)
    if kind not in TYPES:
        raise Http404
    assert isinstance(request.user, User)
    services.note_export(room=room, actor=request.user, what=f"posts.{kind}", at=timezone.now())
    return file_answer(exports.posts_table(room, kind=kind), f"{room.round.title}_投稿一覧.{kind}", TYPES[kind])


_WRITERS = {"docx": exports.word_file, "pdf": documents.record_pdf, "csv": exports.record_table}


def _built(room: Room, key: str) -> documents.Record:
    build = documents.RECORDS.get(key)
    if build is None:
        raise Http404
    return build(room, at=timezone.now())
