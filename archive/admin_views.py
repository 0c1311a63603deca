"""The organisers' faces of the archive: pasting an address, publishing and withdrawing."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from archive import selectors, services, youtube
from archive.forms import RecordingForm
from archive.lifecycle import RECORDING_TABLE
from archive.permissions import is_organiser
from live.selectors import PitchSlot, Round, rounds_being_built, slots_of
from workflow.errors import Refused


def _round(request: HttpRequest, public_id: str) -> Round:
    if not is_organiser(request.user):
        raise PermissionDenied
    found = rounds_being_built(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds whose recordings are to be looked after."""
    if not is_organiser(request.user):
        raise PermissionDenied
    return render(request, "archive/admin/rounds.html", {"rounds": rounds_being_built(request.user)})


@require_safe
def recordings(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every slot of a round, and the round as a whole, with its recording."""
    return _recordings(request, _round(request, public_id))


def _recordings(
    request: HttpRequest, round: Round, *, failed: str | None = None, form: RecordingForm | None = None
) -> HttpResponse:
    found = selectors.recordings_of(round, request.user)
    rows = []
    for slot in [*slots_of(round), None]:
        key = slot.public_id if slot is not None else ""
        recording = found.get(slot.pk if slot is not None else None)
        shown = form if form is not None and failed == key else _form(round, recording)
        state = RECORDING_TABLE.label(recording.state) if recording is not None else ""
        rows.append({"slot": slot, "key": key, "recording": recording, "form": shown, "state": state})
    return render(request, "archive/admin/recordings.html", {"round": round, "rows": rows}, status=422 if form else 200)


def _form(round: Round, recording: Any, posted: Any = None) -> RecordingForm:
    initial: dict[str, Any] = {"view_from": round.closes_at, "view_until": round.view_until}
    if recording is not None:
        initial = {"youtube": youtube.watch_url(recording.youtube_id)}
    prefix = f"r{recording.pk}" if recording is not None and posted is None else None
    return RecordingForm(posted, instance=recording, initial=initial, auto_id=f"{prefix or 'new'}-%s")


@require_POST
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    """Register or change a recording; publish or withdraw it by the button pressed."""
    round = _round(request, public_id)
    assert isinstance(request.user, User)
    key = request.POST.get("slot", "")
    slot = _slot(round, key)
    existing = selectors.recordings_of(round, request.user).get(slot.pk if slot is not None else None)
    now = timezone.now()
    try:
        if "withdraw" in request.POST and existing is not None:
            services.withdraw_recording(recording=existing, actor=request.user, at=now)
            messages.success(request, _("録画の公開を停止しました。"))
            return redirect("archive_recordings_round", round.public_id)
        form = _form(round, existing, request.POST)
        if not form.is_valid():
            return _recordings(request, round, failed=key, form=form)
        fields = {name: value for name, value in form.cleaned_data.items() if name != "youtube"}
        recording = services.register_recording(
            round=round, slot=slot, youtube_id=form.cleaned_data["youtube"], fields=fields, actor=request.user, at=now
        )
        if "publish" in request.POST and recording.state != "published":
            services.publish_recording(recording=recording, actor=request.user, at=now)
            messages.success(request, _("録画を公開しました。") + recording.check_note)
        else:
            messages.success(request, _("録画を保存しました。") + recording.check_note)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("archive_recordings_round", round.public_id)


def _slot(round: Round, key: str) -> PitchSlot | None:
    if not key:
        return None
    slot = next((slot for slot in slots_of(round) if slot.public_id == key), None)
    if slot is None:
        raise Http404
    return slot
