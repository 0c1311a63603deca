"""Polls (アンケート) of a room, what people replied, and which of their words everybody may see."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from live.models.programme import PitchSlot


class Poll(models.Model):
    """One poll. `state` is written by workflow.services.move alone (see live.lifecycle)."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("一つ選ぶ")
        MULTIPLE = "multiple", _("いくつか選ぶ")
        RATING = "rating", _("5段階で評価する")
        TEXT = "text", _("自由に書く")
        WORDS = "words", _("言葉を挙げる（ワードクラウド）")
        RANKING = "ranking", _("順位を付ける")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    room = models.ForeignKey("live.Room", models.CASCADE, related_name="polls")
    slot = models.ForeignKey(
        PitchSlot, models.SET_NULL, null=True, blank=True, related_name="polls", verbose_name=_("登壇枠")
    )
    kind = models.CharField(_("種類"), max_length=10, choices=Kind, default=Kind.SINGLE)
    prompt = models.CharField(_("問い"), max_length=200)
    max_choices = models.PositiveSmallIntegerField(_("選べる数"), default=1)
    state = models.CharField(_("状態"), max_length=10, default="draft", editable=False)
    state_at = models.DateTimeField(editable=False)
    is_shown = models.BooleanField(_("結果を参加者に見せる"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    cv = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("アンケート")
        verbose_name_plural = _("アンケート")

    def __str__(self) -> str:
        return self.prompt

    @property
    def has_options(self) -> bool:
        return self.kind in {self.Kind.SINGLE, self.Kind.MULTIPLE, self.Kind.RANKING}

    @property
    def is_written(self) -> bool:
        """Whether people write words of their own, which others see only once a moderator let them."""
        return self.kind in {self.Kind.TEXT, self.Kind.WORDS}


class PollOption(models.Model):
    """One of the choices of a poll."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("選択肢"), max_length=80)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["poll", "position"], name="poll_option_position_once")]

    def __str__(self) -> str:
        return self.label


class PollReply(models.Model):
    """What one person replied; sent again, it is replaced.

    value is a list: positions of options (in their order for a ranking), one number from 1 to 5, one text, or words.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="replies")
    participant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.LocalGovernment", models.PROTECT, related_name="+")
    value: Any = models.JSONField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "participant"], name="one_reply_per_person")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.participant_id}"


class PollDecision(models.Model):
    """Whether a written text or word may be seen by everybody; key is the text folded by core.text.fold."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="decisions")
    key = models.CharField(max_length=500)
    is_let = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "key"], name="one_decision_per_text")]

    def __str__(self) -> str:
        return f"{self.key[:30]} {'+' if self.is_let else '-'}"
