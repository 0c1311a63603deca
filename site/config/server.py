"""The web server: `python -m config.server` serves the application as settings and environment say."""

import errno
import os
import resource
import signal
import socket
import sys
from types import FrameType

import uvicorn
from django.conf import settings
from uvicorn.supervisors import Multiprocess

# A room's largest command is 8 KiB; every further byte a socket may send is only room for an attack.
FRAME_BYTES = 16 * 1024
GRACE_SECONDS = 3
BACKLOG = 2048


class PortTaken(Exception):
    """Another program listens on the address; carries the words for the person who started us."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host}:{port} は別のプログラムが使用中です。そのプログラムを終了するか、別の番号を指定してください。\n"
            f"{host}:{port} is in use by another program. Stop it, or choose another port.\n"
            f"    make run PORT={port + 1}"
        )


def listening_socket(host: str, port: int) -> socket.socket:
    """Listen on host:port before anything slow happens; port 0 takes a free one. Raises PortTaken, else OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listening at once makes a second starter fail here instead of sharing the address until the first listens.
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise
    listener.set_inheritable(True)
    return listener


def configuration(*, processes: int = 1) -> uvicorn.Config:
    """Uvicorn as this site runs it; X-Forwarded-* is believed only from the proxies in FORWARDED_ALLOW_IPS."""
    proxies = os.environ.get("FORWARDED_ALLOW_IPS", "")
    return uvicorn.Config(
        "config.asgi:application",
        http="config.patience:PatientProtocol",
        ws="config.goodbye:PoliteSocket",
        ws_max_size=FRAME_BYTES,
        ws_per_message_deflate=False,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        loop="auto",
        lifespan="on",
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies or "127.0.0.1",
        server_header=False,
        access_log=os.environ.get("ACCESS_LOG", "") == "1",
        log_config=None,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=GRACE_SECONDS,
        workers=processes,
    )


def serve() -> None:
    """Listen on settings.HOST:PORT until SIGTERM or Ctrl-C, in settings.WEB_PROCESSES processes."""
    listener = listening_socket(settings.HOST, settings.PORT)
    _allow_many_sockets()
    config = configuration(processes=settings.WEB_PROCESSES)
    if settings.WEB_PROCESSES > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        uvicorn.Server(config).run(sockets=[listener])


def _allow_many_sockets() -> None:
    """Raise the soft limit of open files to the hard one: each person in a room holds one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _leave(signum: int, frame: FrameType | None) -> None:
    """Being asked to stop is no failure; uvicorn raises the signal again once it has closed everything."""
    sys.exit(0)


def main() -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _leave)
    try:
        serve()
    except PortTaken as refusal:
        sys.exit(str(refusal))
    except OSError as error:
        sys.exit(
            f"HOST={settings.HOST} では待ち受けできません。 Cannot listen on HOST={settings.HOST}: {error.strerror}"
        )


if __name__ == "__main__":
    main()
