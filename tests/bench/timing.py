"""Figures of repeated work: wall and CPU seconds of this process, as medians and 95th percentiles in milliseconds."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def measured(work: Callable[[int], Any], times: int, *, warm: int = 3) -> dict[str, float]:
    """{"p50", "p95", "cpu"} in ms of work(number), called `times` times after `warm` calls that do not count."""
    for number in range(warm):
        work(-1 - number)
    walls, cpus = [], []
    for number in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        work(number)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {"p50": ms(statistics.median(walls)), "p95": ms(percentile(walls, 95)), "cpu": ms(statistics.median(cpus))}


def percentile(values: list[float], percent: int) -> float:
    """The value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, (len(ordered) * percent + 99) // 100 - 1)]


def ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
