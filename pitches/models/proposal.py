"""A proposal, its answers to the self-check, its attachments and the versions that were submitted."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Vendor, public_id
from pitches.models.call import Call


class Proposal(models.Model):
    """What a vendor proposes to a call. `state` is written by workflow.services.move alone (see pitches.lifecycle).

    `released_outcome` is what a publication has told the world, `released_note` what it told the vendor beside it;
    until then the decision is nobody else's.
    `version` grows by one with every saved change: the token against silent overwrites. `rules_number` is the
    version of the call's rules its vendor has seen, and after submission the one it was submitted under.
    """

    class Attendance(models.TextChoices):
        VENUE = "venue", _("会場")
        ONLINE = "online", _("オンライン")

    class Disclosure(models.TextChoices):
        PUBLIC = "public", _("公開")
        MUNICIPAL = "municipal", _("自治体限定")
        SECRETARIAT = "secretariat", _("事務局のみ")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    call = models.ForeignKey(Call, models.PROTECT, related_name="proposals", verbose_name=_("募集"))
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="proposals", verbose_name=_("事業者"))
    edition = models.CharField(max_length=20)
    state = models.CharField(_("状態"), max_length=20, default="draft", editable=False)
    state_at = models.DateTimeField(default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    rules_number = models.PositiveSmallIntegerField(_("募集条件の版"), default=1, editable=False)
    receipt_number = models.CharField(_("受付番号"), max_length=20, unique=True, null=True, editable=False)
    submitted_at = models.DateTimeField(_("提出日時"), null=True, editable=False)
    released_outcome = models.CharField(max_length=20, blank=True, editable=False)
    released_note = models.TextField(_("結果に添えた説明"), blank=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False)
    details_at = models.DateTimeField(_("詳細の提出日時"), null=True, editable=False)
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, editable=False, related_name="+")

    title = models.CharField(_("提案名"), max_length=80, blank=True)
    tagline = models.CharField(_("一行紹介"), max_length=120, blank=True)
    theme = models.CharField(_("テーマ"), max_length=80, blank=True)
    problem = models.TextField(_("解決したい自治体の課題"), blank=True)
    audience = models.CharField(_("対象利用者"), max_length=200, blank=True)
    work = models.CharField(_("対象業務"), max_length=200, blank=True)
    content = models.TextField(_("提案の内容"), blank=True)
    difference = models.TextField(_("従来との違い"), blank=True)
    effect = models.TextField(_("期待できる効果"), blank=True)
    wishes = models.TextField(_("自治体に期待すること"), blank=True)
    demo_url = models.URLField(_("デモ・動画のURL"), blank=True)

    presenter_name = models.CharField(_("発表者氏名"), max_length=80, blank=True)
    presenter_kana = models.CharField(_("発表者氏名（カナ）"), max_length=120, blank=True)
    presenter_title = models.CharField(_("発表者の役職"), max_length=80, blank=True)
    attendance = models.CharField(_("参加方法"), max_length=10, choices=Attendance, blank=True)
    equipment = models.CharField(_("使用機材"), max_length=200, blank=True)
    accommodation = models.CharField(_("配慮事項"), max_length=300, blank=True)
    contact_name = models.CharField(_("担当者氏名"), max_length=80, blank=True)
    contact_email = models.EmailField(_("担当者メールアドレス"), blank=True)
    contact_phone = models.CharField(_("担当者電話番号"), max_length=40, blank=True)

    disclosure = models.CharField(_("資料の公開範囲"), max_length=12, choices=Disclosure, default=Disclosure.MUNICIPAL)
    declarations = models.JSONField(_("同意と誓約"), default=list)

    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("提案")
        verbose_name_plural = _("提案")
        indexes = [models.Index(fields=["call", "state"], name="proposal_by_state")]

    def __str__(self) -> str:
        return self.title or str(_("（提案名未入力）"))


class SelfCheckAnswer(models.Model):
    """A vendor's answer to one question of the proposal's edition, as core.requirements.clean_answer returned it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    question_id = models.CharField(max_length=10)
    value: Any = models.JSONField(null=True)
    plan = models.CharField(_("今後の予定（時期）"), max_length=200, blank=True)
    evidence_kind = models.CharField(_("証跡"), max_length=8, blank=True)
    evidence_url = models.URLField(_("証跡のURL"), blank=True)
    evidence_reason = models.CharField(_("証跡がない理由"), max_length=200, blank=True)
    visibility = models.CharField(_("公開範囲"), max_length=12)
    remarks = models.CharField(_("備考"), max_length=400, blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["question_id"]
        constraints = [models.UniqueConstraint(fields=["proposal", "question_id"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"


class Attachment(models.Model):
    """A private file on a proposal: slides, or evidence for one question. Removing keeps the row, for the record."""

    class Kind(models.TextChoices):
        SLIDES = "slides", _("発表資料")
        EVIDENCE = "evidence", _("証跡")
        OTHER = "other", _("その他の資料")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="attachments")
    stored = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
    kind = models.CharField(_("種類"), max_length=10, choices=Kind)
    question_id = models.CharField(max_length=10, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("添付")
        verbose_name_plural = _("添付")

    def __str__(self) -> str:
        return str(self.stored)


class ProposalVersion(models.Model):
    """What was submitted, frozen: fields, answers and file hashes as JSON; judgements are pinned to one of these.

    stage is "A" for the application and its corrections, "B" for the details a vendor hands in after its selection.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="versions")
    stage = models.CharField(max_length=1, default="A")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="version_number_once")]

    def __str__(self) -> str:
        return f"{self.proposal} v{self.number}"
