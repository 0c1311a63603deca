"""The outbox: one mail per fact, sent once by whoever claims it, tried again when the post is down."""

from datetime import timedelta

import pytest
from django.core import mail

from notifications.models import Message
from notifications.services import enqueue
from notifications.worker import LEASE, MAX_ATTEMPTS, claim, send, work_once
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(make_proposal):
    """post(key): queue the receipt mail of a proposal under a dedupe key."""
    proposal, person = make_proposal(state="submitted"), make_user("reader")

    def post(key="one", **options):
        return enqueue(
            "mail/pitches/submitted",
            to=person,
            context={"subject": proposal},
            at=NOW,
            dedupe_key=key,
            about=proposal,
            **options,
        )

    return post


def test_a_mail_has_its_subject_from_the_first_line_and_no_markup(post):
    message = post()
    assert message.subject.startswith("【自治体ピッチ】ご応募を受け付けました")
    assert "受付番号" in message.body
    assert "&" not in message.body


def test_the_same_fact_is_one_mail(post):
    assert post("same") is not None
    assert post("same") is None
    assert Message.objects.count() == 1


def test_a_newer_word_on_a_topic_replaces_the_one_that_has_not_left(post):
    first, second = post("a", topic="outcome"), post("b", topic="outcome")
    first.refresh_from_db()
    assert (first.state, second.state) == (Message.State.SUPERSEDED, Message.State.QUEUED)


def test_a_held_mail_waits(post):
    post(hold=timedelta(seconds=60))
    assert work_once(at=NOW) == 0
    assert work_once(at=NOW + timedelta(seconds=60)) == 1
    assert len(mail.outbox) == 1


def test_two_workers_never_get_the_same_mail(post):
    post()
    assert len(claim(at=NOW)) == 1
    assert claim(at=NOW) == []


def test_a_lease_runs_out_when_its_worker_died(post):
    post()
    claim(at=NOW)
    assert len(claim(at=NOW + LEASE + timedelta(seconds=1))) == 1


def test_a_sent_mail_is_not_sent_again(post):
    post()
    assert work_once(at=NOW) == 1
    assert work_once(at=NOW + timedelta(days=1)) == 0


def test_when_the_post_is_down_the_mail_is_kept_and_tried_again(post, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    message = post()
    assert work_once(at=NOW) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.QUEUED, 1)
    assert message.not_before == NOW + timedelta(minutes=1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert work_once(at=NOW + timedelta(minutes=1)) == 1


def test_after_the_last_attempt_a_mail_is_failed_and_visible(post, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1
    message = post()
    at = NOW
    for _ in range(MAX_ATTEMPTS):
        at += timedelta(days=1)
        for claimed in claim(at=at):
            send(claimed, at=at)
    message.refresh_from_db()
    assert message.state == Message.State.FAILED
    assert message.last_error


def test_a_line_break_in_a_name_adds_no_header(post, make_proposal):
    proposal = make_proposal(state="submitted", receipt_number="R8\r\nBcc: x@evil.example")
    message = enqueue(
        "mail/pitches/submitted", to=make_user(), context={"subject": proposal}, at=NOW, dedupe_key="evil"
    )
    assert "\n" not in message.subject
    assert "\r" not in message.subject
