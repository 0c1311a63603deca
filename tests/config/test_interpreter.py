"""Each process of the server is set up for many sockets when it is born."""

import json
import os
import subprocess
import sys

import pytest

from config.interpreter import GARBAGE_AFTER, SWITCH_SECONDS

pytestmark = pytest.mark.thorough

BORN = """
import asyncio, gc, json, sys
import django
django.setup()
from django.conf import settings
settings.EMBEDDED_WORKER = False
from config.lifespan import Lifespan

async def live():
    async def receive():
        return {"type": "lifespan.startup"}
    async def send(message):
        print(json.dumps([gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count() > 10_000]))
        sys.exit(0)
    await Lifespan()({"type": "lifespan"}, receive, send)

asyncio.run(live())
"""


def test_a_process_is_settled_before_it_serves():
    # In a process of its own: the tests' interpreter stays as it is.
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    born = subprocess.run([sys.executable, "-c", BORN], env=own, capture_output=True, text=True, check=False)
    assert json.loads(born.stdout.splitlines()[-1]) == [list(GARBAGE_AFTER), SWITCH_SECONDS, True], born.stderr
