"""A client of clamd, ClamAV's daemon: one file over one connection, by INSTREAM."""

import re
import socket
import struct
import time
from pathlib import Path

CONNECT_SECONDS = 5.0
# From the first byte sent to the verdict: a scanner that is slower counts as one that is down.
SCAN_SECONDS = 120.0
_CHUNK = 256 * 1024
_REPLY_BYTES = 4096


class ScannerDown(Exception):
    """No verdict: not reachable, too slow, broken off, or clamd said ERROR."""


def scan(path: Path, *, address: str, seconds: float = SCAN_SECONDS) -> str:
    """Return "" for a clean file, else the name of what was found. Raises ScannerDown when there is no verdict.

    address is a unix socket's path, or host:port (an IPv6 host in brackets).
    """
    until = time.monotonic() + seconds
    try:
        with _connected(address) as line, path.open("rb") as source:
            line.sendall(b"zINSTREAM\0")
            while chunk := source.read(_CHUNK):
                _allow(line, until)
                line.sendall(struct.pack(">I", len(chunk)) + chunk)
            line.sendall(struct.pack(">I", 0))
            reply = _reply(line, until)
    except OSError as error:
        raise ScannerDown(f"{type(error).__name__}: {error}") from error
    return _verdict(reply)


def _verdict(reply: str) -> str:
    if reply == "stream: OK":
        return ""
    if found := re.fullmatch(r"stream: (.+) FOUND", reply):
        return found[1]
    raise ScannerDown(reply[:200] or "no reply")


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)


def _reply(line: socket.socket, until: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _REPLY_BYTES:
        _allow(line, until)
        if not (part := line.recv(_REPLY_BYTES)):
            break
        said += part
    if not said.endswith(b"\0"):
        # Half a reply is none: "stream: OK" must not be read off a connection that broke.
        raise ScannerDown("broken off")
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _allow(line: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise ScannerDown("too slow")
    line.settimeout(left)
