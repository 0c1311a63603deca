"""The form check: what the machine finds in a submitted content, and that it never judges an honest answer."""

from dataclasses import replace
from datetime import date

import pytest

from core.requirements import CURRENT, edition
from files.store import path_of
from pitches.formcheck import AGAINST_RULES, EXPIRED, MISSING, UNREADABLE, FileFact, FormRules, form_check
from pitches.models import Call
from pitches.selectors import form_findings, newest_version

ON = date(2026, 9, 1)
RULES = FormRules({"title": "提案名"}, 20, frozenset({"application/pdf"}), 1000, 1500)
SLIDES = FileFact("f1", "発表.pdf", 900, "application/pdf", pages=20)


def _content(answers=None, files=(), title="題"):
    parts = {"plan": "", "evidence_kind": "", "evidence_url": "", "evidence_reason": ""}
    return {
        "fields": {"title": title},
        "answers": {name: parts | answer for name, answer in (answers or {}).items()},
        "files": [{"id": fact.id, "name": fact.name, "kind": kind, "question": q} for fact, kind, q in files],
    }


def _found(content, *facts, rules=RULES):
    findings = form_check(content, edition(CURRENT), rules, {fact.id: fact for fact in facts}, on=ON)
    return {(finding.kind, finding.name) for finding in findings}


def test_an_empty_field_and_an_unanswered_question_are_missing():
    found = _found(_content(title=""))
    assert {(MISSING, "title"), (MISSING, "G-01"), (MISSING, "R4-01")} <= found


def test_no_is_an_answer_and_asks_only_for_a_plan():
    said_no = {"R1-09": {"value": "no"}}
    assert (MISSING, "R1-09") in _found(_content(said_no))
    said_no["R1-09"]["plan"] = "令和9年度"
    assert (MISSING, "R1-09") not in _found(_content(said_no))


@pytest.mark.parametrize(
    ("answer", "is_missing"),
    [
        ({"evidence_kind": ""}, False),
        ({"evidence_kind": "file"}, True),
        ({"evidence_kind": "url"}, True),
        ({"evidence_kind": "url", "evidence_url": "https://vendor.example/"}, False),
        ({"evidence_kind": "none"}, True),
        ({"evidence_kind": "none", "evidence_reason": "構想段階"}, False),
    ],
)
def test_evidence_is_missing_only_where_it_was_announced(answer, is_missing):
    found = _found(_content({"R1-02": {"value": "shared"} | answer}))
    assert ((MISSING, "R1-02") in found) is is_missing


def test_a_certificate_that_has_ended_is_expired_on_that_day():
    row = {"kind": "isms", "number": "1", "scope": "全社", "expires_on": "2026-08-31"}
    question = edition(CURRENT).question("R3-05")
    column = next(look.column for look in question.looks if look.expired)
    gates = {"G-01": {"value": "resident"}}
    assert (EXPIRED, "R3-05") in _found(_content(gates | {"R3-05": {"value": [row | {column: "2026-08-31"}]}}))
    assert (EXPIRED, "R3-05") not in _found(_content(gates | {"R3-05": {"value": [row | {column: "2026-09-01"}]}}))


def test_a_file_that_is_gone_is_unreadable():
    content = _content(files=[(SLIDES, "slides", "")])
    assert (UNREADABLE, "files") in _found(content)
    assert (UNREADABLE, "files") in _found(content, replace(SLIDES, is_readable=False))
    assert (UNREADABLE, "files") not in _found(content, SLIDES)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"pages": 21}, "21ページ"),
        ({"pages": None}, None),
        ({"content_type": "image/png"}, "受け付けていない形式"),
        ({"size": 1001}, "1ファイルの上限"),
    ],
)
def test_files_are_held_against_the_calls_rules(change, words):
    fact = replace(SLIDES, **change)
    findings = form_check(_content(files=[(fact, "slides", "")]), edition(CURRENT), RULES, {fact.id: fact}, on=ON)
    against = [finding.words for finding in findings if finding.kind == AGAINST_RULES]
    assert (words is None and not against) or words in "".join(against)


def test_the_total_is_held_against_the_calls_rules():
    other = replace(SLIDES, id="f2")
    content = _content(files=[(SLIDES, "slides", ""), (other, "slides", "")])
    assert (AGAINST_RULES, "files") in _found(content, SLIDES, other)


@pytest.mark.django_db
def test_submitted_proposals_are_checked_in_one_query_at_any_number(submitted, django_assert_num_queries, call):
    proposals = [submitted(), submitted()]
    read = [(proposal, newest_version(proposal).content) for proposal in proposals]
    for count in (1, 2):
        with django_assert_num_queries(1):
            found = form_findings(read[:count], on=ON)
    assert found == {proposal.pk: [] for proposal in proposals}
    attachment = proposals[0].attachments.get()
    path_of(attachment.stored.key).write_bytes(b"")
    Call.objects.filter(pk=call.pk).update(file_types=["pptx"])
    for proposal in proposals:
        proposal.call.refresh_from_db()
    found = form_findings(read, on=ON)
    assert [finding.kind for finding in found[proposals[0].pk]] == [UNREADABLE]
    assert [finding.kind for finding in found[proposals[1].pk]] == [AGAINST_RULES]
