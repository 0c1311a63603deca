"""What strangers and broken programs send to a room's socket: each story returns what went wrong."""

import asyncio
import json
import random
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from tests.engines import Engines
from tests.faults.room.breaking import Story, crowd, gone
from tests.faults.room.client import ORIGIN
from tests.faults.room.judging import call, judged
from tests.nursery.site import Site

# None is no header at all; everything here but the site's own is somebody else.
FOREIGN_ORIGINS = (
    None, "null", "", "https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "https://127.0.0.1:0",
    "http://127.0.0.1:0.evil.example", "http://evil.example/http://127.0.0.1:0", "http://user@127.0.0.1:0",
    "http://127.0.0.1:0@evil.example", "HTTP://127.0.0.1:0/", "http://127.0.0.1:0.", "http://localhost:1",
    "http://xn--127001-9d4e:0",
)  # fmt: skip
NAMES = ("t", "id", "op", "a", "q", "on", "body", "__proto__", "constructor", "state", "expect")
VALUES: tuple[Any, ...] = (None, True, 0, -1, 1e308, "", "x" * 5000, [], [[]], {}, {"a": {}}, "vote.set", "\x00", "髙")


async def origins_and_tickets(grounds: Site, _both: Engines) -> list[str]:
    """Only our own pages open a socket, and only a good ticket of this room, with its session, is let in."""
    made = await call(grounds, "make_room", people=2, questions=1)
    people = await crowd(grounds, made)
    person, neighbour = made["people"]
    wrongs = []
    for origin in FOREIGN_ORIGINS:
        try:
            async with _socket(grounds, made["room"], person, origin=origin):
                wrongs.append(f"a socket was opened from the origin {origin!r}")
        except InvalidStatus as refused:
            if refused.response.status_code != 403:
                wrongs.append(f"the origin {origin!r} was answered {refused.response.status_code}")
    good = person["ticket"]
    forged = (None, "", 7, [], good[:-1], good + "x", good.upper(), good.split(":")[0], "a" * 8000, neighbour["ticket"])
    for ticket in forged:
        async with _socket(grounds, made["room"], person) as socket:
            wrongs += await _is_shown_the_door(socket, ticket)
    async with _socket(grounds, made["room"], person | {"session": "0" * 32}) as socket:
        wrongs += await _is_shown_the_door(socket, good)
    async with _socket(grounds, "another-room", person) as socket:
        wrongs += await _is_shown_the_door(socket, good)
    if any(one.closings for one in people):
        wrongs.append("people in the room were disturbed")
    await gone(people)
    return wrongs


async def _is_shown_the_door(socket: ClientConnection, ticket: Any) -> list[str]:
    """Say hello with a ticket that is no good; anything but a close without a welcome is wrong."""
    await socket.send(json.dumps({"t": "hello", "v": 1, "ticket": ticket, "have": None}))
    heard = []
    try:
        async with asyncio.timeout(6):
            async for text in socket:
                heard.append(text)
    except (TimeoutError, WebSocketException):
        pass
    shown = f"the ticket {str(ticket)[:20]!r}"
    wrongs = [f"{shown} was told {str(text)[:80]}" for text in heard if '"welcome"' in str(text)]
    if socket.close_code not in {4403, 4400}:
        wrongs.append(f"{shown} was closed with {socket.close_code}")
    return wrongs


async def frames_of_nonsense(grounds: Site, _both: Engines) -> list[str]:
    """2,000 malformed frames: each socket is told or closed by the book, nobody else notices, nothing is logged."""
    made = await call(grounds, "make_room", people=40, questions=2)
    people = await crowd(grounds, made | {"people": made["people"][:4]})
    chance, wrongs = random.Random(7), []
    log = grounds.folder / "nursery.log"
    before = log.read_text().count("ERROR") + log.read_text().count("Traceback")
    for person in made["people"][4:]:
        wrongs += await _bothered(grounds, made["room"], person, chance)
    ack = await people[0].do("vote.set", q=made["questions"][0], on=True)
    if not ack["ok"]:
        wrongs.append(f"a neighbour's vote was answered {ack}")
    if any(one.closings for one in people):
        wrongs.append("neighbours lost their sockets")
    if (after := log.read_text().count("ERROR") + log.read_text().count("Traceback")) != before:
        wrongs.append(f"{after - before} errors were logged: {log.read_text()[-600:]}")
    wrongs += await judged(grounds, people)
    await gone(people)
    return wrongs


BOOK = {
    "binary": (1003,),
    "too long": (1009,),
    "bad text": (1007,),
    "nonsense": (4400,),
}


async def _bothered(grounds: Site, room: str, person: dict[str, str], chance: random.Random) -> list[str]:
    """Send one person's share of nonsense over as many sockets as it takes; returns what was not by the book."""
    wrongs = []
    for kind, codes in BOOK.items():
        async with _socket(grounds, room, person) as socket:
            await socket.send(json.dumps({"t": "hello", "v": 1, "ticket": person["ticket"], "have": None}))
            async with asyncio.timeout(10):
                while '"welcome"' not in str(await socket.recv()):
                    pass
            try:
                async with asyncio.timeout(10):
                    await _send_nonsense(socket, kind, chance)
                    async for _ in socket:
                        pass
            except (WebSocketException, TimeoutError, OSError):
                pass
            if socket.close_code not in codes:
                wrongs.append(f"{kind} was closed with {socket.close_code}")
    return wrongs


async def _send_nonsense(socket: ClientConnection, kind: str, chance: random.Random) -> None:
    if kind == "binary":
        await socket.send(b"\x00\xff")
    elif kind == "too long":
        await socket.send("x" * 20_000)
    elif kind == "bad text":
        socket.transport.write(b"\x81\x82" + b"\x00\x00\x00\x00" + b"\xc3\x28")
    else:
        for _ in range(14):
            await socket.send(_nonsense(chance))


def _nonsense(chance: random.Random) -> str:
    """A text that is no message of the protocol, in one of many ways."""
    kind = chance.randrange(8)
    if kind == 0:
        return "".join(chance.choice('{}[]":,0aあ\u202e') for _ in range(chance.randrange(1, 60)))
    if kind == 1:
        return "[" * chance.choice((7, 100, 7000))
    if kind == 2:
        return '{"a":' * 9 + "1" + "}" * 9
    if kind == 3:
        return json.dumps(chance.choice(VALUES))
    if kind == 4:
        return '{"t":"cmd","id":NaN,"op":Infinity,"a":{"q":1e400}}'
    if kind == 5:
        return '{"t":"cmd","t":"hello","v":1}'
    return json.dumps({chance.choice(NAMES): chance.choice(VALUES) for _ in range(chance.randrange(1, 5))})


def _socket(grounds: Site, room: str, person: dict[str, str], *, origin: str | None = ORIGIN) -> Any:
    return connect(
        f"ws://127.0.0.1:{grounds.ports[0]}/ws/live/{room}/",
        additional_headers=[
            ("Cookie", f"sessionid={person['session']}"),
            *([("Origin", origin)] if origin is not None else []),
        ],
        compression=None,
        open_timeout=10,
        close_timeout=2,
        max_size=None,
    )


STORIES: dict[str, Story] = {story.__name__: story for story in (origins_and_tickets, frames_of_nonsense)}
