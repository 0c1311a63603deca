"""Every write of the archive: registering, publishing and withdrawing recordings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from archive import youtube
from archive.models import Recording
from archive.permissions import is_organiser
from audit.services import chained, record
from live.selectors import PitchSlot, Round
from workflow.errors import Refused
from workflow.services import move


def register_recording(
    *,
    round: Round,
    slot: PitchSlot | None,
    youtube_id: str,
    fields: Mapping[str, Any],
    actor: User,
    at: datetime,
) -> Recording:
    """Register or replace the recording of a round (slot None) or of one slot, and ask YouTube about it.

    YouTube's answer is advice: when it cannot be had, the recording is registered as 未確認 all the same.
    """
    if not is_organiser(actor):
        raise Refused("録画を登録する権限がありません。", code=Refused.NOT_ALLOWED)
    checked = _check(youtube_id, at)
    with chained():
        existing = Recording.objects.select_for_update().filter(round=round, slot=slot).first()
        recording = existing or Recording(round=round, slot=slot, state="draft", state_at=at)
        for name, value in {"youtube_id": youtube_id, **fields, **checked}.items():
            setattr(recording, name, value)
        recording.save()
        record(
            "change_recording" if existing else "register_recording",
            subject=recording,
            actor=actor,
            at=at,
            facts={"youtube_id": youtube_id, "check": recording.check_note},
        )
    return recording


def publish_recording(*, recording: Recording, actor: User, at: datetime) -> Recording:
    """Let people watch, inside the viewing window."""
    return move(recording, "publish", actor=actor, at=at)


def withdraw_recording(*, recording: Recording, actor: User, at: datetime) -> Recording:
    """Take a recording out of sight; the questions stay."""
    return move(recording, "withdraw", actor=actor, at=at)


def _check(youtube_id: str, at: datetime) -> dict[str, Any]:
    try:
        found = youtube.look_up(youtube_id)
    except youtube.Unreachable as error:
        return {"checked_at": None, "check_note": f"未確認: {error}"[:200]}
    if not found.is_there:
        return {"checked_at": at, "check_note": "YouTubeに見つかりません。非公開または削除された可能性があります。"}
    note = "確認済み" if found.is_embeddable else "埋め込みが許可されていません。YouTubeの設定を確認してください。"
    return {"checked_at": at, "check_note": note, "title": found.title[:200], "duration_s": found.duration_s}
