"""The screening board with 200 submitted proposals, against the obvious loop over them."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User, Vendor
from accounts.services import grant_role
from core.requirements import REQUIREMENT_KEYS
from pitches.models import Call, Judgement, Proposal, ProposalVersion
from pitches.rules import latest_judgements, version_now
from pitches.selectors import form_findings
from pitches.snapshots import content_of
from tests.bench.timing import measured
from tests.nursery.rows import make_call, make_vendors

PROPOSALS = 200
TIMES = 25


def measure() -> dict[str, Any]:
    """The whole page through the whole stack: queries, milliseconds; beside it the naive loop's."""
    call = Call.objects.get(public_id=make_call())
    screener = User.objects.create_user("screener@bench.example", None, last_name="審査")
    Group.objects.get_or_create(name="screener")
    grant_role(user=screener, role="screener", actor=None, at=timezone.now())
    _fill(call, screener)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(screener)
    address = f"/admin/screening/?call={call.public_id}"
    assert client.get(address).status_code == 200
    board, naive = _queries(lambda: client.get(address)), _queries(lambda: _naive(call))
    return {
        "proposals": Proposal.objects.count(),
        "queries": board,
        "board": measured(lambda number: client.get(address), TIMES),
        "naive queries": naive,
        "naive": measured(lambda number: _naive(call), 5, warm=1),
    }


def _queries(work: Callable[[], Any]) -> int:
    count = 0

    def counted(execute: Any, *query: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*query)

    with connection.execute_wrapper(counted):
        work()
    return count


def _fill(call: Call, screener: User) -> None:
    """Copies of one honest proposal in every stage of its screening."""
    [first] = make_vendors(1, call.public_id)
    model, now, chance = Proposal.objects.get(public_id=first["proposal"]), timezone.now(), random.Random(1)
    content = content_of(model)
    vendors = Vendor.objects.bulk_create(Vendor(name=f"架空{n}", kana=f"カクウ{n}") for n in range(PROPOSALS))
    fields = {
        field.name: getattr(model, field.name)
        for field in Proposal._meta.concrete_fields
        if field.name not in {"id", "public_id", "vendor", "receipt_number", "state", "submitted_at"}
    }
    proposals = Proposal.objects.bulk_create(
        Proposal(**fields, vendor=vendor, receipt_number=f"R8-B-{n:04}", state="submitted", submitted_at=now)
        for n, vendor in enumerate(vendors)
    )
    model.delete()
    versions = ProposalVersion.objects.bulk_create(
        ProposalVersion(proposal=each, number=1, content=content, submitted_at=now) for each in proposals
    )
    Judgement.objects.bulk_create(
        Judgement(
            proposal=version.proposal,
            version=version,
            requirement=requirement,
            status=chance.choice(["fit", "conditional", "unclear"]),
            reason="確認した。",
            by=screener,
            at=now + timedelta(minutes=minute),
        )
        for version in versions
        for minute in range(chance.randint(0, 3))
        for requirement in REQUIREMENT_KEYS
    )


def _naive(call: Call) -> int:
    """Each proposal asked for its version, its judgements and its form check by itself."""
    seen = 0
    for proposal in Proposal.objects.filter(call=call):
        version = version_now(proposal)
        assert version is not None
        seen += len(latest_judgements(proposal)) + len(proposal.vendor.name)
        seen += len(form_findings([(proposal, version.content)], on=timezone.localdate()))
    return seen
