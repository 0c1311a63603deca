"""The call for proposals (募集要項): its words, its window and its rules."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id
from core.calendar import is_open
from core.requirements import CURRENT


class Call(models.Model):
    """One call. Its window is evaluated from the request's arrival time: opens_at <= at < closes_at."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    fiscal_year = models.PositiveSmallIntegerField(_("年度"))
    title = models.CharField(_("件名"), max_length=120)
    summary = models.CharField(_("概要"), max_length=300)
    guidance = models.TextField(_("募集の内容"), blank=True)
    themes = models.JSONField(_("テーマ"), default=list)
    edition = models.CharField(_("自己点検の版"), max_length=20, default=CURRENT)
    opens_at = models.DateTimeField(_("受付開始"))
    closes_at = models.DateTimeField(_("締切"))
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
