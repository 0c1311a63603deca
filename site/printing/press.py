"""Turn HTML into a PDF, in a child process that can be killed and that can fetch nothing."""

import atexit
import hashlib
import threading
from collections import OrderedDict

from core.child import Child
from printing.child import LENGTH, OK, TOO_HEAVY


class PressError(Exception):
    """No PDF could be made; the message is Japanese, for display."""


class Press:
    """One warm child and the lock in front of it; the child is started at the first document and again if it died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child = Child("printing.child")

    def render(self, html: str) -> bytes:
        """Return the PDF of a whole HTML document. Raises PressError."""
        with self._lock:
            try:
                status, body = self._ask(html.encode())
            except (OSError, EOFError) as error:
                self.close()
                raise PressError("PDFを作成できませんでした。しばらくしてからもう一度お試しください。") from error
        if status == OK:
            return body
        if status == TOO_HEAVY:
            raise PressError("PDFの作成が制限（時間またはメモリ）を超えたため中止しました。")
        raise PressError("PDFを作成できませんでした。PDF用のライブラリ（Pango）が導入されているか確認してください。")

    def close(self) -> None:
        """End the child, if there is one."""
        self._child.end()

    def _ask(self, html: bytes) -> tuple[bytes, bytes]:
        child = self._child.running()
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(LENGTH.pack(len(html)) + html)
        child.stdin.flush()
        status = child.stdout.read(1)
        head = child.stdout.read(LENGTH.size)
        if len(head) < LENGTH.size:
            raise EOFError
        return status, child.stdout.read(LENGTH.unpack(head)[0])


class SharedPress:
    """The press for what anybody may ask for: a short queue of its own, and the same page is laid out once.

    Without it a crowd at one public document would hold up the receipts of vendors. Remembers `kept` documents by all
    that their page says.
    """

    def __init__(self, press: Press, *, waiting: int = 3, patience: float = 5.0, kept: int = 64) -> None:
        self._press = press
        self._places = threading.BoundedSemaphore(waiting)
        self._patience = patience
        self._limit = kept
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def render(self, html: str) -> bytes:
        """As Press.render; also raises PressError when the queue stays full."""
        key = hashlib.sha256(html.encode()).digest()
        if (known := self._kept.get(key)) is not None:
            return known
        if not self._places.acquire(timeout=self._patience):
            raise PressError("PDFの作成が混み合っています。しばらくしてからもう一度お試しください。")
        try:
            body = self._kept.get(key) or self._press.render(html)
        finally:
            self._places.release()
        with self._lock:
            self._kept[key] = body
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return body


_press = Press()
_shared = SharedPress(_press)
atexit.register(_press.close)


def render_pdf(html: str) -> bytes:
    """Return the PDF of a whole HTML document, at most 20 s and 1.5 GiB in its child. Raises PressError."""
    return _press.render(html)


def render_public_pdf(html: str) -> bytes:
    """As render_pdf, for documents anybody may ask for: at most three of them wait at once. Raises PressError."""
    return _shared.render(html)
