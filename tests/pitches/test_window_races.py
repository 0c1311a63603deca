"""Access codes, deadlines and decisions that meet in one moment, on rows that really lock."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.selectors import vendor_of
from audit.models import Entry
from audit.selectors import broken_at
from notifications.models import Message
from pitches import services
from pitches.models import Attachment, Call, Extension, Proposal
from tests.at_once import at_once
from tests.factories import NOW, make_vendor_user
from tests.pitches.conftest import pdf
from workflow.errors import Refused

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MANY = 20
ROUNDS = 5
FACTS = {"scores_complete": True}


@pytest.fixture(autouse=True)
def really_locking():
    assert connection.vendor == "postgresql", "SQLite cannot prove any of this"


@pytest.fixture
def issue(call, vendor, organiser):
    """issue(): an access code of the vendor for two more days, and its row."""

    def issue():
        until_at = call.closes_at + timedelta(days=2)
        wanted = {"vendor": vendor_of(vendor), "until_at": until_at, "reason": "障害", "actor": organiser, "at": NOW}
        return services.issue_extension(call=call, **wanted)

    return issue


def fresh(person):
    """The person as another request would read them."""
    return User.objects.get(pk=person.pk)


def redeem(call, code, person, at=NOW):
    return lambda: services.redeem_extension(call=call, code=code, user=fresh(person), at=at)


def refusals(results):
    assert all(not isinstance(each, Exception) or isinstance(each, Refused) for each in results), results
    return [each for each in results if isinstance(each, Refused)]


def trail(verb):
    assert broken_at() is None
    return Entry.objects.filter(verb=verb).count()


def test_one_code_pressed_by_two_colleagues_and_a_rival_opens_once(call, vendor, rival_vendor, issue):
    extension, code = issue()
    colleague = make_vendor_user(vendor_of(vendor))
    people = [vendor, colleague] * 7 + [rival_vendor] * 6
    results = at_once(*[redeem(call, code, person) for person in people])
    assert len(refusals(results)) == 6
    assert len({result.used_by_id for result in results if isinstance(result, Extension)}) == 1
    extension.refresh_from_db()
    assert extension.used_by in (vendor, colleague) and trail("redeem_extension") == 1


def test_a_code_redeemed_and_revoked_at_once_ends_revoked_and_is_told_in_one_order(call, vendor, organiser, issue):
    for _ in range(ROUNDS):
        extension, code = issue()
        redeemed, revoked = at_once(
            redeem(call, code, vendor),
            lambda extension=extension: services.revoke_extension(extension=extension, actor=organiser, at=NOW),
        )
        assert revoked is None and (isinstance(redeemed, Extension | Refused))
        extension.refresh_from_db()
        assert extension.revoked_at == NOW
        assert (extension.used_at is None) is isinstance(redeemed, Refused)
        order = list(
            Entry.objects.filter(subject_type="pitches.extension", subject_id=str(extension.pk))
            .order_by("seq")
            .values_list("verb", flat=True)
        )
        told = ["issue_extension", "redeem_extension", "revoke_extension"]
        assert order == (told if isinstance(redeemed, Extension) else [told[0], told[2]])
        with pytest.raises(Refused, match="受付期間外"):
            services.start_proposal(call=call, user=fresh(vendor), at=call.closes_at)


def test_presses_around_the_very_end_of_a_longer_window_are_judged_each_by_its_own_moment(call, vendor, issue):
    extension, code = issue()
    moments = [extension.until_at + timedelta(milliseconds=100 * each) for each in range(-10, 10)]
    results = at_once(*[redeem(call, code, vendor, at) for at in moments])
    assert [isinstance(result, Refused) for result in results] == [at >= extension.until_at for at in moments]
    assert trail("redeem_extension") == 1


def test_twenty_files_at_once_are_twenty_files_and_one_file_taken_off_twice_is_taken_off_once(
    call, vendor, complete_draft
):
    draft = complete_draft()
    before = Attachment.objects.count()
    body = pdf("同じ")

    def attach():
        return services.attach(
            proposal=Proposal.objects.get(pk=draft.pk), chunks=[body], name="同.pdf", kind="other", user=vendor, at=NOW
        )

    attached = at_once(*[attach] * MANY)
    assert len({each.stored.key for each in attached}) == MANY == Attachment.objects.count() - before
    one = Attachment.objects.get(pk=attached[0].pk)
    at_once(*[lambda: services.remove_attachment(attachment=one, user=vendor, at=NOW)] * MANY)
    assert trail("remove_attachment") == 1


def test_presses_of_submit_around_the_deadline_are_judged_each_by_its_own_moment(call, make_proposal, complete_draft):
    """Forty drafts of forty vendors, two hundred milliseconds apart around T."""
    moments = [call.closes_at + timedelta(milliseconds=100 * each) for each in range(-20, 20)]
    people = [make_vendor_user(make_vendor_named(number)) for number, _ in enumerate(moments)]
    drafts = [complete_draft(user=person) for person in people]
    results = []
    for start in range(0, len(moments), MANY):
        batch = range(start, start + MANY)
        results += at_once(
            *[lambda n=n: services.submit(proposal=drafts[n], user=fresh(people[n]), at=moments[n]) for n in batch]
        )
    assert [isinstance(result, Refused) for result in results] == [at >= call.closes_at for at in moments]
    in_time = Proposal.objects.exclude(receipt_number=None)
    assert in_time.count() == len(set(in_time.values_list("receipt_number", flat=True))) == 20
    assert set(Proposal.objects.filter(receipt_number=None).values_list("state", flat=True)) == {"draft"}
    assert refusals(results) and trail("submit") == 20


def make_vendor_named(number):
    from tests.factories import make_vendor

    return make_vendor(f"架空{number}")


@pytest.mark.parametrize("days", [-30, 30])
def test_a_submission_and_a_moved_deadline_happen_one_after_the_other(call, vendor, organiser, complete_draft, days):
    """Whoever comes second meets what the first has left: never a submission after the deadline of its own rules."""
    at = NOW + timedelta(hours=1) if days < 0 else call.closes_at
    draft, moved_to = complete_draft(), call.closes_at + timedelta(days=days)
    fields = {"closes_at": max(moved_to, call.opens_at + timedelta(minutes=1))}
    submitted, saved = at_once(
        lambda: services.submit(proposal=draft, user=vendor, at=at),
        lambda: services.save_call(call=call, fields=fields, reason="障害", actor=organiser, at=NOW),
    )
    assert isinstance(saved, Call), saved
    order = list(
        Entry.objects.filter(verb__in=("submit", "change_call")).order_by("seq").values_list("verb", flat=True)
    )
    was_first = order[0] == "submit"
    assert isinstance(submitted, Refused) is not ((days < 0) == was_first) or order == ["change_call"]
    proposal = Proposal.objects.get()
    if proposal.state == "submitted":
        assert proposal.rules_number == (1 if was_first else 2)
    assert (proposal.receipt_number is None) is isinstance(submitted, Refused)


# --- Withdrawals and decisions --------------------------------------------------------------------------------------


def test_a_withdrawal_and_an_admission_end_withdrawn(submitted, judge_all, vendor, screener):
    for _ in range(ROUNDS):
        proposal = submitted()
        judge_all(proposal)
        withdrawn, admitted = at_once(
            lambda p=proposal: services.withdraw(proposal=p, user=vendor, at=NOW + timedelta(hours=3)),
            lambda p=proposal: services.admit(
                proposal=Proposal.objects.get(pk=p.pk), actor=screener, at=NOW + timedelta(hours=3)
            ),
        )
        assert withdrawn.state == "withdrawn" and isinstance(admitted, Proposal | Refused)
        assert Proposal.objects.get(pk=proposal.pk).state == "withdrawn"
        verbs = Entry.objects.filter(
            subject_type="pitches.proposal", subject_id=str(proposal.pk), target__in=("eligible", "withdrawn")
        )
        expected = ["withdraw"] if isinstance(admitted, Refused) else ["admit", "withdraw"]
        assert list(verbs.order_by("seq").values_list("verb", flat=True)) == expected


def test_a_withdrawal_and_each_decision_end_withdrawn_and_untold(submitted, judge_all, vendor, screener, organiser):
    for outcome in ("selected", "reserve", "not_selected"):
        proposal = submitted()
        judge_all(proposal)
        proposal = services.admit(proposal=proposal, actor=screener, at=NOW + timedelta(hours=3))
        withdrawn, decided = at_once(
            lambda p=proposal: services.withdraw(proposal=p, user=vendor, at=NOW + timedelta(hours=4)),
            lambda p=proposal, outcome=outcome: services.decide(
                proposal=Proposal.objects.get(pk=p.pk), outcome=outcome, facts=FACTS, actor=organiser, at=NOW
            ),
        )
        refusals([withdrawn, decided])
        now = Proposal.objects.get(pk=proposal.pk)
        assert (now.state, now.released_outcome) == ("withdrawn", "")
    assert trail("withdraw") == 3


def test_of_a_resubmission_and_a_rejection_one_happens(submitted, ask_correction, vendor, screener, second_screener):
    for _ in range(ROUNDS):
        proposal = submitted()
        ask_correction(proposal, ["content"])
        services.draft_rejection(proposal=proposal, reason="無い", actor=screener, at=NOW + timedelta(hours=3))
        resubmitted, rejected = at_once(
            lambda p=proposal: services.resubmit(
                proposal=Proposal.objects.get(pk=p.pk), user=vendor, at=NOW + timedelta(hours=4)
            ),
            lambda p=proposal: services.confirm_rejection(
                proposal=Proposal.objects.get(pk=p.pk), actor=second_screener, at=NOW + timedelta(hours=4)
            ),
        )
        assert len(refusals([resubmitted, rejected])) == 1
        now = Proposal.objects.get(pk=proposal.pk)
        assert (now.state, now.versions.count()) in {("submitted", 2), ("ineligible", 1)}
    assert broken_at() is None


def test_twenty_presses_of_a_judgement_and_of_a_code_over_the_web(call, vendor, screener, submitted, issue):
    """The same post twenty times: one judgement, one opened window, and nobody gets a server error."""
    now = timezone.now()
    proposal = submitted()
    _extension, code = issue()
    Extension.objects.update(until_at=now + timedelta(days=2))
    judgement = {"R1-requirement": "R1", "R1-version": 1, "R1-seen": 0, "R1-status": "fit", "R1-reason": "理由"}
    presses = (
        (screener, reverse("pitches_judge", args=[proposal.public_id]), judgement, {302, 409}),
        (vendor, reverse("pitches:redeem", args=[call.public_id]), {"code": code}, {302}),
    )
    for person, address, posted, expected in presses:
        clients = [Client() for _ in range(MANY)]
        for client in clients:
            client.force_login(person)
        answers = at_once(*[lambda c=c, a=address, p=posted: c.post(a, p) for c in clients])
        assert {answer.status_code for answer in answers} <= expected
    assert (trail("judge"), trail("redeem_extension")) == (1, 1)
    assert not Message.objects.filter(topic="judge").exists()
