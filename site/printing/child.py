"""The process that lays out PDFs: imports WeasyPrint once, forks for each document, can read only its own fonts.

Run as `python -m printing.child`. Over stdin come requests (8 bytes of length, then HTML in UTF-8); over stdout go
answers (1 byte of status, 8 bytes of length, then the PDF or a short reason). It ends when stdin closes.
"""

import os
import resource
import select
import signal
import struct
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

FONTS = Path(__file__).resolve().parent / "fonts"
SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024
LENGTH = struct.Struct(">Q")
OK, FAILED, TOO_HEAVY = b"0", b"1", b"2"


def render(html: str) -> bytes:
    """Lay out one document. Nothing but the package's fonts and data: images can be fetched."""
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFontsOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url.startswith("data:image/"):
                return super().fetch(url, headers)
            name = url.removeprefix(FONTS.as_uri() + "/")
            if name in {"BIZUDPGothic-Regular.ttf", "BIZUDPGothic-Bold.ttf"}:
                return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/ttf"})
            raise ValueError("documents fetch nothing")

    return HTML(string=html, base_url=FONTS.as_uri() + "/", url_fetcher=OwnFontsOnly()).write_pdf()


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests one after the other until the other end closes."""
    import weasyprint  # noqa: F401  (warm: the import costs more than most documents)

    while head := requests.read(LENGTH.size):
        html = requests.read(LENGTH.unpack(head)[0])
        status, body = _in_a_fork(html)
        answers.write(status + LENGTH.pack(len(body)) + body)
        answers.flush()


def _in_a_fork(html: bytes) -> tuple[bytes, bytes]:
    """Render in a fork of its own, so that neither memory nor anything of one document reaches the next."""
    ours, theirs = os.pipe()
    # WeasyPrint copies the fonts of each document (8 MB) to a folder that a fork which just exits leaves behind.
    with tempfile.TemporaryDirectory(prefix="printing-") as folder:
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            tempfile.tempdir = folder
            _render_and_exit(html, theirs)
        os.close(theirs)
        body, timed_out = _read_all(ours)
        if timed_out:
            os.kill(pid, signal.SIGKILL)
        os.close(ours)
        _, status = os.waitpid(pid, 0)
    if status != 0 or not body:
        return (TOO_HEAVY if timed_out or os.WIFSIGNALED(status) else FAILED), b""
    return OK, body


def _render_and_exit(html: bytes, target: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
        pdf = render(html.decode())
        with os.fdopen(target, "wb") as out:
            out.write(pdf)
        code = 0
    except BaseException as error:
        print(f"printing: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)
    finally:
        os._exit(code)


def _read_all(source: int) -> tuple[bytes, bool]:
    """Read until the fork closes its end; (bytes, False), or (b"", True) when it is silent for SECONDS."""
    chunks: list[bytes] = []
    while True:
        readable, _, _ = select.select([source], [], [], SECONDS + 2)
        if not readable:
            return b"", True
        if not (chunk := os.read(source, 1 << 20)):
            return b"".join(chunks), False
        chunks.append(chunk)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
