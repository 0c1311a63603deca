"""The PDFs of this room: what a vendor keeps as proof, and what a municipality passes round inside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string

from core.calendar import format_date_ja, format_deadline, to_jst
from core.requirements import GATES, SELF_DECLARED, Edition, Question, edition, is_empty, requirement_applies
from pitches.models import Proposal
from pitches.reading import in_words
from pitches.rules import application_now
from pitches.selectors.catalogue import Published, published_proposals
from pitches.selectors.overview import result_told
from printing.press import render_pdf, render_public_pdf

# What a cell of a one-page sheet holds; what is longer ends in 「…」, and the sheet says where the rest is.
QUESTION_CUT, ANSWER_CUT, LINE_CUT, WORDS_CUT = 44, 58, 60, 260
EVIDENCE_SHOWN = 4


def receipt(proposal: Proposal) -> bytes:
    """The 受付票 of the newest submitted version, with each file's name, size and SHA-256. Raises PressError."""
    return render_pdf(receipt_html(proposal))


def receipt_html(proposal: Proposal) -> str:
    """The page the 受付票 is printed from."""
    version = application_now(proposal)
    assert version is not None and proposal.submitted_at is not None
    content: dict[str, Any] = version.content
    context = {
        "proposal": proposal,
        "version": version,
        "title": content["fields"]["title"],
        "files": content["files"],
        "received": _to_the_second(proposal.submitted_at),
        "details_received": _to_the_second(proposal.details_at) if proposal.details_at else "",
        "version_received": _to_the_second(version.submitted_at),
        "answered": sum(1 for answer in content["answers"].values() if answer["value"] not in (None, "", [])),
    }
    return render_to_string("pitches/receipt_pdf.html", context)


def _to_the_second(at: datetime) -> str:
    return f"{format_deadline(at)}:{to_jst(at):%S}"


# --- One page for the requirements ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One question on the 要件確認シート: its id, the question, the answer, the kind of evidence, each cut to fit."""

    id: str
    question: str
    answer: str
    evidence: str


def requirement_sheet(published: Published, at: datetime, *, is_public: bool = False) -> bytes:
    """The 要件確認シート: the questions of the application and their answers on one A4 page. Raises PressError."""
    return (render_public_pdf if is_public else render_pdf)(requirement_sheet_html(published, at))


def requirement_sheet_html(published: Published, at: datetime) -> str:
    """The page the 要件確認シート is printed from."""
    known = edition(published.proposal.edition)
    groups = [
        ("前提" if key == GATES else known.requirement(key).label_ja, rows, line)
        for key in (GATES, *(requirement.key for requirement in known.requirements))
        for rows, line in [_sheet_rows(known, key, published.content)]
    ]
    rows = sum(len(group[1]) for group in groups)
    later = sum(1 for question_id in published.content["answers"] if known.question(question_id).stage == "B")
    context = _frame(published, at) | {
        "groups": groups,
        "later": later,
        # The most there can be still fits on the page: measured with every question asked.
        "size": "roomy" if rows <= 20 else "tight" if rows <= 28 else "tightest",
    }
    return render_to_string("pitches/requirement_sheet_pdf.html", context)


def _sheet_rows(known: Edition, key: str, content: Mapping[str, Any]) -> tuple[list[SheetRow], str]:
    values = {name: answer["value"] for name, answer in content["answers"].items()}
    if key != GATES and not requirement_applies(key, values):
        return [], known.exemption_line
    asked = [question for question in known.applicable(values, "A") if question.requirement == key]
    return [_sheet_row(question, content) for question in asked], ""


def _sheet_row(question: Question, content: Mapping[str, Any]) -> SheetRow:
    answer = content["answers"].get(question.id)
    files = sum(1 for file in content["files"] if file["question"] == question.id)
    if answer is None or is_empty(answer["value"]):
        return SheetRow(question.id, _cut(question.text_ja, QUESTION_CUT), "（公開されていないか、未回答）", "")
    bare = {**answer, "evidence_url": "", "remarks": ""}
    evidence = f"ファイル{files}件" if files else "URL" if answer.get("evidence_url") else ""
    return SheetRow(
        question.id, _cut(question.text_ja, QUESTION_CUT), _cut(in_words(question, bare), ANSWER_CUT), evidence
    )


# --- One page for colleagues and for the budget -----------------------------------------------------------------


