"""Connections that hold a place without using it are closed; those that do their part are not."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from config.patience import PatientProtocol

pytestmark = pytest.mark.thorough


class Impatient(PatientProtocol):
    """The same protocol in a hurry, so that a test need not wait for minutes."""

    header_seconds = 0.1
    window_seconds = 0.1
    window_bytes = 1000
    reader_seconds = 0.1


async def echo(scope, receive, send):
    body = b""
    while (message := await receive())["type"] == "http.request":
        body += message["body"]
        if not message["more_body"]:
            break
    else:
        return
    reply = body or b"x" * int(scope["query_string"] or 1)
    headers = [(b"content-length", str(len(reply)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": reply})


@pytest.fixture
def state():
    return ServerState()


@pytest.fixture
def open_places(state):
    """await open_places(n): until the server holds exactly n connections."""

    async def until(number):
        while len(state.connections) != number:
            await asyncio.sleep(0)

    return until


@pytest.fixture
def next_window(state):
    """await next_window(): until the server has judged the body it is reading, or has read it to the end."""

    async def until():
        judged = None
        while state.connections:
            (connection,) = state.connections
            timer = connection._timer
            if judged is not None and timer is not judged:
                return
            judged = judged or timer
            await asyncio.sleep(0)

    return until


@pytest.fixture
async def connect(state):
    """connect(): a reader and a writer to a server that speaks Impatient."""
    config = uvicorn.Config(echo, http=Impatient, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1)
    config.load()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Impatient(config, state, {}), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    writers = []

    async def do():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    yield do
    for writer in writers:
        writer.close()
    server.close()


async def reply_to(connect, sent):
    """Everything the server says to these bytes until it closes the connection."""
    reader, writer = await connect()
    writer.write(sent)
    return await asyncio.wait_for(reader.read(), 5)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"\r\n\r\n"])
async def test_headers_that_never_end_are_given_up(connect, sent):
    assert (await reply_to(connect, sent)).startswith(b"HTTP/1.1 408 ")


async def test_headers_without_measure_are_refused_before_they_end(connect):
    sent = b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * (PatientProtocol.header_bytes + 1)
    assert (await reply_to(connect, sent)).startswith(b"HTTP/1.1 431 ")


async def test_a_second_request_that_never_ends_is_given_up_too(connect):
    reply = await reply_to(connect, b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost")
    assert reply.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in reply


async def test_a_body_that_trickles_is_given_up(connect):
    assert await reply_to(connect, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\nabc") == b""


async def test_a_body_that_keeps_its_pace_is_read_to_the_end(connect, open_places, next_window):
    reader, writer = await connect()
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6000\r\n\r\n")
    for _ in range(4):
        writer.write(b"a" * 1500)
        await asyncio.wait_for(next_window(), 5)
    assert (await asyncio.wait_for(reader.read(), 5)).endswith(b"a" * 6000)


async def test_a_reader_that_takes_nothing_is_given_up(connect, open_places):
    _, writer = await connect()
    writer.transport.pause_reading()
    writer.write(b"GET /?50000000 HTTP/1.1\r\nHost: a\r\n\r\n")
    await asyncio.wait_for(open_places(1), 5)
    await asyncio.wait_for(open_places(0), 5)


async def test_an_ordinary_request_is_answered_and_the_connection_kept(connect):
    reader, writer = await connect()
    for _ in range(2):
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert (await asyncio.wait_for(reader.readuntil(b"\r\n\r\nx"), 5)).startswith(b"HTTP/1.1 200 ")
