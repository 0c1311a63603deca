"""The socket as the server uses it, and its end when the server stops: it says when to come back before it closes."""

import json
from random import uniform
from typing import Any

from config.express import ExpressSocket

# A room that all comes back at once is a second outage.
SPREAD_SECONDS = 30.0


class PoliteSocket(ExpressSocket):
    """Send {"t": "bye", "after_ms": …} before the close (1012) that uvicorn sends to every socket at its shutdown."""

    def shutdown(self) -> None:
        if self.handshake_complete and not self.close_sent and not self.disconnected:
            self.conn.send_text(json.dumps(farewell()).encode())
            self.transport.write(b"".join(self.conn.data_to_send()))
        super().shutdown()


def farewell() -> dict[str, Any]:
    """The last frame: after how many milliseconds, drawn for each socket, to come back."""
    return {"t": "bye", "after_ms": round(uniform(0, SPREAD_SECONDS) * 1000)}  # noqa: S311
