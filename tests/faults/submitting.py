"""Kill the server at a random moment of a submission with an upload, again and again, and count what was lost.

    python -m tests.faults.submitting [rounds] [seed]

A round uploads a file and submits; somewhere in between, or after, the server dies by SIGKILL and is born again. Then
what was acknowledged is compared with what is stored, and the vendor tries once more, as a person would.
Source: the test matrix's D1: 0 acknowledged submissions lost, 0 halves, every acknowledged file equal, a retry is one.
"""

import hashlib
import http.client
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.nursery.site import Site, site

CSRF = "a" * 32
SECONDS = 30
BOUNDARY = "----fault"
DEEDS = UPLOAD, SUBMIT = ("upload", "submit")


@dataclass
class Report:
    """What a run came to. kills counts the rounds whose server died before the vendor had its last answer."""

    rounds: int = 0
    kills: int = 0
    acknowledged_files: int = 0
    acknowledged_submissions: int = 0
    wrongs: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds, {self.kills} killed in flight; acknowledged: {self.acknowledged_files} files, "
            f"{self.acknowledged_submissions} submissions; wrong: {len(self.wrongs)}"
        )


class Person:
    """A vendor's browser: its session, and what the server has acknowledged to it."""

    def __init__(self, port: int, session: str, proposal: str) -> None:
        self.port, self.proposal = port, proposal
        self.cookie = f"sessionid={session}; csrftoken={CSRF}"
        self.files: dict[str, str] = {}
        self.is_submitted = False
        self.has_begun = {deed: threading.Event() for deed in DEEDS}
        self.began: dict[str, float] = {}
        self.ended: dict[str, float] = {}

    def act(self, name: str) -> None:
        """Upload and submit, once; a server that dies ends it without a word."""
        deeds = {UPLOAD: lambda: self.upload(name, _body(name)), SUBMIT: self.submit}
        for deed, do in deeds.items():
            self.began[deed] = time.monotonic()
            self.has_begun[deed].set()
            try:
                do()
            except (OSError, http.client.HTTPException):
                continue  # No answer: it may have happened or not, but never by half.
            self.ended[deed] = time.monotonic()

    def upload(self, name: str, body: bytes) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="kind"\r\n\r\nevidence\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="question_id"\r\n\r\nR4-03\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        posted = head.encode() + body + f"\r\n--{BOUNDARY}--\r\n".encode()
        status, _page = self._ask("POST", "attachments/", posted, f"multipart/form-data; boundary={BOUNDARY}")
        if status == 302:
            self.files[name] = hashlib.sha256(body).hexdigest()

    def submit(self) -> None:
        status, page = self._ask("GET", "edit/confirm/")
        if status != 200:
            # The page of a proposal that is submitted already leads away: what a second look tells a person.
            self.is_submitted = self.is_submitted or status == 302
            return
        hidden = dict(re.findall(r'name="(version|rules)" value="(\d+)"', page))
        lines = re.findall(r'name="declarations" value="([\w-]+)"', page)
        posted = "&".join([f"{name}={value}" for name, value in hidden.items()] + [f"declarations={e}" for e in lines])
        status, page = self._ask("POST", "submit/", posted.encode(), "application/x-www-form-urlencoded")
        self.is_submitted = self.is_submitted or status == 302

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF, "Content-Type": kind}
        try:
            connection.request(method, f"/mypage/proposals/{self.proposal}/{path}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def run(rounds: int, *, seed: int = 1, broken: str = "") -> Report:
    """Do that many rounds; every wrong is a sentence in the report."""
    report, chance = Report(), random.Random(seed)
    with site(broken) as nursery:
        call = nursery.call("make_call")
        nursery.serve()
        typical = _typical_seconds(nursery, call)
        vendors = nursery.call("make_vendors", count=rounds, call=call)
        for number, vendor in enumerate(vendors):
            deed = chance.choice(DEEDS)
            _round(nursery, report, number, vendor, deed, chance.uniform(0, typical[deed]))
            report.rounds += 1
        for what, found in nursery.call("standing").items():
            if found:
                report.wrongs.append(f"at the end, {what}: {found}")
    return report


def _typical_seconds(nursery: Site, call: str) -> dict[str, float]:
    """How long each deed takes on this machine, on a freshly born server as every round has one."""
    took: dict[str, list[float]] = {deed: [] for deed in DEEDS}
    for number, vendor in enumerate(nursery.call("make_vendors", count=3, call=call, prefix="warm")):
        person = Person(nursery.port, vendor["session"], vendor["proposal"])
        person.act(f"warm{number}.pdf")
        for deed in DEEDS:
            took[deed].append(person.ended[deed] - person.began[deed])
        nursery.ask(do="kill")
        nursery.serve()
    return {deed: sorted(seconds)[1] for deed, seconds in took.items()}


def _body(note: str) -> bytes:
    # Written by hand, as small as a PDF of one page can be, with bytes of its own behind it.
    objects = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\n",
        f"4 0 obj({note} {'x' * 300_000})endobj\n".encode(),
    )
    body, places = b"%PDF-1.4\n", []
    for each in objects:
        places.append(len(body))
        body += each
    table = b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    tail = f"trailer<</Size 5/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + tail


def _round(nursery: Site, report: Report, number: int, vendor: dict[str, str], deed: str, after: float) -> None:
    person = Person(nursery.port, vendor["session"], vendor["proposal"])
    name = f"図{number}.pdf"
    at_work = threading.Thread(target=person.act, args=[name])
    at_work.start()
    # Not before the deed has begun, and never longer than a server that answers at all would need.
    person.has_begun[deed].wait(SECONDS)
    time.sleep(after)
    report.kills += deed not in person.ended
    nursery.ask(do="kill")
    nursery.serve()
    at_work.join()
    report.acknowledged_files += len(person.files)
    report.acknowledged_submissions += person.is_submitted
    found = nursery.call("found_of", proposal=person.proposal)
    report.wrongs += [f"round {number}: {wrong}" for wrong in _lost(person, found)]
    _again(nursery, report, number, person, name)


def _lost(person: Person, found: dict[str, Any]) -> Iterator[str]:
    """What was acknowledged and is not there."""
    for name, sha256 in person.files.items():
        if found["files"].get(name) != sha256:
            yield f"the acknowledged file {name} is stored as {found['files'].get(name)}"
    if person.is_submitted and found["state"] != "submitted":
        yield f"an acknowledged submission is {found['state']}"


def _again(nursery: Site, report: Report, number: int, person: Person, name: str) -> None:
    """The vendor who got no answer tries once more, twice over: it comes to one of everything."""
    if not nursery.call("found_of", proposal=person.proposal)["files"]:
        person.upload(name, _body(name))
    person.submit()
    person.submit()
    found = nursery.call("found_of", proposal=person.proposal)
    one = {"state": "submitted", "versions": 1, "mails": 1, "entries": 1}
    counted = {key: found[key] for key in one}
    if counted != one or not found["receipt"] or len(found["files"]) != 1:
        report.wrongs.append(f"round {number}: after the retry there is {found}")


if __name__ == "__main__":
    count, start = (int(word) for word in [*sys.argv[1:], "300", "1"][:2])
    outcome = run(count, seed=start)
    print(outcome)
    print("\n".join(outcome.wrongs))
    sys.exit(bool(outcome.wrongs))
