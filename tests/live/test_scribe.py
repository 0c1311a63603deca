"""The scribe: batches are carried out in a process of its own, and by the server itself when that has died."""

import os
import signal
import time

import pytest
from django.db import OperationalError

from live import scribe
from live.commands import Item
from live.publishing import nudges
from live.scribe import Scribe
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SERVER = os.getpid()


def item(command_id, **more):
    return Item(7, 1, {"id": command_id, "op": "vote.set", **more}, NOW, "en")


def by_whom(items):
    """What stands in for carrying out: who did it, to what; some commands go wrong."""
    for each in items:
        if each.message["id"] == "away":
            raise OperationalError
        if each.message["id"] == "bad":
            raise ZeroDivisionError
        if each.message["id"] == "nudge":
            nudges.nudge(each.room)
        if each.message["id"] == "kill" and os.getpid() != SERVER:
            os.kill(os.getpid(), signal.SIGKILL)
    return [f"{os.getpid()} {each.message['id']} {each.user} {each.at} {each.language}" for each in items]


@pytest.fixture
def hired(monkeypatch):
    monkeypatch.setattr(scribe, "written", by_whom)
    monkeypatch.setattr(f"{__name__}.SERVER", os.getpid())
    child = Scribe()
    yield child
    child.end()


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_batch_is_carried_out_elsewhere_and_answered_in_order(hired):
    told = hired.carry_out([item("first"), item("second")])
    assert told == [f"{hired.pid} first 7 {NOW} en", f"{hired.pid} second 7 {NOW} en"]
    assert hired.pid != os.getpid()


def test_who_is_nudged_there_is_nudged_here(hired, monkeypatch):
    nudged = []
    monkeypatch.setattr(nudges, "_wakers", {nudged.append})
    hired.carry_out([item("nudge"), item("nudge")])
    assert nudged == [1]
    hired.carry_out([item("first")])
    assert nudged == [1]


def test_what_goes_wrong_there_goes_wrong_here_and_then_goes_on(hired):
    with pytest.raises(OperationalError):
        hired.carry_out([item("away")])
    with pytest.raises(RuntimeError):
        hired.carry_out([item("bad")])
    assert hired.carry_out([item("first")]) == [f"{hired.pid} first 7 {NOW} en"]


def test_a_scribe_that_dies_over_a_batch_leaves_it_and_all_others_to_the_server(hired):
    assert hired.carry_out([item("kill")]) == [f"{os.getpid()} kill 7 {NOW} en"]
    assert not is_there(hired.pid)
    assert hired.carry_out([item("first")]) == [f"{os.getpid()} first 7 {NOW} en"]


def test_it_goes_when_it_is_dismissed(hired):
    hired.end()
    assert not is_there(hired.pid)


def test_asked_to_stop_it_still_answers_the_server(hired):
    hired.carry_out([])
    os.kill(hired.pid, signal.SIGTERM)
    assert hired.carry_out([item("first")]) == [f"{hired.pid} first 7 {NOW} en"]


def test_it_goes_when_its_server_is_no_more():
    ours, theirs = os.pipe()
    server = os.fork()
    if server == 0:
        os.write(theirs, str(Scribe().pid).encode())
        os._exit(0)
    os.waitpid(server, 0)
    pid, until = int(os.read(ours, 20)), time.monotonic() + 5
    while is_there(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_there(pid)


def test_a_process_that_is_connected_already_has_none(officer):
    scribe.hire()
    assert scribe._scribe is None


def test_without_one_the_process_writes_by_itself(monkeypatch):
    monkeypatch.setattr(scribe, "written", by_whom)
    assert scribe.carry_out([item("first")]) == [f"{os.getpid()} first 7 {NOW} en"]
