"""The programme: years, rounds (回), parts (部), pitch slots (登壇枠), booths, and who takes part."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import public_id


class ProgrammeYear(models.Model):
    """A fiscal year (開催年度) and what was published about it as a whole; None where nothing was published."""

    fiscal_year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    presenters = models.PositiveIntegerField(_("登壇者数"), null=True, blank=True)
    views = models.PositiveIntegerField(_("延べ視聴回数"), null=True, blank=True)
    posts = models.PositiveIntegerField(_("延べ投稿数"), null=True, blank=True)
    source_note = models.CharField(_("出典"), max_length=120, blank=True)

    class Meta:
        ordering = ["-fiscal_year"]
        verbose_name = _("開催年度")
        verbose_name_plural = _("開催年度")

    def __str__(self) -> str:
        return str(self.fiscal_year)


class Round(models.Model):
    """One round (第n回): a live day and, after it, a feedback period with its own deadline."""

    class Form(models.TextChoices):
        VENUE = "venue", _("会場")
        ONLINE = "online", _("オンライン")
        HYBRID = "hybrid", _("会場とオンライン")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    programme_year = models.ForeignKey(ProgrammeYear, models.PROTECT, related_name="rounds", verbose_name=_("開催年度"))
    number = models.PositiveSmallIntegerField(_("回"))
    title = models.CharField(_("名称"), max_length=120)
    theme = models.CharField(_("テーマ"), max_length=200, blank=True)
    held_on = models.DateField(_("開催日"))
    opens_at = models.DateTimeField(_("開始"), null=True, blank=True)
    closes_at = models.DateTimeField(_("終了"), null=True, blank=True)
    form = models.CharField(_("開催方法"), max_length=10, choices=Form, blank=True)
    venue = models.CharField(_("会場"), max_length=200, blank=True)
    call = models.ForeignKey(
        "pitches.Call", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("募集")
    )
    presenters = models.PositiveIntegerField(_("登壇者数"), null=True, blank=True)
    feedback_until = models.DateTimeField(_("フィードバック期限"), null=True, blank=True)
    answers_until = models.DateTimeField(_("回答期限"), null=True, blank=True)
    view_until = models.DateTimeField(_("視聴期限"), null=True, blank=True)
    programme_published_at = models.DateTimeField(_("プログラム公開日時"), null=True, blank=True)
    is_historical = models.BooleanField(_("過去の公開資料による記録"), default=False)
    source_note = models.CharField(_("出典"), max_length=120, blank=True)

    class Meta:
        ordering = ["held_on", "number"]
        verbose_name = _("回")
        verbose_name_plural = _("回")
        constraints = [models.UniqueConstraint(fields=["programme_year", "number"], name="round_number_once_a_year")]

    def __str__(self) -> str:
        return self.title


class Part(models.Model):
    """A part (第n部): pitches one after the other, then individual meetings at the booths."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="parts")
    number = models.PositiveSmallIntegerField(_("部"))
    starts_at = models.DateTimeField(_("開始"))
    meetings_at = models.DateTimeField(_("個別面談の開始"), null=True, blank=True)
    meeting_minutes = models.PositiveSmallIntegerField(_("個別面談（分）"), default=20)

    class Meta:
        ordering = ["round", "number"]
        verbose_name = _("部")
        verbose_name_plural = _("部")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="part_number_once_a_round")]

    def __str__(self) -> str:
        return f"第{self.number}部"


class Booth(models.Model):
    """A booth of a round where a part's vendors meet people."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="booths")
    code = models.CharField(_("ブース"), max_length=4)

    class Meta:
        ordering = ["code"]
        verbose_name = _("ブース")
        verbose_name_plural = _("ブース")
        constraints = [models.UniqueConstraint(fields=["round", "code"], name="booth_code_once_a_round")]

    def __str__(self) -> str:
        return self.code


class PitchSlot(models.Model):
    """Twenty minutes of one proposal: ten of pitch, ten of questions; empty until a proposal is placed."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    part = models.ForeignKey(Part, models.CASCADE, related_name="slots")
    position = models.PositiveSmallIntegerField(_("順番"))
    starts_at = models.DateTimeField(_("開始"))
    pitch_minutes = models.PositiveSmallIntegerField(_("発表（分）"), default=10)
    qa_minutes = models.PositiveSmallIntegerField(_("質疑（分）"), default=10)
    proposal = models.OneToOneField(
        "pitches.Proposal", models.PROTECT, null=True, blank=True, related_name="slot", verbose_name=_("提案")
    )
    booth = models.ForeignKey(
        Booth, models.SET_NULL, null=True, blank=True, related_name="slots", verbose_name=_("ブース")
    )
    started_at = models.DateTimeField(_("発表を始めた時刻"), null=True, blank=True)
    # By hand, where a pitch was shorter or longer than planned.
    qa_started_at = models.DateTimeField(_("質疑を始めた時刻"), null=True, blank=True)
    presented_at = models.DateTimeField(_("発表済み"), null=True, blank=True)

    class Meta:
        ordering = ["part__number", "position"]
        verbose_name = _("登壇枠")
        verbose_name_plural = _("登壇枠")
        constraints = [models.UniqueConstraint(fields=["part", "position"], name="slot_position_once_a_part")]

    def __str__(self) -> str:
        return f"{self.part} {self.position}"

    @property
    def qa_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.pitch_minutes)

    @property
    def ends_at(self) -> datetime:
        return self.qa_at + timedelta(minutes=self.qa_minutes)


class Registration(models.Model):
    """A municipal officer's registration for a round, in one of the three ways of taking part."""

    class Mode(models.TextChoices):
        VENUE = "venue", _("会場参加")
        ONLINE = "online", _("オンライン参加")
        LATER = "later", _("後日動画視聴参加")

    round = models.ForeignKey(Round, models.CASCADE, related_name="registrations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="registrations")
    body = models.ForeignKey("accounts.LocalGovernment", models.PROTECT, related_name="+", verbose_name=_("団体"))
    mode = models.CharField(_("参加方法"), max_length=10, choices=Mode)
    accommodation = models.CharField(_("配慮事項"), max_length=300, blank=True)
    registered_at = models.DateTimeField(_("申込日時"))
    cancelled_at = models.DateTimeField(_("取消日時"), null=True, blank=True)

    class Meta:
        ordering = ["registered_at", "pk"]
        verbose_name = _("参加申込")
        verbose_name_plural = _("参加申込")
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="one_registration_per_person")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_mode_display()}"
