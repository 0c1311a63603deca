"""Reactions to a pitch: four words an officer can say without writing anything."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from live.models.programme import PitchSlot


class Reaction(models.Model):
    """One label one person gave to one pitch; taking it back keeps the row."""

    class Label(models.TextChoices):
        CONSULT = "consult", _("すぐ相談したい")
        MORE = "more", _("もっと詳しく")
        USEFUL = "useful", _("参考になった")
        IMPROVE = "improve", _("要改善")

    slot = models.ForeignKey(PitchSlot, models.CASCADE, related_name="reactions")
    participant = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organisation = models.ForeignKey("accounts.LocalGovernment", models.PROTECT, related_name="+")
    label = models.CharField(_("反応"), max_length=10, choices=Label)
    is_on = models.BooleanField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("反応")
        verbose_name_plural = _("反応")
        constraints = [models.UniqueConstraint(fields=["slot", "participant", "label"], name="one_reaction_per_label")]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.label} {'+' if self.is_on else '-'}"
