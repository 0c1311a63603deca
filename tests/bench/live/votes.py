"""Votes through the whole site: acknowledged how fast and for how much CPU, seen by everybody how soon, none lost."""

import asyncio
import contextlib
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.bench.live.crowd import Crowd
from tests.bench.live.meter import cpu_seconds, resident_kb
from tests.engines import DURABLE, engines
from tests.nursery.site import Site, site

QUESTIONS = 20
ROWS = "tests.bench.live.rows"
# A person may vote 20 times in 10 seconds.
VOTES_A_PERSON = 1.9


@contextlib.contextmanager
def grounds_on(engine: str) -> Iterator[Site]:
    """A site on SQLite, or on a PostgreSQL that really waits for its disk, with a Redis beside it."""
    if engine == "sqlite":
        with site(is_for_real=True) as grounds:
            yield grounds
    else:
        with engines(DURABLE) as both, site(is_for_real=True, **both.addresses) as grounds:
            yield grounds


async def crowd_of(grounds: Site, people: int) -> tuple[Crowd, dict[str, Any]]:
    made = grounds.call("make_room", module=ROWS, people=people, questions=QUESTIONS)
    grounds.serve()
    await asyncio.sleep(3)
    crowd = Crowd(
        grounds.port,
        path=f"/ws/live/{made['room']}/",
        origin="http://127.0.0.1:0",
        have={"epoch": made["epoch"], "seq": 0, "sseq": 0, "cv": 0},
    )
    cpu, kb = cpu_seconds(grounds.pid), resident_kb(grounds.pid)
    took = await crowd.connect(made["people"])
    await crowd.quiet(for_seconds=1.0)
    made["joined"] = (
        f"{people} joined in {took:.1f} s, {(cpu_seconds(grounds.pid) - cpu) / people * 1e6:.0f} µs of CPU and "
        f"{(resident_kb(grounds.pid) - kb) / people:.1f} KB each"
    )
    return crowd, made


async def vote_for(crowd: Crowd, questions: list[str], rate: float, seconds: float) -> None:
    """Evenly paced votes, each person's questions in turn: first everybody's on, then off, and so on."""
    began, given, many = crowd.loop.time(), 0, len(crowd.browsers)
    while (passed := crowd.loop.time() - began) < seconds:
        while given < passed * rate:
            turn, person = divmod(given, many)
            # Neighbours in time vote for different questions, and each question is on before it is off.
            place = (turn + person) % len(questions)
            on = (turn // len(questions)) % 2 == 0
            crowd.command(
                crowd.browsers[person], "vote.set", {"q": questions[place], "on": on}, (person, questions[place], on)
            )
            given += 1
        await asyncio.sleep(0.002)
    await crowd.settle()


async def acks(engine: str, rates: tuple[int, ...], people: int = 5_000, seconds: float = 8.0) -> list[str]:
    with grounds_on(engine) as grounds:
        crowd, made = await crowd_of(grounds, people)
        lines = [f"{engine}: {made['joined']}"]
        for rate in rates:
            crowd.acks.clear()
            cpu, began, refused = cpu_seconds(grounds.pid), crowd.loop.time(), len(crowd.refused)
            await vote_for(crowd, made["questions"], min(rate, people * VOTES_A_PERSON), seconds)
            lasted = crowd.loop.time() - began
            waits = np.array([acked - sent for _, sent, acked, _ in crowd.acks]) * 1000
            lines.append(
                f"{engine}: {rate}/s wanted, {len(waits) / lasted:.0f} acks/s, p50 {np.percentile(waits, 50):.0f} ms, "
                f"p99 {np.percentile(waits, 99):.0f} ms, {(cpu_seconds(grounds.pid) - cpu) / len(waits) * 1e6:.0f} µs "
                f"of CPU each, refused {len(crowd.refused) - refused}, unanswered {len(crowd.sent)}"
            )
        lines += await compared(crowd, grounds)
        crowd.close()
    return lines


async def visible(people: int, rate: float = 100.0, seconds: float = 15.0) -> list[str]:
    """How long after a vote was sent each socket was told a count that holds it."""
    with grounds_on("sqlite") as grounds:
        crowd, made = await crowd_of(grounds, people)
        cpu = cpu_seconds(grounds.pid)
        await vote_for(crowd, made["questions"], rate, seconds)
        used = cpu_seconds(grounds.pid) - cpu
        await crowd.quiet()
        waits = _until_seen(crowd)
        sightings = (
            f"{people} people, {rate:.0f} votes/s: visible p50 {np.percentile(waits, 50):.0f} ms, "
            f"p95 {np.percentile(waits, 95):.0f} ms, worst {waits.max():.0f} ms ({len(waits)} sightings); "
            f"server {used / seconds:.0%} of a core"
        )
        lines = [made["joined"], sightings]
        own = np.array([acked - sent for _, sent, acked, _ in crowd.acks]) * 1000
        lines.append(f"{people} people: ack p50 {np.percentile(own, 50):.0f} ms, p99 {np.percentile(own, 99):.0f} ms")
        lines += await compared(crowd, grounds)
        crowd.close()
    return lines


def _until_seen(crowd: Crowd) -> np.ndarray:
    """Milliseconds from each vote to each arrival of the first frame whose count holds it (votes here only rise)."""
    told: dict[str, list[tuple[int, array]]] = {}
    for frame, arrivals in zip(crowd.seen.frames, crowd.seen.arrivals, strict=True):
        for question, (people, _bodies) in frame.get("c", {}).items():
            told.setdefault(question, []).append((people, arrivals))
    waits = []
    for (_, question, _), sent, _, result in crowd.acks:
        holding = [(people, a) for people, a in told.get(question, ()) if people >= result["counts"][0]]
        if holding:
            waits.append((np.frombuffer(min(holding, key=lambda pair: pair[0])[1]) - sent) * 1000)
    return np.concatenate(waits)


async def compared(crowd: Crowd, grounds: Site) -> list[str]:
    """Acknowledged against stored, and every client against a fresh snapshot."""
    await crowd.quiet()
    stored = set(grounds.call("votes_on", module=ROWS))
    wanted: dict[str, bool] = dict(crowd.last)
    lost = [vote for vote, on in wanted.items() if on != (vote in stored)]
    fresh = grounds.call("counted", module=ROWS)
    logs = {browser.log.tobytes() for browser in crowd.browsers}
    states = {log: _state(crowd, log, fresh["counts"]) for log in logs}
    wrong = sum(states[browser.log.tobytes()] != (fresh["cv"], fresh["counts"]) for browser in crowd.browsers)
    told = (
        f"acknowledged votes {len(wanted)}: lost or different {len(lost)}; "
        f"clients {len(crowd.browsers)}: unlike a fresh snapshot {wrong}; closed {crowd.closed}"
    )
    return [told]


def _state(crowd: Crowd, log: bytes, questions: dict[str, Any]) -> tuple[int, dict[str, list[int]]]:
    """What a client that was sent these frames shows: the newest counts of each question, and how new they are."""
    cv, counts = 0, {question: [0, 0] for question in questions}
    for number in array("I", log):
        frame = crowd.seen.frames[number]
        if frame.get("t") == "counts" and frame["cv"] > cv:
            cv = frame["cv"]
            counts |= {question: count for question, count in frame["c"].items() if question in counts}
    return cv, counts
