"""The question room: its numbers, its event log without text, the commands carried out, who is there or shut out."""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from live.models.programme import PitchSlot, Round

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def room_code() -> str:
    """Six letters and digits that nobody confuses on a wall: no 0 and O, no 1, I and L."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(6))


def screen_key() -> str:
    """What a big screen shows instead of a person: a new one shuts out every screen that holds the old one."""
    return secrets.token_urlsafe(18)


class Room(models.Model):
    """One round's room. pub_seq and staff_seq number the events of each audience; cv numbers changes of counts."""

    class Phase(models.TextChoices):
        BEFORE = "before", _("事前質問")
        LIVE = "live", _("開催中")
        FEEDBACK = "feedback", _("フィードバック期間")
        ANSWERS = "answers", _("回答期間")
        CLOSED = "closed", _("終了")

    round = models.OneToOneField(Round, models.CASCADE, related_name="room")
    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    epoch = models.UUIDField(default=uuid.uuid4, editable=False)
    pub_seq = models.PositiveBigIntegerField(default=0)
    staff_seq = models.PositiveBigIntegerField(default=0)
    cv = models.PositiveBigIntegerField(default=0)
    question_count = models.PositiveIntegerField(default=0)
    # What was set by hand or announced last; what counts at a moment is live.phases.phase_at.
    phase = models.CharField(_("段階"), max_length=10, choices=Phase, default=Phase.BEFORE)
    phase_set_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_moderated = models.BooleanField(_("承認後に公開"), default=True)
    vendors_publish = models.BooleanField(_("事業者の回答を事務局の確認なしで公開する"), default=False)
    stage_slot = models.ForeignKey(PitchSlot, models.SET_NULL, null=True, blank=True, related_name="+")
    # How it stood before the last slot came on stage, while that may be taken back (see live.services.running).
    stage_before: Any = models.JSONField(null=True, blank=True, editable=False)
    stage_question = models.ForeignKey("live.Question", models.SET_NULL, null=True, blank=True, related_name="+")
    stage_poll = models.ForeignKey("live.Poll", models.SET_NULL, null=True, blank=True, related_name="+")
    # What screens show where nothing is pinned: the most wanted question to whoever is on stage, or nothing.
    shows_wanted = models.BooleanField(_("会場スクリーンに質問を自動で出す"), default=True)
    # Typed from the wall of a hall: short, and without characters that look like others.
    code = models.CharField(_("会場コード"), max_length=8, unique=True, default=room_code, editable=False)
    screen_key = models.CharField(max_length=32, default=screen_key, editable=False)

    class Meta:
        verbose_name = _("質疑の部屋")
        verbose_name_plural = _("質疑の部屋")

    def __str__(self) -> str:
        return str(self.round)


class RoomEvent(models.Model):
    """That something changed: a kind and an id, never a text, so that a replay cannot show what was hidden since."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="events")
    stream = models.CharField(max_length=5)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=30)
    question = models.ForeignKey("live.Question", models.CASCADE, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["room", "stream", "seq"], name="event_seq_once")]

    def __str__(self) -> str:
        return f"{self.stream} {self.seq} {self.kind}"


class Command(models.Model):
    """A command already carried out, with its result: sent again, it gets the same answer and changes nothing."""

    # Written with every vote, kept for days, worth nothing by itself: the database does not look up whose it is,
    # and taking a person away takes these away by Django alone.
    participant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    command_id = models.CharField(max_length=40)
    op = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    result: Any = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "command_id"], name="command_once")]
        # How much somebody sent lately is asked with every batch.
        indexes = [models.Index(fields=["participant", "at"], name="command_by_person")]

    def __str__(self) -> str:
        return f"{self.op} {self.command_id}"


class Lease(models.Model):
    """How many sockets one process holds in a room; believed until it expires, so that a dead process counts nobody."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="leases")
    process = models.CharField(max_length=32)
    here = models.PositiveIntegerField()
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "process"], name="one_lease_per_process")]

    def __str__(self) -> str:
        return f"{self.process} {self.here}"


class Ban(models.Model):
    """Somebody shut out from asking and voting in one room, until it is lifted; reading goes on."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="bans")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("日時"))
    lifted_at = models.DateTimeField(_("解除日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("投稿の停止")
        verbose_name_plural = _("投稿の停止")
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_ban_per_person")]

    def __str__(self) -> str:
        return str(self.user)
