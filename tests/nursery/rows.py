"""What a fault test writes before a round and reads after it, each in a process of its own; everything is JSON-able."""

import io
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone
from pypdf import PdfWriter

from accounts.models import User, Vendor, VendorMembership
from audit.selectors import broken_at, history
from config.seeding.answers import answers_for
from files.selectors import damaged
from notifications.models import Message
from pitches import services
from pitches.models import Call, Proposal

FIELDS = {
    "title": "避難所受付の共同利用",
    "theme": "防災",
    "tagline": "紙の名簿をなくします。",
    "problem": "名簿を団体間で突き合わせられない。",
    "content": "同じ画面で受け付ける。",
    "presenter_name": "架空 花子",
    "attendance": "online",
    "contact_name": "架空 花子",
    "contact_email": "hanako@vendor.example",
}


def make_call() -> str:
    """An open call; its public id."""
    now = timezone.now()
    return Call.objects.create(
        fiscal_year=2026,
        title="障害試験の募集",
        summary="障害試験の募集",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=1),
        published_at=now - timedelta(days=1),
    ).public_id


def make_vendors(count: int, call: str, prefix: str = "v") -> list[dict[str, str]]:
    """Vendors with one signed-in person each and a draft that lacks only its files and its submission."""
    found, now = Call.objects.get(public_id=call), timezone.now()
    made = []
    for number in range(count):
        name = f"{prefix}{number}"
        person = User(email=f"{name}@faults.example", last_name="架空", first_name=name)
        person.set_unusable_password()
        person.save()
        vendor = Vendor.objects.create(name=f"架空システム{name}", kana="カクウ")
        VendorMembership.objects.create(user=person, vendor=vendor)
        draft = services.start_proposal(call=found, user=person, at=now)
        draft = services.save_fields(proposal=draft, fields=FIELDS, expect=draft.version, user=person, at=now)
        answers = answers_for(G01="none")
        draft = services.save_answers(proposal=draft, answers=answers, expect=draft.version, user=person, at=now)
        made.append({"proposal": draft.public_id, "session": _signed_in(person)})
    return made


def _signed_in(person: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def sample_pdf(note: str, size: int = 0) -> bytes:
    """A PDF of one page, different for each note, filled up to about size bytes."""
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": note, "/Subject": "x" * size})
    writer.write(target)
    return target.getvalue()


def found_of(proposal: str) -> dict[str, Any]:
    """What is stored of one proposal, as an auditor counts it."""
    row = Proposal.objects.get(public_id=proposal)
    mails = Message.objects.filter(about_id=str(row.pk), about_type="pitches.proposal")
    return {
        "state": row.state,
        "receipt": row.receipt_number,
        "versions": row.versions.count(),
        "mails": mails.exclude(state="superseded").count(),
        "entries": history(row).filter(verb="submit").count(),
        "files": {a.stored.name: a.stored.sha256 for a in row.attachments.filter(removed_at=None)},
    }


def standing() -> dict[str, Any]:
    """What must hold of the whole store at any moment: no row without its bytes, a trail without a break."""
    return {
        "damaged": [f"{fault} {stored.name}" for stored, fault in damaged()],
        "trail": broken_at(),
        "half": _half_submissions(),
    }


def _half_submissions() -> list[str]:
    """Proposals of which a submission's parts are there without the others."""
    wrong = []
    for row in Proposal.objects.all():
        parts = {
            row.state != "draft",
            row.receipt_number is not None,
            row.versions.exists(),
            history(row).filter(verb="submit").exists(),
            Message.objects.filter(about_id=str(row.pk), about_type="pitches.proposal").exists(),
        }
        if len(parts) > 1:
            wrong.append(row.public_id)
    return wrong
