"""Users, the vendors and local governments they act for, and their memberships."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def public_id() -> str:
    """Return a random identifier for addresses: 96 bits, so that nobody guesses the next one."""
    return secrets.token_urlsafe(12)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, is_staff=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by an e-mail address; Wagtail's user forms ask for both names."""

    email = models.EmailField(_("メールアドレス"), max_length=254)
    last_name = models.CharField(_("姓"), max_length=60, blank=True)
    first_name = models.CharField(_("名"), max_length=60, blank=True)
    is_active = models.BooleanField(_("有効"), default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(_("登録日時"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("利用者")
        verbose_name_plural = _("利用者")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    def get_short_name(self) -> str:
        return self.last_name or self.email


class LocalGovernment(models.Model):
    """One of the 1,788 prefectures and municipalities, known by its code: 25 names are shared by 57 bodies."""

    class Kind(models.TextChoices):
        PREFECTURE = "都道府県"
        DESIGNATED_CITY = "指定都市"
        CITY = "市"
        SPECIAL_WARD = "特別区"
        TOWN = "町"
        VILLAGE = "村"

    code = models.CharField(_("団体コード"), max_length=6, primary_key=True)
    name = models.CharField(_("団体名"), max_length=60)
    kana = models.CharField(_("団体名（かな）"), max_length=120)
    prefecture = models.CharField(_("都道府県"), max_length=10)
    kind = models.CharField(_("団体区分"), max_length=10, choices=Kind)

    class Meta:
        ordering = ["code"]
        verbose_name = _("地方公共団体")
        verbose_name_plural = _("地方公共団体")

    def __str__(self) -> str:
        return self.name if self.kind == self.Kind.PREFECTURE else f"{self.prefecture}{self.name}"


class MailDomain(models.Model):
    """A mail domain that a body itself has named; only this list, never lg.jp alone, admits people by address."""

    body = models.ForeignKey(LocalGovernment, models.CASCADE, related_name="mail_domains", verbose_name=_("団体"))
    domain = models.CharField(_("メールドメイン"), max_length=190)

    class Meta:
        verbose_name = _("メールドメイン")
        verbose_name_plural = _("メールドメイン")
        constraints = [models.UniqueConstraint(Lower("domain"), "body", name="mail_domain_once_per_body")]

    def __str__(self) -> str:
        return f"{self.domain}（{self.body}）"


class Vendor(models.Model):
    """An applicant: a 法人, an 個人 or several together (共同); a 法人番号 is never required."""

    class Kind(models.TextChoices):
        CORPORATION = "corporation", _("法人")
        INDIVIDUAL = "individual", _("個人")
        JOINT = "joint", _("共同")

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("応募区分"), max_length=12, choices=Kind, default=Kind.CORPORATION)
    name = models.CharField(_("応募者名"), max_length=120)
    kana = models.CharField(_("応募者名（カナ）"), max_length=160)
    corporate_number = models.CharField(_("法人番号"), max_length=13, blank=True)
    partners = models.CharField(_("共同応募者"), max_length=400, blank=True)
    address = models.CharField(_("所在地"), max_length=200, blank=True)
    representative = models.CharField(_("代表者"), max_length=80, blank=True)
    phone = models.CharField(_("電話番号"), max_length=40, blank=True)
    website = models.URLField(_("サービスサイトURL"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kana", "pk"]
        verbose_name = _("事業者")
        verbose_name_plural = _("事業者")

    def __str__(self) -> str:
        return self.name


class VendorMembership(models.Model):
    """A person acting for a vendor."""

    user = models.OneToOneField(User, models.CASCADE, related_name="vendor_membership")
    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("事業者の担当者")
        verbose_name_plural = _("事業者の担当者")

    def __str__(self) -> str:
        return f"{self.user}（{self.vendor}）"


class VendorInvitation(models.Model):
    """A colleague asked to act for a vendor, by mail to one address; a link sent again is a new row, the old one void.

    The token is in that mail alone: the row holds its SHA-256.
    """

    public_id = models.CharField(max_length=16, unique=True, default=public_id, editable=False)
    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("メールアドレス"), max_length=254)
    token_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(_("招待日時"))
    expires_at = models.DateTimeField(_("有効期限"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-invited_at", "-pk"]
        verbose_name = _("担当者への招待")
        verbose_name_plural = _("担当者への招待")
        indexes = [models.Index(Lower("email"), "invited_at", name="invitation_by_address")]

    def __str__(self) -> str:
        return f"{self.email}（{self.vendor}）"

    def is_open(self, at: datetime) -> bool:
        """Whether its link still works."""
        return self.revoked_at is None and self.accepted_at is None and at < self.expires_at


class MunicipalMembership(models.Model):
    """A municipal officer's standing with a body; it counts once its mail domain or an organiser approved it."""

    class State(models.TextChoices):
        PENDING = "pending", _("承認待ち")
        APPROVED = "approved", _("承認済み")
        REFUSED = "refused", _("却下")

    class Basis(models.TextChoices):
        MAIL_DOMAIN = "mail_domain", _("メールドメイン")
        ORGANISER = "organiser", _("事務局の承認")

    user = models.OneToOneField(User, models.CASCADE, related_name="municipal_membership")
    body = models.ForeignKey(LocalGovernment, models.PROTECT, related_name="memberships", verbose_name=_("団体"))
    department = models.CharField(_("所属"), max_length=120, blank=True)
    state = models.CharField(_("状態"), max_length=10, choices=State, default=State.PENDING)
    basis = models.CharField(_("確認方法"), max_length=12, choices=Basis, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("自治体職員")
        verbose_name_plural = _("自治体職員")

    def __str__(self) -> str:
        return f"{self.user}（{self.body}）"
