"""The big screen: opened by its key alone, reading what everybody reads, shut out by a new key."""

import itertools
import re
from datetime import UTC, timedelta

import pytest
from django.test import Client

from live import doorman, services, tickets
from live.models import Room
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(room):
    """A machine in the hall with the link, and nobody signed in."""
    hall = Client()
    hall.link = f"/live/{room.public_id}/screen/?key={room.screen_key}"
    return hall


def test_the_link_shows_the_screen_without_signing_in(hall, room, asked):
    asked(body="みんなが聞きたいこと")
    page = hall.get(hall.link, follow=True)
    assert "key" not in page.request["QUERY_STRING"]
    assert page.status_code == 200
    assert "みんなが聞きたいこと" in page.content.decode()
    assert room.code in page.content.decode()


def test_where_pages_are_encrypted_the_key_is_too(hall, room, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = hall.get(hall.link).cookies["live_screen"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"]) == (True, True, "Lax")
    assert cookie["path"] == f"/live/{room.public_id}/"


@pytest.mark.parametrize("key", ["", "wrong", "x" * 500])
def test_without_the_key_there_is_no_screen(hall, room, key):
    assert hall.get(f"/live/{room.public_id}/screen/", {"key": key}).status_code == 404


def test_a_screen_reads_what_everybody_reads_and_nothing_else(hall, room, asked):
    asked(body="公開の質問")
    asked(body="承認前の質問", publish=False)
    hall.get(hall.link)
    told = hall.get(f"/live/{room.public_id}/state?staff=1").content.decode("unicode_escape")
    assert "queue" not in told
    assert hall.get(f"/live/{room.public_id}/events?after=0&cv=0&staff_after=0").json().get("sseq") is None
    assert [question["body"] for question in hall.get(f"/live/{room.public_id}/state").json()["questions"]] == [
        "公開の質問"
    ]


@pytest.mark.parametrize("path", ["", "commands", "moderate/", "records/", "inbox/"])
def test_a_screen_opens_no_other_door(hall, room, path):
    hall.get(hall.link)
    ask = hall.post if path == "commands" else hall.get
    assert ask(f"/live/{room.public_id}/{path}").status_code in {302, 404}


def test_a_screen_gets_a_ticket_of_nobody(hall, room):
    hall.get(hall.link)
    told = hall.post(f"/live/{room.public_id}/ticket").json()["ticket"]
    ticket = tickets.read(told, room=room.public_id)
    assert (ticket.user, ticket.is_staff, ticket.screen_key) == (0, False, room.screen_key)
    [admitted] = doorman.admit([doorman.Caller(ticket, "")], at=NOW)
    assert admitted[0].role == doorman.SCREEN_ROLE


def test_a_new_key_shuts_the_old_screens_out(hall, room, client, moderator):
    hall.get(hall.link)
    old = tickets.Ticket(room.public_id, 0, False, room.screen_key)
    client.force_login(moderator)
    assert client.post(f"/live/{room.public_id}/screen/renew/").status_code == 302
    assert Room.objects.get().screen_key != room.screen_key
    assert hall.get(hall.link).status_code == 404
    assert hall.get(f"/live/{room.public_id}/state").status_code == 404
    assert doorman.admit([doorman.Caller(old, "")], at=NOW) == [None]


def test_what_is_pinned_comes_first_and_hidden_it_is_gone(hall, room, asked, do, moderator):
    asked(body="票の多い質問")
    pinned = asked(body="取り上げる質問")
    assert do(moderator, "stage.pin", q=pinned)["ok"]
    assert 'data-part="body">取り上げる質問' in hall.get(hall.link, follow=True).content.decode()
    do(moderator, "question.moderate", q=pinned, expect=2, state="hidden", reason="個人名を含むため")
    assert "取り上げる質問" not in hall.get(hall.link, follow=True).content.decode()


def test_the_programme_not_yet_public_has_no_screen(hall, room):
    room.round.programme_published_at = None
    room.round.save()
    assert hall.get(hall.link).status_code == 404


def test_the_clock_runs_from_the_moment_a_pitch_begins(room, slots, moderator, hall):
    services.start_pitch(room=room, slot=slots[0], actor=moderator, at=NOW)
    clock = {"started_at": NOW.astimezone(UTC).isoformat(), "pitch": 10, "qa": 10, "qa_at": None}
    hall.get(hall.link)
    assert hall.get(f"/live/{room.public_id}/state").json()["clock"] == clock
    assert hall.get(f"/live/{room.public_id}/events?after=0&cv=0").json()["clock"] == clock
    later = NOW + timedelta(minutes=7)
    services.begin_questions(room=room, slot=slots[0], actor=moderator, at=later)
    clock["qa_at"] = later.astimezone(UTC).isoformat()
    assert hall.get(f"/live/{room.public_id}/state").json()["clock"] == clock
    services.end_pitch(room=room, slot=slots[0], actor=moderator, at=later)
    assert hall.get(f"/live/{room.public_id}/state").json()["clock"] is None


@pytest.fixture
def on_the_wall(hall, room):
    """What question the hall reads now."""

    def on_the_wall():
        html = hall.get(hall.link, follow=True).content.decode()
        return re.search(r'data-part="body">([^<]*)', html)[1]

    return on_the_wall


def test_while_somebody_is_on_stage_only_what_is_asked_of_them_is_shown(
    room, slots, moderator, on_the_wall, do, officer, register
):
    register(officer)
    at = itertools.count(1)

    def ask(slot, body):
        when = NOW + timedelta(minutes=next(at))
        question = do(officer, "question.ask", body=body, slot=slot.public_id, at=when)["r"]["q"]
        do(moderator, "question.moderate", q=question, expect=1, state="public")
        return question

    ask(slots[0], "一つ目の提案への質問")
    assert on_the_wall() == "一つ目の提案への質問"
    services.start_pitch(room=room, slot=slots[1], actor=moderator, at=NOW)
    assert on_the_wall() == ""
    asked = ask(slots[1], "二つ目の提案への質問")
    assert on_the_wall() == "二つ目の提案への質問"
    services.set_screen(room=room, shows_wanted=False, actor=moderator, at=NOW)
    assert on_the_wall() == ""
    do(moderator, "stage.pin", q=asked)
    assert on_the_wall() == "二つ目の提案への質問"


def test_the_hall_reads_who_is_on_stage(room, slots, moderator, hall):
    services.start_pitch(room=room, slot=slots[1], actor=moderator, at=NOW)
    html = hall.get(hall.link, follow=True).content.decode()
    shown = re.findall(r'data-stage="([^"]+)">', html)
    assert shown == [slots[1].public_id]


def test_what_is_pinned_takes_the_place_of_a_poll(room, moderator, hall, asked, do):
    question = asked(body="取り上げる質問")
    poll = do(moderator, "poll.save", kind="single", prompt="使いたいですか", options=["はい", "いいえ"])["r"]["poll"]
    do(moderator, "poll.open", poll=poll, expect=1)
    do(moderator, "poll.stage", poll=poll, on=True)
    html = hall.get(hall.link, follow=True).content.decode()
    # Before there are results to show, the hall reads what may be answered.
    assert re.search(r'data-part="options"><li>はい</li><li>いいえ</li>', html)
    do(moderator, "stage.pin", q=question)
    html = hall.get(hall.link, follow=True).content.decode()
    assert "使いたいですか" not in html.split("room-initial")[0]
    assert 'data-part="body">取り上げる質問' in html
