"""Two server processes on one PostgreSQL and one Redis, in a database of their own that is a copy of a migrated one."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests.engines import SURVIVES_KILL, Engines, engines
from tests.nursery.site import Site, site
from tests.suite import CHECKOUT, environment

PLACES = (0, 1)
MIGRATED = "migrated"
_numbers = itertools.count(1)


@contextmanager
def started_engines() -> Iterator[Engines]:
    """Both engines with a migrated database to copy; PostgreSQL keeps what it has committed, whatever kills it."""
    with engines(SURVIVES_KILL) as both:
        _execute(both, f"CREATE DATABASE {MIGRATED}")
        own = environment(
            DJANGO_SETTINGS_MODULE="config.settings.development",
            DATABASE_URL=_address(both, MIGRATED),
            SECRET_KEY="f" * 50,
        )
        subprocess.run([sys.executable, "site/manage.py", "migrate", "-v0"], cwd=CHECKOUT, env=own, check=True)
        yield both


@contextmanager
def two_servers(both: Engines, broken: str = "") -> Iterator[Site]:
    """A fresh site on these engines with a server in each of PLACES; broken names what is wrong with this build."""
    both.postgres.ensure()
    both.redis.ensure()
    name = f"grounds{next(_numbers)}"
    _execute(both, f"CREATE DATABASE {name} TEMPLATE {MIGRATED}")
    addresses = {"DATABASE_URL": _address(both, name), "REDIS_URL": both.redis.url, "EMBEDDED_WORKER": "0"}
    with site(broken, is_migrated=True, **addresses) as grounds:
        for place in PLACES:
            grounds.serve(place)
        yield grounds


def _address(both: Engines, name: str) -> str:
    return urlunsplit(urlsplit(both.postgres.url)._replace(path=f"/{name}"))


def _execute(both: Engines, statement: str) -> None:
    with psycopg.connect(both.postgres.url, autocommit=True) as connection:
        connection.execute(statement)
