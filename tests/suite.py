"""What `make test` and `make check` run, in which order, and what they say at the end.

    python -m tests.suite test|check [pytest arguments]

The exit code is 0 only when everything that ran passed; with CI set, also only when nothing was left out.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines import EngineMissing, engines, program

CHECKOUT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# A developer's own settings must not reach the tests: least of all the address of a database.
OUTSIDE_SETTINGS = {
    "ALLOWED_HOSTS", "DATABASE_URL", "DATA_DIR", "DEBUG", "EMAIL_URL", "EMBEDDED_WORKER", "HOST", "PORT", "REDIS_URL",
    "SECRET_KEY", "SITE_URL", "WEB_PROCESSES", "YOUTUBE_API_ENDPOINT", "YOUTUBE_API_KEY",
}  # fmt: skip
RULES = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "import walls": ["lint-imports"],
}
NO_TESTS_COLLECTED = 5


@dataclass
class Outcome:
    """What one part of the suite came to; left_out says why something of it did not run."""

    part: str
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0
    left_out: list[str] = field(default_factory=list)
    collected_nothing: bool = False


def environment(**extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE_SETTINGS}
    roots = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "site")])
    return {**kept, "PYTHONPATH": roots, "DJANGO_SETTINGS_MODULE": "config.settings.test", **extra}


def rules(_: Sequence[str] = ()) -> Outcome:
    """Format, lint, types and walls, side by side: each is one thing that passes or fails."""
    outcome = Outcome("規則 rules")
    started = {
        name: subprocess.Popen(
            [BIN / command[0], *command[1:]],
            cwd=CHECKOUT,
            env=environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for name, command in RULES.items()
    }
    for name, tool in started.items():
        said, _ = tool.communicate()
        print(f"  {'ok    ' if tool.returncode == 0 else 'FAILED'} {name}", flush=True)
        if tool.returncode:
            outcome.failed += 1
            print(said, flush=True)
        else:
            outcome.passed += 1
    return outcome


def run_pytest(part: str, arguments: Sequence[str], extra: Mapping[str, str] | None = None) -> Outcome:
    """One pytest run; counts come from its report file, so that a crash in the middle is a failure and not silence."""
    with tempfile.TemporaryDirectory(prefix="pitch-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *arguments]
        code = subprocess.run(command, cwd=CHECKOUT, env=environment(**(extra or {}))).returncode
        outcome = read_report(part, report.read_text(encoding="utf-8") if report.exists() else "")
    outcome.collected_nothing = code == NO_TESTS_COLLECTED
    if code not in (0, NO_TESTS_COLLECTED):
        outcome.failed = max(outcome.failed, 1)
    return outcome


def read_report(part: str, report: str) -> Outcome:
    """Count a JUnit report; a skipped test is something left out, with its reason. An empty report counts nothing."""
    outcome = Outcome(part)
    if not report:
        return outcome
    for case in ET.fromstring(report).iter("testcase"):
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.left_out.append(f"{case.get('classname')}::{case.get('name')}: {skipped.get('message')}")
        elif case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        else:
            outcome.passed += 1
    return outcome


def unit(arguments: Sequence[str]) -> Outcome:
    return run_pytest("単体 unit", ["-n", "2", "-m", "not services and not journey", *arguments])


def quick(arguments: Sequence[str]) -> Outcome:
    """The unit tests without the long tables, sockets and processes: the loop of somebody at work."""
    selection = "not services and not journey and not thorough"
    # Folders without a quick test need not be read.
    rest = [f"--ignore=tests/{folder}" for folder in ("bench", "faults", "journeys", "nursery", "printing")]
    return run_pytest("単体（短い組） quick unit", ["-n", "2", "-m", selection, *rest, *arguments])


def services(arguments: Sequence[str]) -> Outcome:
    """The tests that only PostgreSQL and Redis can prove, against ones started for them."""
    part = "PostgreSQL と Redis services"
    try:
        with engines() as both:
            for_fixtures = {f"TEST_{name}": address for name, address in both.addresses.items()}
            return run_pytest(part, ["-m", "services", *arguments], {**both.addresses, **for_fixtures})
    except EngineMissing as missing:
        return Outcome(part, left_out=[str(missing)])


def journeys(arguments: Sequence[str]) -> Outcome:
    """The walks through a real server in a real browser."""
    part = "道のり journeys"
    try:
        chromium = program("chromium", "chromium")
    except EngineMissing as missing:
        return Outcome(part, left_out=[str(missing)])
    return run_pytest(part, ["-m", "journey", *arguments], {"CHROMIUM": chromium})


def scripts(arguments: Sequence[str]) -> Outcome:
    """The browser's own modules, proved without a browser by Node's test runner."""
    part = "スクリプト scripts"
    tests = sorted((CHECKOUT / "tests").glob("**/*.test.mjs"))
    try:
        node = program("node", "nodejs")
    except EngineMissing as missing:
        return Outcome(part, left_out=[str(missing)])
    ran = subprocess.run([node, "--test", *map(str, tests)], cwd=CHECKOUT, text=True, capture_output=True)
    outcome = read_tap(part, ran.stdout)
    if ran.returncode:
        print(ran.stdout, ran.stderr, flush=True)
        outcome.failed = max(outcome.failed, 1)
    return outcome


def read_tap(part: str, output: str) -> Outcome:
    """Count what Node's test runner reports in the closing lines «# pass 15», «# fail 0», «# skipped 0»."""
    counts = dict(re.findall(r"^# (\w+) (\d+)$", output, re.MULTILINE))
    skipped = int(counts.get("skipped", 0))
    return Outcome(
        part,
        passed=int(counts.get("pass", 0)),
        failed=int(counts.get("fail", 0)) + int(counts.get("cancelled", 0)),
        left_out=[f"{skipped} skipped"] if skipped else [],
    )


