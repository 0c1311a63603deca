"""A vendor's writing as plain text to take home: UTF-8 with a byte order mark and CRLF, which every office PC opens."""

from collections.abc import Iterable, Iterator
from typing import Any

from core.calendar import format_deadline
from core.requirements import Question, edition, requirement_applies
from pitches.models import KeptText, Proposal
from pitches.pages import ApplicationPage, field_label
from pitches.reading import value_in_words
from pitches.selectors import all_pages, attachments, label_of_part, pages_of, shown_state, stored_answers
from pitches.snapshots import ANSWER_PARTS

EMPTY = "（未入力）"


def draft_text(proposal: Proposal) -> bytes:
    """The whole proposal as it stands now: every field, every question asked so far, the names of its files."""
    return _encoded(_draft_lines(proposal))


def kept_text(kept: KeptText) -> bytes:
    """One kept text with why and when it was kept."""
    head = [
        "この入力は提案に反映されていません。",
        f"提案: {kept.proposal}",
        f"理由: {kept.reason}",
        f"受信: {format_deadline(kept.at)}",
        "",
    ]
    return _encoded([*head, *(line for label, text in kept.content for line in _block(label, text))])


def _draft_lines(proposal: Proposal) -> Iterator[str]:
    yield f"{proposal}"
    yield f"募集: {proposal.call.title}"
    yield f"応募者: {proposal.vendor.name}"
    yield f"状態: {shown_state(proposal)[1]}"
    if proposal.receipt_number:
        yield f"受付番号: {proposal.receipt_number}"
    yield f"最終更新: {format_deadline(proposal.updated_at)}"
    for page in _pages(proposal):
        lines = list(_group_lines(proposal, page) if page.group else _field_lines(proposal, page))
        if lines:
            yield from ("", f"■ {page.label}", "", *lines)
    yield from ("", "■ 添付ファイル", "")
    for attachment in attachments(proposal):
        question = f"（{attachment.question_id}）" if attachment.question_id else ""
        stored = attachment.stored
        yield f"・{stored.name}{question}　{stored.size}バイト　SHA-256 {stored.sha256}"


def _pages(proposal: Proposal) -> tuple[ApplicationPage, ...]:
    """The pages asked so far; what was ever answered after a selection stays in, whatever has become of it."""
    known = edition(proposal.edition)
    has_details = any(known.question(answered).stage == "B" for answered in stored_answers(proposal))
    return all_pages() if has_details else pages_of(proposal)


def _field_lines(proposal: Proposal, page: ApplicationPage) -> Iterator[str]:
    for name in page.fields:
        yield from _block(field_label(name), value_in_words(proposal, name, getattr(proposal, name)))


def _group_lines(proposal: Proposal, page: ApplicationPage) -> Iterator[str]:
    stored = stored_answers(proposal)
    values = {question_id: answer.value for question_id, answer in stored.items()}
    known = edition(proposal.edition)
    if not requirement_applies(page.group, values):
        if page.stage == "A":
            yield known.exemption_line
        return
    for question in known.applicable(values, page.stage):
        if question.requirement == page.group:
            yield from _answer_lines(proposal, question, stored.get(question.id))


def _answer_lines(proposal: Proposal, question: Question, answer: Any) -> Iterator[str]:
    value = value_in_words(proposal, f"{question.id}.value", answer.value if answer is not None else None)
    yield from _block(f"{question.id} {question.text_ja}", value)
    for part in ANSWER_PARTS[1:]:
        text = value_in_words(proposal, f"{question.id}.{part}", getattr(answer, part)) if answer is not None else ""
        if text:
            yield from (f"［{label_of_part(part)}］ {text}", "")


def _block(label: str, text: str) -> list[str]:
    return [f"【{label}】", text or EMPTY, ""]


def _encoded(lines: Iterable[str]) -> bytes:
    text = "\n".join(lines).replace("\r\n", "\n")
    return text.replace("\n", "\r\n").encode("utf-8-sig")
