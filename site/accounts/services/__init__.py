"""Every write about people, one file a noun; each service is one transaction."""

from accounts.services.colleagues import (
    accept_invitation,
    invite,
    remove_colleague,
    resend_invitation,
    revoke_invitation,
)
from accounts.services.people import (
    add_mail_domain,
    decide_membership,
    grant_role,
    join_body,
    load_local_governments,
    remove_mail_domain,
    save_vendor,
)
from accounts.services.refusals import Changed, NotAllowed, Refused

__all__ = [
    "Changed",
    "NotAllowed",
    "Refused",
    "accept_invitation",
    "add_mail_domain",
    "decide_membership",
    "grant_role",
    "invite",
    "join_body",
    "load_local_governments",
    "remove_colleague",
    "remove_mail_domain",
    "resend_invitation",
    "revoke_invitation",
    "save_vendor",
]
