"""The demo accounts: one for every role, never in production."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress

from accounts import groups
from accounts.models import LocalGovernment, MailDomain, MunicipalMembership, User, Vendor, VendorMembership
from accounts.services import grant_role

DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo account: the local part of its address, what it is, whom it acts for (a code or a name)."""

    local: str
    role: str
    last_name: str
    first_name: str
    acts_for: str = ""
    department: str = ""


STAFF = (
    Demo("organiser1", groups.ORGANISER, "事務", "一子"),
    Demo("organiser2", groups.ORGANISER, "事務", "二郎"),
    Demo("screener1", groups.SCREENER, "要件", "三枝"),
    Demo("screener2", groups.SCREENER, "要件", "四郎"),
    Demo("reviewer1", groups.REVIEWER, "審査", "五月"),
    Demo("reviewer2", groups.REVIEWER, "審査", "六花"),
    Demo("reviewer3", groups.REVIEWER, "審査", "七海"),
    Demo("moderator1", groups.MODERATOR, "進行", "八重"),
    Demo("editor1", groups.EDITOR, "編集", "九美"),
)
OFFICERS = (
    Demo("fuchu-tokyo", "municipal", "武蔵", "花子", "132063", "総務管理部 情報戦略課"),
    Demo("fuchu-hiroshima", "municipal", "備後", "太郎", "342084", "総務部 DX推進課"),
    Demo("mori-hokkaido", "municipal", "渡島", "次郎", "013455", "企画振興課"),
    Demo("hakuba", "municipal", "白馬", "岳", "204854", "総務課"),
)
# Not registered for the session: the page that explains registration has somebody to show it to.
UNREGISTERED = "hakuba"
ROLE_LABELS = {**groups.LABELS, "vendor": "事業者", "municipal": "自治体職員"}


def load(*, vendors: dict[str, Vendor], path: Path, at: datetime) -> list[dict[str, str]]:
    """Create what is missing and return every demo account: role, e-mail, password, organisation.

    Passwords are drawn once and kept in path, readable by the owner alone, so that a second start shows the same ones.
    """
    known = {row["email"]: row["password"] for row in _kept(path)}
    rows = []
    for demo in STAFF:
        user, password = _user(demo, known)
        grant_role(user=user, role=demo.role, actor=None, at=at)
        rows.append(
            _row(demo, user, password, "自治体ピッチ事務局" if demo.role != groups.REVIEWER else "外部有識者（架空）")
        )
    for number, (name, vendor) in enumerate(vendors.items(), 1):
        demo = Demo(f"vendor{number}", "vendor", "提案", f"{number}号", name)
        user, password = _user(demo, known)
        VendorMembership.objects.get_or_create(user=user, defaults={"vendor": vendor})
        rows.append(_row(demo, user, password, vendor.name))
    for demo in OFFICERS:
        rows.append(_officer(demo, known, at))
    _keep(path, rows)
    return rows


def _officer(demo: Demo, known: dict[str, str], at: datetime) -> dict[str, str]:
    user, password = _user(demo, known)
    body = LocalGovernment.objects.get(code=demo.acts_for)
    MailDomain.objects.get_or_create(body=body, domain=f"{demo.local}.{DOMAIN}")
    MunicipalMembership.objects.get_or_create(
        user=user,
        defaults={
            "body": body,
            "department": demo.department,
            "state": MunicipalMembership.State.APPROVED,
            "basis": MunicipalMembership.Basis.MAIL_DOMAIN,
            "decided_at": at,
        },
    )
    return _row(demo, user, password, str(body))


def _user(demo: Demo, known: dict[str, str]) -> tuple[User, str]:
    host = f"{demo.local}.{DOMAIN}" if demo.role == "municipal" else DOMAIN
    email = f"{demo.local}@{host}"
    password = known.get(email) or f"demo-{secrets.token_hex(4)}"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, last_name=demo.last_name, first_name=demo.first_name)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    elif email not in known:  # the list was lost: draw a new password, the old one is nobody's to know
        user.set_password(password)
        user.save(update_fields=["password"])
    return user, password


def _row(demo: Demo, user: User, password: str, organisation: str) -> dict[str, str]:
    return {
        "role": demo.role,
        "label": ROLE_LABELS[demo.role],
        "email": user.email,
        "password": password,
        "organisation": organisation,
    }


def _kept(path: Path) -> list[Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def _keep(path: Path, rows: list[dict[str, str]]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
