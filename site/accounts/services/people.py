"""Every write about people: registering vendors and officers, approving them, granting roles."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.groups import LABELS
from accounts.models import LocalGovernment, MailDomain, MunicipalMembership, User, Vendor, VendorMembership
from accounts.permissions import may_approve_members
from accounts.services.refusals import Changed, NotAllowed
from audit.services import chained, record
from core.codes import check_body_code

REFERENCE = Path(__file__).parents[1] / "reference" / "local_governments.csv"


def load_local_governments(path: Path = REFERENCE) -> int:
    """Write the 1,788 bodies, keyed by code, new or renamed; returns how many the file holds. Safe to repeat."""
    with path.open(encoding="utf-8", newline="") as source:
        bodies = [
            LocalGovernment(
                code=check_body_code(row["code"]),
                name=row["name"],
                kana=row["kana"],
                prefecture=row["prefecture"],
                kind=row["type"],
            )
            for row in csv.DictReader(source)
        ]
    LocalGovernment.objects.bulk_create(
        bodies,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "kana", "prefecture", "kind"],
    )
    return len(bodies)


def save_vendor(*, user: User, fields: dict[str, Any], at: datetime) -> Vendor:
    """Create the vendor a person acts for, or update it; fields are cleaned by accounts.forms.VendorForm."""
    with chained():
        membership = VendorMembership.objects.select_related("vendor").filter(user=user).first()
        vendor = membership.vendor if membership else Vendor(created_at=at)
        changed = sorted(name for name, value in fields.items() if getattr(vendor, name) != value)
        for name, value in fields.items():
            setattr(vendor, name, value)
        vendor.save()
        if membership is None:
            VendorMembership.objects.create(user=user, vendor=vendor, created_at=at)
        record(
            "update_vendor" if membership else "register_vendor",
            subject=vendor,
            actor=user,
            at=at,
            facts={"changed": changed},
        )
    user.__dict__.pop("_standing", None)
    return vendor


def join_body(*, user: User, body: LocalGovernment, department: str, at: datetime) -> MunicipalMembership:
    """Ask to act for a body: approved at once when the verified address's domain is on the body's list, else pending.

    A refused or pending request may be made again; an approved one for another body starts over as a new request.
    """
    is_verified = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    domain = user.email.rpartition("@")[2]
    vouched = is_verified and MailDomain.objects.filter(body=body, domain__iexact=domain).exists()
    state = MunicipalMembership.State.APPROVED if vouched else MunicipalMembership.State.PENDING
    with chained():
        membership, _ = MunicipalMembership.objects.update_or_create(
            user=user,
            defaults={
                "body": body,
                "department": department,
                "state": state,
                "basis": MunicipalMembership.Basis.MAIL_DOMAIN if vouched else "",
                "decided_at": at if vouched else None,
                "decided_by": None,
            },
            create_defaults={
                "body": body,
                "department": department,
                "state": state,
                "basis": MunicipalMembership.Basis.MAIL_DOMAIN if vouched else "",
                "decided_at": at if vouched else None,
                "created_at": at,
            },
        )
        record("join_body", subject=membership, actor=user, at=at, target=state, facts={"body": body.code})
    user.__dict__.pop("_standing", None)
    return membership


def decide_membership(
    *, membership: MunicipalMembership, approve: bool, body_code: str, actor: User, at: datetime
) -> MunicipalMembership:
    """Approve or refuse a municipal sign-up; for organisers.

    body_code is the body the organiser saw: a request that names another one by now, or was decided meanwhile, is left
    alone and raises Changed.
    """
    _require_approver(actor)
    with chained():
        locked = MunicipalMembership.objects.select_for_update().get(pk=membership.pk)
        if locked.state != MunicipalMembership.State.PENDING or locked.body_id != body_code:
            raise Changed("申請の内容が変わったか、ほかの担当者が先に判断しました。もう一度確かめてください。")
        before = locked.state
        locked.state = MunicipalMembership.State.APPROVED if approve else MunicipalMembership.State.REFUSED
        locked.basis = MunicipalMembership.Basis.ORGANISER
        locked.decided_at, locked.decided_by = at, actor
        locked.save()
        record("decide_membership", subject=locked, actor=actor, at=at, source=before, target=locked.state)
    return locked


def add_mail_domain(*, body: LocalGovernment, domain: str, actor: User, at: datetime) -> MailDomain:
    """Put a domain that the body has named on its list; people with a verified address there need no approval."""
    _require_approver(actor)
    with chained():
        listed, is_new = MailDomain.objects.get_or_create(body=body, domain=domain.lower())
        if is_new:
            record("add_mail_domain", subject=listed, actor=actor, at=at, facts={"body": body.code, "domain": domain})
    return listed


def remove_mail_domain(*, listed: MailDomain, actor: User, at: datetime) -> None:
    """Take a domain off a body's list; memberships it vouched for stay and can be refused one by one."""
    _require_approver(actor)
    with chained():
        facts = {"body": listed.body_id, "domain": listed.domain}
        record("remove_mail_domain", subject=listed, actor=actor, at=at, facts=facts)
        listed.delete()


def grant_role(*, user: User, role: str, actor: User | None, at: datetime) -> None:
    """Give a person one of the roles in accounts.groups; repeating it changes nothing."""
    if role not in LABELS:
        raise ValueError(f"no role is called {role!r}")
    with transaction.atomic():
        group = Group.objects.get(name=role)
        if not user.groups.filter(pk=group.pk).exists():
            user.groups.add(group)
            record("grant_role", subject=user, actor=actor, at=at, facts={"role": role})
    user.__dict__.pop("_standing", None)


def _require_approver(actor: User) -> None:
    if not may_approve_members(actor):
        raise NotAllowed("自治体職員の登録を承認する権限がありません。")
