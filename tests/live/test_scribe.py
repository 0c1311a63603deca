"""The scribe: batches are carried out in a process of its own, and by the server itself when that has died."""

import json
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from django.db import OperationalError

from live import scribe
from live.commands import Item, carry_out_batch
from live.publishing import nudges
from live.scribe import Scribe
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
SERVER = os.getpid()


def item(command_id):
    return Item(7, 1, {"id": command_id, "op": "vote.set"}, NOW, "en")


def by_whom(items):
    """What stands in for carrying out: who did it, to what; some commands go wrong."""
    for each in items:
        if each.message["id"] == "away":
            raise OperationalError
        if each.message["id"] == "bad":
            raise ZeroDivisionError
        if each.message["id"] == "nudge":
            nudges.nudge(each.room)
        if each.message["id"] == "slow":
            time.sleep(0.3)
        if each.message["id"] == "kill" and os.getpid() != SERVER:
            os.kill(os.getpid(), signal.SIGKILL)
    return [f"{os.getpid()} {each.message['id']} {each.user} {each.at} {each.language}" for each in items]


@pytest.fixture
def hired(monkeypatch):
    monkeypatch.setattr(scribe, "write_here", by_whom)
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
    told = hired.write([item("first"), item("second")])
    assert told == [f"{hired.pid} first 7 {NOW} en", f"{hired.pid} second 7 {NOW} en"]
    assert hired.pid != os.getpid()


def test_who_is_nudged_there_is_nudged_here(hired, monkeypatch):
    nudged = []
    monkeypatch.setattr(nudges, "_wakers", {nudged.append})
    hired.write([item("nudge"), item("nudge")])
    assert nudged == [1]
    hired.write([item("first")])
    assert nudged == [1]


def test_what_goes_wrong_there_goes_wrong_here_and_then_goes_on(hired):
    with pytest.raises(OperationalError):
        hired.write([item("away")])
    with pytest.raises(RuntimeError):
        hired.write([item("bad")])
    assert hired.write([item("first")]) == [f"{hired.pid} first 7 {NOW} en"]


def test_a_scribe_that_dies_over_a_batch_leaves_it_and_all_others_to_the_server(hired):
    assert hired.write([item("kill")]) == [f"{os.getpid()} kill 7 {NOW} en"]
    assert not is_there(hired.pid)
    assert hired.write([item("first")]) == [f"{os.getpid()} first 7 {NOW} en"]


def test_it_goes_when_it_is_dismissed(hired):
    hired.end()
    assert not is_there(hired.pid)


def test_asked_to_stop_it_still_answers_the_server(hired):
    hired.write([])
    os.kill(hired.pid, signal.SIGTERM)
    assert hired.write([item("first")]) == [f"{hired.pid} first 7 {NOW} en"]


def told_when_dismissed_amid_a_batch(child):
    """What a scribe says of a batch that it had in hand when it was dismissed."""
    told = []
    asking = threading.Thread(target=lambda: told.append(child.write([item("slow")])))
    asking.start()
    while not child._asking.locked():
        time.sleep(0.001)
    child.end()
    asking.join(5)
    return told


def test_it_finishes_the_batch_in_hand_when_it_is_dismissed(hired):
    told = told_when_dismissed_amid_a_batch(hired)
    assert told == [[f"{hired.pid} slow 7 {NOW} en"]]
    assert not is_there(hired.pid)


def test_one_that_does_not_go_is_killed(hired, monkeypatch):
    monkeypatch.setattr(scribe, "END_SECONDS", 0.1)
    hired.write([])
    os.kill(hired.pid, signal.SIGSTOP)
    hired.end()
    assert not is_there(hired.pid)


def test_a_batch_that_takes_its_time_is_answered_even_so(hired, monkeypatch):
    monkeypatch.setattr(scribe, "END_SECONDS", 0.05)
    told = told_when_dismissed_amid_a_batch(hired)
    assert told == [[f"{hired.pid} slow 7 {NOW} en"]]


def test_a_process_that_may_not_fork_writes_by_itself(monkeypatch):
    monkeypatch.setattr(scribe, "write_here", by_whom)
    monkeypatch.setattr(scribe.connections["default"], "connection", None)

    def refused():
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    scribe.hire()
    assert scribe.write([item("first")]) == [f"{os.getpid()} first 7 {NOW} en"]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="Linux tells what a process holds open")
def test_what_its_server_listens_on_is_not_its_own():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        child = Scribe()
        child.write([])
        held = {os.readlink(each) for each in Path(f"/proc/{child.pid}/fd").iterdir()}
        child.end()
        assert os.readlink(f"/proc/self/fd/{listener.fileno()}") not in held


def test_it_goes_when_its_server_is_no_more():
    ours, theirs = os.pipe()
    server = os.fork()
    if server == 0:
        os.write(theirs, str(Scribe().pid).encode())
        os._exit(0)
    os.waitpid(server, 0)
    os.close(theirs)
    with os.fdopen(ours) as told:
        pid, until = int(told.read()), time.monotonic() + 5
    while is_there(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_there(pid)


def test_a_process_that_is_connected_already_has_none(officer, monkeypatch):
    monkeypatch.setattr(scribe, "write_here", by_whom)
    scribe.hire()
    assert scribe.write([item("first")]) == [f"{os.getpid()} first 7 {NOW} en"]


def test_a_process_has_one_from_hiring_to_dismissal(monkeypatch):
    monkeypatch.setattr(scribe, "write_here", by_whom)
    # The tests' own connection: a server has none when it is born.
    monkeypatch.setattr(scribe.connections["default"], "connection", None)
    scribe.hire()
    elsewhere, _ = scribe.write([item("first")])[0].split(" ", 1)
    scribe.dismiss()
    here, _ = scribe.write([item("second")])[0].split(" ", 1)
    assert int(elsewhere) != int(here) == os.getpid()


def test_what_is_said_is_what_carrying_out_returns(room, officer):
    items = [Item(officer.pk, room.pk, {"id": f"command-{number}", "op": "vote.set"}, NOW, "ja") for number in range(2)]
    assert [json.loads(text) for text in scribe.write_here(items)] == carry_out_batch(items)