Part = Callable[[Sequence[str]], Outcome]
PARTS: dict[str, list[Part]] = {
    "test": [rules, unit, scripts, services, journeys],
    "check": [rules, scripts, quick],
}
# What a selection of tests (`make test ARGS="tests/live -k vote"`) can mean something to.
SELECTABLE: list[Part] = [unit, quick, services, journeys]


def timed(part: Part, arguments: Sequence[str]) -> Outcome:
    began = time.monotonic()
    outcome = part(arguments)
    outcome.seconds = time.monotonic() - began
    return outcome


def summary(outcomes: Sequence[Outcome], *, is_ci: bool, is_selection: bool = False) -> tuple[str, int]:
    """The closing lines and the exit code. A part without a single test fails, unless the person selected tests."""
    passed, failed = sum(outcome.passed for outcome in outcomes), sum(outcome.failed for outcome in outcomes)
    lines = ["", "まとめ summary"]
    for outcome in outcomes:
        if outcome.collected_nothing and not is_selection:
            failed += 1
            outcome.left_out.append("試験が1つもありません no tests collected")
        lines.append(f"  {outcome.part}: {outcome.passed} passed, {outcome.failed} failed ({outcome.seconds:.0f} s)")
        lines += [f"    省略 left out: {reason}" for reason in outcome.left_out]
    left_out = sum(len(outcome.left_out) for outcome in outcomes)
    if left_out and is_ci:
        failed += left_out
        lines.append("  CI では省略も失敗です。 In CI what is left out has failed.")
    lines += [f"  {sum(outcome.seconds for outcome in outcomes):.0f} s", f"{passed} passed, {failed} failed"]
    return "\n".join(lines), 1 if failed or not passed else 0


def main(verb: str, *arguments: str) -> int:
    # A plain `kill` unwinds like Ctrl-C does, so that what was started is stopped.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parts = [part for part in PARTS[verb] if not arguments or part in SELECTABLE]
    outcomes: list[Outcome] = []
    try:
        for number, part in enumerate(parts, 1):
            print(f"\n[{number}/{len(parts)}] {part.__name__}", flush=True)
            outcomes.append(timed(part, arguments))
    except KeyboardInterrupt:
        outcomes.append(Outcome("中断しました interrupted", failed=1))
    is_ci = os.environ.get("CI", "").lower() not in {"", "0", "false"}
    text, code = summary(outcomes, is_ci=is_ci, is_selection=bool(arguments))
    print(text, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
