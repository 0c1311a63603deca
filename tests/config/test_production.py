"""Production settings refuse to start on what would lose or leak something, and say why in two languages."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

CHECKOUT = Path(__file__).resolve().parents[2]
GOOD = {
    "SECRET_KEY": "x" * 50,
    "SITE_URL": "https://pitch.example",
    "ALLOWED_HOSTS": "pitch.example",
    "DATABASE_URL": "postgres://pitch@db/pitch",
    "REDIS_URL": "redis://redis:6379/0",
    "WEB_PROCESSES": "4",
}


def load(tmp_path, **changes):
    """Import the production settings in a process of their own; returns what it said when it refused, or nothing."""
    chosen = {name: value for name, value in (GOOD | changes).items() if value is not None}
    environment = {**chosen, "DATA_DIR": str(tmp_path), "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'site'}"}
    command = [sys.executable, "-c", "import config.settings.production"]
    return subprocess.run(command, env=environment, capture_output=True, text=True).stderr


def test_a_good_configuration_starts(tmp_path):
    assert load(tmp_path) == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or too short"),
        ({"DEBUG": "1"}, "DEBUG must be off"),
        ({"REDIS_URL": None}, "Several processes need REDIS_URL"),
        ({"DATABASE_URL": None, "SQLITE_SYNCHRONOUS": "NORMAL"}, "SQLite below synchronous=FULL"),
        ({"DATABASE_URL": None, "SQLITE_SYNCHRONOUS": "off"}, "SQLite below synchronous=FULL"),
        ({"SITE_URL": "http://pitch.example"}, "SITE_URL must be https"),
    ],
)
def test_a_dangerous_one_does_not(tmp_path, changes, reason):
    assert reason in load(tmp_path, **changes)


def test_one_process_needs_no_redis_and_sqlite_with_full_is_safe(tmp_path):
    assert load(tmp_path, REDIS_URL=None, WEB_PROCESSES="1", DATABASE_URL=None) == ""


def test_every_reason_is_said_at_once(tmp_path):
    said = load(tmp_path, SECRET_KEY=None, DEBUG="1")
    assert "SECRET_KEY" in said
    assert "DEBUG" in said
