"""The people of one vendor: invited by mail, joining, removed or leaving; never is there nobody left."""

from datetime import datetime, timedelta

from django.utils.translation import gettext, gettext_noop

from accounts import signals, tokens
from accounts.models import User, Vendor, VendorInvitation, VendorMembership
from accounts.selectors import colleagues, has_verified, invitation_of, waiting_invitations
from accounts.services.refusals import NotAllowed, Refused
from audit.services import chained, record

VALID_FOR = timedelta(days=7)
PER_ADDRESS_HOUR, PER_ADDRESS_DAY, PER_VENDOR_DAY = 3, 10, 20

UNKNOWN = gettext_noop("招待コードが違います。メールのリンクを開き直すか、コード全体を貼り付けてください。")
EXPIRED = gettext_noop("この招待は有効期限が切れています。招待した方に、もう一度送ってもらってください。")
VOID = gettext_noop(
    "この招待は取り消されたか、新しい招待に置き換えられています。いちばん新しいメールのリンクを開いてください。"
)
REVOKED = gettext_noop("この招待は取り消されています。")
USED = gettext_noop("この招待は使用済みです。")


def invite(*, vendor: Vendor, email: str, actor: User, at: datetime) -> VendorInvitation:
    """Ask somebody to act for the actor's vendor, by mail to an address; an open invitation to it is replaced.

    Nothing here depends on whether the address has an account. Raises NotAllowed for strangers and Refused for a
    colleague's own address or above the caps: 3 an hour and 10 a day to one address, 20 a day from one vendor.
    """
    with chained():
        _require_colleague(vendor, actor)
        if colleagues(vendor).filter(user__email__iexact=email).exists():
            raise Refused("この方は、すでに担当者です。")
        _check_caps(vendor, email, at)
        waiting_invitations(vendor).filter(email__iexact=email).update(revoked_at=at)
        token = tokens.draw()
        invitation = VendorInvitation.objects.create(
            vendor=vendor,
            email=email,
            token_sha256=tokens.sha256(token),
            invited_by=actor,
            invited_at=at,
            expires_at=at + VALID_FOR,
        )
        record("invite_colleague", subject=invitation, actor=actor, at=at, facts={"vendor": vendor.pk})
        signals.invited.send(sender=VendorInvitation, invitation=invitation, token=token, at=at)
    return invitation


def resend_invitation(*, invitation: VendorInvitation, actor: User, at: datetime) -> VendorInvitation:
    """Send a new link to the same address; the old one no longer works. Also for one that has expired."""
    with chained():
        locked = VendorInvitation.objects.select_for_update().select_related("vendor").get(pk=invitation.pk)
        if locked.accepted_at or locked.revoked_at:
            raise Refused(USED if locked.accepted_at else REVOKED)
        return invite(vendor=locked.vendor, email=locked.email, actor=actor, at=at)


def revoke_invitation(*, invitation: VendorInvitation, actor: User, at: datetime) -> None:
    """Make a link useless; one that was accepted meanwhile raises Refused."""
    with chained():
        locked = VendorInvitation.objects.select_for_update().select_related("vendor").get(pk=invitation.pk)
        _require_colleague(locked.vendor, actor)
        if locked.accepted_at:
            raise Refused(USED)
        if locked.revoked_at is None:
            locked.revoked_at = at
            locked.save(update_fields=["revoked_at"])
            record("revoke_invitation", subject=locked, actor=actor, at=at)


def accept_invitation(*, token_sha256: str, user: User, at: datetime) -> VendorMembership:
    """Join the vendor that invited the person's own, verified address; the link is then used up.

    Pressed twice by the same person it is one membership. Raises Refused, in words for the person who holds the link.
    """
    with chained():
        found = invitation_of(token_sha256)
        if found is None:
            raise Refused(UNKNOWN)
        # The user's row orders what one person does at once, the invitation's what several do with one link.
        User.objects.select_for_update().get(pk=user.pk)
        invitation = VendorInvitation.objects.select_for_update().get(pk=found.pk)
        membership = VendorMembership.objects.filter(user=user).first()
        if membership is not None and membership.vendor_id == invitation.vendor_id:
            return _used(invitation, membership, at) if invitation.is_open(at) else membership
        if reason := why_not(invitation, user, at):
            raise Refused(reason)
        membership = VendorMembership.objects.create(user=user, vendor=found.vendor, created_at=at)
        _used(invitation, membership, at)
        facts = {"vendor": found.vendor.pk, "invitation": invitation.public_id}
        record("join_vendor", subject=membership, actor=user, at=at, facts=facts)
        signals.joined.send(sender=VendorMembership, membership=membership, by=found.invited_by, at=at)
    user.__dict__.pop("_standing", None)
    return membership


