"""The scoring matrix as a file for the panel's meeting."""

from evaluation.selectors import Matrix
from files.exports import CSV, TYPES, XLSX, table_file
from pitches.selectors import OUTCOMES

__all__ = ["CSV", "TYPES", "XLSX", "standings_file"]


def standings_file(matrix: Matrix, *, kind: str) -> bytes:
    """The matrix as CSV or XLSX (see files.exports), one row a proposal in the order of the ranking."""
    return table_file(_head(matrix), _rows(matrix), kind=kind, sheet="採点の集計")


def _head(matrix: Matrix) -> list[str]:
    people = [str(reviewer) for reviewer in matrix.reviewers]
    return ["順位", "受付番号", "提案名", "事業者", *people, "平均点", "順位点の合計", "満点", "決定", "決定の理由"]


def _rows(matrix: Matrix) -> list[list[str]]:
    return [
        [
            str(row.standing.rank) if row.standing else "",
            row.proposal.receipt_number or "",
            row.proposal.title,
            row.proposal.vendor.name,
            *(str(cell.total) if cell.total is not None else cell.label for cell in row.cells),
            str(row.standing.mean) if row.standing else "",
            str(row.standing.rank_sum) if row.standing else "",
            str(matrix.rubric.total),
            OUTCOMES[row.decision.outcome] if row.decision else "",
            row.decision.reason if row.decision else "",
        ]
        for row in matrix.rows
    ]
