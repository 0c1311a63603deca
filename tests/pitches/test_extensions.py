"""A longer window for one vendor: its code, whose it is, how often it opens, and what is recorded of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import vendor_of
from audit.models import Entry
from pitches import selectors, services
from pitches.models import Call, Extension
from tests.factories import NOW, make_vendor_user
from workflow.errors import Refused

pytestmark = pytest.mark.django_db

LATE = NOW + timedelta(days=21)
UNTIL = NOW + timedelta(days=23)


@pytest.fixture
def issue(call, organiser):
    """issue(person): the access code of a longer window for the person's vendor."""

    def issue(person, **changes):
        fields = {"until_at": UNTIL, "reason": "サイトの障害", "at": LATE} | changes
        extension, code = services.issue_extension(call=call, vendor=vendor_of(person), actor=organiser, **fields)
        return extension, code

    return issue


def test_its_vendor_submits_after_the_deadline_and_nobody_else(call, vendor, rival_vendor, issue, complete_draft):
    draft, rivals = complete_draft(), complete_draft(user=rival_vendor)
    _extension, code = issue(vendor)
    with pytest.raises(Refused, match="受付期間外"):
        services.submit(proposal=draft, user=vendor, at=LATE)
    services.redeem_extension(call=call, code=code.lower().replace("-", " "), user=vendor, at=LATE)
    with pytest.raises(Refused, match="受付期間外"):
        services.submit(proposal=rivals, user=rival_vendor, at=LATE)
    with pytest.raises(Refused, match="受付期間外"):
        services.submit(proposal=draft, user=vendor, at=UNTIL)
    assert services.submit(proposal=draft, user=vendor, at=UNTIL - timedelta(seconds=1)).state == "submitted"


def test_a_rivals_code_a_wrong_one_and_a_revoked_one_are_refused_in_the_same_words(
    call, vendor, rival_vendor, organiser, issue
):
    _, theirs = issue(rival_vendor)
    revoked, code = issue(vendor)
    services.revoke_extension(extension=revoked, actor=organiser, at=LATE)
    said = set()
    for attempt in (theirs, code, "23456-23456-23456-23456-23456-23456"):
        with pytest.raises(Refused) as refusal:
            services.redeem_extension(call=call, code=attempt, user=vendor, at=LATE)
        said.add(refusal.value.message)
    assert said == {services.calls.UNKNOWN_CODE}
    assert not Extension.objects.exclude(used_at=None).exists()


def test_a_code_opens_once_and_a_colleague_finds_it_open(call, vendor, issue):
    _, code = issue(vendor)
    colleague = make_vendor_user(vendor_of(vendor))
    first = services.redeem_extension(call=call, code=code, user=vendor, at=LATE)
    again = services.redeem_extension(call=call, code=code, user=colleague, at=LATE + timedelta(hours=1))
    assert (again.used_by, again.used_at) == (first.used_by, first.used_at) == (vendor, LATE)
    assert Entry.objects.filter(verb="redeem_extension").count() == 1


def test_the_page_of_a_draft_names_the_deadline_of_its_extension(call, vendor, issue, complete_draft):
    draft = complete_draft()
    extension, code = issue(vendor)
    assert selectors.overview(draft, LATE).closes_at == call.closes_at
    services.redeem_extension(call=call, code=code, user=vendor, at=LATE)
    told = selectors.overview(draft, LATE)
    assert told.closes_at == extension.until_at and not told.is_closed_to_drafts


def test_a_revoked_window_is_shut_although_it_was_opened(call, vendor, organiser, issue, complete_draft):
    draft = complete_draft()
    extension, code = issue(vendor)
    services.redeem_extension(call=call, code=code, user=vendor, at=LATE)
    services.revoke_extension(extension=extension, actor=organiser, at=LATE)
    with pytest.raises(Refused, match="受付期間外"):
        services.submit(proposal=draft, user=vendor, at=LATE)


def test_the_code_itself_is_kept_nowhere(call, vendor, issue):
    extension, code = issue(vendor)
    services.redeem_extension(call=call, code=code, user=vendor, at=LATE)
    kept = str([vars(extension), list(Entry.objects.values())])
    assert code not in kept and code.replace("-", "") not in kept
    assert len(code.replace("-", "")) == 30


def test_a_window_must_be_longer_than_the_calls_and_have_a_reason(vendor, issue, call):
    with pytest.raises(Refused, match="募集の締切より後"):
        issue(vendor, until_at=call.closes_at, at=NOW)
    with pytest.raises(Refused, match="理由"):
        issue(vendor, reason=" ")


def test_only_organisers_issue_and_see(call, vendor, screener):
    with pytest.raises(Refused):
        services.issue_extension(
            call=call, vendor=vendor_of(vendor), until_at=UNTIL, reason="理由", actor=screener, at=LATE
        )
    assert not selectors.extensions_of(call, screener).exists()
    assert not selectors.vendors_to_extend(call, vendor).exists()


def test_a_vendor_types_its_code_on_the_closed_calls_page(client, call, vendor, rival_vendor, organiser):
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(hours=1))
    call.refresh_from_db()
    client.force_login(organiser)
    shown = client.post(
        reverse("pitches_extensions", args=[call.public_id]),
        {"vendor": vendor_of(vendor).pk, "until_at": f"{now + timedelta(days=2):%Y-%m-%d} 17:00", "reason": "障害"},
    )
    code = shown.context["issued"][1]
    assert code in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert code not in client.get(reverse("pitches_extensions", args=[call.public_id])).content.decode()
    page, address = reverse("pitches:call", args=[call.public_id]), reverse("pitches:redeem", args=[call.public_id])
    client.force_login(rival_vendor)
    refused = client.post(address, {"code": code})
    assert refused.status_code == 422 and "正しくない" in refused.content.decode() and code in refused.content.decode()
    client.force_login(vendor)
    assert "アクセスコードをお持ちの方" in client.get(page).content.decode()
    assert client.post(address, {"code": code}).status_code == 302
    opened = client.get(page).content.decode()
    assert "延長後の締切" in opened and "応募を始める" in opened and "アクセスコードをお持ちの方" not in opened
