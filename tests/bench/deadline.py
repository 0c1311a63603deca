"""The deadline hour: vendors upload and submit in ten minutes, most of them in the last two, while others read pages.

    python -m tests.bench.deadline [vendors] [seconds]

Every vendor sends three PDF files of 5 to 20 MB and submits; a tenth of them over 1 Mbit/s. Every acknowledgement is
kept and compared with what is stored: SHA-256 of every acknowledged file, one submission each. Somebody else opens a
page four times a second. Server and load share the machine.
"""

import asyncio
import hashlib
import os
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from tests.bench.timing import ms, percentile
from tests.nursery.site import Site, site

VENDORS, SECONDS = 300, 600
SIZES_MB = (5, 8, 12, 16, 20)
SLOW_SHARE, SLOW_BYTES_A_SECOND = 0.1, 125_000
LAST_SHARE, LAST_SECONDS = 0.6, 120
CHUNK = 128 * 1024
CSRF = "a" * 32
BOUNDARY = "----deadline"
KINDS = (("slides", ""), ("evidence", "R4-03"), ("other", ""))
PROBE_PAUSE = 0.25


@dataclass
class Tally:
    """What the clients saw: statuses, seconds from the last byte to the answer, what was acknowledged to whom."""

    statuses: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    sent: int = 0
    answers: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    files: dict[str, dict[str, str]] = field(default_factory=dict)
    submitted: set[str] = field(default_factory=set)


def main(vendors: int = VENDORS, seconds: int = SECONDS) -> None:
    with site(is_for_real=True) as grounds:
        call = grounds.call("make_call")
        people = grounds.call("make_vendors", count=vendors, call=call)
        grounds.serve()
        began = time.monotonic()
        tally = asyncio.run(_rush(grounds, people, call, seconds))
        took = time.monotonic() - began
        used = _cpu_seconds(grounds.pid)
        peak = int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{grounds.pid}/status").read_text())[0]) // 1024
        for line in _told(tally, people, took, used, peak):
            print(line)
        lost = _lost(grounds, tally)
        print(f"lost or different: {len(lost)}", *lost[:5], sep="\n  ")
        print(f"at rest: {grounds.call('standing')}")


async def _rush(grounds: Site, people: list[dict[str, str]], call: str, seconds: int) -> Tally:
    tally, chance = Tally(), random.Random(300)
    until = asyncio.get_running_loop().time() + seconds
    probe = asyncio.create_task(_probe(grounds.port, tally, call, people[0]))
    tasks = []
    for number, person in enumerate(people):
        is_last = chance.random() < LAST_SHARE
        starts = chance.uniform(max(0, seconds - LAST_SECONDS), seconds) if is_last else chance.uniform(0, seconds)
        # Whoever comes in the last minute comes early enough to be through: the load is what is measured here.
        starts = min(starts, max(0, seconds - LAST_SECONDS / 4))
        rate = SLOW_BYTES_A_SECOND if chance.random() < SLOW_SHARE else None
        sizes = [chance.choice(SIZES_MB) if rate is None else SIZES_MB[0] for _ in KINDS]
        tasks.append(asyncio.create_task(_vendor(grounds.port, tally, person, number, sizes, starts, rate)))
    await asyncio.gather(*tasks)
    await asyncio.sleep(max(0, until - asyncio.get_running_loop().time()))
    probe.cancel()
    return tally


