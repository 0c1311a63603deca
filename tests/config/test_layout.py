"""What the layout promises: `site/` is a folder of sources, our names are ours, every dependency is pinned."""

import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

CHECKOUT = Path(__file__).resolve().parents[2]
ROOMS = {
    "": ["pitches", "live", "evaluation", "archive"],
    "site": ["config", "pages", "workflow", "notifications", "audit", "files", "printing", "accounts", "core"],
}


def test_site_is_no_package():
    assert not (CHECKOUT / "site" / "__init__.py").exists()


@pytest.mark.parametrize("folder", [".", "site", "tests"])
def test_import_site_stays_the_standard_librarys(folder):
    command = [sys.executable, "-X", "frozen_modules=off", "-c", "import site; print(site.__file__)"]
    paths = f"{CHECKOUT}:{CHECKOUT / 'site'}"
    said = subprocess.run(
        command, cwd=CHECKOUT / folder, env={"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    assert not said.stdout.startswith(str(CHECKOUT / "site"))


@pytest.mark.parametrize(("folder", "room"), [(folder, room) for folder, rooms in ROOMS.items() for room in rooms])
def test_each_room_is_ours_and_not_a_package_of_the_same_name(folder, room):
    assert Path(importlib.import_module(room).__file__).parent == CHECKOUT / folder / room


def test_manage_works_from_any_directory(tmp_path):
    command = [sys.executable, str(CHECKOUT / "site" / "manage.py"), "check"]
    environment = {"DATA_DIR": str(tmp_path), "PATH": ""}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr


def pins(lock: str) -> dict[str, list[str]]:
    """Package -> its hashes, as a lock file names them."""
    found: dict[str, list[str]] = {}
    for line in (CHECKOUT / lock).read_text().splitlines():
        if pin := re.match(r"([a-z0-9._-]+)==(\S+)", line):
            current = found.setdefault(pin[1], [])
        elif digest := re.search(r"--hash=sha256:([0-9a-f]{64})", line):
            current.append(digest[1])
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.sub(r"[._]+", "-", re.match(r"[A-Za-z0-9._-]+", row)[0]).lower() for row in requirements}


PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())


def test_every_dependency_is_pinned_in_both_locks():
    wanted = names(PROJECT["project"]["dependencies"])
    assert wanted <= pins("requirements.txt").keys()
    assert wanted | names(PROJECT["dependency-groups"]["dev"]) <= pins("requirements-dev.txt").keys()


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_every_pin_carries_hashes(lock):
    assert pins(lock)
    assert [name for name, hashes in pins(lock).items() if not hashes] == []


def test_the_two_locks_agree():
    runtime, development = ((CHECKOUT / lock).read_text() for lock in ("requirements.txt", "requirements-dev.txt"))
    versions = [set(re.findall(r"^[a-z0-9._-]+==[^\s;]+", text, re.MULTILINE)) for text in (runtime, development)]
    assert versions[0] <= versions[1]


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_no_lock_names_a_registry(lock):
    assert "://" not in (CHECKOUT / lock).read_text()
