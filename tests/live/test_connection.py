"""One reader of a room: fast ones cost nothing, slow ones harm nobody, stalled ones are gone."""

import asyncio
import json

import pytest

from live.publishing import connection as connections
from live.publishing.connection import QUEUE_FRAMES, Connection
from live.publishing.frames import message

pytestmark = pytest.mark.asyncio


class Reader:
    """Somebody to send to, who reads only while `reads` is set."""

    def __init__(self):
        self.reads = asyncio.Event()
        self.reads.set()
        self.got, self.cut_with = [], []

    async def send(self, frame):
        await self.reads.wait()
        self.got.append(json.loads(frame["text"]))

    async def cut(self, code):
        self.cut_with.append(code)

    def numbers(self):
        return [frame.get("n", frame["t"]) for frame in self.got]

    async def caught_up(self, connection):
        while connection._busy is not None:
            await asyncio.sleep(0)


@pytest.fixture
def reader():
    return Reader()


@pytest.fixture
def connection(reader):
    return Connection(reader.send, reader.cut, guest=None)


def frame(number):
    return message({"t": "ev", "n": number})


async def test_a_frame_has_left_when_push_returns(reader, connection):
    connection.push(frame(1))
    assert reader.numbers() == [1]
    assert connection._busy is None


async def test_what_the_server_takes_at_once_is_not_sent_again(reader):
    taken, takes = [], [True, False, True]
    connection = Connection(reader.send, reader.cut, None, lambda frame: takes.pop(0) and not taken.append(frame))
    for number in range(3):
        connection.push(frame(number))
    assert [json.loads(each["text"])["n"] for each in taken] == [0, 2]
    assert reader.numbers() == [1]


async def test_nothing_passes_what_a_busy_reader_waits_for(reader):
    connection = Connection(reader.send, reader.cut, None, lambda frame: False)
    reader.reads.clear()
    connection.push(frame(0))
    connection._send_at_once = lambda frame: pytest.fail("it was asked")
    connection.push(frame(1))
    reader.reads.set()
    await reader.caught_up(connection)
    assert reader.numbers() == [0, 1]


async def test_a_busy_reader_gets_everything_in_order_later(reader, connection):
    reader.reads.clear()
    for number in range(5):
        connection.push(frame(number))
    assert reader.numbers() == []
    reader.reads.set()
    await reader.caught_up(connection)
    connection.push(frame(5))
    assert reader.numbers() == [0, 1, 2, 3, 4, 5]


async def test_counts_wait_in_one_slot_where_newer_ones_replace_older_ones(reader, connection):
    reader.reads.clear()
    connection.push(frame(1))
    for cv, counts in ((7, {"a": [1, 1], "b": [1, 1]}), (8, {"a": [2, 2]})):
        connection.push_counts(message({"t": "counts", "cv": cv, "c": counts}), cv, {"c": counts})
    reader.reads.set()
    await reader.caught_up(connection)
    assert reader.got[1:] == [{"t": "counts", "cv": 8, "c": {"a": [2, 2], "b": [1, 1]}}]


async def test_what_does_not_fit_becomes_one_request_to_fetch_a_snapshot(reader, connection):
    reader.reads.clear()
    for number in range(QUEUE_FRAMES + 10):
        connection.push(frame(number))
    reader.reads.set()
    await reader.caught_up(connection)
    assert reader.numbers() == [0, "resync"]
    connection.push(frame(99))
    assert reader.numbers() == [0, "resync", 99]


async def test_few_large_frames_fill_the_queue_as_well(reader, connection):
    reader.reads.clear()
    for number in range(4):
        connection.push(message({"t": "ev", "n": number, "q": "あ" * 8_000}))
    reader.reads.set()
    await reader.caught_up(connection)
    assert reader.numbers() == [0, "resync"]


async def test_a_reader_that_stays_stalled_is_cut_off(reader, connection, monkeypatch):
    monkeypatch.setattr(connections, "STALL_SECONDS", 0.01)
    reader.reads.clear()
    connection.push(frame(1))
    await reader.caught_up(connection) if connection._busy is None else await connection._busy
    assert reader.cut_with == [4408]


async def test_a_socket_that_breaks_while_written_to_harms_nobody(reader):
    async def broken(_):
        raise ConnectionError

    connection = Connection(broken, reader.cut, guest=None)
    connection.push(frame(1))
    assert connection.is_gone


async def test_a_stalled_reader_does_not_hold_up_the_others():
    readers = [Reader() for _ in range(3)]
    connections_ = [Connection(each.send, each.cut, guest=None) for each in readers]
    readers[1].reads.clear()
    for each in connections_:
        each.push(frame(1))
    assert [each.numbers() for each in readers] == [[1], [], [1]]
    connections_[1].stop()
