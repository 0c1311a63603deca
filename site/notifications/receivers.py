"""News of people, from the room below: each becomes mails in the transaction of the fact."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts import signals
from accounts.models import User, Vendor, VendorInvitation, VendorMembership
from accounts.selectors import people_of_vendor
from core.calendar import format_deadline
from core.text import unlinked
from notifications.services import Addressee, enqueue


@receiver(signals.invited)
def send_invitation(sender: Any, *, invitation: VendorInvitation, token: str, at: datetime, **kwargs: Any) -> None:
    """The one mail that holds the token; its text is forgotten once it has left."""
    enqueue(
        "mail/accounts/invited",
        to=Addressee(invitation.email),
        context={
            "invitation": invitation,
            "vendor_name": unlinked(invitation.vendor.name),
            "inviter": unlinked(str(invitation.invited_by)),
            "expires_ja": format_deadline(invitation.expires_at),
            "token": token,
        },
        at=at,
        dedupe_key=f"invited:{invitation.pk}",
        is_secret=True,
    )


@receiver(signals.joined)
def tell_of_joining(sender: Any, *, membership: VendorMembership, at: datetime, **kwargs: Any) -> None:
    """Every colleague hears who has joined, the person itself too."""
    context = {"vendor": membership.vendor, "person": membership.user}
    for person in people_of_vendor(membership.vendor):
        key = f"joined:{membership.pk}:{person.pk}"
        enqueue("mail/accounts/joined", to=person, context=context, at=at, dedupe_key=key)


@receiver(signals.left)
def tell_of_leaving(sender: Any, *, vendor: Vendor, user: User, by: User, at: datetime, **kwargs: Any) -> None:
    """Whoever no longer acts for a vendor hears it, and those who still do."""
    context = {"vendor": vendor, "person": user, "by": by}
    for person in [user, *people_of_vendor(vendor)]:
        key = f"left:{vendor.pk}:{user.pk}:{person.pk}:{at.isoformat()}"
        enqueue("mail/accounts/left", to=person, context=context, at=at, dedupe_key=key)
