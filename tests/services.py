"""What only real processes can prove: one server, one Chromium and the mail it wrote, started once and on demand.

@pytest.mark.journey
def test_a_vendor_finds_the_call(page, sign_in, demo_account):
    sign_in(page, **demo_account("vendor"))
    page.goto("/calls/")
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engines import free_port

CHECKOUT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
MAIL_SECONDS = 15
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The one other host a page may ask, and only after a click; the tests answer for it with nothing.
VIDEO_HOST = "www.youtube-nocookie.com"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out, saying so, what needs PostgreSQL and Redis where `make test` has not started them."""
    if os.environ.get("TEST_DATABASE_URL"):
        return
    reason = "PostgreSQL と Redis が必要です（make test が起動します） needs the services `make test` starts"
    for item in items:
        if "services" in item.keywords:
            item.add_marker(pytest.mark.skip(reason=reason))


# --- The server ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LiveSite:
    """A site that runs: its address without a closing slash, and the folder that holds all it writes."""

    url: str
    data_dir: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def live_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The site as `make run` serves it, in a process of its own, freshly set up and seeded."""
    data_dir = tmp_path_factory.mktemp("site")
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATA_DIR": str(data_dir),
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "site")]),
    }
    _set_up(environment)
    with (data_dir / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "config.server"], cwd=CHECKOUT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        site = LiveSite(f"http://127.0.0.1:{port}", data_dir, server)
        try:
            _wait_until_it_answers(site)
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


def _set_up(environment: dict[str, str]) -> None:
    """Collect the static files while the tables are made: two cores, two jobs that do not meet."""
    manage = [sys.executable, str(CHECKOUT / "site" / "manage.py")]
    static = subprocess.Popen([*manage, "collectstatic", "--noinput", "-v0"], env=environment)
    subprocess.run([*manage, "migrate", "-v0"], env=environment, check=True)
    subprocess.run([*manage, "seed"], env=environment, check=True, stdout=subprocess.DEVNULL)
    assert static.wait() == 0


def _wait_until_it_answers(site: LiveSite) -> None:
    until = time.monotonic() + START_SECONDS
    while site.process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{site.url}/healthz", timeout=START_SECONDS):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail((site.data_dir / "server.log").read_text(errors="replace")[-3000:])


@pytest.fixture(scope="session")
def live_server_url(live_site: LiveSite) -> str:
    return live_site.url


@pytest.fixture(scope="session")
def demo_accounts(live_site: LiveSite) -> list[dict[str, str]]:
    """Every demo account: role, label, email, password, organisation."""
    return json.loads((live_site.data_dir / "demo_accounts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def demo_account(demo_accounts: list[dict[str, str]]) -> Callable[..., dict[str, str]]:
    """demo_account(role, number=1): the e-mail and password of the numbered account of a role, to pass to sign_in."""

    def find(role: str, number: int = 1) -> dict[str, str]:
        row = [row for row in demo_accounts if row["role"] == role][number - 1]
        return {"email": row["email"], "password": row["password"]}

    return find


# --- The browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, started once."""
    from playwright.sync_api import sync_playwright

    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.skip("Chromium がありません（Debian: chromium）")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, live_server_url):
    """new_page(**context options): a page of one more person, with cookies of their own.

    At the end the test fails if any of its pages asked another host, broke the Content-Security-Policy or threw.
    """
    contexts, wrongs = [], []
    own_host = urlsplit(live_server_url).netloc

    def judge_request(route):
        host = urlsplit(route.request.url).netloc
        if host == own_host:
            route.continue_()
            return
        if host != VIDEO_HOST:
            wrongs.append(f"asked another host: {route.request.url}")
        route.abort()

    def judge_console(message):
        if "Content Security Policy" in message.text:
            wrongs.append(message.text)

    def make(**options):
        settings = {"locale": "ja-JP", "timezone_id": "Asia/Tokyo", "viewport": {"width": 1280, "height": 900}}
        context = browser.new_context(base_url=live_server_url, **settings | options)
        context.set_default_timeout(15_000)
        context.route("**/*", judge_request)
        contexts.append(context)
        page = context.new_page()
        page.on("console", judge_console)
        page.on("pageerror", lambda error: wrongs.append(f"script error: {error}"))
        return page

    yield make
    for context in contexts:
        context.close()
    assert wrongs == []


@pytest.fixture
def page(new_page):
    """One person's page."""
    return new_page()


@pytest.fixture
def sign_in():
    """sign_in(page, email, password): through the one sign-in door, as a person does; leaves them on マイページ."""

    def do(page, email: str, password: str) -> None:
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    return do


@pytest.fixture
def signed_in_page(new_page, sign_in, demo_account):
    """signed_in_page(role, number=1, **context options): a page of a demo person who has signed in."""

    def make(role: str, number: int = 1, **options):
        page = new_page(**options)
        sign_in(page, **demo_account(role, number))
        return page

    return make


# --- The mail ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    body: str


class Mailbox:
    """The mails the server wrote, one text file each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def mails(self, *, to: str = "", containing: str = "") -> list[Mail]:
        """Oldest first; those to an address that contain a text in subject or body."""
        read = [self._read(path) for path in sorted(self.folder.glob("*.txt"))]
        return [mail for mail in read if to in mail.to and containing in mail.subject + mail.body]

    def wait_for(self, *, to: str, containing: str = "") -> Mail:
        """The newest such mail, waiting for the worker to send it; fails with the subjects there are."""
        until = time.monotonic() + MAIL_SECONDS
        while time.monotonic() < until:
            if found := self.mails(to=to, containing=containing):
                return found[-1]
            time.sleep(0.1)
        pytest.fail(f"no mail to {to} containing {containing!r}; there are {[m.subject for m in self.mails(to=to)]}")

    @staticmethod
    def _read(path: Path) -> Mail:
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        lines = dict(line.split(": ", 1) for line in head.splitlines())
        return Mail(lines["To"], lines["Subject"], body)


@pytest.fixture
def mailbox(live_site: LiveSite) -> Mailbox:
    return Mailbox(live_site.data_dir / "mail")
