"""A participant as the browser's module is one: an outbox until acknowledged, a way back after every loss, no memory.

Everything heard is logged as it came, so that the browser's own reducer can be run over it afterwards (replay.mjs).
"""

import asyncio
import contextlib
import http.client
import itertools
import json
import random
import urllib.parse
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

ORIGIN = "http://127.0.0.1:0"
CSRF = "a" * 32
RETRIED = {"rate", "busy"}
WELCOME_SECONDS = 5.0
HTTP_SECONDS = 20.0
_ids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Page:
    """What a server answered over HTTP."""

    status: int
    text: str
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.text)


class Participant:
    """One person's one browser tab. ports are the servers' it may come back to; place is where it is now."""

    def __init__(self, room: str, person: dict[str, str], ports: dict[int, int], *, place: int = 0) -> None:
        self.room, self.person, self.ports, self.place = room, person, ports, place
        self.is_staff = person.get("staff") == "1"
        self.numbers: dict[str, Any] = {"epoch": "", "seq": 0, "sseq": 0, "cv": 0}
        self.log: list[dict[str, Any]] = []
        self.raw: list[str] = []
        self.outbox: dict[str, dict[str, Any]] = {}
        self.acks: dict[str, dict[str, Any]] = {}
        self.given: dict[str, dict[str, Any]] = {}
        self.closings: list[int | None] = []
        self.welcomes = 0
        self.socket: ClientConnection | None = None
        self.here = asyncio.Event()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._task: asyncio.Task[None] | None = None

    # --- Coming and going -------------------------------------------------------------------------------------------

    async def enter(self, *, is_new: bool = True) -> "Participant":
        """Come in; is_new starts from a snapshot, as a page does, else from `numbers` alone."""
        if is_new:
            await self.fetch_state()
        self._task = asyncio.create_task(self._stay())
        await asyncio.wait_for(self.here.wait(), 20)
        return self

    async def leave(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _stay(self) -> None:
        attempt = 0
        while True:
            try:
                await self._visit()
                attempt = 0
            except (OSError, WebSocketException, TimeoutError):
                attempt += 1
            self.here.clear()
            self.socket = None
            # A crowd does not come back at once: anything up to a doubling bound, as backoff() in client.js.
            await asyncio.sleep(random.random() * min(20.0, 0.5 * 2 ** min(attempt, 6)))
            self.place = random.choice(list(self.ports))

    async def _visit(self) -> None:
        async with connect(
            f"ws://127.0.0.1:{self.ports[self.place]}/ws/live/{self.room}/",
            origin=ORIGIN,
            additional_headers={"Cookie": f"sessionid={self.person['session']}"},
            compression=None,
            open_timeout=WELCOME_SECONDS,
            close_timeout=1,
        ) as socket:
            hello = {"t": "hello", "v": 1, "ticket": self.person["ticket"], "have": self.numbers, "tab": str(id(self))}
            await socket.send(json.dumps(hello))
            self.socket = socket
            try:
                async for text in socket:
                    await self._heard(str(text))
            finally:
                self.closings.append(socket.close_code)

    async def _heard(self, text: str) -> None:
        self.raw.append(text)
        frame = json.loads(text)
        kind = frame["t"]
        if kind == "ack":
            self._settle(frame)
            return
        self.log.append(frame)
        if kind == "welcome":
            self.welcomes += 1
            self.here.set()
            for message in list(self.outbox.values()):
                await self._send(message)
        elif kind == "resync":
            await asyncio.sleep(frame.get("after_ms", 0) / 1000)
            await self.fetch_state()
        elif kind in {"ev", "sev"}:
            number = "seq" if kind == "ev" else "sseq"
            if frame["seq"] == self.numbers[number] + 1:
                self.numbers[number] = frame["seq"]
            elif frame["seq"] > self.numbers[number]:
                await self.fetch_state()
        elif kind == "counts":
            self.numbers["cv"] = max(self.numbers["cv"], frame["cv"])

    # --- Commands ---------------------------------------------------------------------------------------------------

    async def give(self, op: str, **a: Any) -> asyncio.Future[dict[str, Any]]:
        """Keep a command and send it; the future is its acknowledgement, however often it has to be sent."""
        message = {"t": "cmd", "id": f"fault-{next(_ids):06d}-{random.getrandbits(32):08x}", "op": op, "a": a}
        self.outbox[message["id"]] = self.given[message["id"]] = message
        self._answers[message["id"]] = asyncio.get_running_loop().create_future()
        await self._send(message)
        return self._answers[message["id"]]

    async def do(self, op: str, **a: Any) -> dict[str, Any]:
        """Give a command and wait for its acknowledgement."""
        return await asyncio.wait_for(await self.give(op, **a), 60)

    async def _send(self, message: dict[str, Any]) -> None:
        if self.socket is not None and self.here.is_set():
            with contextlib.suppress(WebSocketException, OSError):
                await self.socket.send(json.dumps(message, ensure_ascii=False))

    def _settle(self, ack: dict[str, Any]) -> None:
        message = self.outbox.get(ack["id"])
        if message is None:
            return
        if not ack["ok"] and ack.get("e") in RETRIED:
            wait = ack.get("retry_ms", 500) / 1000
            asyncio.get_running_loop().call_later(wait, lambda: asyncio.ensure_future(self._send(message)))
            return
        del self.outbox[ack["id"]]
        self.acks[ack["id"]] = ack
        if not (answer := self._answers[ack["id"]]).done():
            answer.set_result(ack)

    async def settle(self, seconds: float = 60.0) -> None:
        """Wait until nothing given is unacknowledged."""
        if self.outbox:
            await asyncio.wait_for(asyncio.gather(*[self._answers[each] for each in list(self.outbox)]), seconds)

    # --- Over HTTP --------------------------------------------------------------------------------------------------

    async def fetch_state(self) -> dict[str, Any]:
        """Ask for the snapshot until a server answers; what is logged is what a client would start anew from."""
        for attempt in itertools.count():
            for place in (self.place, *self.ports):
                with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                    answer = await self.page("state" + ("?staff=1" if self.is_staff else ""), place)
                    if answer.status == 200:
                        self.raw.append(answer.text)
                        snapshot: dict[str, Any] = answer.json()
                        self.log.append({"t": "snapshot", "snapshot": snapshot})
                        self.numbers |= {name: snapshot.get(name, 0) for name in self.numbers}
                        return snapshot
            await asyncio.sleep(min(1.0, 0.1 * 2**attempt))
        raise AssertionError

    async def post(self, messages: Any, place: int | None = None) -> Page:
        """Commands by POST, as a browser without sockets sends them."""
        return await self._ask("POST", "commands", place, json.dumps(messages).encode(), "application/json")

    async def form(self, path: str, fields: dict[str, str], place: int | None = None) -> Page:
        """A plain form, as a browser without scripts sends it."""
        body = urllib.parse.urlencode(fields).encode()
        return await self._ask("POST", path, place, body, "application/x-www-form-urlencoded")

    async def page(self, path: str = "", place: int | None = None) -> Page:
        return await self._ask("GET", path, place)

    async def _ask(self, method: str, path: str, place: int | None, body: bytes | None = None, kind: str = "") -> Page:
        port = self.ports[self.place if place is None else place]
        cookie = f"sessionid={self.person['session']}; csrftoken={CSRF}"
        headers = {"Cookie": cookie, "X-CSRFToken": CSRF} | ({"Content-Type": kind} if kind else {})

        def ask() -> Page:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HTTP_SECONDS)
            try:
                connection.request(method, f"/live/{self.room}/{path}", body, headers)
                answer = connection.getresponse()
                return Page(answer.status, answer.read().decode(), dict(answer.headers))
            finally:
                connection.close()

        return await asyncio.to_thread(ask)
