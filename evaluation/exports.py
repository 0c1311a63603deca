"""The scoring matrix as a file for the panel's meeting: every cell a text, no formula, Excel opens it as it is."""

import io

from core.text import csv_safe
from evaluation.selectors import Matrix
from pitches.selectors import OUTCOMES

CSV, XLSX = "csv", "xlsx"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def standings_file(matrix: Matrix, *, kind: str) -> bytes:
    """The matrix as CSV (UTF-8 with BOM, CRLF) or XLSX, one row a proposal in the order of the ranking.

    kind is CSV or XLSX. A cell that a spreadsheet could take for a formula is quoted (see core.text.csv_safe).
    """
    # Imported here: pandas takes more than a second, which no other request should wait for.
    import pandas

    frame = pandas.DataFrame(
        [[csv_safe(cell) for cell in row] for row in _rows(matrix)], columns=_head(matrix), dtype=str
    )
    target = io.BytesIO()
    if kind == CSV:
        frame.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    else:
        frame.to_excel(target, index=False, sheet_name="採点の集計", engine="openpyxl")
    return target.getvalue()


def _head(matrix: Matrix) -> list[str]:
    people = [csv_safe(str(reviewer)) for reviewer in matrix.reviewers]
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
