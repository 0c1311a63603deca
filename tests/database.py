"""The SQLite test database begins as a copy: migrations run once per change of any of them, not once per test run."""

import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
TEMPLATES = CHECKOUT / ".pytest_cache" / "databases"


def template_path() -> Path:
    """Where the migrated database is kept: its name is the fingerprint of our migrations and of the packages'."""
    digest = hashlib.sha256()
    migrations = [*CHECKOUT.glob("*/migrations/*.py"), *CHECKOUT.glob("site/*/migrations/*.py")]
    called_by_them = [*CHECKOUT.glob("site/*/triggers.py"), *CHECKOUT.glob("site/*/groups.py")]
    for path in sorted([*migrations, *called_by_them, CHECKOUT / "requirements-dev.txt"]):
        digest.update(str(path.relative_to(CHECKOUT)).encode() + hashlib.sha256(path.read_bytes()).digest())
    return TEMPLATES / f"{digest.hexdigest()[:20]}.sqlite3"


class Template:
    """The kept copy of one test run's database, which lives in memory under a name all its connections share."""

    def __init__(self, memory_name: str) -> None:
        self.path = template_path()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Two workers that both find no copy make it once: the second waits here until the first has kept it.
        self.lock = self.path.with_suffix(".lock").open("w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.memory = sqlite3.connect(memory_name, uri=True)
        self.is_kept = self.path.exists()
        if self.is_kept:
            with closing(sqlite3.connect(self.path)) as kept:
                kept.backup(self.memory)
            self.lock.close()

    def keep(self) -> None:
        """Keep what the migrations have just made, and let waiting workers copy it."""
        if self.is_kept:
            return
        unfinished = self.path.with_suffix(".new")
        unfinished.unlink(missing_ok=True)
        with closing(sqlite3.connect(unfinished)) as kept:
            self.memory.backup(kept)
        for outdated in TEMPLATES.glob("*.sqlite3"):
            outdated.unlink()
        unfinished.rename(self.path)
        self.lock.close()


@pytest.fixture(scope="session")
def database_template(django_db_modify_db_settings) -> Iterator[Template | None]:
    """The template, already copied into memory where there was one; None on engines other than SQLite."""
    from django.db import connection

    if connection.vendor != "sqlite":
        yield None
        return
    template = Template(connection.creation._get_test_db_name())
    yield template
    template.memory.close()
    template.lock.close()
