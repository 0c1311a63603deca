"""The rows of the trail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One fact: who did what to which row, when, from where; its hash covers every column and the entry before.

    The actor is kept as a bare number, not a foreign key: erasing an account must not rewrite history.
    """

    seq = models.BigIntegerField(_("通番"), unique=True)
    at = models.DateTimeField(_("日時"))
    actor = models.BigIntegerField(_("実行者"), null=True)
    verb = models.CharField(_("操作"), max_length=60)
    subject_type = models.CharField(_("対象の種類"), max_length=60)
    subject_id = models.CharField(_("対象"), max_length=60)
    source = models.CharField(_("変更前"), max_length=40, blank=True)
    target = models.CharField(_("変更後"), max_length=40, blank=True)
    facts = models.TextField(_("内容"), default="{}")
    origin = models.CharField(_("接続元"), max_length=60, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("ハッシュ"), max_length=64, unique=True)

    class Meta:
        ordering = ["seq"]
        verbose_name = _("監査記録")
        verbose_name_plural = _("監査記録")
        indexes = [models.Index(fields=["subject_type", "subject_id", "seq"], name="entry_by_subject")]

    def __str__(self) -> str:
        return f"#{self.seq} {self.verb} {self.subject_type}:{self.subject_id}"
