"""Measures what docs/benchmarks.md tells: `make bench`, or `make bench ARGS="drafts board"` for some of it.

`make bench-live` is `live`, with the parts named after it (tests/bench/live/).

Each bench runs on a site of its own in a throw-away folder, on SQLite with synchronous=FULL, on this machine alone.
"""

import json
import os
import platform
import sys

from tests.bench import deadline
from tests.bench.live.__main__ import main as live
from tests.nursery.site import site

IN_PROCESS = ("drafts", "board")


def main(*names: str) -> None:
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    if names[:1] == ("live",):
        live(*names[1:])
        return
    for name in names or (*IN_PROCESS, "deadline"):
        print(f"\n## {name}", flush=True)
        if name == "deadline":
            deadline.main()
            continue
        with site(is_for_real=True) as grounds:
            print(json.dumps(grounds.call("measure", module=f"tests.bench.{name}"), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
