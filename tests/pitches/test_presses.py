"""A lost reply and a second press on PostgreSQL: twenty posts at once are one proposal, one number, one mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import VendorMembership
from accounts.selectors import vendor_of
from audit.models import Entry
from audit.selectors import broken_at
from notifications.models import Message
from pitches import services
from pitches.declarations import DECLARATIONS
from pitches.models import Attachment, DraftChange, Proposal
from tests.at_once import at_once
from tests.factories import NOW, make_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MANY = 20


@pytest.fixture(autouse=True)
def open_now(call):
    assert connection.vendor == "postgresql", "SQLite cannot prove any of this"
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()


@pytest.fixture
def press(vendor):
    """press(address, posted): the same post twenty times at once; the addresses it led to."""

    def press(address, posted=None):
        def client():
            each = Client()
            each.force_login(vendor)
            return each

        clients = [client() for _ in range(MANY)]
        answers = at_once(*[lambda each=each: each.post(address, posted or {}) for each in clients])
        assert {answer.status_code for answer in answers} == {302}, [answer.status_code for answer in answers]
        assert broken_at() is None
        return {answer.url for answer in answers}

    return press


def _to(name, proposal):
    return reverse(f"pitches:{name}", args=[proposal.public_id])


def _once(proposal, verb, *people):
    """The step is on record once, and each of these people has one mail about it."""
    assert Entry.objects.filter(verb=verb, subject_id=str(proposal.pk)).count() == 1
    assert sorted(Message.objects.values_list("recipient", flat=True)) == sorted(person.pk for person in people)


def test_start(press, call):
    assert len(press(reverse("pitches:start", args=[call.public_id]))) == 1
    _once(Proposal.objects.get(), "start_proposal")


def test_start_from_an_earlier_proposal(press, call, submitted):
    source = submitted()
    Message.objects.all().delete()
    assert len(press(reverse("pitches:start", args=[call.public_id]), {"source": source.public_id})) == 1
    copy = Proposal.objects.exclude(pk=source.pk).get()
    assert Attachment.objects.filter(proposal=copy).count() == 1
    _once(copy, "copy_proposal")


def test_submit(press, complete_draft, vendor, screener):
    draft = complete_draft()
    press(_to("submit", draft), {"version": draft.version, "rules": 1, "declarations": list(DECLARATIONS)})
    assert draft.versions.count() == 1
    _once(draft, "submit", vendor, screener)


def test_resubmit(press, submitted, ask_correction, vendor, screener):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    proposal.correction_requests.update(deadline_at=timezone.now() + timedelta(days=3))
    Message.objects.all().delete()
    press(_to("resubmit", proposal))
    assert proposal.versions.count() == 2
    _once(proposal, "resubmit", vendor, screener)


def test_hand_in(press, selected, answer_details, vendor, organiser):
    proposal = answer_details(selected(is_told=True))
    Message.objects.all().delete()
    press(_to("hand_in", proposal), {"version": proposal.version})
    assert [version.stage for version in proposal.versions.all()] == ["A", "B"]
    _once(proposal, "hand_in_details", vendor, organiser)


def test_withdraw(press, submitted, vendor):
    proposal = submitted()
    Message.objects.all().delete()
    press(_to("withdraw", proposal))
    _once(proposal, "withdraw", vendor)


def test_colleagues_who_save_different_fields_at_the_same_moment_lose_nothing(call, vendor):
    draft = services.start_proposal(call=call, user=vendor, at=NOW)
    colleague = make_user("colleague")
    VendorMembership.objects.create(user=colleague, vendor=vendor_of(vendor))
    names = ("title", "tagline", "problem", "content", "effect", "wishes", "work", "audience")

    def save(number, name):
        user = (vendor, colleague)[number % 2]
        everything = dict.fromkeys(names, "") | {name: f"{name}の文"}
        return services.save_fields(proposal=draft, fields=everything, expect=1, user=user, at=NOW)

    results = at_once(*[lambda n=n, name=name: save(n, name) for n, name in enumerate(names)])
    assert all(isinstance(result, Proposal) for result in results), results
    saved = Proposal.objects.get()
    assert {name: getattr(saved, name) for name in names} == {name: f"{name}の文" for name in names}
    assert (saved.version, DraftChange.objects.count()) == (1 + len(names), len(names))


def test_of_many_who_change_one_field_at_once_one_is_saved_and_all_others_are_told(call, vendor):
    draft = services.start_proposal(call=call, user=vendor, at=NOW)
    results = at_once(
        *[
            lambda n=n: services.save_fields(proposal=draft, fields={"title": f"題{n}"}, expect=1, user=vendor, at=NOW)
            for n in range(MANY)
        ]
    )
    told = [result for result in results if isinstance(result, services.StaleVersion)]
    assert len(told) == MANY - 1
    title = Proposal.objects.get().title
    assert {result.conflicts[0].stored for result in told} == {title}
    assert title not in {result.conflicts[0].typed for result in told}
