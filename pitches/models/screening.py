"""What screeners record: judgements per requirement, correction requests, drafts of a rejection."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pitches.models.proposal import Proposal, ProposalVersion


class Judgement(models.Model):
    """One judgement of one requirement on one submitted version; only ever added, the newest counts.

    status is a key of core.requirements.JUDGEMENTS. vendor_note is shown to the vendor, private_note never is.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="judgements")
    version = models.ForeignKey(ProposalVersion, models.PROTECT, related_name="judgements")
    requirement = models.CharField(_("要件"), max_length=2)
    status = models.CharField(_("判定"), max_length=12)
    reason = models.TextField(_("理由"))
    evidence = models.TextField(_("確認した証跡"), blank=True)
    vendor_note = models.TextField(_("事業者への説明"), blank=True)
    private_note = models.TextField(_("事務局内メモ"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("要件の判定")
        verbose_name_plural = _("要件の判定")
        indexes = [models.Index(fields=["proposal", "requirement", "-at"], name="latest_judgement")]

    def __str__(self) -> str:
        return f"{self.proposal} {self.requirement} {self.status}"


class CorrectionRequest(models.Model):
    """A request to correct named fields by a deadline of its own; open until answered_at is set."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="correction_requests")
    fields = models.JSONField(_("補正する項目"))
    reason = models.TextField(_("補正を求める理由"))
    deadline_at = models.DateTimeField(_("補正期限"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("補正依頼")
        verbose_name_plural = _("補正依頼")
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=models.Q(answered_at__isnull=True), name="one_open_correction"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.deadline_at:%Y-%m-%d}"


class RejectionDraft(models.Model):
    """A first screener's wish to reject, for a second person to confirm (不適合 is never one person's word)."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="rejection_draft")
    reason = models.TextField(_("不適合の理由"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("不適合の起案")
        verbose_name_plural = _("不適合の起案")

    def __str__(self) -> str:
        return str(self.proposal)
