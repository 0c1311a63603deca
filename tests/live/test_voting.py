"""Votes of many at once: counted together, each answered for itself, and always as many as there are."""

import random
from datetime import timedelta

import pytest
from django.db import connection

from live import services
from live.commands import Item, carry_out_batch
from live.models import Ban, Command, Question, Registration, Room, Vote
from live.services import storing
from tests.factories import NOW, make_body, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(register):
    """Six officers of three bodies, registered."""
    bodies = [make_body(f"90000{number}", f"見本{number}市") for number in range(3)]
    officers = [make_officer(bodies[number % 3]) for number in range(6)]
    register(*officers)
    return officers


@pytest.fixture
def vote_all(room):
    """vote_all((person, question, on), …, at=NOW): one batch; returns its acknowledgements."""
    ids = iter(range(1000))

    def vote_all(*wishes, at=NOW):
        return carry_out_batch(
            [
                Item(person.pk, room.pk, {"id": f"command-{next(ids)}", "op": "vote.set", "a": {"q": q, "on": on}}, at)
                for person, q, on in wishes
            ]
        )

    return vote_all


def counts(public_id):
    return Question.objects.values_list("score", "bodies").get(public_id=public_id)


def merge(source, target):
    """What merging leaves behind, without how it is done."""
    into = Question.objects.get(public_id=target)
    Question.objects.filter(public_id=source).update(merged_into=into, state="merged")


def test_a_batch_is_counted_once_and_everybody_is_told_the_same(asked, people, vote_all, room):
    question = asked()
    given = vote_all(*[(person, question, True) for person in people])
    assert [each["r"]["counts"] for each in given] == [[6, 3]] * 6
    room.refresh_from_db()
    assert room.cv == 1


def test_the_last_wish_of_a_batch_is_the_one_that_stands(asked, people, vote_all):
    question, person = asked(), people[0]
    vote_all((person, question, True), (person, question, False), (person, question, True))
    assert counts(question) == (1, 1)
    vote_all((person, question, True), (person, question, False))
    assert counts(question) == (0, 0)
    assert Vote.objects.count() == 1


def test_one_bad_vote_in_a_batch_fails_alone(asked, people, vote_all, outsider):
    question = asked()
    given = vote_all((people[0], question, True), (outsider, question, True), (people[1], "nowhere", True))
    assert [each.get("e") for each in given] == [None, "denied", "gone"]
    assert counts(question) == (1, 1)


def test_the_same_command_twice_in_a_batch_is_one(asked, people, room):
    question = asked()
    message = {"id": "the-one-command", "op": "vote.set", "a": {"q": question, "on": True}}
    first, second = carry_out_batch([Item(people[0].pk, room.pk, message, NOW)] * 2)
    assert first == second
    assert first["ok"]
    assert Command.objects.filter(op="vote.set").count() == 1


def test_the_twenty_first_vote_within_ten_seconds_waits(asked, people, vote_all):
    question, person = asked(), people[0]
    given = vote_all(*[(person, question, number % 2 == 0) for number in range(21)])
    assert [each["ok"] for each in given] == [True] * 20 + [False]
    assert (given[20]["e"], given[20]["retry_ms"]) == ("rate", 10_000)
    [later] = vote_all((person, question, True), at=NOW + timedelta(seconds=4))
    assert (later["e"], later["retry_ms"]) == ("rate", 6_000)
    assert vote_all((person, question, True), at=NOW + timedelta(seconds=10))[0]["ok"]


@pytest.mark.parametrize("many", [1, 5])
def test_those_who_are_too_fast_cost_one_query_together(asked, people, vote_all, many, django_assert_num_queries):
    question = asked()
    for person in people[:many]:
        vote_all(*[(person, question, number % 2 == 0) for number in range(20)])
    with django_assert_num_queries(10):
        given = vote_all(*[(person, question, True) for person in people[:many] for _ in range(3)])
    assert {(each["e"], each["retry_ms"]) for each in given} == {("rate", 10_000)}


def test_whoever_is_shut_out_or_has_cancelled_votes_no_more(asked, people, vote_all, room, moderator):
    question = asked()
    Ban.objects.create(room=room, user=people[0], reason="荒らし", by=moderator, at=NOW)
    Registration.objects.filter(user=people[1]).update(cancelled_at=NOW)
    given = vote_all(*[(person, question, True) for person in people[:3]])
    assert [each.get("e") for each in given] == ["denied", "denied", None]


def test_a_body_that_changed_counts_where_its_people_are(asked, people, vote_all):
    question = asked()
    vote_all((people[0], question, True), (people[3], question, True))
    assert counts(question) == (2, 1)
    people[0].municipal_membership.body = make_body("900009", "見本九市")
    people[0].municipal_membership.save()
    vote_all((people[0], question, True))
    assert counts(question) == (2, 2)


def test_a_vote_on_a_merged_question_counts_for_its_target(asked, people, vote_all):
    source, target = asked(), asked(at=NOW + timedelta(minutes=2))
    merge(source, target)
    [given] = vote_all((people[0], source, True))
    assert given["r"] == {"q": target, "merged": source, "on": True, "counts": [1, 1]}


def test_a_vote_before_the_merge_is_taken_back_after_it(asked, people, vote_all):
    source, target = asked(), asked(at=NOW + timedelta(minutes=2))
    vote_all((people[0], source, True), (people[0], target, True), (people[1], source, True))
    merge(source, target)
    services.recount(room=Room.objects.get(), questions=[Question.objects.get(public_id=target)])
    assert counts(target) == (2, 2)
    assert vote_all((people[0], target, False))[0]["r"]["counts"] == [1, 1]


@pytest.mark.parametrize("seed", range(5))
def test_counts_are_always_what_a_fresh_count_says(asked, people, vote_all, room, seed):
    chance = random.Random(seed)
    questions = [asked(body=f"質問{n}", at=NOW + timedelta(minutes=2 * n)) for n in range(4)]
    merge(questions[3], questions[0])
    for step in range(12):
        at = NOW + timedelta(seconds=30 * step)
        vote_all(*[(chance.choice(people), chance.choice(questions), chance.random() < 0.6) for _ in range(7)], at=at)
        if step == 6:
            people[2].municipal_membership.body = make_body("900000", "見本0市")
            people[2].municipal_membership.save()
    for public_id in questions[:3]:
        counted = counts(public_id)
        room.refresh_from_db()
        services.recount(room=room, questions=[Question.objects.get(public_id=public_id)])
        assert counted == counts(public_id)


@pytest.mark.parametrize("many", [1, 6])
def test_a_batch_costs_the_same_at_any_size(asked, people, vote_all, many, django_assert_num_queries):
    question = asked()
    # begin, room, round, repeated, registered, bodies, questions, rates, votes, upsert, cv, counts, commands, end
    with django_assert_num_queries(14):
        vote_all(*[(person, question, True) for person in people[:many]])


def test_what_a_person_sent_lately_is_found_without_reading_what_everybody_ever_sent(people):
    """Counted by reading the table, a batch costs more with every vote that was ever cast."""
    plans = []

    def explained(execute, sql, params, many, context):
        cursor = context["cursor"]
        execute("EXPLAIN QUERY PLAN " + sql, params, many, context)
        plans.extend(row[-1] for row in cursor.fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        storing.votes_cast({person.pk for person in people}, NOW)
    assert "SEARCH c USING INDEX command_by_person (participant_id=? AND at>?)" in plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "live_command" in plan]
