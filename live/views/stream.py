"""Server-sent events: the room for those whose proxies let no socket through; commands go by POST."""

import asyncio
import re
from collections.abc import AsyncIterator
from random import randint
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from live.doorman import Caller
from live.lobby import NotAdmitted, Seat, lobby
from live.publishing.frames import Message
from live.views.doors import ticket_or_404
from live.views.feeds import sequence_number

COMMENT_SECONDS = 15.0
RETRY_MS = (500, 10_000)
# What the server's own buffers hold comes on top; the connection keeps the rest and merges counts.
LINES_AHEAD = 8
NUMBERED = re.compile(r'\{"t":"ev","seq":(\d+)')


@require_GET
def stream(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """The frames of the socket as events; `id:` is the sequence number, by which a browser resumes by itself.

    ?epoch=&seq=&cv= say what the page already has, and ?sseq= asks for the staff stream as well.
    """
    ticket = ticket_or_404(request, public_id, wants_staff="sseq" in request.GET)
    caller = Caller(ticket, request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    response = StreamingHttpResponse(_lines(caller, _have(request)), content_type="text/event-stream")
    response["X-Accel-Buffering"] = "no"
    response["Cache-Control"] = "no-store"
    return response


def _have(request: HttpRequest) -> dict[str, Any]:
    """What the client has; a browser that comes back by itself says the newest event's number in a header."""
    have: dict[str, Any] = {"epoch": request.GET.get("epoch", "")}
    have |= {name: sequence_number(request.GET.get(name, "")) for name in ("seq", "sseq", "cv")}
    have["seq"] = max(have["seq"], sequence_number(request.headers.get("Last-Event-ID", "")))
    return have


class Lines:
    """The reading side of a connection: a few frames on their way to the server's buffer, and the end."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue(LINES_AHEAD)
        self.code = 0

    async def send(self, frame: Message) -> None:
        await self._queue.put(frame["text"])

    async def cut(self, code: int) -> None:
        self.code = code
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)

    async def next(self) -> str | None:
        """The next event as text, a comment when there has been none for a while, None at the end."""
        try:
            async with asyncio.timeout(COMMENT_SECONDS):
                text = await self._queue.get()
        except TimeoutError:
            return ": \n\n"
        if text is None:
            return None
        numbered = NUMBERED.match(text)
        return f"id: {numbered[1]}\ndata: {text}\n\n" if numbered else f"data: {text}\n\n"


async def _lines(caller: Caller, have: dict[str, Any]) -> AsyncIterator[str]:
    lines, seat = Lines(), None
    # When the connection breaks, a browser waits this long: drawn for each, so that a crowd does not return at once.
    yield f"retry: {randint(*RETRY_MS)}\n\n"  # noqa: S311
    try:
        seat = await _seat(caller, have, lines)
        while (text := await lines.next()) is not None:
            yield text
        yield f"event: over\ndata: {lines.code}\n\n"
    finally:
        if seat is not None:
            seat.leave()


async def _seat(caller: Caller, have: dict[str, Any], lines: Lines) -> Seat | None:
    try:
        return await lobby().enter(caller, have, lines.send, lines.cut)
    except NotAdmitted as refusal:
        await lines.cut(refusal.code)
        return None
