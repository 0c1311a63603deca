"""The database triggers that refuse to change or remove rows, on SQLite and PostgreSQL."""

from django.db.backends.base.base import BaseDatabaseWrapper

TRAIL = "audit_entry"


def install(connection: BaseDatabaseWrapper, table: str = TRAIL, words: str = "append-only") -> None:
    """Make a table refuse UPDATE and DELETE (and TRUNCATE on PostgreSQL), saying that it is `words`."""
    message = f"{table} is {words}"
    if connection.vendor == "postgresql":
        _run(
            connection,
            f"""CREATE OR REPLACE FUNCTION {table}_refuses() RETURNS trigger AS $$
                BEGIN RAISE EXCEPTION '{message}'; END $$ LANGUAGE plpgsql""",
            f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION {table}_refuses()""",
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()""",
        )
        return
    for verb in ("UPDATE", "DELETE"):
        _run(
            connection,
            f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
                BEGIN SELECT RAISE(ABORT, '{message}'); END""",
        )


def remove(connection: BaseDatabaseWrapper, table: str = TRAIL) -> None:
    """Drop the triggers; for reversing the migration and for emptying test databases only."""
    if connection.vendor == "postgresql":
        names = [f"{table}_no_change", f"{table}_no_truncate"]
        _run(connection, *(f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in names))
        return
    _run(connection, *(f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete")))


def _run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
