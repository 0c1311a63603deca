"""The short way through a socket, for a room in which thousands are spoken to and heard at once."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN


class ExpressSocket(WebSocketsSansIOProtocol):
    """Uvicorn's socket, which an application finds in its scope's extensions as `express` and may use directly.

    ASGI has a coroutine for each message out, and a queue and a task's turn for each message in. Where nothing has to
    be waited for, send_at_once() and the listener do the same by a function call, and a message for everybody becomes a
    frame once. Whatever is not plain goes ASGI's way, in its order.
    """

    # The newest message, and its frame: kept, so that no other message can have its identity.
    _last: tuple[Any, bytes] = (None, b"")
    _listener: Callable[[str], bool] | None = None

    def send_at_once(self, message: dict[str, Any]) -> bool:
        """Write a text message that nobody will change any more; False when it has to be sent ASGI's way."""
        if self.conn.state is not OPEN or self.disconnected or not self.writable.is_set():
            return False
        last, frame = ExpressSocket._last
        if last is not message:
            frame = Frame(Opcode.TEXT, message["text"].encode()).serialize(mask=False)
            ExpressSocket._last = message, frame
        self.transport.write(frame)
        return True

    def listen(self, listener: Callable[[str], bool]) -> None:
        """Have listener(text) called with each text from now on; where it returns False, the text waits in the queue.

        Texts reach the listener only while none waits, so that all are heard in their order.
        """
        self._listener = listener

    def abort(self) -> None:
        """End the connection now, whatever is still to be written."""
        self.transport.abort()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if self.response.status_code == 101:
            self.scope["extensions"]["express"] = self  # type: ignore[index, assignment]

    def handle_text(self, event: Frame) -> None:
        if self._listener is None or not event.fin or self.read_paused or self.close_sent:
            super().handle_text(event)
            return
        try:
            text = event.data.decode()  # type: ignore[union-attr]
        except UnicodeDecodeError:
            super().handle_text(event)
            return
        try:
            is_heard = self._listener(text)
        except Exception:
            # As uvicorn does where an application fails. The text is not given again: half of it may have happened.
            self.logger.exception("Exception in a socket's listener")
            self.transport.close()
            return
        if not is_heard:
            super().handle_text(event)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # Each of these leads back here: a closed socket is to be gone at once, not when garbage is looked for.
        self._listener = None
        if hasattr(self, "scope"):
            self.scope["extensions"].pop("express", None)  # type: ignore[union-attr]
