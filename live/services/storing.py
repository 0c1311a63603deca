"""Rows of a batch in one statement each: building an object for every vote would cost more than the vote.

Table and column names are those of live.models; PostgreSQL and SQLite take the same SQL.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.reading import as_rows, relation, rows_of_sql

VOTE_COLUMNS = {
    "question_id": "bigint",
    "participant_id": "bigint",
    "organisation_id": "text",
    "is_on": "boolean",
    "is_named": "boolean",
    "updated_at": "timestamptz",
}
COMMAND_COLUMNS = {
    "participant_id": "bigint",
    "command_id": "text",
    "op": "text",
    "fingerprint": "text",
    "result": "jsonb",
    "at": "timestamptz",
}


def upsert_votes(rows: Collection[tuple[int, int, str, bool, bool, datetime]]) -> None:
    """Write (question, participant, organisation, is_on, is_named, at); each question and participant at most once."""
    _insert(
        "live_vote",
        VOTE_COLUMNS,
        rows,
        "ON CONFLICT (question_id, participant_id) DO UPDATE SET organisation_id = excluded.organisation_id, "
        "is_on = excluded.is_on, is_named = excluded.is_named, updated_at = excluded.updated_at",
    )


def insert_commands(rows: Collection[tuple[int, str, str, str, str, datetime]]) -> None:
    """Write (participant, command id, op, fingerprint, result as JSON text, at)."""
    _insert("live_command", COMMAND_COLUMNS, rows)


def commands_done(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], tuple[str, Any]]:
    """{(participant, command id): (fingerprint, result)} of those of the keys that were carried out before."""
    asked = relation({"p": "bigint", "i": "text"})
    sql = (
        "SELECT c.participant_id, c.command_id, c.fingerprint, CAST(c.result AS text) "  # noqa: S608
        f"FROM ({asked}) asked JOIN live_command c ON c.participant_id = asked.p AND c.command_id = asked.i"
    )
    rows = rows_of_sql(sql, [as_rows(keys)], 4)
    return {(person, command): (fingerprint, json.loads(result)) for person, command, fingerprint, result in rows}


def votes_cast(people: Collection[int], since: datetime) -> dict[int, int]:
    """How many votes each of the people (pk) cast after a moment, which is not counted; 0 for who cast none."""
    # Counted for one person after the other, so that what the whole country has ever sent is not read through.
    sql = (
        "SELECT asked.p, (SELECT COUNT(*) FROM live_command c "  # noqa: S608
        "WHERE c.participant_id = asked.p AND c.op = 'vote.set' AND c.at > %s) "
        f"FROM ({relation({'p': 'bigint'})}) asked"
    )
    moment = connection.ops.adapt_datetimefield_value(since)
    return dict(rows_of_sql(sql, [moment, as_rows([(person,) for person in people])], 2))


def questions_called(room_pk: int, public_ids: Collection[str]) -> list[list[Any]]:
    """[pk, public id, state, score, bodies, pk merged into] of these questions, and of all in the room that merged."""
    sql = (
        "SELECT id, public_id, state, score, bodies, merged_into_id FROM live_question "  # noqa: S608
        f"WHERE room_id = %s AND (public_id IN ({relation({'q': 'text'})}) OR merged_into_id IS NOT NULL)"
    )
    return rows_of_sql(sql, [room_pk, as_rows([(public_id,) for public_id in public_ids])], 6)


def votes_of(pairs: Collection[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    """(question, participant, organisation) of votes that are on, of the same person or body as one of the pairs.

    pairs are (question, participant, organisation): only votes on that very question count.
    """
    if not pairs:
        return set()
    sql = (
        f"WITH asked AS ({relation({'q': 'bigint', 'p': 'bigint', 'o': 'text'})}) "  # noqa: S608
        "SELECT v.question_id, v.participant_id, v.organisation_id FROM asked "
        "JOIN live_vote v ON v.question_id = asked.q AND v.participant_id = asked.p WHERE v.is_on "
        "UNION ALL SELECT v.question_id, v.participant_id, v.organisation_id FROM asked "
        "JOIN live_vote v ON v.question_id = asked.q AND v.organisation_id = asked.o WHERE v.is_on"
    )
    return {(q, p, o) for q, p, o in rows_of_sql(sql, [as_rows(pairs)], 3)}


def write_counts(rows: Sequence[tuple[int, int, int, int]]) -> None:
    """Write (score, bodies, cv, question)."""
    given = relation({"score": "bigint", "bodies": "bigint", "cv": "bigint", "question": "bigint"})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE live_question SET score = given.score, bodies = given.bodies, cv = given.cv "  # noqa: S608
            f"FROM ({given}) given WHERE live_question.id = given.question",
            [as_rows(rows)],
        )


def write_cv(room_pk: int, cv: int) -> None:
    """Write the number of a room's newest counts."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE live_room SET cv = %s WHERE id = %s", [cv, room_pk])


def _insert(table: str, columns: Mapping[str, str], rows: Collection[Sequence[Any]], conflict: str = "") -> None:
    if not rows:
        return
    # WHERE true: SQLite would take ON CONFLICT for the beginning of a join.
    sql = f"INSERT INTO {table} ({', '.join(columns)}) {relation(columns)} WHERE true {conflict}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_rows(rows)])
