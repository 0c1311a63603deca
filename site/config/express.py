"""The short way through a socket, for a room in which thousands are spoken to and heard at once."""

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import OPEN


class ExpressSocket(WebSocketsSansIOProtocol):
    """Uvicorn's socket, which an application finds in its scope's extensions as `express` and may use directly.

    ASGI has a coroutine for each message out, and a queue and a task's turn for each message in. Where nothing has to
    be waited for, hand() and the listener do the same by a function call, and a message for everybody becomes a frame
    once. Whatever is not plain goes ASGI's way, in its order.
    """

    # The newest message that was handed over, and its frame.
    _last: tuple[Any, bytes] = (None, b"")
    _listener: Callable[[str], bool] | None = None

    def hand(self, message: dict[str, Any]) -> bool:
        """Write a text message that will not be changed any more; False when it has to be sent ASGI's way."""
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
        if not self._listener(text):
            super().handle_text(event)
