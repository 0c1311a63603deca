"""The short way through a socket says and hears what the long one would, in the same order."""

import asyncio
import gc
import weakref

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError

from config.express import ExpressSocket

pytestmark = pytest.mark.asyncio


class Room:
    """An application that keeps each socket's express way, and everything it hears by either."""

    def __init__(self):
        self.sockets, self.heard = [], []

    async def __call__(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        express = scope["extensions"]["express"]
        express.listen(self.at_once)
        self.sockets.append((express, send))
        del express
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(("in turn", message.get("text")))

    def at_once(self, text):
        if text == "wrong":
            raise ZeroDivisionError
        if text.startswith("later"):
            return False
        self.heard.append(("at once", text))
        return True

    async def hears(self, number):
        """Everything heard, once it is so many."""
        async with asyncio.timeout(5):
            while len(self.heard) < number:
                await asyncio.sleep(0.005)
        return self.heard


@pytest.fixture
def room():
    return Room()


@pytest.fixture
async def address(room):
    config = uvicorn.Config(
        room, http="h11", ws=ExpressSocket, lifespan="off", log_config=None, ws_per_message_deflate=False
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: config.http_protocol_class(config, state, {}), "127.0.0.1", 0
    )
    yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    server.close()


async def test_one_message_reaches_everybody_and_the_long_way_keeps_its_place(room, address):
    async with connect(address) as one, connect(address) as two:
        async with asyncio.timeout(5):
            while len(room.sockets) < 2:
                await asyncio.sleep(0.005)
        news = {"type": "websocket.send", "text": "全員へ"}
        for express, send in room.sockets:
            assert express.send_at_once(news)
            await send({"type": "websocket.send", "text": "あとで"})
            assert express.send_at_once({"type": "websocket.send", "text": "長い" * 40_000})
        for client in (one, two):
            assert [await client.recv() for _ in range(3)] == ["全員へ", "あとで", "長い" * 40_000]


async def test_what_cannot_be_heard_at_once_waits_and_nothing_passes_it(room, address):
    async with connect(address) as client:
        for text in ("first", "later", "after that"):
            await client.send(text)
        assert [text for _, text in await room.hears(3)] == ["first", "later", "after that"]
        assert room.heard[0] == ("at once", "first")
        assert room.heard[1] == ("in turn", "later")
        await client.send("again")
        assert (await room.hears(4))[3] == ("at once", "again")


async def test_a_text_in_pieces_and_bytes_go_the_long_way(room, address):
    async with connect(address) as client:
        await client.send(["in ", "pieces"])
        await client.send(b"bytes")
        assert await room.hears(2) == [("in turn", "in pieces"), ("in turn", None)]


async def test_what_is_not_utf_8_ends_the_socket(room, address):
    async with connect(address) as client:
        await client.send(b"\xff\xfe", text=True)
        with pytest.raises(ConnectionClosedError) as ended:
            await client.recv()
        assert ended.value.rcvd.code == 1007
    assert room.heard == []


async def test_nothing_is_handed_over_to_a_socket_that_is_closing_or_reads_nothing(room, address):
    # What it does not read keeps it from hearing the goodbye: waiting for that would be ten seconds of nothing.
    async with connect(address, max_queue=1, close_timeout=0.1) as client:
        await client.send("here")
        await room.hears(1)
        express, send = room.sockets[0]
        client.transport.pause_reading()
        heavy = {"type": "websocket.send", "text": "重" * 200_000}
        handed = sum(express.send_at_once(heavy) for _ in range(200))
        assert 0 < handed < 200
        client.transport.resume_reading()
    async with connect(address) as client:
        await client.send("here")
        await room.hears(2)
        express, send = room.sockets[1]
        await send({"type": "websocket.close", "code": 4000})
        assert not express.send_at_once({"type": "websocket.send", "text": "too late"})


async def test_a_listener_that_fails_ends_its_socket_and_hears_nothing_twice(room, address):
    async with connect(address) as client:
        await client.send("wrong")
        with pytest.raises(ConnectionClosedError):
            await client.recv()
    assert room.heard == []


async def test_a_closed_socket_is_gone_without_a_search_for_garbage(room, address):
    gc.disable()
    try:
        async with connect(address) as client:
            await client.send("here")
            await room.hears(1)
            socket = weakref.ref(room.sockets.pop()[0])
        async with asyncio.timeout(5):
            while socket() is not None:
                await asyncio.sleep(0.01)
    finally:
        gc.enable()


async def test_a_handshake_that_fails_ends_quietly(address):
    problems = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.split(":")[2].strip("/")))
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
    assert (await asyncio.wait_for(reader.read(), 5)).startswith(b"HTTP/1.1 4")
    writer.close()
    await asyncio.sleep(0)
    assert problems == []
