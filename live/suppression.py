"""Which numbers may be printed: none that counts fewer than three bodies, and none that gives such a one away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

FLOOR: Final = 3
KEPT_BACK: Final = "3団体未満"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one group counts: a number of things (questions, votes …) and of the distinct bodies behind them.

    Somebody whose body is unknown counts as no body, so that a cell of such people alone is never printed.
    """

    count: int
    bodies: int


@dataclass(frozen=True, slots=True)
class Row:
    """What may be printed of one row: None where a cell, or the total, is kept back."""

    cells: Mapping[str, Cell | None]
    total: Cell | None


def protect(cells: Mapping[str, Cell], *, is_total_known: bool = False) -> Row:
    """Keep back what counts fewer than FLOOR bodies, and as much more as keeps that from being computed.

    Groups are disjoint: a body belongs to one, so that bodies add up. A cell of nothing stays 0. When exactly the cells
    H are kept back, their sum is the total less what is printed; so H has at least two cells, counts at least FLOOR
    bodies, and more bodies than cells (else each of them would be one). Where that cannot be reached, no cell is
    printed at all, zeros included, and the total only if it counts FLOOR bodies. is_total_known: readers can count
    the things elsewhere, so that keeping their number back would change nothing; of such a total print the count alone.

    Source: complementary cell suppression, as in Handbook on Statistical Disclosure Control, 4.
    """
    total = Cell(sum(cell.count for cell in cells.values()), sum(cell.bodies for cell in cells.values()))
    kept_back = {key for key, cell in cells.items() if cell.count > 0 and cell.bodies < FLOOR}
    if not kept_back:
        return Row(dict(cells), total)
    for key in _smallest_first(cells, kept_back):
        if _is_safe([cells[each] for each in kept_back]):
            break
        kept_back.add(key)
    if not _is_safe([cells[each] for each in kept_back]):
        return Row(dict.fromkeys(cells), total if is_total_known or total.bodies >= FLOOR else None)
    return Row({key: None if key in kept_back else cell for key, cell in cells.items()}, total)


def protect_alone(cell: Cell) -> Cell | None:
    """A number that stands by itself: None where it counts somebody, but fewer than FLOOR bodies."""
    return None if cell.count > 0 and cell.bodies < FLOOR else cell


def _smallest_first(cells: Mapping[str, Cell], taken: Iterable[str]) -> list[str]:
    """The other cells that count something, the smallest first: the least is lost by keeping them back."""
    left = [key for key, cell in cells.items() if key not in taken and cell.count > 0]
    return sorted(left, key=lambda key: (cells[key].bodies, cells[key].count, key))


def _is_safe(kept_back: Sequence[Cell]) -> bool:
    """Whether the sum of the cells kept back tells of none of them more than that it is not nothing."""
    many, bodies = len(kept_back), sum(cell.bodies for cell in kept_back)
    return many >= 2 and bodies >= FLOOR and bodies > many and sum(cell.count for cell in kept_back) > many
