"""The database triggers that refuse to change or remove an entry, on SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

_SQLITE_INSTALL = [
    f"""CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry
        BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
_SQLITE_REMOVE = [f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}" for verb in ("update", "delete")]
_POSTGRES_INSTALL = [
    """CREATE OR REPLACE FUNCTION audit_entry_is_append_only() RETURNS trigger AS $$
       BEGIN RAISE EXCEPTION 'audit_entry is append-only'; END $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
       FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()""",
    """CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
       FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only()""",
]
_POSTGRES_REMOVE = [
    "DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_entry",
    "DROP TRIGGER IF EXISTS audit_entry_no_truncate ON audit_entry",
]
_SQL = {"sqlite": (_SQLITE_INSTALL, _SQLITE_REMOVE), "postgresql": (_POSTGRES_INSTALL, _POSTGRES_REMOVE)}


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    _run(connection, _SQL[connection.vendor][0])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers; for reversing the migration and for emptying test databases only."""
    _run(connection, _SQL[connection.vendor][1])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
