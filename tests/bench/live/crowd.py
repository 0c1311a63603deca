"""The load: up to 10,000 browsers in one process, each as little as a browser can be, with everything they saw kept."""

import asyncio
import json
import struct
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

SOURCES = 8
HANDSHAKES_AT_ONCE = 200
PATIENCE_SECONDS = 60.0
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


@dataclass
class Seen:
    """Frames by content: what is said to everybody is read and kept once, with the moments it arrived at each."""

    number: dict[bytes, int] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[array] = field(default_factory=list)  # seconds of the loop's clock, one list a frame

    def note(self, payload: bytes, now: float) -> int:
        """The number of a frame, which is new or was seen before."""
        number = self.number.get(payload)
        if number is None:
            number = self.number[payload] = len(self.frames)
            self.frames.append(json.loads(payload) if payload[:1] == b"{" else {})
            self.arrivals.append(array("d"))
        self.arrivals[number].append(now)
        return number


class Browser(asyncio.Protocol):
    """One socket: shakes hands, says hello when it has a ticket, and keeps the numbers of the frames it was sent."""

    def __init__(self, crowd: "Crowd", person: dict[str, str] | None) -> None:
        self.crowd, self.person = crowd, person
        self.log = array("I")
        self.buffer = b""
        self.is_open = False
        self.close_code: int | None = None
        self.ready: asyncio.Future[None] = crowd.loop.create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.transport.write(self.crowd.greeting(self.person))

    def data_received(self, data: bytes) -> None:
        if self.buffer:
            data = self.buffer + data
        at = self._shaken(data) if not self.is_open else 0
        if self.is_open:
            self.buffer = data[self._frames(data, at) :]
        else:
            self.buffer = data

    def _shaken(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101"):
            self._fail(f"refused: {data[:40]!r}")
            return 0
        self.is_open = True
        if self.person is None:
            self._welcome()
        else:
            self.say({"t": "hello", "v": 1, "ticket": self.person["ticket"], "have": self.crowd.have})
        return end + 4

    def _frames(self, data: bytes, at: int) -> int:
        """Take the whole frames from a place on; returns where the first one begins that is not whole."""
        length, now = len(data), self.crowd.loop.time()
        while length - at >= 2:
            size, head = data[at + 1], at + 2
            if size == 126:
                if length - at < 4:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                if length - at < 10:
                    break
                size, head = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if length - head < size:
                break
            self._frame(data[at] & 0x0F, data[head : head + size], now)
            at = head + size
        return at

    def _frame(self, kind: int, payload: bytes, now: float) -> None:
        if kind == TEXT:
            if payload.startswith(b'{"t":"ack"'):
                self.crowd.acknowledged(payload, now)
            elif payload.startswith(b'{"t":"welcome"'):
                self._welcome()
            else:
                self.crowd.delivered += 1
                self.log.append(self.crowd.seen.note(payload, now))
        elif kind == PING:
            self.transport.write(_masked(PONG, payload))
        elif kind == CLOSE:
            self.close_code = int.from_bytes(payload[:2], "big") if payload else 1005
            self.crowd.closed += 1
            self._fail(f"closed: {self.close_code}")

    def _welcome(self) -> None:
        if not self.ready.done():
            self.ready.set_result(None)

    def _fail(self, why: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(why))

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(f"lost: {exc!r}")

    def say(self, message: dict[str, Any]) -> None:
        self.transport.write(_masked(TEXT, json.dumps(message, separators=(",", ":")).encode()))


def _masked(kind: int, payload: bytes) -> bytes:
    """A client's frame; its mask is all zeros, which changes nothing and costs nothing."""
    size = len(payload)
    head = struct.pack("!BB", 0x80 | kind, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x80 | kind, 0xFE, size)
    return head + b"\0\0\0\0" + payload


class Crowd:
    """Browsers of one server, what was sent, and every acknowledgement."""

    def __init__(self, port: int, *, path: str = "/", origin: str = "", have: dict[str, Any] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.port, self.path, self.origin, self.have = port, path, origin, have
        self.browsers: list[Browser] = []
        self.seen = Seen()
        self.delivered = 0
        self.closed = 0
        self.sent: dict[str, tuple[float, Any]] = {}
        self.acks: list[tuple[Any, float, float, dict[str, Any]]] = []  # (note, sent, acknowledged, acknowledgement)
        self.refused: list[dict[str, Any]] = []
        self.last: dict[str, bool] = {}  # 「question person」 -> what the newest acknowledged vote said
        self._ids = count()
        self._listener: Callable[[], None] | None = None

    def greeting(self, person: dict[str, str] | None) -> bytes:
        cookie = f"Cookie: sessionid={person['session']}\r\n" if person else ""
        return (
            f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {self.origin}\r\n{cookie}\r\n"
        ).encode()

    async def connect(self, people: Iterable[dict[str, str] | None]) -> float:
        """Open a socket for each and wait until all are welcome; returns the seconds it took."""
        began, gate = self.loop.time(), asyncio.Semaphore(HANDSHAKES_AT_ONCE)

        async def one(person: dict[str, str] | None, number: int) -> None:
            async with gate:
                source = (f"127.0.0.{number % SOURCES + 1}", 0)
                _, browser = await self.loop.create_connection(
                    lambda: Browser(self, person), "127.0.0.1", self.port, local_addr=source
                )
                self.browsers.append(browser)
                await asyncio.wait_for(browser.ready, PATIENCE_SECONDS)

        await asyncio.gather(*(one(person, number) for number, person in enumerate(people)))
        return self.loop.time() - began

    def command(self, browser: Browser, op: str, a: dict[str, Any], note: Any) -> None:
        """Send a command; its acknowledgement is kept beside the note."""
        command_id = f"bench-{next(self._ids):08d}"
        self.sent[command_id] = (self.loop.time(), note)
        browser.say({"t": "cmd", "id": command_id, "op": op, "a": a})

    def acknowledged(self, payload: bytes, now: float) -> None:
        ack = json.loads(payload)
        sent, note = self.sent.pop(ack["id"])
        if ack["ok"]:
            self.acks.append((note, sent, now, ack["r"]))
            if note is not None:
                person, question, on = note
                self.last[f"{question} {person}"] = on
        else:
            self.refused.append(ack)

    async def settle(self, seconds: float = 20.0) -> None:
        """Wait until every command was answered, at most so long."""
        until = self.loop.time() + seconds
        while self.sent and self.loop.time() < until:
            await asyncio.sleep(0.02)

    async def quiet(self, for_seconds: float = 1.5, at_most: float = 60.0) -> None:
        """Wait until nothing has been delivered for a while: everybody has what they are going to get."""
        last, since, until = self.delivered, self.loop.time(), self.loop.time() + at_most
        while self.loop.time() - since < for_seconds and self.loop.time() < until:
            await asyncio.sleep(0.05)
            if self.delivered != last:
                last, since = self.delivered, self.loop.time()

    def close(self) -> None:
        for browser in self.browsers:
            browser.transport.abort()
