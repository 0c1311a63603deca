"""What every test starts from: the cast, a database, and the services a test may ask for by name."""

import pytest

pytest_plugins = ["tests.cast", "tests.database", "tests.emptying", "tests.services", "tests.clamd"]


@pytest.fixture(scope="session")
def django_db_setup(database_template, django_db_setup):
    """pytest-django's set-up, which finds every migration done where the template was copied in first."""
    if database_template is not None:
        database_template.keep()
