"""The room's browser modules keep their promises under Node, where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
@pytest.mark.parametrize("story", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_the_module_keeps_its_promises(story):
    done = subprocess.run(
        ["node", "--test", str(HERE / story)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout


MODULES = sorted(
    path for folder in ("live", "site/pages") for path in (HERE.parents[2] / folder).glob("static/**/*.js")
)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_every_module_a_page_loads_can_be_read():
    assert len(MODULES) > 20
    unread = []
    for path in MODULES:
        with path.open("rb") as source:
            done = subprocess.run(
                ["node", "--input-type=module", "--check"], stdin=source, capture_output=True, timeout=60, check=False
            )
        if done.returncode:
            unread.append((path.name, done.stderr.decode()))
    assert unread == []
