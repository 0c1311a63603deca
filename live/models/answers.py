"""Answers being written: apart from those given, so that nothing unpublished can leak through an answer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from live.models.questions import Question


class AnswerDraft(models.Model):
    """What a vendor's people write to a question before it is public; one for all of them.

    version counts what was written and decided. Handed in while submitted_at is set; given back with returned_reason;
    published_at says that what stands here is what was published, until somebody writes on.
    """

    question = models.OneToOneField(Question, models.CASCADE, related_name="draft")
    body = models.TextField(_("回答"), blank=True)
    is_individual = models.BooleanField(_("個別に回答"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(_("最終更新"))
    submitted_at = models.DateTimeField(_("提出日時"), null=True, blank=True)
    returned_reason = models.CharField(_("差し戻しの理由"), max_length=200, blank=True)
    published_at = models.DateTimeField(_("公開日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("回答の下書き")
        verbose_name_plural = _("回答の下書き")

    def __str__(self) -> str:
        return self.body[:30]
