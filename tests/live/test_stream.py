"""The room as server-sent events: the same frames, numbered, for those who get no socket."""

import asyncio
import json
from datetime import timedelta

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import AsyncClient

from tests.factories import NOW
from tests.live.test_consumers import signed_in, written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.thorough,
    pytest.mark.usefixtures("nobody_reads_on"),
]


class Stream:
    """One page that listens to events."""

    def __init__(self, room, session, query="", headers=None):
        self.client, self.headers = AsyncClient(), headers or {}
        self.client.cookies[settings.SESSION_COOKIE_NAME] = session
        self.address = f"/live/{room.public_id}/stream?{query}"

    async def open(self):
        self.response = await self.client.get(self.address, headers=self.headers)
        self.chunks = aiter(self.response.streaming_content)
        return self

    async def event(self, wanted=lambda frame: True):
        """(id or None, frame) of the next event that is wanted."""
        while True:
            text = (await asyncio.wait_for(anext(self.chunks), 5)).decode()
            lines = dict(line.split(": ", 1) for line in text.strip().splitlines() if not line.startswith(":"))
            if "event" in lines:
                return lines["event"], lines["data"]
            if "data" in lines and wanted(frame := json.loads(lines["data"])):
                return lines.get("id"), frame

    async def close(self):
        await self.chunks.aclose()


@pytest.fixture
def ready(room, register, officer):
    register(officer)
    return room


def session_of(person):
    return database_sync_to_async(signed_in)(person)


async def test_a_stream_greets_and_numbers_its_events(ready, officer, asked):
    question = await database_sync_to_async(asked)(body="見えますか。")
    stream = await Stream(ready, await session_of(officer), f"epoch={ready.epoch.hex[:8]}&seq=0&cv=0").open()
    assert stream.response["Content-Type"] == "text/event-stream"
    assert stream.response["X-Accel-Buffering"] == "no"
    number, welcome = await stream.event()
    assert (number, welcome["t"], welcome["me"]["role"]) == (None, "welcome", "municipal")
    number, event = await stream.event(lambda frame: frame["t"] == "ev")
    assert (number, event["q"]["id"]) == ("1", question)
    await stream.close()


async def test_what_happens_later_arrives(ready, officer, asked, do, moderator):
    stream = await Stream(ready, await session_of(officer), f"epoch={ready.epoch.hex[:8]}&seq=0&cv=0").open()
    await stream.event(lambda frame: frame["t"] == "welcome")
    question = await written(lambda: asked(body="あとから"))
    _, event = await stream.event(lambda frame: frame["t"] == "ev")
    assert event["q"]["body"] == "あとから"
    await written(lambda: do(officer, "vote.set", q=question, on=True))
    _, counts = await stream.event(lambda frame: frame["t"] == "counts")
    assert counts["c"] == {question: [1, 1]}
    await stream.close()


async def test_a_browser_that_comes_back_by_itself_says_what_it_had(ready, officer, asked):
    for number in range(2):
        await database_sync_to_async(asked)(body=f"質問{number}")
    query = f"epoch={ready.epoch.hex[:8]}&seq=0&cv=0"
    stream = await Stream(ready, await session_of(officer), query, {"Last-Event-ID": "1"}).open()
    number, _ = await stream.event(lambda frame: frame["t"] == "ev")
    assert number == "2"
    await stream.close()


async def test_a_stream_of_somebody_who_signed_out_ends_with_a_word(ready, officer):
    session = await session_of(officer)
    stream = await Stream(ready, session).open()
    await stream.event(lambda frame: frame["t"] == "welcome")
    await written(Session.objects.filter(session_key=session).delete)
    assert await asyncio.wait_for(stream.event(lambda frame: False), 5) == ("over", "4401")


async def test_strangers_get_no_stream(ready, outsider):
    stream = Stream(ready, await session_of(outsider))
    assert (await stream.client.get(stream.address)).status_code == 404


async def test_an_officer_gets_no_staff_stream_by_asking_for_it(ready, officer, asked):
    stream = await Stream(ready, await session_of(officer), f"epoch={ready.epoch.hex[:8]}&seq=0&sseq=0&cv=0").open()
    await written(lambda: asked(body="承認待ちの質問", publish=False))
    await written(lambda: asked(body="公開の質問", at=NOW + timedelta(minutes=2)))
    _, frame = await stream.event(lambda frame: frame["t"] in {"ev", "sev"})
    assert frame["q"]["body"] == "公開の質問"
    await stream.close()
