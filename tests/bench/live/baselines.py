"""Servers to compare with: `python -m tests.bench.live.baselines NAME PORT`; each SIGUSR1 sends one frame to everybody.

raw         the floor: uvloop's transport.write of a frame made once, and nothing else
asgi        a bare ASGI application on uvicorn as this site runs it, awaiting each send in turn
documented  Channels as its tutorial teaches it: a consumer per socket, a group per room, group_send, in memory
"""

import asyncio
import base64
import hashlib
import json
import signal
import struct
import sys
from typing import Any

import uvicorn
import uvloop

PAYLOAD = json.dumps({"t": "counts", "cv": 1, "c": {f"question-{n:07d}": [n, n] for n in range(11)}}).encode()
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
FRAME = struct.pack("!BBH", 0x81, 126, len(PAYLOAD)) + PAYLOAD


class Raw(asyncio.Protocol):
    """A socket that shakes hands and is written to."""

    everybody: set["Raw"] = set()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET"):
            key = data.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0]
            accept = base64.b64encode(hashlib.sha1(key + MAGIC).digest())
            self.transport.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
            )
            self.everybody.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.everybody.discard(self)

    @classmethod
    def broadcast(cls) -> None:
        for one in cls.everybody:
            one.transport.write(FRAME)


async def raw(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Raw, "127.0.0.1", port, backlog=2048)
    loop.add_signal_handler(signal.SIGUSR1, Raw.broadcast)
    await server.serve_forever()


class Bare:
    """An ASGI application that keeps the send of every socket."""

    def __init__(self) -> None:
        self.sends: set[Any] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        await receive()
        await send({"type": "websocket.accept"})
        self.sends.add(send)
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self.sends.discard(send)

    async def broadcast(self) -> None:
        message = {"type": "websocket.send", "text": PAYLOAD.decode()}
        for send in list(self.sends):
            await send(message)


def documented() -> tuple[Any, Any]:
    from django.conf import settings

    settings.configure(CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}})
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.layers import get_channel_layer

    class RoomConsumer(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            await self.channel_layer.group_add("room", self.channel_name)
            await self.accept()

        async def disconnect(self, code: int) -> None:
            await self.channel_layer.group_discard("room", self.channel_name)

        async def room_counts(self, event: dict[str, Any]) -> None:
            await self.send(text_data=json.dumps(event["counts"]))

    async def broadcast() -> None:
        await get_channel_layer().group_send("room", {"type": "room.counts", "counts": json.loads(PAYLOAD)})

    consumer = RoomConsumer.as_asgi()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await consumer(scope, receive, send)

    return application, broadcast


async def asgi(port: int, application: Any, broadcast: Any) -> None:
    loop, running = asyncio.get_running_loop(), set()

    def go() -> None:
        task = asyncio.ensure_future(broadcast())
        running.add(task)
        task.add_done_callback(running.discard)

    loop.add_signal_handler(signal.SIGUSR1, go)
    await uvicorn.Server(
        uvicorn.Config(
            application,
            port=port,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="warning",
            access_log=False,
        )
    ).serve()


def main(name: str, port: str) -> None:
    if name == "raw":
        uvloop.run(raw(int(port)))
    elif name == "asgi":
        bare = Bare()
        uvloop.run(asgi(int(port), bare, bare.broadcast))
    else:
        uvloop.run(asgi(int(port), *documented()))


if __name__ == "__main__":
    main(*sys.argv[1:])
