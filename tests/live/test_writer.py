"""The writer: batches, patience with a database that is away, and nobody harmed by another's bad command."""

import asyncio
import json
import threading

import pytest
from django.db import OperationalError

from live import writer as writing
from live.commands import Item
from live.protocol import ack
from live.writer import BATCH_COMMANDS, QUEUE_COMMANDS, Writer
from tests.factories import NOW

pytestmark = [pytest.mark.asyncio, pytest.mark.django_db(transaction=True)]


def item(number):
    return Item(user=1, room=1, message={"id": f"command-{number}"}, at=NOW)


class Book:
    """What a database would be: writes down batches, and fails as it is told to."""

    def __init__(self, *failures):
        self.batches, self.failures = [], list(failures)

    def __call__(self, items):
        if self.failures:
            raise self.failures.pop(0)
        if any(each.message["id"] == "command-bad" for each in items):
            raise ZeroDivisionError
        self.batches.append([each.message["id"] for each in items])
        return [ack(each.message["id"], {}).text for each in items]


async def answers(writer, items):
    """The acknowledgements of items that arrive at once, in the order in which they were given."""
    given, all_there = [], asyncio.Event()

    def answer(acknowledgement):
        given.append(json.loads(acknowledgement))
        if len(given) == len(items):
            all_there.set()

    for each in items:
        writer.put(each, answer)
    await asyncio.wait_for(all_there.wait(), 10)
    writer.stop()
    return given


async def test_what_arrives_together_is_one_batch():
    book = Book()
    given = await answers(Writer(book), [item(number) for number in range(3)])
    assert book.batches == [["command-0", "command-1", "command-2"]]
    assert [each["ok"] for each in given] == [True, True, True]


async def test_a_batch_has_a_size():
    book = Book()
    await answers(Writer(book), [item(number) for number in range(BATCH_COMMANDS + 1)])
    assert [len(batch) for batch in book.batches] == [BATCH_COMMANDS, 1]


async def test_a_full_queue_says_busy_at_once_and_when_to_come_back():
    given = await answers(Writer(Book()), [item(number) for number in range(QUEUE_COMMANDS + BATCH_COMMANDS + 5)])
    refused = [each for each in given if not each["ok"]]
    assert len(refused) == 5
    assert {(each["e"], each["retry_ms"]) for each in refused} == {("busy", 1_000)}


async def test_who_waits_for_a_place_in_a_full_queue_gets_one_in_turn():
    writer, places = Writer(Book()), []
    for number in range(QUEUE_COMMANDS + BATCH_COMMANDS):
        writer.put(item(number), lambda _: None)
    assert writer.is_full

    async def come(number):
        assert await writer.room()
        places.append(number)

    await asyncio.wait_for(asyncio.gather(*(come(number) for number in range(3))), 5)
    assert places == [0, 1, 2]
    writer.stop()


async def test_who_waits_too_long_is_turned_away(monkeypatch):
    monkeypatch.setattr(writing, "WAIT_SECONDS", 0.01)
    writer, is_away = Writer(lambda items: is_away.wait() and []), threading.Event()
    for number in range(QUEUE_COMMANDS + BATCH_COMMANDS):
        writer.put(item(number), lambda _: None)
    assert await asyncio.gather(writer.room(), writer.room()) == [False, False]
    is_away.set()
    writer.stop()


async def test_a_database_that_comes_back_is_waited_for():
    book = Book(OperationalError("restarting"), OperationalError("restarting"))
    assert [each["ok"] for each in await answers(Writer(book), [item(1)])] == [True]


async def test_a_database_that_stays_away_makes_everybody_busy(monkeypatch):
    monkeypatch.setattr(writing, "PATIENCE_SECONDS", 0.0)
    book = Book(OperationalError("gone"))
    assert [each["e"] for each in await answers(Writer(book), [item(1), item(2)])] == ["busy", "busy"]


async def test_one_bad_command_does_not_fail_the_others():
    given = await answers(Writer(Book()), [item(1), item("bad"), item(2)])
    assert [each["ok"] for each in given] == [True, False, True]


async def test_a_socket_that_is_gone_keeps_nobody_else_waiting():
    writer, heard = Writer(Book()), asyncio.Event()

    def gone(_):
        raise ConnectionError

    writer.put(item(1), gone)
    writer.put(item(2), lambda _: heard.set())
    await asyncio.wait_for(heard.wait(), 5)
    writer.stop()
