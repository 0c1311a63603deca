"""What the operating system says of a process that a test has started."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """The living children of a process, whichever of its threads they were born of."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended between being listed and being read.
    return found
