"""What screeners record: assignments, judgements, second opinions, correction requests, drafts of a rejection."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from pitches.models.proposal import Proposal, ProposalVersion


class ScreeningAssignment(models.Model):
    """Who screens a proposal: a wish about the work, never a limit on who may judge."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="screening_assignment")
    screener = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("要件審査担当")
    )
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("審査の担当")
        verbose_name_plural = _("審査の担当")

    def __str__(self) -> str:
        return f"{self.proposal} {self.screener}"


class Judgement(models.Model):
    """One judgement of one requirement on one submitted version; only ever added, the newest counts.

    status is a key of core.requirements.JUDGEMENTS, reason_codes are keys of pitches.reasons.REASON_CODES. vendor_note
    is shown to the vendor, reason and private_note never are. A reset is the system's own 要確認 after a later version
    changed what the requirement rests on: by is null then, and nobody else's.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="judgements")
    version = models.ForeignKey(ProposalVersion, models.PROTECT, related_name="judgements")
    requirement = models.CharField(_("要件"), max_length=2)
    status = models.CharField(_("判定"), max_length=12)
    reason_codes = models.JSONField(_("理由の区分"), default=list)
    reason = models.TextField(_("理由"))
    evidence = models.TextField(_("確認した証跡"), blank=True)
    vendor_note = models.TextField(_("事業者への説明"), blank=True)
    private_note = models.TextField(_("事務局内メモ"), blank=True)
    is_reset = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("要件の判定")
        verbose_name_plural = _("要件の判定")
        indexes = [models.Index(fields=["proposal", "requirement", "-at"], name="latest_judgement")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_reset=False, by__isnull=False)
                | models.Q(is_reset=True, by__isnull=True, status="unclear"),
                name="judged_by_a_person_or_reset",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} {self.requirement} {self.status}"

    @property
    def standing(self) -> str:
        """ "counts"; or of an 不適合 "awaiting" a second screener, or "disputed" by one. One query unless selected."""
        if self.status != "unfit":
            return "counts"
        opinion = getattr(self, "second_opinion", None)
        if opinion is None:
            return "awaiting"
        return "counts" if opinion.agrees else "disputed"


class SecondOpinion(models.Model):
    """What a second screener says of an 不適合: it counts only when somebody else agrees. Never changed."""

    judgement = models.OneToOneField(Judgement, models.CASCADE, related_name="second_opinion")
    agrees = models.BooleanField()
    note = models.TextField(_("意見"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("二人目の意見")
        verbose_name_plural = _("二人目の意見")

    def __str__(self) -> str:
        return f"{self.judgement} {self.agrees}"


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
