"""Intake of what people say about themselves."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Vendor
from accounts.selectors import bodies_matching
from core.codes import InvalidCode, check_corporate_number, check_phone
from core.text import UnsafeText, reject_unsafe, to_katakana

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
# lg.jp alone says only that somebody works for some body; the others are anybody's.
SHARED_DOMAINS = frozenset(
    {"lg.jp", "co.jp", "ne.jp", "or.jp", "go.jp", "gmail.com", "yahoo.co.jp", "outlook.com", "outlook.jp", "icloud.com"}
)


class SafeCharField(forms.CharField):
    """A one-line text as people may type it: trimmed, without control or bidi characters, kanji untouched."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        try:
            return reject_unsafe(text, multiline=False)
        except UnsafeText as error:
            raise forms.ValidationError(str(error)) from error


class PersonNameField(SafeCharField):
    """A person's name: our mails bear it, so it carries no address to click on."""

    def to_python(self, value: Any) -> str:
        name = super().to_python(value)
        if any(mark in name for mark in "/@:") or re.search(r"\w\.\w", name):
            raise forms.ValidationError(_("氏名に使えない記号が含まれています。"))
        return name


class KanaField(SafeCharField):
    """A reading: half-width kana and hiragana become katakana, kanji are asked for again."""

    def to_python(self, value: Any) -> str:
        try:
            return to_katakana(super().to_python(value))
        except UnsafeText as error:
            raise forms.ValidationError(str(error)) from error


class PhoneField(SafeCharField):
    """A telephone number in any width and with any hyphen."""

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value)
        try:
            return check_phone(typed) if typed else ""
        except InvalidCode as error:
            raise forms.ValidationError(str(error)) from error


class SignUpExtra(forms.Form):
    """What sign-up asks besides the address and the password."""

    last_name = PersonNameField(label=_("姓"), max_length=30)
    first_name = PersonNameField(label=_("名"), max_length=30)

    def signup(self, request: Any, user: User) -> None:
        user.last_name = self.cleaned_data["last_name"]
        user.first_name = self.cleaned_data["first_name"]
        user.save(update_fields=["last_name", "first_name"])


class VendorForm(forms.ModelForm[Vendor]):
    """The applicant: 法人, 個人 or 共同. A 法人番号 is optional and, when given, checked."""

    name = SafeCharField(
        label=_("応募者名"), max_length=120, help_text=_("法人名または氏名。正式な表記で入力してください。")
    )
    kana = KanaField(label=_("応募者名（カナ）"), max_length=160)
    corporate_number = SafeCharField(
        label=_("法人番号"),
        required=False,
        max_length=20,
        help_text=_("13桁。法人以外の方は空欄のままにしてください。国税庁の法人番号公表サイトで確認できます。"),
    )
    partners = SafeCharField(
        label=_("共同応募者"),
        required=False,
        max_length=400,
        help_text=_("共同で応募する場合に、ほかの応募者名を「、」で区切って入力してください。"),
    )
    address = SafeCharField(label=_("所在地"), required=False, max_length=200)
    representative = SafeCharField(label=_("代表者"), required=False, max_length=80)
    phone = PhoneField(label=_("電話番号"), required=False, max_length=40)
    website = forms.URLField(label=_("サービスサイトURL"), required=False, assume_scheme="https")

    class Meta:
        model = Vendor
        fields = [
            "kind",
            "name",
            "kana",
            "corporate_number",
            "partners",
            "address",
            "representative",
            "phone",
            "website",
        ]
        widgets = {"kind": forms.RadioSelect}

    def clean_corporate_number(self) -> str:
        typed = self.cleaned_data["corporate_number"]
        if not typed:
            return ""
        try:
            return check_corporate_number(typed)
        except InvalidCode as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == Vendor.Kind.INDIVIDUAL and cleaned.get("corporate_number"):
            self.add_error("corporate_number", _("個人で応募する場合、法人番号は入力できません。"))
        if cleaned.get("kind") == Vendor.Kind.JOINT and not cleaned.get("partners"):
            self.add_error("partners", _("共同で応募する場合は、ほかの応募者名を入力してください。"))
        return cleaned


class BodyField(SafeCharField):
    """A body, by code or by name from its prefecture on. Names alone are not unique: 25 are shared by 57."""

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        found = bodies_matching(typed)
        exact = [body for body in found if typed in (body.code, str(body))] or found
        if len(exact) == 1:
            return exact[0]
        if not exact:
            raise forms.ValidationError(
                _("該当する団体がありません。団体コードか、都道府県名からの団体名を入力してください。")
            )
        raise forms.ValidationError(
            _("複数の団体が該当します: %(bodies)s。団体コードで指定してください。")
            % {"bodies": "、".join(f"{body}（{body.code}）" for body in exact[:6])}
        )


class JoinBodyForm(forms.Form):
    """A municipal officer's body and section."""

    body = BodyField(
        label=_("団体"),
        max_length=60,
        help_text=_("6桁の団体コード、または「東京都府中市」のように都道府県名から入力してください。"),
    )
    department = SafeCharField(label=_("所属（部・課・係）"), max_length=120)


class MailDomainForm(forms.Form):
    """A mail domain that a body itself has named."""

    body = BodyField(label=_("団体"), max_length=60, help_text=_("6桁の団体コード、または都道府県名からの団体名。"))
    domain = SafeCharField(
        label=_("メールドメイン"), max_length=190, help_text=_("例: city.fuchu.tokyo.jp（@より後ろの部分）")
    )

    def clean_domain(self) -> str:
        domain = self.cleaned_data["domain"].lower().rpartition("@")[2].strip(".")
        if not DOMAIN.fullmatch(domain):
            raise forms.ValidationError(_("メールアドレスの@より後ろの部分を入力してください。"))
        if domain in SHARED_DOMAINS:
            raise forms.ValidationError(_("多くの人が共有するドメインは、所属の確認に使えません。"))
        return domain


class InvitationForm(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label=_("招待する方のメールアドレス"),
        max_length=254,
        help_text=_(
            "このアドレスに招待メールを送ります。受け取った方が、同じアドレスで登録またはログインすると担当者になります。"
        ),
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class TokenForm(forms.Form):
    """The code out of an invitation's mail."""

    token = forms.CharField(
        label=_("招待コード"),
        max_length=100,
        help_text=_("招待メールのリンクを開くと、自動で入ります。入らないときは、メールのコードを貼り付けてください。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
