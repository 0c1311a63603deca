"""What happens to a draft before anybody else reads it: its changes, and text that came too late to enter it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from pitches.models.proposal import Proposal


class DraftChange(models.Model):
    """One saved change of one named value, for the merge and for its vendor's 変更履歴; nobody else reads it.

    name is a plain field, or a question id with the part of its answer ("R1-02.value"). version is the proposal's
    after the change.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="changes")
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["version", "pk"]
        verbose_name = _("下書きの変更")
        verbose_name_plural = _("下書きの変更")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version", "name"], name="one_change_per_name_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.proposal} v{self.version} {self.name}"


class KeptText(models.Model):
    """Text a vendor sent to a page that was closed by then: not part of the proposal, kept for its vendor alone.

    content is [[label, text], …] as it was typed; digest tells the same text sent again.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="kept_texts")
    page = models.CharField(max_length=40)
    reason = models.CharField(max_length=200)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("保管した入力")
        verbose_name_plural = _("保管した入力")
        constraints = [models.UniqueConstraint(fields=["proposal", "page", "digest"], name="kept_text_once")]

    def __str__(self) -> str:
        return f"{self.proposal} {self.page}"
