"""The form check (形式審査) by machine: what is missing, unreadable, expired or against the call's rules."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.requirements import Edition, Question, is_empty, needs_look

MISSING, UNREADABLE, EXPIRED, AGAINST_RULES = "missing", "unreadable", "expired", "against_rules"
# The kinds of findings in the order in which people work through them, with their Japanese labels.
KINDS: Mapping[str, str] = {
    MISSING: "不足",
    UNREADABLE: "読み取れない",
    EXPIRED: "期限切れ",
    AGAINST_RULES: "募集条件と異なる",
}


@dataclass(frozen=True, slots=True)
class FileFact:
    """What is known of one attached file: its id and name, bytes, content type, pages (None: unknown).

    is_readable is False when its bytes are gone, differ from what was acknowledged, or were found infected.
    """

    id: str
    name: str
    size: int
    content_type: str
    pages: int | None = None
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class FormRules:
    """What a call asks of the form: required plain fields (name → label), pages of slides, content types, bytes."""

    required: Mapping[str, str]
    page_limit: int | None
    content_types: frozenset[str]
    file_limit: int
    proposal_limit: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the machine found: a key of KINDS, the name a correction request would use, and why, in Japanese.

    name is a plain field, a question id or "files"; requirement is "R1" … "R4", "G", or "" for the plain pages.
    """

    kind: str
    name: str
    words: str
    requirement: str = ""


def form_check(
    content: Mapping[str, Any], edition: Edition, rules: FormRules, files: Mapping[str, FileFact], *, on: date
) -> list[Finding]:
    """Everything the machine finds in one submitted content (see pitches.snapshots), by kind, then in reading order.

    files: id → fact for each file the content names. on is the day by which certificates must be valid. It judges
    nothing: a finding is a place for a person to look at, and 「いいえ」 is never one.
    """
    values = {name: answer["value"] for name, answer in content["answers"].items()}
    questions = edition.applicable(values, "A")
    found = [
        *_plain(content["fields"], rules),
        *(each for question in questions for each in _answered(question, content, on)),
        *_files(content["files"], edition, rules, files),
    ]
    order = list(KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _plain(fields: Mapping[str, Any], rules: FormRules) -> Iterator[Finding]:
    for name, label in rules.required.items():
        if is_empty(fields.get(name)):
            yield Finding(MISSING, name, f"「{label}」が未入力です。")


def _answered(question: Question, content: Mapping[str, Any], on: date) -> Iterator[Finding]:
    answer = content["answers"].get(question.id, {"value": None})
    if is_empty(answer["value"]):
        if question.is_required:
            yield Finding(MISSING, question.id, "未回答です。", question.requirement)
        return
    if question.asks_plan(answer["value"]) and not answer.get("plan"):
        yield Finding(MISSING, question.id, "「今後の予定（時期）」が未入力です。", question.requirement)
    yield from _evidence(question, answer, content["files"])
    dated = [look for look in question.looks if look.expired or look.older_than_months]
    for look in dated:
        if needs_look(question, answer["value"], on=on) == look.reason_ja:
            yield Finding(EXPIRED, question.id, look.reason_ja, question.requirement)


def _evidence(question: Question, answer: Mapping[str, Any], files: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """Only what was announced and is not there: a question may well be answered without evidence."""
    kind = answer.get("evidence_kind", "")
    attached = [file for file in files if file["question"] == question.id]
    if kind == "file" and not attached and question.answer_type != "file":
        yield Finding(
            MISSING, question.id, "証跡が「ファイル」とされていますが、添付がありません。", question.requirement
        )
    if kind == "url" and not answer.get("evidence_url"):
        yield Finding(MISSING, question.id, "証跡が「URL」とされていますが、URLがありません。", question.requirement)
    if kind == "none" and not answer.get("evidence_reason"):
        yield Finding(MISSING, question.id, "証跡がない理由が未入力です。", question.requirement)


def _files(
    listed: Iterable[Mapping[str, Any]], edition: Edition, rules: FormRules, facts: Mapping[str, FileFact]
) -> Iterator[Finding]:
    total = 0
    for file in listed:
        name, requirement = file["question"] or "files", ""
        if file["question"]:
            requirement = edition.question(file["question"]).requirement
        fact = facts.get(file["id"])
        if fact is None or not fact.is_readable:
            yield Finding(UNREADABLE, name, f"「{file['name']}」を読み取れません。", requirement)
            continue
        total += fact.size
        for words in _against_rules(fact, rules, is_slides=file["kind"] == "slides"):
            yield Finding(AGAINST_RULES, name, words, requirement)
    if total > rules.proposal_limit:
        yield Finding(AGAINST_RULES, "files", f"添付の合計が上限（{_mb(rules.proposal_limit)}MB）を超えています。")


def _against_rules(fact: FileFact, rules: FormRules, *, is_slides: bool) -> Iterator[str]:
    if fact.content_type not in rules.content_types:
        yield f"「{fact.name}」は、この募集では受け付けていない形式です。"
    if fact.size > rules.file_limit:
        yield f"「{fact.name}」は1ファイルの上限（{_mb(rules.file_limit)}MB）を超えています。"
    if is_slides and rules.page_limit is not None and fact.pages is not None and fact.pages > rules.page_limit:
        yield f"「{fact.name}」は{fact.pages}ページあります（上限{rules.page_limit}ページ）。"


def _mb(size: int) -> int:
    return size // (1024 * 1024)
