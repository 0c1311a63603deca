"""What every test starts from: the cast, a database, and the services a test may ask for by name."""

import gc

import pytest

from config.interpreter import settle

pytest_plugins = ["tests.cast", "tests.database", "tests.emptying", "tests.services", "tests.clamd"]


@pytest.fixture(scope="session")
def django_db_setup(database_template, django_db_setup):
    """pytest-django's set-up, which finds every migration done where the template was copied in first."""
    if database_template is not None:
        database_template.keep()


def pytest_configure():
    """All of the site and thousands of tests are loaded from here on: none of it is garbage to be looked for."""
    gc.disable()


def pytest_collection_finish():
    """What is loaded by now stays, and need not be gone through again and again."""
    gc.enable()
    settle()
