"""Questions about people: which roles they hold and for whom they act."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cached_property

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts import groups
from accounts.models import (
    LocalGovernment,
    MailDomain,
    MunicipalMembership,
    User,
    Vendor,
    VendorInvitation,
    VendorMembership,
)
from accounts.reading import among, as_rows, relation, rows_of_sql
from core.text import fold

Person = User | AnonymousUser
# Enough of a stored password's end to know whether it is still the same one.
PASSWORD_END = 12


class Standing:
    """What one person is: granted roles, the vendor acted for, the body worked for (approved only).

    Each is read when it is first asked for, and once: most pages ask for one of them.
    """

    def __init__(self, user: User | None) -> None:
        self._user = user

    @cached_property
    def roles(self) -> frozenset[str]:
        if self._user is None:
            return frozenset()
        roles = frozenset(self._user.groups.values_list("name", flat=True)) & frozenset(groups.LABELS)
        return roles | {groups.ORGANISER} if self._user.is_superuser else roles

    @cached_property
    def vendor(self) -> Vendor | None:
        return Vendor.objects.filter(memberships__user=self._user).first() if self._user is not None else None

    @cached_property
    def body(self) -> LocalGovernment | None:
        return _body(self._user) if self._user is not None else None


def standing(user: Person) -> Standing:
    """Return the person's standing; anonymous and inactive people have an empty one. Cached on the user object."""
    if not user.is_authenticated or not user.is_active:
        return Standing(None)
    cached = user.__dict__.get("_standing")
    if cached is None:
        cached = user.__dict__["_standing"] = Standing(user)
    return cached


def _body(user: User) -> LocalGovernment | None:
    """The body of an approved membership; what a mail domain vouched for ends with the address or the list."""
    membership = (
        MunicipalMembership.objects.filter(user=user, state=MunicipalMembership.State.APPROVED)
        .select_related("body")
        .first()
    )
    if membership is None:
        return None
    if membership.basis == MunicipalMembership.Basis.MAIL_DOMAIN:
        domain = user.email.rpartition("@")[2]
        if not MailDomain.objects.filter(body=membership.body_id, domain__iexact=domain).exists():
            return None
    return membership.body


def has_role(user: Person, *roles: str) -> bool:
    """Whether the person holds at least one of the granted roles (names in accounts.groups)."""
    return bool(standing(user).roles.intersection(roles))


def vendor_of(user: Person) -> Vendor | None:
    """The vendor the person acts for, if any."""
    return standing(user).vendor


def body_of(user: Person) -> LocalGovernment | None:
    """The local government the person works for, if its membership is approved."""
    return standing(user).body


def bodies_of(people: Collection[int]) -> dict[int, str]:
    """The code of the body of each person (pk) who works for one: what body_of says, for many people in two queries."""
    # Plain SQL: this is asked with every batch of votes, and composing the query would cost more than its answer.
    sql = (
        "SELECT m.user_id, m.body_id, m.basis, u.email FROM accounts_municipalmembership m "  # noqa: S608
        "JOIN accounts_user u ON u.id = m.user_id WHERE u.is_active AND m.state = %s "
        f"AND m.user_id IN ({relation({'person': 'bigint'})})"
    )
    given = [MunicipalMembership.State.APPROVED.value, as_rows([(person,) for person in people])]
    rows = rows_of_sql(sql, given, 4)
    vouched = {body for _, body, basis, _ in rows if basis == MunicipalMembership.Basis.MAIL_DOMAIN}
    listed = MailDomain.objects.filter(body__in=vouched).values_list("body_id", "domain") if vouched else ()
    domains = {(body, domain.lower()) for body, domain in listed}
    return {
        user: body
        for user, body, basis, email in rows
        if basis != MunicipalMembership.Basis.MAIL_DOMAIN or (body, email.rpartition("@")[2].lower()) in domains
    }


def holders(people: Collection[int], *roles: str) -> set[int]:
    """Which of the people (pks) hold at least one of the granted roles: what has_role says, in one query."""
    holds = Q(groups__name__in=roles)
    if groups.ORGANISER in roles:
        holds |= Q(is_superuser=True)
    return set(User.objects.filter(holds, pk__in=among(people), is_active=True).values_list("pk", flat=True))


