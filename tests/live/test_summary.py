"""A vendor's private summary: its own numbers by body type, after the day, and nobody who could be told from them."""

import csv
import io
from datetime import timedelta

import pytest

from accounts.selectors import body_of, vendor_of
from live import selectors
from live.models import Question, Reaction, Registration, Room, Vote
from live.suppression import Cell
from tests.factories import NOW, make_body, make_officer

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

CITIES = (("011002", "札幌市", "北海道"), ("132063", "府中市", "東京都"), ("342084", "府中市", "広島県"))


@pytest.fixture
def over(room):
    Room.objects.filter(pk=room.pk).update(phase="feedback")
    room.refresh_from_db()
    return room


@pytest.fixture
def cities():
    return [make_officer(make_body(*city)) for city in CITIES]


@pytest.fixture
def towns():
    people = [("011011", "一町"), ("011029", "二町"), ("011037", "三町"), ("011045", "四町")]
    return [make_officer(make_body(code, name, "北海道", "町")) for code, name in people]


@pytest.fixture
def village():
    return make_officer(make_body("011053", "一村", "北海道", "村"))


def react(people, slot, label="useful"):
    for person in people:
        Reaction.objects.create(
            slot=slot, participant=person, organisation=body_of(person), label=label, is_on=True, updated_at=NOW
        )


def ask(people, room, slot, **fields):
    for number, person in enumerate(people):
        Question.objects.create(
            **{
                "room": room,
                "slot": slot,
                "number": f"A-{Question.objects.count():04d}",
                "body": f"質問{number}",
                "author": person,
                "organisation": body_of(person),
                "state": "public",
                "state_at": NOW,
                "asked_at": NOW + timedelta(minutes=number),
                **fields,
            }
        )


def measure(vendor, room, label):
    found = selectors.summary(vendor_of(vendor), room)["measures"]
    return next(each.row for each in found if str(each.label) == label)


def test_reactions_are_counted_by_body_type(over, slots, vendor, cities, towns):
    react([*cities, *towns], slots[0])
    react(cities[:1], slots[1])
    row = measure(vendor, over, "参考になった")
    assert (row.cells["市"], row.cells["町"], row.cells["村"]) == (Cell(4, 3), Cell(4, 4), Cell(0, 0))
    assert row.total == Cell(8, 7)


def test_two_bodies_are_not_printed_and_take_the_next_with_them(over, slots, vendor, cities, towns, village):
    react([*cities, *towns, village], slots[0])
    row = measure(vendor, over, "参考になった")
    assert (row.cells["村"], row.cells["市"], row.cells["町"]) == (None, None, Cell(4, 4))


def test_one_village_alone_is_told_nowhere(client, over, slots, vendor, village):
    react([village], slots[0], "consult")
    row = measure(vendor, over, "すぐ相談したい")
    assert (set(row.cells.values()), row.total) == ({None}, None)
    client.force_login(vendor)
    table = client.get(f"/live/{over.public_id}/summary.csv").content.decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(table)) if line[0] == "すぐ相談したい"]
    assert [line[2:] for line in lines] == [["3団体未満", "3団体未満"]] * 7


def test_of_few_questions_the_number_stands_and_the_types_do_not(over, slots, vendor, cities):
    ask(cities[:2], over, slots[0])
    row = measure(vendor, over, "質問")
    assert (set(row.cells.values()), row.total.count) == ({None}, 2)


def test_votes_on_what_was_merged_count_once(over, slots, vendor, cities):
    ask(cities[:2], over, slots[0])
    head, merged = Question.objects.order_by("pk")
    Question.objects.filter(pk=merged.pk).update(merged_into=head, state="merged")
    for question in (head, merged):
        for person in cities:
            Vote.objects.create(
                question=question, participant=person, organisation=body_of(person), is_on=True, updated_at=NOW
            )
    assert measure(vendor, over, "同じ質問（共感）").cells["市"] == Cell(3, 3)


def test_hidden_questions_and_other_vendors_count_nothing(over, slots, vendor, rival_vendor, cities):
    ask(cities, over, slots[0], state="hidden")
    ask(cities, over, None)
    assert measure(vendor, over, "質問").total == Cell(0, 0)


def test_no_officer_and_no_body_is_named(client, over, slots, vendor, cities):
    ask(cities, over, slots[0], naming="anonymous")
    react(cities, slots[0])
    client.force_login(vendor)
    for page in ("summary/", "summary.csv"):
        text = client.get(f"/live/{over.public_id}/{page}").content.decode()
        assert "質問" in text
        for person in cities:
            assert person.last_name not in text
            assert str(body_of(person)) not in text


@pytest.mark.parametrize("phase", ["before", "live"])
def test_while_the_day_lasts_there_is_none(client, over, vendor, phase):
    Room.objects.update(phase=phase)
    client.force_login(vendor)
    for page in ("summary/", "summary.csv"):
        assert client.get(f"/live/{over.public_id}/{page}").status_code == 404


@pytest.mark.parametrize("who", ["rival_vendor", "officer", "outsider", "moderator", "organiser", "reviewer"])
def test_nobody_else_reads_it(client, over, slots, vendor, officer, request, who):
    Registration.objects.create(round=over.round, user=officer, body=body_of(officer), mode="online", registered_at=NOW)
    client.force_login(vendor)
    assert client.get(f"/live/{over.public_id}/summary/").status_code == 200
    client.force_login(request.getfixturevalue(who))
    for page in ("summary/", "summary.csv"):
        assert client.get(f"/live/{over.public_id}/{page}").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_it_costs_the_same_at_any_size(over, slots, vendor, cities, django_assert_num_queries, many):
    ask(cities[:many], over, slots[0])
    react(cities[:many], slots[0])
    ours = vendor_of(vendor)
    with django_assert_num_queries(7):  # slots, questions, votes, reactions, coverage, unanswered, polls
        selectors.summary(ours, over)