def briefing(published: Published, at: datetime) -> bytes:
    """The 庁内説明用1枚: problem, what it does, ①–④ with evidence, cost by population, contacts. Raises PressError."""
    return render_public_pdf(briefing_html(published, at))


def briefing_html(published: Published, at: datetime) -> str:
    """The page the 庁内説明用1枚 is printed from."""
    known, content = edition(published.proposal.edition), published.content
    words = [
        (label, _cut(content["fields"].get(name) or "—", WORDS_CUT))
        for label, name in (("課題", "problem"), ("何をするか", "content"), ("期待できる効果", "effect"))
    ]
    context = _frame(published, at) | {
        "words": words,
        "requirements": [
            (each.label, _points(known, each.key, published), each.exemption_line, _evidence(known, each.key, content))
            for each in published.requirements
            if each.key != GATES
        ],
        "costs": _table(known.question("R4-15"), content),
        "prices": _table(known.question("R1-05"), content),
        "contact": published.contact,
    }
    return render_to_string("pitches/briefing_pdf.html", context)


def _points(known: Edition, key: str, published: Published) -> list[str]:
    earned = [each.badge for each in published.badges]
    return [badge.label_ja for badge in earned if known.question(badge.source_question).requirement == key]


def _evidence(known: Edition, key: str, content: Mapping[str, Any]) -> str:
    """The evidence of one requirement: file names and addresses, the first few by name and the rest by number."""
    ids = {question.id for question in known.of(key)}
    named = [file["name"] for file in content["files"] if file["question"] in ids]
    named += [answer["evidence_url"] for name, answer in content["answers"].items() if name in ids]
    named = [_cut(each, 60) for each in named if each]
    more = len(named) - EVIDENCE_SHOWN
    return "、".join(named[:EVIDENCE_SHOWN]) + (f" ほか{more}件" if more > 0 else "")


def _table(question: Question, content: Mapping[str, Any]) -> tuple[Sequence[str], Sequence[Sequence[str]]] | None:
    """(headings, rows) of a table answer the reader may see, in words; None where there is none."""
    answer = content["answers"].get(question.id)
    if answer is None or not isinstance(answer["value"], list):
        return None
    rows = []
    for row in answer["value"][:6]:
        labels = [{choice.key: choice.label_ja for choice in column.choices} for column in question.columns]
        cells = [row.get(column.key) for column in question.columns]
        rows.append([_cell(cell, label) for cell, label in zip(cells, labels, strict=True)])
    return [column.label_ja for column in question.columns], rows


def _cell(cell: Any, labels: Mapping[str, str]) -> str:
    if cell in (None, ""):
        return "—"
    return f"{cell:,}" if isinstance(cell, int) else _cut(labels.get(cell, str(cell)), 40)


# --- The result -------------------------------------------------------------------------------------------------


def result_notice(proposal: Proposal, at: datetime) -> bytes | None:
    """The 審査結果通知書, once its vendor may know a result; None before. Raises PressError."""
    html = result_notice_html(proposal, at)
    return render_pdf(html) if html is not None else None


def result_notice_html(proposal: Proposal, at: datetime) -> str | None:
    """The page the 審査結果通知書 is printed from."""
    result = result_told(proposal)
    if result is None:
        return None
    context = {
        "proposal": proposal,
        "result": result,
        "told_on": format_date_ja(to_jst(result.at).date()),
        "printed_on": format_date_ja(to_jst(at).date()),
    }
    return render_to_string("pitches/result_notice_pdf.html", context)


def _frame(published: Published, at: datetime) -> dict[str, Any]:
    address = f"{settings.SITE_URL}/proposals/{published.proposal.public_id}/"
    return {
        "published": published,
        "is_public": published_proposals().filter(pk=published.proposal.pk).exists(),
        "fields": published.content["fields"],
        "tagline": _cut(published.content["fields"]["tagline"], LINE_CUT),
        "work": _cut(published.content["fields"]["work"], LINE_CUT) or "—",
        "vendor": published.proposal.vendor,
        "address": address,
        "qr": segno.make(address, error="m").svg_data_uri(scale=3, border=0),
        "as_of": format_date_ja(to_jst(published.as_of).date()),
        "printed_on": format_date_ja(to_jst(at).date()),
        "self_declared": SELF_DECLARED,
    }


def _cut(text: str, limit: int) -> str:
    line = " ／ ".join(part for part in text.splitlines() if part.strip())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
