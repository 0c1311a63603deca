"""How long a connection may take: uvicorn's HTTP protocol with an end to slow headers, slow bodies and slow readers."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle


class PatientProtocol(HttpToolsProtocol):
    """Close connections that hold a place without using it; uvicorn alone keeps a half-sent request for ever.

    Headers must be complete within header_seconds and header_bytes. A body must bring window_bytes, or its end, in
    every window_seconds in which the application is reading. A reader must make room within reader_seconds.
    """

    header_seconds = 10.0
    header_bytes = 64 * 1024
    window_seconds = 15.0
    window_bytes = 32 * 1024
    reader_seconds = 60.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timer: asyncio.TimerHandle | None = None
        self._reader_timer: asyncio.TimerHandle | None = None
        self._is_in_headers = True
        self._header_bytes = 0
        self._window_bytes = 0

    # --- What the transport reports ---

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_headers()

    def data_received(self, data: bytes) -> None:
        self._window_bytes += len(data)
        super().data_received(data)
        self._header_bytes = self._header_bytes + len(data) if self._is_in_headers else 0
        if self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._stop_waiting()
        elif self._header_bytes > self.header_bytes:
            self._refuse(b"431 Request Header Fields Too Large")
        elif self._is_in_body() and self._timer is None:
            self._await_body()
        elif self._is_idle() and self._timer is None:
            self._await_headers()  # Bytes that begin no request, such as empty lines, have ended the keep-alive.

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_reader_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stop_reader_timer()
        self._reader_timer = self.loop.call_later(self.reader_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop_reader_timer()

    # --- What the parser reports ---

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_headers = True
        if self._timer is None:
            self._await_headers()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._is_in_headers = False
        self._stop_waiting()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._stop_waiting()

    def handle_websocket_upgrade(self) -> None:
        self._stop_waiting()
        super().handle_websocket_upgrade()

    # --- Waiting ---

    def _present_cycle(self) -> RequestResponseCycle | None:
        """The request being answered; uvicorn declares it always there, before the first one it is None."""
        return self.cycle

    def _is_in_body(self) -> bool:
        cycle = self._present_cycle()
        return not self._is_in_headers and cycle is not None and cycle.more_body

    def _is_idle(self) -> bool:
        cycle = self._present_cycle()
        is_answered = cycle is None or cycle.response_complete
        return is_answered and not self.pipeline and self.timeout_keep_alive_task is None

    def _await_headers(self) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(self.header_seconds, self._refuse, b"408 Request Timeout")

    def _await_body(self) -> None:
        self._window_bytes = 0
        self._timer = self.loop.call_later(self.window_seconds, self._judge_window)

    def _judge_window(self) -> None:
        """Close a body that trickles; one the application itself holds back is not the client's fault."""
        is_held_back = self.flow.read_paused
        if self._window_bytes < self.window_bytes and not is_held_back:
            self._stop_waiting()
            self.transport.close()
        else:
            self._await_body()

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _stop_reader_timer(self) -> None:
        if self._reader_timer is not None:
            self._reader_timer.cancel()
            self._reader_timer = None

    def _refuse(self, status_line: bytes) -> None:
        self._stop_waiting()
        self.transport.write(b"HTTP/1.1 " + status_line + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()
