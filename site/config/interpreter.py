"""How the interpreter of a server process shares its time between sockets, threads and its own housekeeping."""

import gc
import sys

# Threads that ask the database give the interpreter up at every query, and get it back when a busy event loop lets go
# of it: by Python's default after 5 ms, which made a batch of commands take several times as long as its work.
SWITCH_SECONDS = 0.0005
# Five thousand sockets are half a million objects that live for hours. By Python's default the collector looks for
# garbage after every 700 new ones, and through all of them ever so often: a third of the time of a busy room.
GARBAGE_AFTER = (100_000, 10, 10)


def settle() -> None:
    """Set a process up to serve many sockets; called once in each, when all modules are loaded."""
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.collect()
    # What is loaded now stays until the end, and need not be looked through.
    gc.freeze()
    gc.set_threshold(*GARBAGE_AFTER)
