"""The outbox: mails as rows, written with the fact they tell of and sent later."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One mail to one person. The worker claims it by setting a lease; dedupe_key makes it exist once.

    The text of a secret one (a link that opens something) is forgotten as soon as it has left or never will.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("送信待ち")
        SENT = "sent", _("送信済み")
        FAILED = "failed", _("送信失敗")
        SUPERSEDED = "superseded", _("差し替え済み")

    dedupe_key = models.CharField(max_length=190, unique=True)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    address = models.EmailField(_("宛先"), max_length=254)
    subject = models.CharField(_("件名"), max_length=200)
    body = models.TextField(_("本文"))
    about_type = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=60, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    state = models.CharField(_("状態"), max_length=12, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("作成日時"))
    is_secret = models.BooleanField(default=False)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("通知メール")
        verbose_name_plural = _("通知メール")
        indexes = [models.Index(fields=["state", "not_before"], name="message_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.address}"
