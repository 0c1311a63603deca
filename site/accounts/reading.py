"""Many small rows to and from the database in one piece, for threads that share the interpreter with an event loop."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


def rows_of(query: "QuerySet[Any, Any]", columns: int) -> list[list[Any]]:
    """The rows of a values_list() of so many columns, each a number, a text or None as the database keeps it."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return []
    return rows_of_sql(sql, params, columns)


def rows_of_sql(sql: str, params: Sequence[Any], columns: int) -> list[list[Any]]:
    """The rows of a statement.

    SQLite gives the interpreter up before each row, and a thread gets it back only when the others let go: a thousand
    rows are a thousand waits. As one JSON text they are one.
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(sql, params)
            return [list(row) for row in cursor.fetchall()]
        names = ", ".join(f"c{number}" for number in range(columns))
        gathered = f"SELECT json_group_array(json_array({names})) FROM found"  # noqa: S608 (names of columns)
        cursor.execute(f"WITH found({names}) AS ({sql}) {gathered}", params)
        return list(json.loads(cursor.fetchone()[0]))


def relation(columns: Mapping[str, str]) -> str:
    """A SELECT whose rows are those of one parameter, as_rows(…); columns are names and their types in PostgreSQL.

    The statement is the same for any number of rows, so that the database reads it once; two hundred parameters are
    read and bound each time.
    """
    if connection.vendor == "sqlite":
        picked = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
        return f"SELECT {picked} FROM json_each(%s)"  # noqa: S608 (names of columns)
    picked = ", ".join(f"(value ->> {place})::{kind} AS {name}" for place, (name, kind) in enumerate(columns.items()))
    # As jsonb a row is parsed once; as json once for each of its columns.
    return f"SELECT {picked} FROM jsonb_array_elements(%s::jsonb) AS value"  # noqa: S608


def as_rows(rows: Collection[Sequence[Any]]) -> str:
    """Rows of numbers, texts, booleans, moments and None as the parameter of relation()."""
    moment = _moment_as_text if connection.vendor == "sqlite" else datetime.isoformat
    return json.dumps(list(rows), ensure_ascii=False, default=moment)


def among(values: Collection[int | str]) -> Any:
    """What `field__in` takes in place of a long list: one parameter instead of one a value."""
    kind = "text" if isinstance(next(iter(values), 0), str) else "bigint"
    return RawSQL(relation({"wanted": kind}), [as_rows([(value,) for value in values])])  # noqa: S611 (no value in it)


def _moment_as_text(at: datetime) -> str:
    """A moment as Django keeps it in SQLite."""
    return at.astimezone(UTC).isoformat(" ").removesuffix("+00:00")
