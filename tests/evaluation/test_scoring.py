"""From sheets to a ranking: exact, independent of order, with ties shared and gaps refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rubric import RANKS, SUM, Criterion, Rubric, default_rubric, parse_points
from evaluation.scoring import IncompleteSheet, Sheet, rank, total

ONE = Rubric((Criterion("a", "課題", 20), Criterion("b", "効果", 10, is_required=False)))


def sheets(table, *, rubric=ONE):
    """{proposal: {reviewer: points of criterion a}} as sheets."""
    return [
        Sheet(proposal, reviewer, {"a": None if points is None else Decimal(points), "b": None})
        for proposal, row in table.items()
        for reviewer, points in row.items()
    ]


def test_the_default_sheet_has_a_hundred_points_and_the_four_requirements():
    rubric = default_rubric()
    assert rubric.total == 100
    assert [c.requirement for c in rubric.criteria if c.requirement] == ["R1", "R2", "R3", "R4"]


def test_the_best_mean_comes_first_and_ties_share_a_rank():
    standings = rank(sheets({1: {1: 10}, 2: {1: 18}, 3: {1: 18}, 4: {1: 5}}), ONE)
    assert [(s.proposal, s.rank) for s in standings] == [(2, 1), (3, 1), (1, 3), (4, 4)]


def test_the_mean_is_rounded_half_even_once_at_the_end():
    standings = rank(sheets({1: {1: "10", 2: "10", 3: "10.5"}}), ONE)
    assert standings[0].mean == Decimal("10.17")


def test_ranks_and_points_can_disagree():
    table = {1: {1: 20, 2: 1, 3: 1}, 2: {1: 0, 2: 2, 3: 2}}
    assert rank(sheets(table), Rubric(ONE.criteria, SUM))[0].proposal == 1
    assert rank(sheets(table), Rubric(ONE.criteria, RANKS))[0].proposal == 2


def test_a_tie_inside_one_reviewers_sheets_shares_the_mean_place():
    standings = rank(sheets({1: {1: 10}, 2: {1: 10}, 3: {1: 5}}), Rubric(ONE.criteria, RANKS))
    assert {s.proposal: s.rank_sum for s in standings} == {1: Decimal("1.5"), 2: Decimal("1.5"), 3: Decimal(3)}


def test_a_missing_required_criterion_is_refused_by_name():
    with pytest.raises(IncompleteSheet) as refused:
        rank(sheets({1: {1: None}}), ONE)
    assert refused.value.missing == ("a",)


def test_an_optional_criterion_may_be_left_out():
    assert total(Sheet(1, 1, {"a": Decimal(3)}), ONE) == Decimal(3)


tables = st.dictionaries(
    st.integers(1, 6),
    st.dictionaries(st.integers(1, 4), st.integers(0, 40).map(lambda n: Decimal(n) / 2), min_size=1),
    min_size=1,
)


@given(tables, st.randoms(), st.sampled_from([SUM, RANKS]))
def test_the_order_of_sheets_does_not_matter(table, random, method):
    rubric, given_sheets = Rubric(ONE.criteria, method), sheets(table)
    shuffled = list(given_sheets)
    random.shuffle(shuffled)
    assert rank(shuffled, rubric) == rank(given_sheets, rubric)


@given(tables)
def test_ranks_count_from_one_and_never_leave_a_better_one_behind(table):
    standings = rank(sheets(table), ONE)
    assert standings[0].rank == 1
    for standing in standings:
        better = [other for other in standings if other.rank < standing.rank]
        assert standing.rank == 1 + len(better)


@pytest.mark.parametrize(("typed", "points"), [("7.5", "7.5"), ("７", "7"), ("", None), ("20", "20"), (" 0 ", "0")])
def test_points_are_read_in_halves_and_full_width(typed, points):
    assert parse_points(typed, ONE.criterion("a")) == (None if points is None else Decimal(points))


@pytest.mark.parametrize("typed", ["-1", "20.5", "7.3", "七", "NaN", "1e9", "Infinity"])
def test_points_out_of_bounds_are_refused_in_japanese(typed):
    with pytest.raises(ValueError, match="入力してください"):
        parse_points(typed, ONE.criterion("a"))
