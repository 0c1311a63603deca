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
