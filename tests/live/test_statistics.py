"""Numbers of a round that may be passed on: right, and silent where fewer than three bodies would show."""

import csv
import io

import pytest

from live import documents, exports, selectors
from live.models import Registration
from tests.factories import NOW, make_body, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_by(do, moderator, register, slots):
    """asked_by(kind, many): questions to the first pitch, each of an officer of another body of that type."""
    made = iter(range(900))

    def ask(kind, many):
        for _ in range(many):
            number = next(made)
            body = make_body(f"{number:06d}", f"見本{number}", kind=kind)
            person = make_officer(body)
            register(person)
            asked = do(person, "question.ask", body=f"質問{number}", slot=slots[0].public_id)
            assert do(moderator, "question.moderate", q=asked["r"]["q"], expect=1, state="public")["ok"]

    return ask


def line(room, label):
    """One measure as a table prints it: {kind: number or None}, total."""
    found = selectors.statistics(room)
    measure = next(each for each in found["measures"] if label in str(each.label))
    cells = {cell["kind"]: None if cell["is_kept_back"] else cell["count"] for cell in measure.printed(found["kinds"])}
    return cells, measure.row.total


def test_types_with_three_bodies_are_counted(room, asked_by, slots):
    asked_by("市", 4)
    asked_by("町", 3)
    cells, total = line(room, slots[0].proposal.title)
    assert (cells["市"], cells["町"], cells["村"]) == (4, 3, 0)
    assert (total.count, total.bodies) == (7, 7)


def test_one_village_is_not_told_and_cannot_be_computed(room, asked_by, slots):
    asked_by("市", 5)
    asked_by("町", 4)
    asked_by("村", 1)
    cells, total = line(room, slots[0].proposal.title)
    assert cells["村"] is None
    assert [kind for kind, count in cells.items() if count is None] == ["町", "村"]
    assert total.count == 10


def test_the_way_of_taking_part_tells_nobody(room, asked_by, officer):
    asked_by("市", 3)
    village = make_body("777777", "一つ村", kind="村")
    Registration.objects.create(round=room.round, user=officer, body=village, mode="venue", registered_at=NOW)
    cells, total = line(room, "会場参加")
    assert set(cells.values()) == {None}
    assert total is None
    assert line(room, "オンライン参加")[0]["市"] == 3


def test_minutes_keep_back_what_fewer_than_three_bodies_did(room, officer, register):
    register(officer)
    [grid] = documents.minutes(room, at=NOW).sections[0].grids
    assert grid.rows[1] == ("オンライン参加", "3団体未満", "3団体未満")
    assert grid.rows[0] == ("会場参加", "0人", "0団体")


@pytest.mark.thorough
def test_the_table_says_the_same(room, asked_by, slots):
    asked_by("市", 3)
    asked_by("村", 1)
    rows = list(csv.DictReader(io.StringIO(exports.measures_table(selectors.statistics(room)).decode("utf-8-sig"))))
    village = next(row for row in rows if row["団体区分"] == "村" and slots[0].proposal.title in row["項目"])
    assert (village["件数"], village["団体数"]) == ("3団体未満", "3団体未満")


def test_more_questions_ask_no_more_of_the_database(room, asked_by, django_assert_num_queries):
    asked_by("市", 1)
    with django_assert_num_queries(3):
        selectors.statistics(room)
    asked_by("市", 2)
    with django_assert_num_queries(3):
        selectors.statistics(room)
