"""No number of fewer than three bodies is printed, nor can it be computed from what is."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.suppression import Cell, protect, protect_alone

cells = st.dictionaries(
    st.sampled_from(["都道府県", "指定都市", "市", "特別区", "町", "村"]),
    # Every body behind a cell did at least one thing.
    st.integers(0, 6).flatmap(lambda bodies: st.builds(Cell, st.integers(bodies, bodies * 3), st.just(bodies))),
    min_size=1,
)


def test_large_groups_are_printed():
    row = protect({"市": Cell(9, 5), "町": Cell(4, 3)})
    assert (row.cells, row.total) == ({"市": Cell(9, 5), "町": Cell(4, 3)}, Cell(13, 8))


def test_a_small_group_takes_a_larger_one_with_it():
    row = protect({"市": Cell(9, 5), "町": Cell(4, 3), "村": Cell(1, 1), "特別区": Cell(0, 0)})
    assert row.cells == {"市": Cell(9, 5), "町": None, "村": None, "特別区": Cell(0, 0)}
    assert row.total == Cell(14, 9)


def test_two_small_groups_of_one_body_each_take_a_third():
    row = protect({"市": Cell(9, 5), "町": Cell(4, 4), "村": Cell(1, 1), "特別区": Cell(1, 1)})
    assert row.cells == {"市": Cell(9, 5), "町": None, "村": None, "特別区": None}


def test_alone_a_small_group_takes_everything_with_it():
    row = protect({"市": Cell(2, 2), "町": Cell(0, 0)})
    assert (row.cells, row.total) == ({"市": None, "町": None}, None)


def test_a_total_everybody_can_count_stays():
    assert protect({"市": Cell(2, 2), "町": Cell(0, 0)}, is_total_known=True).total == Cell(2, 2)


def test_people_of_no_known_body_are_never_printed_alone():
    assert protect_alone(Cell(5, 0)) is None
    assert protect_alone(Cell(0, 0)) == Cell(0, 0)
    assert protect({"": Cell(5, 0), "市": Cell(9, 5), "町": Cell(4, 3)}).cells[""] is None


def test_nothing_at_all_is_printed_as_nothing():
    assert protect({"市": Cell(0, 0)}).total == Cell(0, 0)


@pytest.mark.thorough
@given(cells)
def test_no_printed_cell_counts_one_or_two_bodies(table):
    row = protect(table)
    assert all(cell is None or cell.count == 0 or cell.bodies >= 3 for cell in row.cells.values())
    assert row.total is None or row.total.count == 0 or row.total.bodies >= 3


@pytest.mark.thorough
@given(cells)
def test_what_is_printed_is_true(table):
    row = protect(table)
    assert all(cell is None or cell == table[key] for key, cell in row.cells.items())


def possible(row, reading):
    """Every filling of the cells kept back that a reader who adds up cannot rule out."""
    hidden = [key for key, cell in row.cells.items() if cell is None]
    rest = reading(row.total) - sum(reading(cell) for cell in row.cells.values() if cell is not None)
    # Where zeros are printed, a reader knows that what is kept back is not zero.
    least = 0 if len(hidden) == len(row.cells) else 1
    for values in product(range(least, rest + 1), repeat=len(hidden) - 1):
        if rest - sum(values) >= least:
            yield dict(zip(hidden, (*values, rest - sum(values)), strict=True))


small = st.dictionaries(
    st.sampled_from(["市", "特別区", "町", "村"]),
    st.integers(0, 4).flatmap(lambda bodies: st.builds(Cell, st.integers(bodies, bodies + 2), st.just(bodies))),
    min_size=2,
)


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(small)
def test_nothing_kept_back_can_be_computed(table):
    row = protect(table)
    hidden = [key for key, cell in row.cells.items() if cell is None]
    if row.total is None or not hidden:
        return
    for reading in (lambda cell: cell.count, lambda cell: cell.bodies):
        fillings = list(possible(row, reading))
        for key in hidden:
            assert len({filling[key] for filling in fillings}) > 1, (table, row)
