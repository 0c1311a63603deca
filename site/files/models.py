"""The rows that stand for private files."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id


class StoredFile(models.Model):
    """A file that is durable on disk under a random key; its name is kept here, as NFC text, and nowhere else.

    scan is what the virus scanner last said. Where none is configured nothing waits for it; where one is, a file nobody
    has scanned yet is held back, also one that was taken in before there was a scanner.
    """

    class Scan(models.TextChoices):
        WAITING = "waiting", _("検査中")
        CLEAN = "clean", _("検査済み")
        INFECTED = "infected", _("ウイルス検出")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("ファイル名"), max_length=255)
    content_type = models.CharField(_("形式"), max_length=100)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pages = models.PositiveIntegerField(_("ページ数"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("受領日時"))
    redrawn_from = models.OneToOneField("self", models.PROTECT, null=True, editable=False, related_name="redrawn")
    same_bytes_as = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")

    scan = models.CharField(_("ウイルス検査"), max_length=8, choices=Scan, default=Scan.WAITING)
    scan_due_at = models.DateTimeField(default=timezone.now)
    scan_attempts = models.PositiveIntegerField(default=0)
    scanned_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(_("検出名"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("非公開ファイル")
        verbose_name_plural = _("非公開ファイル")
        indexes = [models.Index(fields=["scan", "scan_due_at"], name="stored_file_scan_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_available(self) -> bool:
        """Whether anybody may have the bytes: a scanner, where there is one, must have called them clean."""
        return self.scan == self.Scan.CLEAN or (self.scan == self.Scan.WAITING and not settings.CLAMD_SOCKET)

    @property
    def is_infected(self) -> bool:
        return self.scan == self.Scan.INFECTED
