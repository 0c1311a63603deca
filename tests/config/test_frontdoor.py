"""Limits on what a request may bring, as an ASGI server would hand it over."""

import pytest

from config.frontdoor import ADDRESS_BYTES, HEADER_BYTES, MIB, AddressLimit, BodyLimit, Reference, upload_routes

ROUTES = upload_routes([(r"^/upload/", 5 * MIB)])


class Exchange:
    """One request and what became of it: the body the application saw, the reply, the bytes taken from the client."""

    def __init__(self, path="/", *, headers=(), chunks=(), query=b""):
        self.scope = {
            "type": "http",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "headers": list(headers),
        }
        self.chunks = list(chunks)
        self.taken = 0
        self.body = b""
        self.sent = []

    async def receive(self):
        chunk = self.chunks.pop(0) if self.chunks else b""
        self.taken += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": bool(self.chunks)}

    async def send(self, message):
        self.sent.append(message)

    async def app(self, scope, receive, send):
        """A page that reads its whole body first, as Django does, and gives up when its client leaves."""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.body += message["body"]
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    @property
    def status(self):
        return self.sent[0]["status"]

    @property
    def reply_headers(self):
        return dict(self.sent[0]["headers"])


async def through_body_limit(exchange, *, is_signed_in=False):
    asked = []

    async def vouch(scope):
        asked.append(scope["path"])
        return is_signed_in

    door = BodyLimit(
        exchange.app, routes=ROUTES, is_signed_in=vouch, refusal_page=lambda: "大きすぎます", linger_seconds=0
    )
    await door(exchange.scope, exchange.receive, exchange.send)
    return asked


def announced(length):
    return [(b"content-length", str(length).encode())]


CHUNKED = [(b"transfer-encoding", b"chunked")]


async def test_a_small_body_passes_whole():
    exchange = Exchange(headers=announced(6), chunks=[b"abc", b"def"])
    await through_body_limit(exchange)
    assert (exchange.status, exchange.body) == (200, b"abcdef")


async def test_an_announced_giant_is_refused_unread():
    exchange = Exchange(headers=announced(2 * 1024 * MIB), chunks=[bytes(MIB)] * 4)
    await through_body_limit(exchange)
    assert (exchange.status, exchange.taken) == (413, 0)
    assert exchange.sent[1]["body"].decode() == "大きすぎます"
    assert exchange.reply_headers[b"connection"] == b"close"


async def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not():
    for size, status in ((MIB, 200), (MIB + 1, 413)):
        exchange = Exchange(headers=CHUNKED, chunks=[bytes(size)])
        await through_body_limit(exchange)
        assert exchange.status == status


async def test_a_chunked_giant_is_cut_after_the_limit():
    exchange = Exchange(headers=CHUNKED, chunks=[bytes(64 * 1024)] * 32_768)
    await through_body_limit(exchange)
    assert exchange.status == 413
    assert exchange.taken <= MIB + 64 * 1024


async def test_a_body_longer_than_announced_is_cut_too():
    exchange = Exchange(headers=announced(10), chunks=[bytes(64 * 1024)] * 64)
    await through_body_limit(exchange)
    assert (exchange.status, exchange.taken) == (413, MIB + 64 * 1024)


async def test_an_upload_route_takes_more_from_a_signed_in_person():
    exchange = Exchange("/upload/1/", headers=announced(3 * MIB), chunks=[bytes(MIB)] * 3)
    await through_body_limit(exchange, is_signed_in=True)
    assert (exchange.status, len(exchange.body)) == (200, 3 * MIB)


async def test_an_upload_route_takes_no_more_than_its_own_limit():
    exchange = Exchange("/upload/1/", headers=CHUNKED, chunks=[bytes(MIB)] * 9)
    await through_body_limit(exchange, is_signed_in=True)
    assert (exchange.status, exchange.taken) == (413, 6 * MIB)


@pytest.mark.parametrize("headers", [announced(3 * MIB), CHUNKED])
async def test_an_upload_route_takes_no_more_from_a_stranger_than_any_other(headers):
    exchange = Exchange("/upload/1/", headers=headers, chunks=[bytes(MIB)] * 3)
    await through_body_limit(exchange)
    assert exchange.status == 413
    assert exchange.taken <= 2 * MIB


async def test_a_signed_in_person_sends_no_more_to_an_ordinary_page():
    exchange = Exchange("/elsewhere/", headers=announced(3 * MIB), chunks=[bytes(MIB)] * 3)
    await through_body_limit(exchange, is_signed_in=True)
    assert exchange.status == 413


async def test_nobody_is_looked_up_for_a_small_body():
    assert await through_body_limit(Exchange("/upload/1/", headers=announced(10), chunks=[b"x" * 10])) == []
    assert await through_body_limit(Exchange("/upload/1/")) == []


async def test_a_reply_already_begun_is_not_broken_off():
    """A page may answer before it has read everything; what it said stands, and it sees its client leave."""
    exchange = Exchange(headers=CHUNKED, chunks=[bytes(MIB)] * 3)

    async def hasty(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            pass
        await send({"type": "http.response.body", "body": b"done"})

    exchange.app = hasty
    await through_body_limit(exchange)
    assert [message["type"] for message in exchange.sent] == ["http.response.start", "http.response.body"]


async def test_sockets_pass_untouched():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    await BodyLimit(app, is_signed_in=None)({"type": "websocket"}, None, None)
    assert seen == ["websocket"]


@pytest.mark.parametrize(
    ("exchange", "status"),
    [
        (Exchange("/" + "a" * ADDRESS_BYTES), 414),
        (Exchange(query=b"q=" + b"a" * ADDRESS_BYTES), 414),
        (Exchange(headers=[(b"cookie", b"a" * HEADER_BYTES)]), 431),
        (Exchange(query=b"q=" + b"a" * 4000, headers=[(b"cookie", b"a" * 8000)]), 200),
        (Exchange("/proposals/a\0b/"), 404),
        (Exchange(headers=[(b"cookie", rb'sessionid="abcdefgh\000"')]), 400),
        (Exchange(headers=[(b"cookie", rb'[=; sessionid="abcdefgh\000"')]), 400),
        (Exchange(headers=[(b"content-length", b"9" * 5000)]), 200),
    ],
)
async def test_an_address_or_headers_beyond_measure_are_refused(exchange, status):
    await AddressLimit(exchange.app)(exchange.scope, exchange.receive, exchange.send)
    assert exchange.status == status


async def test_each_reply_names_its_own_reference():
    references = []
    for _ in range(2):
        exchange = Exchange()
        await Reference(exchange.app)(exchange.scope, exchange.receive, exchange.send)
        references.append(exchange.reply_headers[b"x-request-id"])
    assert len(set(references)) == 2