async def _vendor(
    port: int, tally: Tally, person: dict[str, str], number: int, sizes: list[int], starts: float, rate: int | None
) -> None:
    await asyncio.sleep(starts)
    kept = tally.files.setdefault(person["proposal"], {})
    for (kind, question), megabytes in zip(KINDS, sizes, strict=True):
        name = f"{number}-{kind}.pdf"
        prefix, suffix = pdf_parts(megabytes), pdf_end(megabytes, name)
        digest = _digest(megabytes).copy()
        digest.update(suffix)
        fields = "".join(
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in (("kind", kind), ("question_id", question))
        )
        head = (
            f'{fields}--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        )
        body = [head, prefix, suffix, f"\r\n--{BOUNDARY}--\r\n".encode()]
        path = f"/mypage/proposals/{person['proposal']}/attachments/"
        status, _page = await _ask(
            port, tally, person, "POST", path, body, f"multipart/form-data; boundary={BOUNDARY}", rate
        )
        if status == 302:
            kept[name] = digest.hexdigest()
    await _submit(port, tally, person)


async def _submit(port: int, tally: Tally, person: dict[str, str]) -> None:
    base = f"/mypage/proposals/{person['proposal']}"
    _status, page = await _ask(port, tally, person, "GET", f"{base}/edit/confirm/")
    pairs = re.findall(r'name="(version|rules)" value="(\d+)"', page)
    pairs += [("declarations", key) for key in re.findall(r'name="declarations" value="([\w-]+)"', page)]
    posted = "&".join(f"{key}={value}" for key, value in pairs).encode()
    status, _page = await _ask(
        port, tally, person, "POST", f"{base}/submit/", [posted], "application/x-www-form-urlencoded"
    )
    if status == 302:
        tally.submitted.add(person["proposal"])


async def _probe(port: int, tally: Tally, call: str, person: dict[str, str]) -> None:
    """Somebody who only reads: public pages and one's own."""
    pages = ("/", "/call/", f"/call/{call}/", "/mypage/", f"/mypage/proposals/{person['proposal']}/edit/support/")
    for number in range(10**9):
        began = time.monotonic()
        await _ask(port, tally, person, "GET", pages[number % len(pages)], is_page=True)
        await asyncio.sleep(max(0, PROBE_PAUSE - (time.monotonic() - began)))


async def _ask(
    port: int,
    tally: Tally,
    person: dict[str, str],
    method: str,
    path: str,
    body: list[bytes] | None = None,
    kind: str = "",
    rate: int | None = None,
    *,
    is_page: bool = False,
) -> tuple[int, str]:
    began = time.monotonic()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", f"X-CSRFToken: {CSRF}"]
        lines += [f"Cookie: sessionid={person['session']}; csrftoken={CSRF}"]
        if body is not None:
            lines += [f"Content-Type: {kind}", f"Content-Length: {sum(map(len, body))}"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        for part in body or ():
            await _send(writer, part, rate)
            tally.sent += len(part)
        last_byte = time.monotonic()
        answer = await reader.read()
        writer.close()
    except OSError:
        tally.broken += 1
        return 0, ""
    status = int(answer[9:12] or 0)
    tally.statuses[status] += 1
    (tally.pages if is_page else tally.answers).append(time.monotonic() - (began if is_page else last_byte))
    return status, answer.decode(errors="replace")


async def _send(writer: asyncio.StreamWriter, part: bytes, rate: int | None) -> None:
    step = CHUNK if rate is None else rate // 4
    view = memoryview(part)
    for start in range(0, len(part), step):
        writer.write(view[start : start + step])
        await writer.drain()
        if rate is not None:
            await asyncio.sleep(0.25)


# --- Files --------------------------------------------------------------------------------------------------------


@cache
def pdf_parts(megabytes: int) -> bytes:
    """The part of a PDF that files of one size share: a page and a stream of bytes that do not shrink."""
    filling = random.Random(megabytes).randbytes(megabytes * 1024 * 1024 - 600)
    objects = (
        b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n",
        b"4 0 obj<</Length %d>>stream\n" % len(filling) + filling + b"\nendstream endobj\n",
    )
    return b"%PDF-1.4\n" + b"".join(objects)


def pdf_end(megabytes: int, note: str) -> bytes:
    """The end of a PDF, which makes it this file and no other."""
    prefix = pdf_parts(megabytes)
    places = [prefix.index(b"%d 0 obj<" % number) for number in range(1, 5)] + [len(prefix)]
    own = f"5 0 obj({note})endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    tail = f"trailer<</Size 6/Root 1 0 R/Info 5 0 R>>\nstartxref\n{len(prefix) + len(own)}\n%%EOF\n"
    return own + f"xref\n0 6\n0000000000 65535 f \n{table}{tail}".encode()


@cache
def _digest(megabytes: int) -> Any:
    return hashlib.sha256(pdf_parts(megabytes))


# --- What came of it ----------------------------------------------------------------------------------------------


def _told(tally: Tally, people: list[Any], took: float, used: float, peak: int) -> list[str]:
    acknowledged = sum(map(len, tally.files.values()))
    errors = sum(count for status, count in tally.statuses.items() if status >= 500)
    gigabytes = tally.sent / 1e9
    return [
        f"{len(people)} vendors in {took:.0f} s: {gigabytes:.2f} GB sent",
        f"acknowledged: {acknowledged} files, {len(tally.submitted)} submissions",
        f"statuses {dict(sorted(tally.statuses.items()))}, 5xx {errors}, connections broken {tally.broken}",
        f"answer after the last byte: {_spread(tally.answers)}",
        f"other pages ({len(tally.pages)}): {_spread(tally.pages)}",
        f"server: {used:.0f} CPU s ({used / gigabytes:.1f} a GB), peak {peak} MB",
    ]


def _spread(seconds: list[float]) -> str:
    p50, p95, worst = percentile(seconds, 50), percentile(seconds, 95), max(seconds)
    return f"p50 {ms(p50)} ms, p95 {ms(p95)} ms, worst {ms(worst)} ms"


def _cpu_seconds(pid: int) -> float:
    """User and system seconds of the server and of the children it has waited for."""
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")


def _lost(grounds: Site, tally: Tally) -> list[str]:
    wrong = []
    for proposal, files in tally.files.items():
        found = grounds.call("found_of", proposal=proposal)
        wrong += [f"{name} of {proposal}" for name, sha256 in files.items() if found["files"].get(name) != sha256]
        if proposal in tally.submitted and (found["state"], found["versions"], found["mails"]) != ("submitted", 1, 1):
            wrong.append(f"{proposal}: {found['state']} {found['versions']} {found['mails']}")
    return wrong


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]))
