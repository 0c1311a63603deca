"""The rows that stand for private files."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id


class StoredFile(models.Model):
    """A file that is durable on disk under a random key; its name is kept here, as NFC text, and nowhere else."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    key = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(_("ファイル名"), max_length=255)
    content_type = models.CharField(_("形式"), max_length=100)
    size = models.PositiveBigIntegerField(_("大きさ（バイト）"))
    sha256 = models.CharField("SHA-256", max_length=64)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("受領日時"))

    class Meta:
        verbose_name = _("非公開ファイル")
        verbose_name_plural = _("非公開ファイル")

    def __str__(self) -> str:
        return self.name