def vendors_of(people: Collection[int]) -> dict[int, int]:
    """The pk of the vendor for which each person (pk) acts: what vendor_of says, in one query."""
    acting = VendorMembership.objects.filter(user__in=among(people), user__is_active=True)
    return dict(acting.values_list("user_id", "vendor_id"))


def signed_out(seats: Sequence[tuple[str, int, str]], at: datetime) -> list[int]:
    """Which of the seats, by place, hold somebody who is signed in no more: in one query, for any number of them.

    A seat is (session key, user pk, the last PASSWORD_END characters of the stored password).
    """
    seat = relation({"place": "bigint", "session": "text", "person": "bigint", "ending": "text"})
    now = relation({"moment": "timestamptz"})
    sql = (
        f"SELECT seat.place FROM ({seat}) seat "  # noqa: S608
        "LEFT JOIN django_session s ON s.session_key = seat.session "
        "LEFT JOIN accounts_user u ON u.id = seat.person "
        f"WHERE s.session_key IS NULL OR s.expire_date <= (SELECT moment FROM ({now}) now) "
        "OR u.id IS NULL OR NOT u.is_active "
        f"OR CASE WHEN length(u.password) <= {PASSWORD_END} THEN u.password "
        f"ELSE substr(u.password, length(u.password) - {PASSWORD_END - 1}) END <> seat.ending"
    )
    given = [(place, *each) for place, each in enumerate(seats)]
    return [place for (place,) in rows_of_sql(sql, [as_rows(given), as_rows([(at,)])], 1)]


def people_of_vendor(vendor: Vendor) -> QuerySet[User]:
    """The active people acting for a vendor."""
    return User.objects.filter(vendor_membership__vendor=vendor, is_active=True)


def colleagues(vendor: Vendor) -> QuerySet[VendorMembership]:
    """Everybody acting for a vendor, longest first."""
    return vendor.memberships.select_related("user").order_by("created_at", "pk")


def waiting_invitations(vendor: Vendor) -> QuerySet[VendorInvitation]:
    """A vendor's invitations nobody has accepted or revoked, newest first; some may have expired."""
    waiting = vendor.invitations.filter(accepted_at=None, revoked_at=None)
    return waiting.select_related("invited_by").order_by("-invited_at", "-pk")


def invitation_of(token_sha256: str) -> VendorInvitation | None:
    """The invitation a token's hash belongs to, in whatever state."""
    return VendorInvitation.objects.select_related("vendor", "invited_by").filter(token_sha256=token_sha256).first()


def has_verified(user: User, email: str) -> bool:
    """Whether the person has shown that an address is theirs."""
    return EmailAddress.objects.filter(user=user, email__iexact=email, verified=True).exists()


def people_with_role(role: str) -> QuerySet[User]:
    """The active people holding a granted role."""
    return User.objects.filter(groups__name=role, is_active=True).order_by("pk")


def bodies_matching(query: str, *, limit: int = 20) -> list[LocalGovernment]:
    """Bodies whose name, kana, prefecture+name or code contains the query, code order; '' gives none."""
    wanted = fold(query)
    if not wanted:
        return []
    found = (
        body
        for body in LocalGovernment.objects.all()
        if wanted in fold(str(body)) or wanted in fold(body.kana) or body.code.startswith(wanted)
    )
    return [body for _, body in zip(range(limit), found, strict=False)]


def mail_domains() -> QuerySet[MailDomain]:
    """Every body's listed domains, by body."""
    return MailDomain.objects.select_related("body").order_by("body__code", "domain")


def memberships_awaiting_approval() -> QuerySet[MunicipalMembership]:
    """Municipal sign-ups no mail domain vouched for, oldest first."""
    return (
        MunicipalMembership.objects.filter(state=MunicipalMembership.State.PENDING)
        .select_related("user", "body")
        .order_by("created_at", "pk")
    )
