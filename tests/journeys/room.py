"""People at the question room as a test speaks of them: who asks, what stands in whose list, a line that can be cut."""

import json
import re
from typing import Any

from playwright.sync_api import expect

from tests.accessibility import barriers

PHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 900}
LIVE, RECONNECTING = "自動で更新しています", "再接続中。書きかけの質問は保存されています"


def is_sound(page: Any, *widths: int) -> bool:
    """Whether axe finds nothing on the page and it fits, at 1280 and 375 px where no width is given."""
    before = page.viewport_size
    for width in widths or (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(before)
    return True


def is_sound_without_script(page: Any, *widths: int) -> bool:
    """The same of a page whose scripts never arrive, for whoever is signed in on a page where they are forbidden."""
    context = page.context.browser.new_context(storage_state=page.context.storage_state(), viewport=page.viewport_size)
    twin = context.new_page()
    twin.route("**/*.js", lambda route: route.abort())
    twin.goto(page.url)
    assert is_sound(twin, *widths)
    context.close()
    return True


def connection(page: Any) -> Any:
    return page.locator("[data-connection-text]")


def write(page: Any, body: str) -> None:
    page.locator("[data-ask] [name=body]").fill(body)


def send(page: Any) -> None:
    page.locator("[data-ask] .form__actions button").click()


def own(page: Any, body: str) -> Any:
    """One's own question in the asker's list."""
    return page.locator("[data-own-list] > li").filter(has_text=body)


def ask(page: Any, body: str) -> str:
    """Ask and wait for the receipt; returns its number."""
    write(page, body)
    send(page)
    number = own(page, body).locator("[data-part=no]")
    expect(number).to_have_text(re.compile(r"^A-\d{4}$"))
    return number.inner_text()


def post(page: Any, body: str) -> Any:
    """A public question in everybody's list."""
    return page.locator("[data-questions] > li").filter(has_text=body)


def item(desk: Any, body: str) -> Any:
    """A question on the moderators' console, wherever it stands."""
    return desk.locator("[data-question]").filter(has=desk.locator("[data-part=body]", has_text=body))


def group(desk: Any, state: str) -> Any:
    return desk.locator(f"[data-group={state}]")


def publish(desk: Any, body: str) -> None:
    item(desk, body).get_by_role("button", name="公開", exact=True).click()
    expect(group(desk, "public")).to_contain_text(body)


def set_phase(desk: Any, label: str) -> None:
    desk.locator("select[name=phase]").select_option(label=label)
    desk.locator("form").filter(has=desk.locator("[name=phase]")).get_by_role("button").click()
    expect(desk.locator("[name=phase] option[selected]")).to_have_text(label)


class Line:
    """The line between one page and the server; it is laid before the page opens its room.

    cut() ends the socket and everything after it until mend(); kinds of frames in swallows never come back to the page.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.is_cut = False
        self.swallows: set[str] = set()
        self.sent: list[dict[str, Any]] = []
        self.sockets: list[Any] = []
        page.route_web_socket(re.compile("/ws/"), self._open)

    def _open(self, socket: Any) -> None:
        if self.is_cut:
            socket.close()
            return
        server = socket.connect_to_server()
        self.sockets.append(socket)
        socket.on_message(lambda text: self._up(server, text))
        server.on_message(lambda text: self._down(socket, text))

    def _up(self, server: Any, text: str) -> None:
        frame = json.loads(text)
        if frame["t"] == "cmd":
            self.sent.append(frame)
        server.send(text)

    def _down(self, socket: Any, text: str) -> None:
        if json.loads(text)["t"] not in self.swallows:
            socket.send(text)

    def cut(self) -> None:
        self.is_cut = True
        self.page.context.set_offline(True)
        for socket in self.sockets:
            socket.close()
        self.sockets.clear()

    def mend(self) -> None:
        self.is_cut = False
        self.swallows.clear()
        self.page.context.set_offline(False)
