"""A site in a throw-away folder, on SQLite, whose server can be killed, born again and asked what it holds."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.database import template_path
from tests.suite import CHECKOUT, environment


class Site:
    """The nursery, asked in JSON lines. port and pid are those of place 0; ports and pids are those of every place."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.folder = folder
        self.pid = 0
        assert process.stdin is not None and process.stdout is not None
        self._to: IO[str] = process.stdin
        self._from: IO[str] = process.stdout
        self.port = 0
        self.ports: dict[int, int] = {}
        self.pids: dict[int, int] = {}

    def ask(self, **command: Any) -> Any:
        self._to.write(json.dumps(command) + "\n")
        self._to.flush()
        line = self._from.readline()
        if not line:
            raise RuntimeError("the nursery has died; its words are above")
        return json.loads(line)

    def call(self, name: str, *, module: str = "tests.nursery.rows", **given: Any) -> Any:
        """Run a function of a module in a fork of the nursery; what it takes and returns is JSON."""
        answer = self.ask(do="call", module=module, name=name, **{"with": given})
        if "failed" in answer:
            raise RuntimeError(f"{module}.{name}: {(self.folder / 'nursery.log').read_text()[-2000:]}")
        return answer["returned"]

    def serve(self, place: int = 0) -> None:
        born = self.ask(do="serve", place=place)
        self.ports[place], self.pids[place] = born["port"], born["pid"]
        if place == 0:
            self.port, self.pid = born["port"], born["pid"]


@contextmanager
def site(broken: str = "", *, is_for_real: bool = False, is_migrated: bool = False, **extra: str) -> Iterator[Site]:
    """A site of its own on SQLite in a throw-away folder, migrated, with nobody in it and no server running yet.

    is_for_real serves it as it would be in use, with collected static files and without Django's debugging. extra goes
    into its environment: DATABASE_URL and REDIS_URL for another database, and several processes; is_migrated says that
    the database has its tables already.
    """
    with tempfile.TemporaryDirectory(prefix="pitch-nursery-") as folder:
        own = environment(
            DJANGO_SETTINGS_MODULE="config.settings.development",
            DATA_DIR=folder,
            PORT="0",
            BREAK=broken,
            SECRET_KEY="f" * 50,
            **extra,
        )
        # Plain static file names otherwise: nothing is collected for a run that draws no page for eyes.
        own["DEBUG"] = str(not is_for_real)
        # The tests' own migrated copy, where there is one, saves the time of migrating; what is missing is migrated.
        if template_path().exists():
            shutil.copy(template_path(), Path(folder) / "pitch.sqlite3")
        if not is_migrated:
            subprocess.run([sys.executable, "site/manage.py", "migrate", "-v0"], cwd=CHECKOUT, env=own, check=True)
        if is_for_real:
            collect = [sys.executable, "site/manage.py", "collectstatic", "--noinput", "-v0"]
            subprocess.run(collect, cwd=CHECKOUT, env=own, check=True)
        log = Path(folder) / "nursery.log"
        with (
            log.open("w") as errors,
            subprocess.Popen(
                [sys.executable, "-m", "tests.nursery"],
                cwd=CHECKOUT,
                env=own,
                text=True,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            ) as process,
        ):
            try:
                yield Site(process, Path(folder))
            finally:
                os.killpg(process.pid, 9)
