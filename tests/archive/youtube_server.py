"""A local server that speaks the one call of the YouTube Data API the archive makes."""

import http.server
import json
import threading
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit


class YouTubeServer:
    """Answers GET /youtube/v3/videos from `videos` (id → item); `status` other than 200 is answered to everything."""

    def __init__(self) -> None:
        self.videos: dict[str, Any] = {}
        self.status, self.reason = 200, ""
        self.asked: list[dict[str, list[str]]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version: ClassVar[str] = "HTTP/1.1"

            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                outer.asked.append(query)
                items = [outer.videos[i] for i in query.get("id", []) if i in outer.videos]
                body = {"items": items} if outer.status == 200 else outer.error()
                data = json.dumps(body).encode()
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def error(self) -> dict[str, Any]:
        return {
            "error": {"code": self.status, "message": self.reason, "errors": [{"reason": self.reason, "domain": "x"}]}
        }

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
