"""Questions and what belongs to them: votes, the answer, and what moderators just did or look at."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from live.models.programme import PitchSlot
from live.models.room import Room


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
    # What was written first, kept when a moderator mends the wording.
    original_body = models.TextField(_("修正前の本文"), blank=True, editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
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

    # Thousands are written in a second: question and organisation have no index of their own, as two below begin with
    # the question, and a body is asked for together with one. Taking a body away reads through all votes.
    question = models.ForeignKey(Question, models.CASCADE, related_name="votes", db_index=False)
    participant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.LocalGovernment", models.PROTECT, related_name="+", db_index=False)
    is_on = models.BooleanField()
    # Whether the vendor may learn which body this was.
    is_named = models.BooleanField(default=False)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "participant"], name="one_vote_per_person")]
        # Whether a body still counts is asked with every vote, and must not cost more the more votes there are.
        indexes = [models.Index(fields=["question", "organisation"], name="vote_by_body")]

    def __str__(self) -> str:
        return f"{self.question_id} {'+' if self.is_on else '-'}"


class Answer(models.Model):
    """The answer to a question: spoken on the day, written, or both; public from published_at on."""

    question = models.OneToOneField(Question, models.CASCADE, related_name="answer")
    body = models.TextField(_("回答"), blank=True)
    is_oral = models.BooleanField(_("口頭で回答"), default=False)
    # For the asker's eyes: everybody else learns only that an answer was given.
    is_individual = models.BooleanField(_("個別に回答"), default=False)
    # Written by the vendor addressed; otherwise somebody of the secretariat wrote down what was said.
    is_from_vendor = models.BooleanField(_("事業者の回答"), default=False)
    offset_ms = models.PositiveBigIntegerField(_("録画の位置（ミリ秒）"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("公開日時"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("回答")
        verbose_name_plural = _("回答")

    def __str__(self) -> str:
        return self.body[:30] or str(_("口頭で回答"))


class ModerationAct(models.Model):
    """What one moderator just did to a question and what it was like before, so that it can be undone for a moment."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="acts")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    op = models.CharField(max_length=30)
    before: Any = models.JSONField()
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.op} {self.question_id}"


class Look(models.Model):
    """Which question a moderator has open now: a hint to the others that expires by itself, never a lock."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="looks")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="one_look_per_moderator")]

    def __str__(self) -> str:
        return f"{self.user} {self.question_id}"
