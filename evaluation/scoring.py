"""From sheets to a ranking, as pure functions; no rounding before the end, no reviewer silently averaged away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from evaluation.rubric import RANKS, Rubric

TWO_PLACES = Decimal("0.01")


class IncompleteSheet(Exception):
    """A required criterion was not scored; `missing` are its codes."""

    def __init__(self, sheet: "Sheet", missing: Sequence[str]) -> None:
        super().__init__(f"reviewer {sheet.reviewer} on {sheet.proposal}: {', '.join(missing)}")
        self.sheet, self.missing = sheet, tuple(missing)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One reviewer on one proposal: criterion code → points, or None if not scored."""

    proposal: int
    reviewer: int
    points: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """One proposal's place. mean is in points; rank_sum is the sum of each reviewer's own ranks, smaller is better."""

    proposal: int
    rank: int
    mean: Decimal
    rank_sum: Decimal
    sheets: int


def total(sheet: Sheet, rubric: Rubric) -> Decimal:
    """The points of one sheet. Raises IncompleteSheet if a required criterion is None."""
    missing = [c.code for c in rubric.criteria if c.is_required and sheet.points.get(c.code) is None]
    if missing:
        raise IncompleteSheet(sheet, missing)
    return sum((sheet.points.get(c.code) or Decimal(0) for c in rubric.criteria), Decimal(0))


def rank(sheets: Sequence[Sheet], rubric: Rubric) -> list[Standing]:
    """Order proposals, best first, by mean score or, under 順位点方式, by the sum of the reviewers' own ranks.

    Each sheet is one reviewer on one proposal: criterion code → points, a Decimal in 0..criterion.points. The mean is
    in points, rounded half-even to two places once, at the end. Ties share a rank: 1, 2, 2, 4. With the rank method, a
    tie inside one reviewer's sheets shares the mean of its places, so that every reviewer gives away the same sum.

    Raises IncompleteSheet if a required criterion is None.
    Source: 合計点方式・順位点方式 as municipal calls describe them.
    """
    totals: dict[int, list[Decimal]] = {}
    own_ranks: dict[int, list[Decimal]] = {}
    for sheet in sheets:
        totals.setdefault(sheet.proposal, []).append(total(sheet, rubric))
    for reviewer in {sheet.reviewer for sheet in sheets}:
        scored = {sheet.proposal: total(sheet, rubric) for sheet in sheets if sheet.reviewer == reviewer}
        for proposal, place in _places(scored).items():
            own_ranks.setdefault(proposal, []).append(place)
    means = {proposal: sum(points, Decimal(0)) / len(points) for proposal, points in totals.items()}
    sums = {proposal: sum(places, Decimal(0)) for proposal, places in own_ranks.items()}
    # Proposals may have different numbers of sheets (recusals): ranks are compared by their mean.
    key = {p: sums[p] / len(own_ranks[p]) if rubric.method == RANKS else -means[p] for p in totals}
    return [
        Standing(
            proposal,
            1 + sum(1 for other in key.values() if other < key[proposal]),
            means[proposal].quantize(TWO_PLACES, ROUND_HALF_EVEN),
            sums[proposal],
            len(totals[proposal]),
        )
        for proposal in sorted(totals, key=lambda p: (key[p], p))
    ]


def _places(scored: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """proposal → place by points, best 1; equals share the mean of the places they fill."""
    places = {}
    for proposal, points in scored.items():
        better = sum(1 for other in scored.values() if other > points)
        equal = sum(1 for other in scored.values() if other == points)
        places[proposal] = Decimal(2 * better + equal + 1) / 2
    return places
