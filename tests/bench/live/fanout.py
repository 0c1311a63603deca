"""CPU per delivered frame, memory and CPU per connection: the room beside the floor, bare ASGI and the tutorial's way.

A frame is about 300 bytes: new counts of eleven questions. The room gets them from eleven votes a round, whose own cost
is measured with a few dozen sockets connected and taken off. What so many sockets cost while nothing is said to them
(pings, heartbeats, looking at everybody again) is measured as well: µs/frame holds it, net does not.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.bench.live.crowd import Crowd
from tests.bench.live.meter import cpu_seconds, resident_kb
from tests.engines import free_port
from tests.nursery.site import site
from tests.suite import CHECKOUT, environment

SIZES = (1_000, 5_000, 10_000)
ROUNDS = 15
REST_SECONDS = 15.0
VOTED = 11
# A person may vote 20 times in 10 seconds: so many take turns that nobody votes faster.
TURNS = 4
# The documented pattern does not get through a larger room in the time a bench has.
MOST = {"documented": 1_000}


def period(sockets: int) -> float:
    """Seconds between two rounds: no more often than the room says new counts at this size."""
    return 0.3 if sockets <= 2_000 else 0.55 if sockets <= 6_000 else 1.0


async def rounds(crowd: Crowd, pid: int, send: Callable[[int], None]) -> dict[str, float]:
    """Send ROUNDS frames to everybody, one a period; {"cpu": seconds, "frames": delivered, "seconds"}."""
    before, cpu, began = crowd.delivered, cpu_seconds(pid), time.monotonic()
    for number in range(ROUNDS):
        send(number)
        await asyncio.sleep(period(len(crowd.browsers)))
    await crowd.quiet(for_seconds=1.0, at_most=30.0)
    return {
        "cpu": cpu_seconds(pid) - cpu,
        "frames": crowd.delivered - before,
        "seconds": time.monotonic() - began,
    }


async def baseline(name: str, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    port = free_port()
    own = environment()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.live.baselines", name, str(port)], cwd=CHECKOUT, env=own
    )
    try:
        while not await _listens(port):
            await asyncio.sleep(0.05)
        crowd, told = Crowd(port), []
        for size in sizes:
            if size > MOST.get(name, size):
                continue
            told.append(await _grown(crowd, server.pid, size, [None] * (size - len(crowd.browsers))))
            rest = await _at_rest(server.pid)
            spent = await rounds(crowd, server.pid, lambda _: os.kill(server.pid, signal.SIGUSR1))
            told[-1] |= _per_frame(spent, 0.0, rest, size)
        crowd.close()
    finally:
        server.kill()
        server.wait()
    return told


async def the_room(sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    with site(is_for_real=True) as grounds:
        made = grounds.call("make_room", module="tests.bench.live.rows", people=max(sizes) + 200, questions=VOTED)
        grounds.serve()
        await asyncio.sleep(3)
        people, voters = made["people"][200:], made["people"][:200]
        crowd = Crowd(
            grounds.port,
            path=f"/ws/live/{made['room']}/",
            origin="http://127.0.0.1:0",
            have={"epoch": made["epoch"], "seq": 0, "sseq": 0, "cv": 0},
        )
        await crowd.connect(voters[:1])
        own = Crowd(crowd.port, path=crowd.path, origin=crowd.origin, have=crowd.have)
        await own.connect(voters[1 : 1 + VOTED * TURNS])
        number_of_round = iter(range(10**6))

        def vote(_: int) -> None:
            times, turn = divmod(next(number_of_round), TURNS)
            for browser, question in zip(own.browsers[turn * VOTED :], made["questions"], strict=False):
                own.command(browser, "vote.set", {"q": question, "on": times % 2 == 0}, None)

        told = []
        for size in sizes:
            alone = (await rounds(own, grounds.pid, vote))["cpu"] if not told else told[0]["votes_cpu"]
            told.append(await _grown(crowd, grounds.pid, size, people[len(crowd.browsers) : size]))
            rest = await _at_rest(grounds.pid)
            spent = await rounds(crowd, grounds.pid, vote)
            told[-1] |= _per_frame(spent, alone, rest, size) | {
                "votes_cpu": round(alone, 3),
                "refused": len(own.refused),
            }
        crowd.close()
        own.close()
    return told


async def _grown(crowd: Crowd, pid: int, size: int, people: list[Any]) -> dict[str, Any]:
    """Connect more people; what one of them costs."""
    before, cpu, many = resident_kb(pid), cpu_seconds(pid), max(len(people), 1)
    took = await crowd.connect(people)
    await crowd.quiet()
    return {
        "sockets": size,
        "join_s": round(took, 1),
        "join_cpu_us": round((cpu_seconds(pid) - cpu) / many * 1e6),
        "kb": round((resident_kb(pid) - before) / many, 1),
    }


async def _at_rest(pid: int) -> float:
    """Seconds of CPU a second while nobody does anything."""
    cpu = cpu_seconds(pid)
    await asyncio.sleep(REST_SECONDS)
    return (cpu_seconds(pid) - cpu) / REST_SECONDS


def _per_frame(spent: dict[str, float], alone: float, rest: float, size: int) -> dict[str, Any]:
    due = ROUNDS * size
    frames, cpu = max(spent["frames"], 1), spent["cpu"] - alone
    return {
        "us": round(cpu / frames * 1e6, 1),
        "net": round((cpu - rest * spent["seconds"]) / min(frames, due) * 1e6, 1),
        "rest": f"{rest:.1%}",
        "delivered": f"{spent['frames'] / due:.0%}",
        "seconds": round(spent["seconds"], 1),
    }


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def measure(sizes: tuple[int, ...] = SIZES) -> list[str]:
    """Lines that tell the figures of each design, and ratios to the floor and to the documented pattern."""
    told = {name: await baseline(name, sizes) for name in ("raw", "asgi", "documented")}
    told["room"] = await the_room(sizes)
    named = f"{'design':<11}{'sockets':>8}{'µs/frame':>10}{'net':>7}{'at rest':>9}{'delivered':>11}"
    lines = [f"{named}{'join s':>8}{'µs/join':>9}{'KB':>7}"]
    for name, sized in told.items():
        lines += [
            f"{name:<11}{row['sockets']:>8}{row['us']:>10}{row['net']:>7}{row['rest']:>9}{row['delivered']:>11}"
            f"{row['join_s']:>8}{row['join_cpu_us']:>9}{row['kb']:>7}"
            for row in sized
        ]
    for ours in told["room"]:
        for other in ("raw", "asgi", "documented"):
            lines += [
                f"{ours['sockets']} sockets: the room takes {ours['us'] / row['us']:.2f} times {other}, "
                f"net {ours['net'] / row['net']:.2f} times"
                for row in told[other]
                if row["sockets"] == ours["sockets"] and row["us"]
            ]
    return lines
