"""Polls: made and run by moderators, answered by the officers in the room.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.selectors import body_of
from audit.services import record
from live import publishing
from live.models import Command, PitchSlot, Poll, PollDecision, PollOption, PollReply, Room
from live.permissions import may_reply
from live.phases import ASKING, phase_at
from live.protocol import POLL_RATE, PROMPT_LIMIT, Problem
from live.selectors import PUBLIC
from live.services.checks import check_rate, clean, refuse_banned, require_moderator, take_step
from live.services.replies import accepted
from live.tallies import key_of

OPTIONS = 12
OPTION_LIMIT = 80


def save_poll(
    *,
    room: Room,
    actor: User,
    poll_id: str | None,
    expect: int,
    kind: str,
    prompt: str,
    options: Sequence[Any],
    max_choices: int,
    slot: str | None,
    at: datetime,
) -> dict[str, Any]:
    """Make a poll, or change one that nobody has been asked yet."""
    require_moderator(actor)
    poll = _poll(room, poll_id) if poll_id else Poll(room=room, created_by=actor, created_at=at, state_at=at, version=0)
    _require_version(poll, expect)
    if poll.state != "draft":
        raise Problem("conflict", "受付を始めたアンケートは変更できません。", result=_said(poll))
    poll.kind, poll.prompt = kind, clean(prompt, limit=PROMPT_LIMIT, empty=gettext_noop("問いを入力してください。"))
    labels = _labels(options) if poll.has_options else []
    poll.max_choices = _max_choices(poll, max_choices, len(labels))
    poll.slot = _slot(room, slot) if slot else None
    poll.version += 1
    poll.save()
    poll.options.all().delete()
    PollOption.objects.bulk_create(
        PollOption(poll=poll, position=place, label=label) for place, label in enumerate(labels)
    )
    record("save_poll", subject=poll, actor=actor, at=at)
    return _said(poll)


def open_poll(*, room: Room, actor: User, poll_id: str, expect: int, at: datetime) -> dict[str, Any]:
    """Take replies; a poll that was closed is taken up again, with what was replied before."""
    return _step("open", room, actor, poll_id, expect, at)


def close_poll(*, room: Room, actor: User, poll_id: str, expect: int, at: datetime) -> dict[str, Any]:
    """Take no more replies."""
    return _step("close", room, actor, poll_id, expect, at)


def _step(step: str, room: Room, actor: User, poll_id: str, expect: int, at: datetime) -> dict[str, Any]:
    require_moderator(actor)
    poll = _poll(room, poll_id)
    _require_version(poll, expect)
    take_step(poll, step, actor=actor, at=at, result=_said(poll))
    poll.version += 1
    poll.save(update_fields=["version"])
    _announce(room, at)
    return _said(poll)


def show_poll(*, room: Room, actor: User, poll_id: str, is_on: bool, at: datetime) -> dict[str, Any]:
    """Show the results to everybody in the room, or keep them back."""
    require_moderator(actor)
    poll = _poll(room, poll_id)
    if poll.is_shown != is_on:
        poll.is_shown = is_on
        poll.save(update_fields=["is_shown"])
        record("show_poll" if is_on else "hide_poll", subject=poll, actor=actor, at=at)
        _announce(room, at)
    return _said(poll)


def stage_poll(*, room: Room, actor: User, poll_id: str, is_on: bool, at: datetime) -> dict[str, Any]:
    """Put a poll on the big screen in place of what is there, or take it off."""
    require_moderator(actor)
    poll = _poll(room, poll_id)
    if is_on and poll.state == "draft":
        raise Problem("conflict", "準備中のアンケートは、会場スクリーンに出せません。", result=_said(poll))
    if is_on or room.stage_poll_id == poll.pk:
        room.stage_poll = poll if is_on else None
        room.save(update_fields=["stage_poll"])
        record("stage_poll" if is_on else "unstage_poll", subject=poll, actor=actor, at=at)
        _announce(room, at)
    return _said(poll)


def let_text(*, room: Room, actor: User, poll_id: str, text: str, is_on: bool, at: datetime) -> dict[str, Any]:
    """Let everybody see a text or word, or keep it back; the same word in another spelling goes with it."""
    require_moderator(actor)
    poll = _poll(room, poll_id)
    if not poll.is_written:
        raise Problem("bad")
    PollDecision.objects.update_or_create(
        poll=poll, key=key_of(text), defaults={"is_let": is_on, "by": actor, "at": at}
    )
    record("let_poll_text" if is_on else "keep_poll_text_back", subject=poll, actor=actor, at=at)
    _stamp(room, poll)
    return _said(poll)


def reply(*, room: Room, actor: User, poll_id: str, value: list[Any], at: datetime) -> dict[str, Any]:
    """Reply to an open poll; a second reply of the same person takes the place of the first."""
    if not may_reply(actor, room):
        raise Problem("denied", "アンケートには、参加申込をした自治体職員が回答できます。")
    poll = _poll(room, poll_id)
    if poll.state == "draft":
        raise Problem("gone", "このアンケートは見つかりません。")
    refuse_banned(room, actor)
    if poll.state != "open" or phase_at(room, at) not in ASKING:
        raise Problem("closed", "このアンケートの受付は終了しています。")
    check_rate(POLL_RATE, Command.objects.filter(participant=actor, op="poll.reply"), "at", at)
    cleaned = accepted(poll, value)
    body = body_of(actor)
    assert body is not None
    PollReply.objects.update_or_create(
        poll=poll, participant=actor, defaults={"value": cleaned, "organisation": body, "updated_at": at}
    )
    _stamp(room, poll)
    return {"poll": poll.public_id, "value": cleaned}


def _poll(room: Room, public_id: str) -> Poll:
    poll = Poll.objects.select_for_update(of=("self",)).filter(room=room, public_id=public_id).first()
    if poll is None:
        raise Problem("gone", "このアンケートは見つかりません。")
    return poll


def _require_version(poll: Poll, expect: int) -> None:
    if poll.version != expect:
        raise Problem("conflict", result=_said(poll))


def _labels(options: Sequence[Any]) -> list[str]:
    """The labels as kept: none empty, no two alike, at most OPTIONS of them."""
    if not all(isinstance(label, str) for label in options):
        raise Problem("bad")
    labels = [clean(label, limit=OPTION_LIMIT, empty=None) for label in options]
    labels = [label for label in labels if label]
    if len(labels) > OPTIONS:
        raise Problem("bad", "選択肢は%(many)sつまでです。", many=OPTIONS)
    if len(set(labels)) < len(labels):
        raise Problem("bad", "同じ選択肢があります。")
    if len(labels) < 2:
        raise Problem("bad", "選択肢を2つ以上入力してください。")
    return labels


def _max_choices(poll: Poll, wanted: int, options: int) -> int:
    if poll.kind == Poll.Kind.RANKING:
        return options
    if poll.kind != Poll.Kind.MULTIPLE:
        return 1
    if not 1 <= wanted <= options:
        raise Problem("bad", "選べる数は、1から選択肢の数までで指定してください。")
    return wanted


def _slot(room: Room, public_id: str) -> PitchSlot:
    slot = PitchSlot.objects.filter(part__round=room.round, public_id=public_id).first()
    if slot is None:
        raise Problem("bad", "登壇枠が見つかりません。ページを再読み込みしてください。")
    return slot


def _stamp(room: Room, poll: Poll) -> None:
    """The results changed: hubs send them with the next counts."""
    room.cv += 1
    room.save(update_fields=["cv"])
    poll.cv = room.cv
    poll.save(update_fields=["cv"])
    publishing.nudge_on_commit(room)


def _announce(room: Room, at: datetime) -> None:
    publishing.log(room, PUBLIC, "polls.changed", None, at=at)


def _said(poll: Poll) -> dict[str, Any]:
    return {"poll": poll.public_id, "state": poll.state, "version": poll.version, "shown": poll.is_shown}
