"""The rows of the panel: who reviews what, conflicts, scores, decisions, publications."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id


class Sheet(models.Model):
    """The rubric of one call, stored as JSON (see evaluation.rubric)."""

    call = models.OneToOneField("pitches.Call", models.CASCADE, related_name="sheet")
    criteria: Any = models.JSONField(_("評価項目"))
    method = models.CharField(_("集計方法"), max_length=10)

    class Meta:
        verbose_name = _("採点表")
        verbose_name_plural = _("採点表")

    def __str__(self) -> str:
        return str(self.call)


class PanelMember(models.Model):
    """A reviewer on a call's panel: the same people score all of its proposals."""

    call = models.ForeignKey("pitches.Call", models.CASCADE, related_name="panel")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("審査委員")
        verbose_name_plural = _("審査委員")
        constraints = [models.UniqueConstraint(fields=["call", "reviewer"], name="panel_member_once")]

    def __str__(self) -> str:
        return str(self.reviewer)


class Conflict(models.Model):
    """A declared conflict of interest: from then on the reviewer sees nothing of the proposal."""

    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposal = models.ForeignKey("pitches.Proposal", models.CASCADE, related_name="conflicts")
    reason = models.CharField(_("利害関係の内容"), max_length=300)
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("利害関係の申告")
        verbose_name_plural = _("利害関係の申告")
        constraints = [models.UniqueConstraint(fields=["reviewer", "proposal"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.reviewer} {self.proposal}"


class Assessment(models.Model):
    """One reviewer on one proposal. `state` is written by workflow.services.move alone (see evaluation.lifecycle).

    points: criterion code → points as text ("7.5"), exact; `version` is the token against silent overwrites.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    proposal = models.ForeignKey("pitches.Proposal", models.CASCADE, related_name="assessments")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(_("状態"), max_length=12, default="opened", editable=False)
    state_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1)
    points: Any = models.JSONField(default=dict)
    comment = models.TextField(_("講評（事務局に伝わります）"), blank=True)

    class Meta:
        ordering = ["proposal", "pk"]
        verbose_name = _("採点")
        verbose_name_plural = _("採点")
        constraints = [models.UniqueConstraint(fields=["proposal", "reviewer"], name="one_assessment_each")]

    def __str__(self) -> str:
        return f"{self.reviewer} {self.proposal}"


class Decision(models.Model):
    """What the organiser decided on a proposal; pending, and nobody else's, until a publication releases it."""

    proposal = models.OneToOneField("pitches.Proposal", models.CASCADE, related_name="decision")
    outcome = models.CharField(_("結果"), max_length=12)
    reason = models.TextField(_("理由"), blank=True)
    note = models.TextField(_("事業者への講評"), blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("選定の決定")
        verbose_name_plural = _("選定の決定")

    def __str__(self) -> str:
        return f"{self.proposal} {self.outcome}"


class Publication(models.Model):
    """What was told the world, frozen as JSON: its page renders this, never the working rows."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    call = models.OneToOneField("pitches.Call", models.PROTECT, related_name="publication")
    content: Any = models.JSONField()
    sha256 = models.CharField(max_length=64)
    released_at = models.DateTimeField(_("公表日時"))
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-released_at"]
        verbose_name = _("公表")
        verbose_name_plural = _("公表")

    def __str__(self) -> str:
        return str(self.call)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a publication is never changed")
        super().save(*args, **kwargs)
