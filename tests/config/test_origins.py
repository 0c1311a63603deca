"""Sockets open from our own pages only."""

import pytest

from config.origins import OwnOrigin, own_origins

SITE = own_origins("https://pitch.example")


@pytest.mark.parametrize(
    ("site_url", "origins"),
    [
        ("https://pitch.example", {"https://pitch.example"}),
        ("https://pitch.example:443", {"https://pitch.example"}),
        ("https://Pitch.example:8443", {"https://pitch.example:8443"}),
        ("http://127.0.0.1:8000", {"http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"}),
    ],
)
def test_our_own_origins(site_url, origins):
    assert own_origins(site_url) == origins


async def answer_to(*named):
    """What becomes of a handshake with these Origin headers: the application's word, or a close."""
    said = []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        said.append(message["type"])

    headers = [(b"origin", origin.encode()) for origin in named]
    await OwnOrigin(app, origins=SITE)({"type": "websocket", "headers": headers}, receive, send)
    return said


async def test_our_own_page_is_let_in():
    assert await answer_to("https://pitch.example") == ["websocket.accept"]


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example",
        "https://pitch.example.evil.example",
        "https://evilpitch.example",
        "https://sub.pitch.example",
        "http://pitch.example",
        "https://pitch.example:8443",
        "https://pitch.example.",
        "https://pitch.example/",
        "https://user@pitch.example",
        "https://pitch.example@evil.example",
        "https://PITCH.example",
        "https://xn--ptch-uqa.example",
        "*",
    ],
)
async def test_every_other_page_is_not(origin):
    assert await answer_to(origin) == ["websocket.close"]


async def test_no_origin_or_two_are_not():
    assert await answer_to() == ["websocket.close"]
    assert await answer_to("https://pitch.example", "https://pitch.example") == ["websocket.close"]