def why_not(invitation: VendorInvitation, user: User | None, at: datetime) -> str | None:
    """The reason an invitation cannot be accepted now, or None; user is None before somebody has signed in."""
    if invitation.accepted_at:
        return gettext(USED)
    if invitation.revoked_at:
        return gettext(VOID)
    if not invitation.is_open(at):
        return gettext(EXPIRED)
    if user is None:
        return None
    if not has_verified(user, invitation.email):
        words = gettext(
            "この招待は %(address)s あてです。このアドレスで登録（確認）したアカウントでログインしてください。"
        )
        return words % {"address": invitation.email}
    if VendorMembership.objects.filter(user=user).exclude(vendor=invitation.vendor_id).exists():
        return gettext(
            "あなたは、別の事業者の担当者として登録されています。1つのアカウントで担当できる事業者は1つです。"
            "その事業者の担当者一覧から離れるか、別のメールアドレスで招待を受けてください。"
        )
    return None


def remove_colleague(*, membership: VendorMembership, actor: User, at: datetime) -> None:
    """End somebody's acting for the actor's vendor, or one's own; access ends with it, at once.

    Open invitations the person sent are void too. Raises Refused for the last person.
    """
    with chained():
        # The vendor's row orders two who leave at once: the second finds itself alone.
        vendor = Vendor.objects.select_for_update().get(pk=membership.vendor_id)
        _require_colleague(vendor, actor)
        leaving = VendorMembership.objects.select_related("user").filter(pk=membership.pk).first()
        if leaving is None:
            raise Refused("この方は、すでに担当者ではありません。")
        if not colleagues(vendor).filter(user__is_active=True).exclude(pk=leaving.pk).exists():
            raise Refused("最後の担当者は外せません。先に、ほかの方を招待してください。")
        waiting_invitations(vendor).filter(invited_by=leaving.user).update(revoked_at=at)
        record(
            "leave_vendor", subject=leaving, actor=actor, at=at, facts={"vendor": vendor.pk, "user": leaving.user_id}
        )
        leaving.delete()
        signals.left.send(sender=VendorMembership, vendor=vendor, user=leaving.user, by=actor, at=at)
    for person in (actor, membership.user):
        person.__dict__.pop("_standing", None)


def _used(invitation: VendorInvitation, membership: VendorMembership, at: datetime) -> VendorMembership:
    invitation.accepted_at, invitation.accepted_by = at, membership.user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    return membership


def _require_colleague(vendor: Vendor, actor: User) -> None:
    if not VendorMembership.objects.filter(vendor=vendor, user=actor).exists():
        raise NotAllowed("この事業者の担当者ではありません。")


def _check_caps(vendor: Vendor, email: str, at: datetime) -> None:
    """Whoever is invited has not asked for our mails: few to one address, whoever sends them."""
    sent = VendorInvitation.objects.filter(invited_at__gt=at - timedelta(days=1))
    to_address = sent.filter(email__iexact=email)
    an_hour_ago = at - timedelta(hours=1)
    if to_address.filter(invited_at__gt=an_hour_ago).count() >= PER_ADDRESS_HOUR:
        raise Refused("同じ宛先への招待は、1時間に3通までです。しばらくしてから、もう一度お試しください。")
    if to_address.count() >= PER_ADDRESS_DAY:
        raise Refused("同じ宛先への招待は、1日に10通までです。明日以降に、もう一度お試しください。")
    if sent.filter(vendor=vendor).count() >= PER_VENDOR_DAY:
        raise Refused("招待は、1つの事業者につき1日に20通までです。明日以降に、もう一度お試しください。")
