"""What a server costs, from the operating system's accounting: CPU of its threads and children, resident memory."""

from pathlib import Path

from tests.processes import children


def cpu_seconds(pid: int) -> float:
    """Seconds of CPU used by the living threads of a process and of its living children, to the nanosecond."""
    spent = 0.0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            spent += int((task / "schedstat").read_text().split()[0]) / 1e9
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended between being listed and being read.
    return spent + sum(cpu_seconds(child) for child in children(pid))


def resident_kb(pid: int) -> int:
    """Kilobytes of memory a process holds now, without its children: what sockets need is all in the server."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
