"""Every browser module can be read by Node; what modules promise is told in the .test.mjs files (tests.suite)."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


MODULES = sorted(
    path for folder in ("live", "site/pages") for path in (HERE.parents[2] / folder).glob("static/**/*.js")
)


@pytest.mark.thorough
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
