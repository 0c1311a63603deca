"""The rows of the archive: recordings."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id


class Recording(models.Model):
    """A recording on YouTube of a whole round or of one slot, with its own viewing window [view_from, view_until).

    `state` is written by workflow.services.move alone (see archive.lifecycle). Only the 11-character id is kept: no
    address that a person typed is ever fetched or embedded.
    """

    class Captions(models.TextChoices):
        NONE = "none", _("字幕なし")
        AUTOMATIC = "automatic", _("自動字幕")
        CHECKED = "checked", _("確認済みの字幕")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    round = models.ForeignKey("live.Round", models.PROTECT, related_name="recordings")
    slot = models.OneToOneField("live.PitchSlot", models.PROTECT, null=True, blank=True, related_name="recording")
    youtube_id = models.CharField(_("YouTubeの動画ID"), max_length=11)
    title = models.CharField(_("動画の題名"), max_length=200, blank=True)
    duration_s = models.PositiveIntegerField(_("長さ（秒）"), null=True, blank=True)
    state = models.CharField(_("状態"), max_length=10, default="draft", editable=False)
    state_at = models.DateTimeField(editable=False)
    view_from = models.DateTimeField(_("公開開始"))
    view_until = models.DateTimeField(_("視聴期限"), null=True, blank=True)
    captions = models.CharField(_("字幕"), max_length=10, choices=Captions, default=Captions.NONE)
    summary = models.TextField(_("要約"), blank=True)
    transcript = models.TextField(_("文字起こし"), blank=True)
    checked_at = models.DateTimeField(_("YouTubeで確認した日時"), null=True, blank=True)
    check_note = models.CharField(_("確認の結果"), max_length=200, blank=True)

    class Meta:
        ordering = ["round", "pk"]
        verbose_name = _("録画")
        verbose_name_plural = _("録画")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(view_until__isnull=True) | models.Q(view_until__gt=models.F("view_from")),
                name="recording_window_opens_before_it_closes",
            ),
            models.UniqueConstraint(
                fields=["round"], condition=models.Q(slot__isnull=True), name="one_recording_of_a_whole_round"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.youtube_id

    def is_viewable(self, at: datetime) -> bool:
        """Whether the embed may be offered at this moment."""
        return self.state == "published" and self.view_from <= at and (self.view_until is None or at < self.view_until)

    def is_over(self, at: datetime) -> bool:
        """Whether the viewing window has closed."""
        return self.state == "published" and self.view_until is not None and at >= self.view_until
