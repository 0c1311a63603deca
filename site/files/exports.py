"""Files people take: tables as CSV, XLSX or JSON, every cell a text that no spreadsheet takes for a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from core.text import csv_safe

CSV, XLSX, JSON = "csv", "xlsx", "json"
TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    JSON: "application/json; charset=utf-8",
}
# What one cell of a workbook holds; the writer below would cut the rest off without a word.
CELL_LIMIT = 32_767
CUT = "…（長いため、この形式では途中までです。全文はCSVまたはJSONにあります。）"


def file_answer(body: bytes, name: str, content_type: str) -> HttpResponse:
    """The answer that is kept as a file under a name, however it is written."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(body, content_type=content_type, headers={"Content-Disposition": disposition})


def table_file(head: Sequence[str], rows: Iterable[Sequence[str]], *, kind: str, sheet: str) -> bytes:
    """A table as bytes: CSV (UTF-8 with BOM, CRLF), XLSX (one sheet of texts), or JSON (a list of objects by heading).

    CSV and XLSX cells that a spreadsheet could take for a formula are quoted (see core.text.csv_safe); JSON holds the
    texts as they are. A table without rows is its heading, and [] in JSON.
    """
    # Imported here: pandas takes more than a second, which no other request should wait for.
    import pandas

    texts = [list(row) for row in rows]
    if kind == JSON:
        said = pandas.DataFrame(texts, columns=list(head), dtype=str).to_json(
            orient="records", force_ascii=False, indent=1
        )
        return said.encode()
    safe = [[csv_safe(cell) for cell in row] for row in texts]
    if kind == XLSX:
        safe = [[_fitting(cell) for cell in row] for row in safe]
    frame = pandas.DataFrame(safe, columns=[csv_safe(name) for name in head], dtype=str)
    target = io.BytesIO()
    if kind == CSV:
        frame.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    else:
        with pandas.ExcelWriter(target, engine="openpyxl") as book:
            frame.to_excel(book, index=False, sheet_name=sheet)
            _all_texts(book.sheets[sheet])
    return target.getvalue()


def _all_texts(sheet: Any) -> None:
    """A person's 「#REF!」 is a text: the writer takes it for an error of the spreadsheet's own."""
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "e":
                cell.data_type = "s"


def _fitting(cell: str) -> str:
    return cell if len(cell) <= CELL_LIMIT else cell[: CELL_LIMIT - len(CUT)] + CUT
