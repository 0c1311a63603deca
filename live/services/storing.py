"""Rows of a batch in one statement each: building an object for every vote would cost more than the vote.

Table and column names are those of live.models; PostgreSQL and SQLite take the same SQL.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.reading import rows_of_sql


def upsert_votes(rows: Collection[tuple[int, int, str, bool, bool, datetime]]) -> None:
    """Write (question, participant, organisation, is_on, is_named, at); each question and participant at most once."""
    _insert(
        "live_vote",
        ("question_id", "participant_id", "organisation_id", "is_on", "is_named", "updated_at"),
        rows,
        "ON CONFLICT (question_id, participant_id) DO UPDATE SET organisation_id = excluded.organisation_id, "
        "is_on = excluded.is_on, is_named = excluded.is_named, updated_at = excluded.updated_at",
    )


def insert_commands(rows: Collection[tuple[int, str, str, str, str, datetime]]) -> None:
    """Write (participant, command id, op, fingerprint, result as JSON text, at)."""
    _insert("live_command", ("participant_id", "command_id", "op", "fingerprint", "result", "at"), rows)


def votes_of(pairs: Collection[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    """(question, participant, organisation) of votes that are on, of the same person or body as one of the pairs.

    pairs are (question, participant, organisation): only votes on that very question count.
    """
    if not pairs:
        return set()
    sql = (
        f"WITH asked(q, p, o) AS (VALUES {_marks(3, len(pairs))}) "  # noqa: S608 (marks, never values)
        "SELECT v.question_id, v.participant_id, v.organisation_id FROM asked "
        "JOIN live_vote v ON v.question_id = asked.q AND v.participant_id = asked.p WHERE v.is_on "
        "UNION SELECT v.question_id, v.participant_id, v.organisation_id FROM asked "
        "JOIN live_vote v ON v.question_id = asked.q AND v.organisation_id = asked.o WHERE v.is_on"
    )
    return {(q, p, o) for q, p, o in rows_of_sql(sql, [value for pair in pairs for value in pair], 3)}


def write_counts(rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Write (score, bodies, cv, question)."""
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE live_question SET score = %s, bodies = %s, cv = %s WHERE id = %s", rows)


def _insert(table: str, columns: Sequence[str], rows: Collection[Sequence[Any]], conflict: str = "") -> None:
    if not rows:
        return
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {_marks(len(columns), len(rows))} {conflict}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, list(_adapted(rows)))


def _marks(columns: int, rows: int) -> str:
    return ", ".join([f"({', '.join(['%s'] * columns)})"] * rows)


def _adapted(rows: Iterable[Sequence[Any]]) -> Iterable[Any]:
    adapt = connection.ops.adapt_datetimefield_value
    return (adapt(value) if isinstance(value, datetime) else value for row in rows for value in row)
