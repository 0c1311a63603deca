"""Let test databases be emptied between tests, although the trail refuses it, and put back what migrations put in."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

GUARDED = {"audit_entry": "append-only", "evaluation_publication": "never changed"}


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_the_triggers():
    """Drop the append-only triggers around the flush that follows a transactional test, and restore the roles."""
    from audit import triggers

    flush = TransactionTestCase._fixture_teardown

    def without_triggers(self):
        for table in GUARDED:
            triggers.remove(connection, table)
        try:
            flush(self)
        finally:
            for table, words in GUARDED.items():
                triggers.install(connection, table, words)
        restore_roles()

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = flush


def restore_roles() -> None:
    """What the migrations of Wagtail's admin and of accounts created, after a flush took it away."""
    admin, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    Permission.objects.get_or_create(
        content_type=admin, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    import_module("accounts.migrations.0002_roles").create_roles(apps, None)
