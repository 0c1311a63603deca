"""`make bench-live`, or `make bench-live ARGS="fanout"`: the parts are fanout, acks and visible; "small" is a tenth."""

import gc
import resource
import sys

import uvloop

from tests.bench.live import fanout, votes

PARTS = ("fanout", "acks", "visible")


async def measured(part: str, *, is_small: bool) -> list[str]:
    if part == "fanout":
        return await fanout.measure((1_000,) if is_small else fanout.SIZES)
    if part == "acks":
        rates, people = ((500, 2_000), 1_500) if is_small else ((1_000, 4_000, 8_000, 9_500), 5_000)
        return [line for engine in ("sqlite", "postgresql") for line in await votes.acks(engine, rates, people)]
    return [line for people in ((500,) if is_small else (2_000, 10_000)) for line in await votes.visible(people)]


def main(*names: str) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # The load keeps all it has seen. Looking through that for garbage takes a tenth of a second, and the room would
    # seem to be late by as much.
    gc.disable()
    is_small = "small" in names
    for part in [name for name in names if name in PARTS] or PARTS:
        print(f"\n## live: {part}", flush=True)
        for line in uvloop.run(measured(part, is_small=is_small)):
            print(line, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
