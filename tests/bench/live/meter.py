"""What a server costs, from the operating system's accounting: CPU of all its threads, and memory that is resident."""

from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU used by the living threads of a process, to the nanosecond."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended between being listed and being read.
    return spent / 1e9


def resident_kb(pid: int) -> int:
    """Kilobytes of memory a process holds now."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
