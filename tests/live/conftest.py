"""A room in which a story can be told: one published round with two slots, everyone registered."""

import itertools
import threading
from datetime import datetime, timedelta

import pytest

from accounts.selectors import body_of
from core.calendar import JST
from live import lobby
from live.commands import carry_out
from live.models import Part, PitchSlot, ProgrammeYear, Registration, Room, Round
from live.publishing import reading
from live.rates import purses
from tests.factories import NOW

DAY = datetime(2026, 7, 1, 13, 5, tzinfo=JST)
_ids = itertools.count(1)
ANSWER = "令和10年1月に対応する予定です。"


@pytest.fixture(autouse=True)
def nobody_has_sent_anything():
    purses.clear()


@pytest.fixture
def round(call):
    year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=2026)
    return Round.objects.create(
        programme_year=year,
        number=1,
        title="令和8年度 第1回 自治体ピッチ",
        held_on=DAY.date(),
        call=call,
        programme_published_at=NOW - timedelta(days=1),
    )


@pytest.fixture
def slots(round, make_proposal):
    part = Part.objects.create(round=round, number=1, starts_at=DAY)
    return [
        PitchSlot.objects.create(
            part=part,
            position=place + 1,
            starts_at=DAY + place * timedelta(minutes=20),
            proposal=make_proposal(state="eligible"),
        )
        for place in range(2)
    ]


@pytest.fixture
def room(round, slots):
    return Room.objects.create(round=round)


@pytest.fixture
def live_room(room):
    """The room while its day runs."""
    Room.objects.filter(pk=room.pk).update(phase="live")
    room.refresh_from_db()
    return room


@pytest.fixture
def page(room):
    """Where participants meet the room."""
    return f"/live/{room.public_id}/"


@pytest.fixture
def visit(client):
    """visit(person): a browser in which the person is signed in."""

    def visit(person):
        client.force_login(person)
        return client

    return visit


@pytest.fixture
def register(round):
    def register(*people):
        for person in people:
            Registration.objects.create(
                round=round, user=person, body=body_of(person), mode="online", registered_at=NOW - timedelta(days=1)
            )

    return register


@pytest.fixture
def nobody_reads_on(transactional_db):
    """What sockets of a test have begun to read or write is over before its rows are taken away."""
    yield
    threads = [reading._threads, *([lobby._lobby.writer._thread] if lobby._lobby is not None else [])]
    for pool in threads:
        # As many as the pool has threads, all of them at once: each thread takes one, behind what it is doing.
        gate = threading.Barrier(pool._max_workers + 1)
        for _ in range(pool._max_workers):
            pool.submit(gate.wait, 10)
        gate.wait(10)


@pytest.fixture
def do(room):
    """do(person, op, **arguments): carry out one command with a fresh id and return its acknowledgement."""

    def do(person, op, *, at=NOW, command_id=None, **arguments):
        message = {"t": "cmd", "id": command_id or f"command-{next(_ids)}", "op": op, "a": arguments}
        return carry_out(user=person, room_pk=room.pk, message=message, at=at)

    return do


@pytest.fixture
def asked(do, moderator, officer, register):
    """asked(publish=True): a question of the officer, published by the moderator; returns its public id."""

    def asked(*, body="停電のときも使えますか。", publish=True, naming="body_only", at=NOW):
        if not Registration.objects.filter(user=officer).exists():
            register(officer)
        answer = do(officer, "question.ask", body=body, naming=naming, at=at)
        assert answer["ok"], answer
        if publish:
            assert do(moderator, "question.moderate", q=answer["r"]["q"], expect=1, state="public", at=at)["ok"]
        return answer["r"]["q"]

    return asked


@pytest.fixture
def to_us(do, live_room, slots, moderator, officer, register):
    """to_us(body=…): a public question of the officer to the first pitch of our vendor; returns its public id."""

    def to_us(
        *, body="停電のときも使えますか。", naming="body_only", kind="question", publish=True, at=NOW, slot=slots[0]
    ):
        if not Registration.objects.filter(user=officer).exists():
            register(officer)
        asked = do(officer, "question.ask", body=body, naming=naming, kind=kind, slot=slot.public_id, at=at)
        assert asked["ok"], asked
        if publish:
            assert do(moderator, "question.moderate", q=asked["r"]["q"], expect=1, state="public", at=at)["ok"]
        return asked["r"]["q"]

    return to_us


@pytest.fixture
def submitted(do, to_us, vendor):
    """A question whose answer was handed in: its public id. The draft is at version 2."""
    question = to_us()
    assert do(vendor, "answer.draft", q=question, expect=0, body=ANSWER)["ok"]
    assert do(vendor, "answer.submit", q=question, expect=1)["ok"]
    return question
