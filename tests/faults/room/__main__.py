"""Tell one story of a room, or all of them: `python -m tests.faults.room [story [broken build]]`."""

import asyncio
import sys
import time

from tests.faults.room import breaking, hostile
from tests.faults.room.grounds import started_engines, two_servers

STORIES = breaking.STORIES | hostile.STORIES


def main(*words: str) -> int:
    names, broken, found = words[:1] or tuple(STORIES), "".join(words[1:2]), 0
    with started_engines() as both:
        for name in names:
            began = time.monotonic()
            with two_servers(both, broken) as grounds:
                wrongs = asyncio.run(STORIES[name](grounds, both))
            print(f"{name}: {len(wrongs)} wrong, {time.monotonic() - began:.1f} s", *wrongs[:5], sep="\n  ", flush=True)
            found += bool(wrongs)
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
