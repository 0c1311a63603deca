"""Many small rows of the database in one piece, for threads that share the interpreter with a busy event loop."""

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


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
