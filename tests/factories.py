"""Rows for tests, made as the product makes them where that matters."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from accounts.models import LocalGovernment, MunicipalMembership, User, Vendor, VendorMembership
from accounts.services import grant_role
from core.calendar import JST
from pitches.models import Call, Proposal

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=JST)
_count = itertools.count(1)


def make_user(name: str = "", *, role: str = "", **fields: Any) -> User:
    number = next(_count)
    user = User.objects.create_user(
        email=f"{name or 'person'}{number}@people.example",
        password="only-for-tests-1",
        last_name=name or f"利用者{number}",
        **fields,
    )
    if role:
        grant_role(user=user, role=role, actor=None, at=NOW)
    return user


def make_vendor(name: str = "架空システム株式会社", **fields: Any) -> Vendor:
    return Vendor.objects.create(name=name, kana="カクウシステム", **fields)


def make_vendor_user(vendor: Vendor | None = None, **fields: Any) -> User:
    user = make_user("vendor", **fields)
    VendorMembership.objects.create(user=user, vendor=vendor or make_vendor())
    return user


def make_body(
    code: str = "132063", name: str = "府中市", prefecture: str = "東京都", kind: str = "市"
) -> LocalGovernment:
    body, _ = LocalGovernment.objects.get_or_create(
        code=code, defaults={"name": name, "kana": "ふちゅうし", "prefecture": prefecture, "kind": kind}
    )
    return body


def make_officer(body: LocalGovernment | None = None, **fields: Any) -> User:
    user = make_user("officer", **fields)
    MunicipalMembership.objects.create(
        user=user,
        body=body or make_body(),
        department="情報政策課",
        state=MunicipalMembership.State.APPROVED,
        basis=MunicipalMembership.Basis.ORGANISER,
    )
    return user


def make_call(**fields: Any) -> Call:
    return Call.objects.create(
        **{
            "fiscal_year": 2026,
            "title": "令和8年度 第1回 自治体ピッチ",
            "summary": "共同利用を前提としたシステムの提案を募集します。",
            "themes": ["防災", "子育て", "窓口"],
            "opens_at": NOW - timedelta(days=20),
            "closes_at": NOW + timedelta(days=20),
            "published_at": NOW - timedelta(days=20),
            **fields,
        }
    )


def make_proposal(*, vendor: Vendor, call: Call, state: str = "draft", **fields: Any) -> Proposal:
    """A proposal put into a state directly: for tests about that state, never about how it is reached."""
    number = next(_count)
    submitted = {} if state == "draft" else {"receipt_number": f"R8-TEST-{number:04d}", "submitted_at": NOW}
    return Proposal.objects.create(
        **{
            "vendor": vendor,
            "call": call,
            "edition": call.edition,
            "state": state,
            "state_at": NOW,
            "title": f"避難所受付の共同利用 {number}",
            "tagline": "紙の名簿をなくし、近隣市町村と同じ画面で受け付けます。",
            "theme": "防災",
            **submitted,
            **fields,
        }
    )
