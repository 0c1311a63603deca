"""Whose pages may open a socket: exactly our own."""

from collections.abc import Collection
from urllib.parse import urlsplit

from config.frontdoor import App, Receive, Scope, Send, header

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def own_origins(site_url: str) -> frozenset[str]:
    """Return the origins browsers send from our pages, lower case, as scheme://host[:port].

    On a person's own machine the three names of the loopback are one site; anywhere else only SITE_URL is.
    """
    parts = urlsplit(site_url.lower())
    default_port = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default_port) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    hosts = LOOPBACK if host in LOOPBACK else (host,)
    return frozenset(f"{parts.scheme}://{name}{port}" for name in hosts)


async def refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Close a handshake before accepting it: the client sees HTTP 403."""
    await receive()
    await send({"type": "websocket.close", "code": 4403})


class OwnOrigin:
    """Let a socket through only when it names one of the given origins, once and exactly; no Origin is no entry."""

    def __init__(self, app: App, *, origins: Collection[str]) -> None:
        self.app = app
        self.origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = header(scope, b"origin")
        is_own = len(named) == 1 and named[0] in self.origins
        await (self.app if is_own else refuse_socket)(scope, receive, send)
