"""Uploads that break off, over a raw socket to a real server: nothing half stays, and the next try is one file."""

import http.client
import os
import re
import socket
import sqlite3
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.pitches.conftest import pdf

pytestmark = pytest.mark.journey

BOUNDARY = "cut-here"


class Browser:
    """Cookies and a CSRF token: as much of a browser as an upload needs."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc
        self.cookies = {}
        self.token = ""

    def ask(self, method, path, fields=None):
        line = http.client.HTTPConnection(self.host, timeout=30)
        body = urlencode({**fields, "csrfmiddlewaretoken": self.token}) if fields is not None else None
        head = {"Cookie": self.cookie(), "Content-Type": "application/x-www-form-urlencoded", "Referer": self.origin()}
        line.request(method, path, body, head)
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        page = answer.read().decode()
        self.token = (re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page) or [self.token])[0]
        line.close()
        return answer, page

    def cookie(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def origin(self):
        return f"http://{self.host}/"

    def upload(self, path, body, *, share=1.0, less=0):
        """Send that share of an upload, less some bytes, and hang up; a whole one returns the answer's first line."""
        fields = {"csrfmiddlewaretoken": self.token, "kind": "other", "question_id": ""}
        parts = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="cut.pdf"\r\n\r\n'
        whole = (parts + head).encode() + body + f"\r\n--{BOUNDARY}--\r\n".encode()
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: {self.host}",
            f"Cookie: {self.cookie()}",
            f"Referer: {self.origin()}",
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
            f"Content-Length: {len(whole)}",
            "Connection: close",
        ]
        host, port = self.host.split(":")
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode())
            line.sendall(whole[: int(len(whole) * share) - less])
            if share < 1 or less:
                return ""
            return line.recv(65536).decode("latin-1").partition("\r\n")[0]


@pytest.fixture
def browser_of_vendor(live_site, demo_account):
    person = Browser(live_site.url)
    account = demo_account("vendor", 3)
    person.ask("GET", "/accounts/login/")
    person.ask("POST", "/accounts/login/", {"login": account["email"], "password": account["password"]})
    return person


def _left_behind(site):
    """(rows, files in the store, nameless files the server holds open)."""
    rows = sqlite3.connect(site.data_dir / "pitch.sqlite3")
    stored = rows.execute("select count(*) from files_storedfile").fetchone()[0]
    rows.close()
    store = sorted(path.name for path in (site.data_dir / "private").rglob("*") if path.is_file())
    held = []
    for link in Path(f"/proc/{site.process.pid}/fd").iterdir():
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.endswith("(deleted)") and target.startswith("/tmp/"):
            held.append(target)
    return stored, store, held


def _settled(site, before):
    """What is left once the server has noticed; it may take it a moment."""
    until = time.monotonic() + 10
    while (now := _left_behind(site)) != before and time.monotonic() < until:
        time.sleep(0.05)
    return now


def test_a_cut_upload_leaves_nothing_and_the_next_one_is_one_file(live_site, browser_of_vendor):
    person = browser_of_vendor
    _, page = person.ask("GET", "/mypage/")
    draft = re.search(r"/mypage/proposals/([\w-]+)/", page)[1]
    _, page = person.ask("GET", f"/mypage/proposals/{draft}/edit/files/")
    path = re.search(r'action="(/mypage/proposals/[^"]+/attachments/)"', page)[1]
    body = pdf("x" * 3_000_000)
    before = _left_behind(live_site)
    for share in (0.1, 0.5, 0.99):
        person.upload(path, body, share=share)
        assert _settled(live_site, before) == before
    person.upload(path, body, less=1)
    assert _settled(live_site, before) == before
    assert " 302 " in person.upload(path, body)
    kept = (before[0] + 1, len(before[1]) + 1, before[2])
    until = time.monotonic() + 10
    while (now := _counted(live_site)) != kept and time.monotonic() < until:
        time.sleep(0.05)
    assert now == kept


def _counted(site):
    stored, store, held = _left_behind(site)
    return stored, len(store), held
