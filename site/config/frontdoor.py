"""The front door: what a request must satisfy before any page code runs, or a byte too many is read."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.template.loader import render_to_string
from django.utils import translation

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]  # Of scope, receive and send, which each library types in its own way.

MIB = 1024 * 1024
DEFAULT_BODY_BYTES = MIB
HEADER_BYTES = 32 * 1024
ADDRESS_BYTES = 8 * 1024
# A refusal closes the connection; closing while the client still sends would reset it before the page is read.
LINGER_SECONDS = 1.0

REFUSAL_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'"),
    (b"connection", b"close"),
]
SHORT_REFUSAL = '<!doctype html><html lang="ja"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p></html>'

request_reference: ContextVar[str] = ContextVar("request_reference", default="-")


@dataclass(frozen=True)
class UploadRoute:
    """Paths that accept more than the default, and how many bytes of body a signed-in person may send there."""

    path: re.Pattern[str]
    max_bytes: int


def upload_routes(rows: Iterable[tuple[str, int]]) -> tuple[UploadRoute, ...]:
    """Compile settings.UPLOAD_ROUTES: rows of (regular expression matched from the start of the path, bytes)."""
    return tuple(UploadRoute(re.compile(pattern), max_bytes) for pattern, max_bytes in rows)


def header(scope: Scope, name: bytes) -> list[str]:
    """Return every value the client sent under a lower-case header name, in order."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def refuse(send: Send, status: int, page: str) -> None:
    """Answer with a page and close: whatever else the client sends is not read."""
    body = page.encode()
    headers = [*REFUSAL_HEADERS, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})


def short_refusal(title: str, advice: str) -> str:
    """A page for people that needs no template: for requests that were not meant by one."""
    return SHORT_REFUSAL.format(title, advice)


def too_large_page() -> str:
    """The site's own page for a body above the limit."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("413.html")


class Reference:
    """Give each request a reference, shown in the reply and on error pages, so that a report leads to its log lines."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reference = secrets.token_hex(8)
        request_reference.set(reference)

        async def send_with_reference(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", reference.encode())]}
            await send(message)

        await self.app({**scope, "reference": reference}, receive, send_with_reference)


class AddressLimit:
    """Refuse an address or headers that no page of ours produces: too long, or with a NUL.

    PostgreSQL reads none. A client writes one into an address as %00 and into a quoted cookie as a backslash and 000.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            await refuse(send, *refusal)
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _refusal(scope: Scope) -> tuple[int, str] | None:
        if len(scope.get("raw_path", b"")) + len(scope.get("query_string", b"")) > ADDRESS_BYTES:
            return 414, short_refusal("アドレスが長すぎます", "検索条件を短くして、もう一度お試しください。")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            return 431, short_refusal(
                "要求を受け付けられません", "このサイトのCookieを削除して、もう一度お試しください。"
            )
        if "\0" in scope["path"]:
            return 404, short_refusal("ページが見つかりません", "アドレスを確かめてください。")
        if any("\0" in value for value in parse_cookie("; ".join(header(scope, b"cookie"))).values()):
            return 400, short_refusal(
                "要求を受け付けられません", "このサイトのCookieを削除して、もう一度お試しください。"
            )
        return None


class BodyLimit:
    """Stop a body at its route's limit, before the page code or the disk sees what is beyond it.

    A Content-Length above the limit is refused unread; a chunked body is counted and cut. Above DEFAULT_BODY_BYTES only
    the given routes read on, and only for a request `is_signed_in` vouches for. Refused requests get 413.
    """

    def __init__(
        self,
        app: App,
        *,
        routes: Sequence[UploadRoute] = (),
        is_signed_in: Callable[[Scope], Awaitable[bool]],
        refusal_page: Callable[[], str] = too_large_page,
        linger_seconds: float = LINGER_SECONDS,
    ) -> None:
        self.app = app
        self.routes = routes
        self.is_signed_in = is_signed_in
        self.refusal_page = refusal_page
        self.linger_seconds = linger_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = _announced_bytes(scope)
        may_be_larger = announced is None or announced > DEFAULT_BODY_BYTES
        limit = await self._limit(scope) if may_be_larger and _has_body(scope) else DEFAULT_BODY_BYTES
        if announced is not None and announced > limit:
            await self._refuse(send)
            return
        counted = CountedBody(receive, send, limit)
        await self.app(scope, counted.receive, counted.send)
        if counted.is_cut and not counted.has_answered:
            await self._refuse(send)

    async def _limit(self, scope: Scope) -> int:
        """The bytes this request may send; asks who it is only where the answer matters."""
        allowed = max((route.max_bytes for route in self.routes if route.path.match(scope["path"])), default=0)
        if allowed > DEFAULT_BODY_BYTES and await self.is_signed_in(scope):
            return allowed
        return DEFAULT_BODY_BYTES

    async def _refuse(self, send: Send) -> None:
        await refuse(send, 413, self.refusal_page())
        await asyncio.sleep(self.linger_seconds)
        await send({"type": "http.response.body", "body": b""})


class CountedBody:
    """One request's body on its way in: past the limit the application sees its client leave, and its reply dropped."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive = receive
        self._send = send
        self._left = limit
        self.is_cut = False
        self.has_answered = False

    async def receive(self) -> Message:
        if self.is_cut:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.is_cut = True
                return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.is_cut and not self.has_answered:
            return
        self.has_answered = True
        await self._send(message)


def _has_body(scope: Scope) -> bool:
    """Whether the client announced a body at all; asking who a plain GET is from would cost it a query."""
    return bool(header(scope, b"content-length") or header(scope, b"transfer-encoding"))


def _announced_bytes(scope: Scope) -> int | None:
    """The body's size as its Content-Length says, None when it says nothing usable (a chunked body)."""
    values = header(scope, b"content-length")
    is_number = len(values) == 1 and values[0].isascii() and values[0].isdigit() and len(values[0]) < 20
    return int(values[0]) if is_number else None


async def is_signed_in(scope: Scope) -> bool:
    """Whether the request's session cookie belongs to a person who is signed in and may still sign in."""
    session_key = session_cookie(scope)
    return bool(session_key) and await database_sync_to_async(_session_is_signed_in)(session_key)


def session_cookie(scope: Scope) -> str:
    """The session key the client presents, or an empty string; nothing about it is believed yet."""
    jar: SimpleCookie = SimpleCookie()
    try:
        for line in header(scope, b"cookie"):
            jar.load(line)
    except CookieError:
        return ""
    morsel = jar.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel is not None else ""


def _session_is_signed_in(session_key: str) -> bool:
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request).is_authenticated
