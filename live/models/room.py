"""The question room: questions, votes, answers, the event log without text, and the commands already carried out."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from live.models.programme import PitchSlot, Round


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
    phase = models.CharField(_("段階"), max_length=10, choices=Phase, default=Phase.BEFORE)
    is_moderated = models.BooleanField(_("承認後に公開"), default=True)
    stage_slot = models.ForeignKey(PitchSlot, models.SET_NULL, null=True, blank=True, related_name="+")

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


class Question(models.Model):
    """A question or an opinion. `state` is written by workflow.services.move alone (see live.lifecycle)."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("質問")
        OPINION = "opinion", _("意見")

    class Naming(models.TextChoices):
        NAMED = "named", _("氏名と団体名を公開")
        BODY_ONLY = "body_only", _("団体名のみ公開")
        ANONYMOUS = "anonymous", _("匿名")

    class Source(models.TextChoices):
        ONLINE = "online", _("オンライン")
        VENUE = "venue", _("会場（代理入力）")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    room = models.ForeignKey(Room, models.CASCADE, related_name="questions")
    slot = models.ForeignKey(
        PitchSlot, models.SET_NULL, null=True, blank=True, related_name="questions", verbose_name=_("あて先")
    )
    number = models.CharField(_("受付番号"), max_length=10)
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, default=Kind.QUESTION)
    body = models.TextField(_("本文"))
    naming = models.CharField(_("名前の扱い"), max_length=10, choices=Naming, default=Naming.BODY_ONLY)
    source = models.CharField(_("受付方法"), max_length=10, choices=Source, default=Source.ONLINE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "accounts.LocalGovernment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(_("状態"), max_length=10, default="pending", editable=False)
    state_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("受付日時"))
    offset_ms = models.PositiveBigIntegerField(_("録画の位置（ミリ秒）"), null=True, blank=True)
    score = models.PositiveIntegerField(default=0)
    bodies = models.PositiveIntegerField(default=0)
    cv = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("質問・意見")
        verbose_name_plural = _("質問・意見")
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="question_number_once")]
        indexes = [models.Index(fields=["room", "state"], name="question_by_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.body[:30]}"


class Vote(models.Model):
    """「当団体も同じ」 of one person on one question; withdrawing keeps the row."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="votes")
    participant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.LocalGovernment", models.PROTECT, related_name="+")
    is_on = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "participant"], name="one_vote_per_person")]

    def __str__(self) -> str:
        return f"{self.question_id} {'+' if self.is_on else '-'}"


class Answer(models.Model):
    """The answer to a question: spoken on the day, written, or both; public from published_at on."""

    question = models.OneToOneField(Question, models.CASCADE, related_name="answer")
    body = models.TextField(_("回答"), blank=True)
    is_oral = models.BooleanField(_("口頭で回答"), default=False)
    offset_ms = models.PositiveBigIntegerField(_("録画の位置（ミリ秒）"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("公開日時"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("回答")
        verbose_name_plural = _("回答")

    def __str__(self) -> str:
        return self.body[:30] or str(_("口頭で回答"))


class Command(models.Model):
    """A command already carried out, with its result: sent again, it gets the same answer and changes nothing."""

    participant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    command_id = models.CharField(max_length=40)
    op = models.CharField(max_length=30)
    fingerprint = models.CharField(max_length=64)
    result: Any = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "command_id"], name="command_once")]

    def __str__(self) -> str:
        return f"{self.op} {self.command_id}"
