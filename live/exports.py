"""The records of a day as files people work on: Word, and tables."""

import io
from collections.abc import Iterable
from typing import Any

from core.calendar import to_jst
from files.exports import CSV, table_file
from live.documents import Grid, Record, Section
from live.lifecycle import QUESTION_TABLE
from live.models import Question, Room
from live.selectors import Exchange, Measure, every_post, pitch_title, shown_name
from live.suppression import FLOOR, KEPT_BACK

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FACE = "BIZ UDPGothic"
INK = (0x1A, 0x1A, 0x1C)
# The width of a line of text, and the longest text a column is widened for, in characters.
LINE_MM = 170
LONGEST = 40
POST_HEAD = (
    "受付番号",
    "状態",
    "理由",
    "統合先",
    "提案",
    "種類",
    "受付方法",
    "受付日時",
    "公開名",
    "団体",
    "投稿者",
    "本文",
    "修正前の本文",
    "同じ質問（人）",
    "同じ質問（団体）",
    "回答",
    "回答方法",
)


def record_table(record: Record) -> bytes:
    """The rows of a record as CSV (UTF-8 with BOM, CRLF)."""
    return table_file(record.grid.head, record.grid.rows, kind=CSV, sheet=record.title)


def posts_table(room: Room, *, kind: str) -> bytes:
    """Every post of the room in every state with who wrote it, for the secretariat alone; kind as in files.exports."""
    return table_file(POST_HEAD, [_post(question) for question in every_post(room)], kind=kind, sheet="投稿一覧")


def _post(question: Question) -> list[str]:
    answer = getattr(question, "answer", None)
    return [
        question.number,
        QUESTION_TABLE.label(question.state),
        question.reason,
        question.merged_into.number if question.merged_into else "",
        pitch_title(question.slot),
        question.get_kind_display(),
        question.get_source_display(),
        f"{to_jst(question.asked_at):%Y-%m-%d %H:%M:%S}",
        shown_name(question),
        str(question.organisation or ""),
        str(question.author),
        question.body,
        question.original_body,
        str(question.score),
        str(question.bodies),
        answer.body if answer else "",
        _way(answer),
    ]


def _way(answer: object) -> str:
    if answer is None:
        return ""
    if answer.is_individual:  # type: ignore[attr-defined]
        return "個別"
    return "口頭" if answer.is_oral else "書面"  # type: ignore[attr-defined]


def word_file(record: Record) -> bytes:
    """The record as a Word file (DOCX), with headings to navigate by and tables whose heading repeats on each page."""
    # Imported here: no other request should wait for it.
    import docx

    document = docx.Document()
    _dress(document)
    document.core_properties.author = "自治体ピッチ事務局"
    document.core_properties.title = f"{record.title} {record.round_title}"
    document.core_properties.language = "ja-JP"
    document.core_properties.comments = ""
    document.add_heading(record.title, level=0)
    document.add_paragraph(f"{record.round_title}　{record.state}")
    _add_grid(document, Grid((), record.facts))
    if record.note:
        document.add_paragraph(record.note)
    for section in record.sections:
        _add_section(document, section)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _add_section(document, section: Section) -> None:  # type: ignore[no-untyped-def]
    document.add_heading(section.title, level=1)
    for line in section.lines:
        document.add_paragraph(line)
    for exchange in section.exchanges:
        _add_exchange(document, exchange)
    for quote in section.quotes:
        document.add_heading(quote.about, level=2)
        _add_text(document, quote.body)
    for grid in section.grids:
        _add_grid(document, grid)


def _add_exchange(document, exchange: Exchange) -> None:  # type: ignore[no-untyped-def]
    document.add_heading(f"{exchange.number}　{exchange.kind}　{exchange.by}", level=2)
    # On one page with the line that says when it came.
    _add_text(document, exchange.body, keep_with_next=True)
    document.add_paragraph(exchange.about)
    if exchange.answered_at is None:
        return
    heading = document.add_paragraph()
    heading.add_run(exchange.answer_heading).bold = True
    heading.paragraph_format.keep_with_next = True
    _add_text(document, exchange.answer)


def _add_text(document, text: str, *, keep_with_next: bool = False) -> None:  # type: ignore[no-untyped-def]
    for line in text.splitlines():
        document.add_paragraph(line).paragraph_format.keep_with_next = keep_with_next or None


def _add_grid(document, grid: Grid) -> None:  # type: ignore[no-untyped-def]
    rows: Iterable[tuple[str, ...]] = (grid.head, *grid.rows) if grid.head else grid.rows
    lines = list(rows)
    if not lines:
        return
    table = document.add_table(rows=0, cols=len(lines[0]))
    table.style = "Table Grid"
    table.autofit = False
    widths = _widths(lines)
    for line in lines:
        for cell, text, width in zip(table.add_row().cells, line, widths, strict=True):
            cell.text, cell.width = text, width
    if grid.head:
        _repeat_heading(table.rows[0])
    document.add_paragraph()


def _widths(lines: list[tuple[str, ...]]) -> list[Any]:
    """The widths of columns over the whole line: as their longest texts ask for, none so long that others starve."""
    from docx.shared import Mm

    asked = [min(max(max(map(len, texts)), 5), LONGEST) for texts in zip(*lines, strict=True)]
    return [Mm(LINE_MM * each / sum(asked)) for each in asked]


def _repeat_heading(row) -> None:  # type: ignore[no-untyped-def]
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            for run in paragraph.runs:
                run.bold = True


def _dress(document) -> None:  # type: ignore[no-untyped-def]
    """One face and one ink for every style, Japanese as the language, and the number of each page at its foot."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        style.font.name = FACE
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        # Word takes East Asian letters from a setting of their own, and what a theme names before either.
        fonts.set(qn("w:eastAsia"), FACE)
        for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(attribute), None)
        style.font.color.rgb = RGBColor(*INK)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "ja-JP")
    for border in document.styles["Title"].element.iter(qn("w:bottom")):
        border.attrib.pop(qn("w:themeColor"), None)
        border.set(qn("w:color"), bytes(INK).hex())
    document.styles["Title"].font.size = Pt(20)
    document.styles["Normal"].font.size = Pt(10.5)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm((210 - LINE_MM) / 2)
    _number_pages(page.footer.paragraphs[0])


def _number_pages(line) -> None:  # type: ignore[no-untyped-def]
    """「3 / 12」 on the right, counted by Word itself."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("", "PAGE"), (" / ", "NUMPAGES")):
        line.add_run(text)
        mark = OxmlElement("w:fldSimple")
        mark.set(qn("w:instr"), field)
        line._p.append(mark)


def measures_table(found: dict[str, Any]) -> bytes:
    """Numbers by body type as CSV: a line a measure and body type; what is kept back says so."""
    head = ("項目", "団体区分", "件数", "団体数")
    rows = []
    for measure in found["measures"]:
        for cell in measure.printed(found["kinds"]):
            numbers = (KEPT_BACK, KEPT_BACK) if cell["is_kept_back"] else (cell["count"], cell["bodies"])
            rows.append([str(measure.label), cell["kind"], *numbers])
        rows.append([str(measure.label), "合計", *_total(measure)])
    return table_file(head, [[str(value) for value in row] for row in rows], kind=CSV, sheet="集計")


def _total(measure: Measure) -> tuple[int | str, int | str]:
    total = measure.row.total
    if total is None:
        return KEPT_BACK, KEPT_BACK
    return total.count, KEPT_BACK if 0 < total.bodies < FLOOR else total.bodies
