"""Everybody at once, on a database whose rows really lock, and nudges between processes over Redis."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.db.models import Q

from audit.selectors import broken_at
from live.models import Question, Vote
from live.publishing import nudges
from tests.at_once import at_once
from tests.factories import NOW, make_body, make_officer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MANY = 12


@pytest.fixture(autouse=True)
def really_locking():
    assert connection.vendor == "postgresql", "SQLite cannot prove any of this"


def test_many_presses_of_one_person_are_one_vote(do, asked, officer):
    question = asked()
    answers = at_once(*[lambda: do(officer, "vote.set", q=question, on=True) for _ in range(MANY)])
    assert all(answer["ok"] for answer in answers)
    assert Vote.objects.count() == 1
    assert Question.objects.get().score == 1


def test_many_people_at_once_are_all_counted(do, asked, register):
    question = asked()
    bodies = [make_body(f"{number:06d}", f"見本市{number}") for number in range(MANY)]
    people = [make_officer(body) for body in bodies]
    register(*people)
    at_once(*[lambda person=person: do(person, "vote.set", q=question, on=True) for person in people])
    stored = Question.objects.get()
    assert (stored.score, stored.bodies) == (MANY, MANY)


def test_the_same_command_on_three_transports_at_once_is_one_question(do, officer, register):
    register(officer)
    answers = at_once(
        *[lambda: do(officer, "question.ask", body="一度だけ", command_id="the-one-command") for _ in range(3)]
    )
    assert answers[0] == answers[1] == answers[2]
    assert Question.objects.count() == 1


def test_questions_asked_at_once_get_numbers_of_their_own(do, register):
    people = [make_officer(make_body(f"{number:06d}", f"見本町{number}")) for number in range(MANY)]
    register(*people)
    at_once(*[lambda person=person: do(person, "question.ask", body="同時の質問") for person in people])
    assert sorted(Question.objects.values_list("number", flat=True)) == [f"A-{n:04d}" for n in range(1, MANY + 1)]
    assert broken_at() is None


def test_of_two_moderators_at_once_one_wins_and_one_is_told(do, asked, moderator, organiser):
    question = asked(publish=False)
    answers = at_once(
        lambda: do(moderator, "question.moderate", q=question, expect=1, state="public"),
        lambda: do(organiser, "question.moderate", q=question, expect=1, state="withheld", reason="重複"),
    )
    assert sorted(answer["ok"] for answer in answers) == [False, True]
    assert next(answer["e"] for answer in answers if not answer["ok"]) == "conflict"
    assert broken_at() is None


def test_a_nudge_crosses_over_redis(room, settings):
    assert settings.REDIS_URL

    async def heard() -> int:
        first = asyncio.get_running_loop().create_future()
        listening = asyncio.create_task(nudges.listen(lambda room_pk: first.done() or first.set_result(room_pk)))
        while not first.done():
            # Until the subscription stands, a nudge goes past it: that is what a nudge may do.
            await asyncio.to_thread(nudges.nudge, room.pk)
            await asyncio.wait([first], timeout=0.1)
        listening.cancel()
        return first.result()

    assert async_to_sync(heard)() == room.pk


def test_the_vote_survives_a_question_hidden_at_the_same_moment(do, asked, officer, moderator):
    question = asked(at=NOW)
    vote, hide = at_once(
        lambda: do(officer, "vote.set", q=question, on=True),
        lambda: do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="個人名を含むため"),
    )
    assert hide["ok"]
    assert vote["ok"] or vote["e"] == "gone"
    assert Question.objects.get().state == "hidden"


def test_a_merge_taken_back_while_its_target_is_merged_leaves_whole_families(do, asked, officer, moderator, organiser):
    first, second, third = (asked(body=f"質問{n}", at=NOW + timedelta(minutes=n)) for n in range(3))
    for question in (first, second, third):
        do(officer, "vote.set", q=question, on=True)
    for turn in range(6):
        versions = dict(Question.objects.values_list("public_id", "version"))
        merged = do(
            moderator, "question.merge", **{"from": first, "into": second}, expect=[versions[first], versions[second]]
        )
        assert merged["ok"], merged
        undone, moved = at_once(
            lambda: do(moderator, "moderation.undo", q=first, expect=versions[first] + 1),  # noqa: B023
            lambda: do(
                organiser,
                "question.merge",
                **{"from": second, "into": third},
                expect=[versions[second], versions[third]],  # noqa: B023
            ),
        )
        # The version of a target is not its members': both may do what they saw, one after the other.
        assert moved["ok"] and (undone["ok"] or undone["e"] == "conflict"), (undone, moved)
        rows = {row.public_id: row for row in Question.objects.select_related("merged_into")}
        assert all(row.merged_into is None or row.merged_into.merged_into_id is None for row in rows.values())
        for row in rows.values():
            if row.merged_into_id is None:
                members = Vote.objects.filter(Q(question=row) | Q(question__merged_into=row), is_on=True)
                assert row.score == members.values("participant").distinct().count(), (turn, row.public_id)
        for question in (first, second):
            row = Question.objects.get(public_id=question)
            if row.state == "merged":
                assert do(moderator, "question.separate", q=question, expect=row.version)["ok"]
    assert broken_at() is None
