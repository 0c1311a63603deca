"""The call for proposals (募集要項): its words, its window, its rules and their versions, and a vendor's extension."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Vendor, public_id
from core.calendar import is_open
from core.requirements import CURRENT
from pitches.declarations import standard_declarations


class Call(models.Model):
    """One call. Its window is evaluated from the request's arrival time: opens_at <= at < closes_at.

    rules_number is the version of its rules that holds now (see CallRules); version grows with every save. Limits left
    empty are the site's own; file_types holds keys of pitches.call_rules.FILE_TYPES, none of them meaning every one.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("件名"), max_length=120)
    summary = models.CharField(_("概要"), max_length=300)
    guidance = models.TextField(_("募集の内容"), blank=True)
    themes = models.JSONField(_("テーマ"), default=list)
    edition = models.CharField(_("自己点検の版"), max_length=20, default=CURRENT)
    opens_at = models.DateTimeField(_("受付開始"))
    closes_at = models.DateTimeField(_("締切"))
    declarations = models.JSONField(_("同意と誓約"), default=standard_declarations)
    page_limit = models.PositiveSmallIntegerField(_("発表資料のページ数の上限"), null=True, blank=True)
    file_max_mb = models.PositiveSmallIntegerField(_("1ファイルの上限（MB）"), null=True, blank=True)
    proposal_max_mb = models.PositiveSmallIntegerField(_("1提案の合計の上限（MB）"), null=True, blank=True)
    file_types = models.JSONField(_("受け付ける形式"), default=list, blank=True)
    details_due_at = models.DateTimeField(_("選定後の回答の期限"), null=True, blank=True)
    rules_number = models.PositiveSmallIntegerField(default=1, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-opens_at"]
        verbose_name = _("募集")
        verbose_name_plural = _("募集")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="call_closes_after_opening"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def is_public(self, at: datetime) -> bool:
        """Whether everyone may read the call at this moment."""
        return self.published_at is not None and self.published_at <= at

    def accepts(self, at: datetime) -> bool:
        """Whether a proposal may be started and submitted at this moment."""
        return self.is_public(at) and is_open(self.opens_at, self.closes_at, at)

    def limits(self) -> tuple[int, int]:
        """(bytes a file, bytes a proposal) that may be attached; never more than the site's own limits."""
        each, total = settings.UPLOAD_FILE_MAX_BYTES, settings.UPLOAD_PROPOSAL_MAX_BYTES
        return (
            min(each, self.file_max_mb * settings.MIB) if self.file_max_mb else each,
            min(total, self.proposal_max_mb * settings.MIB) if self.proposal_max_mb else total,
        )


class CallRules(models.Model):
    """One version of a call's rules, frozen: what pitches.call_rules.rules_of said when it came to hold.

    A proposal names the version it was submitted under, so that a later change flips nothing silently.
    """

    call = models.ForeignKey(Call, models.CASCADE, related_name="rules_versions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    reason = models.CharField(_("変更の理由"), max_length=300, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        verbose_name = _("募集条件の版")
        verbose_name_plural = _("募集条件の版")
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="call_rules_number_once")]

    def __str__(self) -> str:
        return f"{self.call} {self.number}"


class Extension(models.Model):
    """A longer window for one vendor, opened once by an access code of which only the hash is kept."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    call = models.ForeignKey(Call, models.CASCADE, related_name="extensions")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", verbose_name=_("事業者"))
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    until_at = models.DateTimeField(_("延長後の締切"))
    reason = models.CharField(_("延長の理由"), max_length=300)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    used_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("個別の延長")
        verbose_name_plural = _("個別の延長")

    def __str__(self) -> str:
        return f"{self.vendor} {self.until_at:%Y-%m-%d %H:%M}"
