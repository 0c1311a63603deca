"""What the forms make of what people type: Japanese reasons next to the field, tables in rows, moments in Japan."""

from datetime import datetime

import pytest

from core.calendar import JST
from pitches.forms import AnswersForm, CallForm, CorrectionForm, JudgementForm, PlainForm
from pitches.models import Call, SelfCheckAnswer
from pitches.pages import page
from pitches.selectors import stored_answers
from tests.factories import NOW


def _rows(question, *rows):
    posted = {
        f"{question}-TOTAL_FORMS": str(len(rows)),
        f"{question}-INITIAL_FORMS": "0",
        f"{question}-MIN_NUM_FORMS": "0",
        f"{question}-MAX_NUM_FORMS": "50",
    }
    for number, row in enumerate(rows):
        posted |= {f"{question}-{number}-{column}": value for column, value in row.items()}
    return posted


@pytest.fixture
def answers_form(complete_draft):
    """answers_form("R1", {…}): the bound form of one group on a complete draft."""
    proposal = complete_draft()

    def make(group, posted):
        names = [name for name in ("R1-01", "R1-05") if group == "R1"]
        tables = {key: value for name in names for key, value in _rows(name).items()}
        stored = stored_answers(proposal)
        return AnswersForm(proposal, group, tables | {"version": "3"} | posted, stored=stored)

    return make


def test_a_table_is_read_row_by_row_without_the_deleted_and_the_empty(answers_form):
    rows = ({"work": "防災", "body_name": "府中市"}, {"work": "消した", "DELETE": "on"}, {})
    form = answers_form("R1", _rows("R1-01", *rows))
    assert form.is_valid(), form.errors
    [row] = form.answers["R1-01"]["value"]
    assert (row["work"], row["body_name"], row["body_code"]) == ("防災", "府中市", None)


def test_a_wrong_cell_is_named_by_row_and_column_and_what_was_typed_stays(answers_form):
    form = answers_form("R1", _rows("R1-01", {"work": "一行目"}, {"body_code": "999999"}))
    assert not form.is_valid()
    [asked] = [asked for asked in form.asked() if asked.question.id == "R1-01"]
    assert "2行目「団体コード」" in asked.errors[0]
    assert asked.rows.forms[1]["body_code"].value() == "999999"


def test_a_table_that_lost_its_counters_is_an_error_and_no_empty_answer(answers_form):
    form = answers_form("R1", {"R1-01-TOTAL_FORMS": "?"})
    assert not form.is_valid() and "表を読み取れません" in str(form.errors)


@pytest.mark.parametrize(
    ("posted", "field", "words"),
    [
        ({"G-01": "nonsense"}, "G-01", "選択"),
        ({"G-01-evidence_url": "なし"}, "G-01-evidence_url", "URL"),
        ({"G-01-remarks": "あ" * 401}, "G-01-remarks", "400文字以内"),
        ({"G-01-remarks": "a\u202eb"}, "G-01-remarks", "制御文字"),
        ({"G-01-visibility": "everyone"}, "G-01-visibility", "選択"),
    ],
)
def test_bad_input_is_answered_in_japanese_at_its_field(answers_form, posted, field, words):
    form = answers_form("G", posted)
    assert not form.is_valid()
    assert words in str(form.errors[field])


def test_a_draft_may_leave_everything_empty(answers_form):
    form = answers_form("G", {})
    assert form.is_valid(), form.errors


def test_no_posted_file_id_becomes_the_answer_of_a_file_question(answers_form):
    tables = {key: v for name in ("R4-01", "R4-06", "R4-08", "R4-13") for key, v in _rows(name).items()}
    form = answers_form("R4", {**tables, "R4-03": "someone-elses"})
    assert form.is_valid(), form.errors
    assert "value" not in form.answers["R4-03"]


def test_a_no_calls_for_a_plan_and_stays_a_valid_answer(answers_form):
    form = answers_form("R1", {"R1-03": "no", "R1-03-plan": "令和9年度に設定化"})
    assert form.is_valid(), form.errors
    assert form.answers["R1-03"] | {"visibility": ""} == {
        "value": "no",
        "plan": "令和9年度に設定化",
        "evidence_kind": "",
        "evidence_url": "",
        "evidence_reason": "",
        "visibility": "",
        "remarks": "",
    }
    assert "data-asks-plan" in str(form["R1-03"])


def test_security_answers_stay_with_the_secretariat_unless_said_otherwise(make_proposal):
    proposal = make_proposal()
    handles = SelfCheckAnswer(proposal=proposal, question_id="G-01", value="resident")
    form = AnswersForm(proposal, "R3", stored={"G-01": handles})
    assert form["R3-15-visibility"].value() == "secretariat"
    assert AnswersForm(proposal, "R1", stored={})["R1-02-visibility"].value() == "public"


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "あ" * 81, "80"),
        ("title", "一行目\n二行目", "改行"),
        ("content", "あ" * 2001, "2000文字以内"),
        ("demo_url", "これです", "URL"),
        ("theme", "募集にないテーマ", "選択"),
    ],
)
def test_plain_fields_say_what_is_wrong(make_proposal, field, typed, words):
    form = PlainForm(make_proposal(), page("proposal"), {"version": "1", field: typed})
    assert not form.is_valid()
    assert words in str(form.errors[field]) and form[field].value() == typed


@pytest.mark.parametrize(
    "typed", ["2026-12-01 17:00", "令和8年12月1日　17時", "２０２６/12/1 17:00", "2026-12-01T17:00"]
)
def test_a_moment_is_read_as_japan_writes_it(organiser, typed):
    posted = {
        "title": "件名",
        "fiscal_year": "2026",
        "summary": "概要",
        "themes": "防災\n\n子育て\n防災",
        "edition": "2026-1",
        "declarations": "誓約します。",
        "opens_at": "2026-11-01 09:00",
        "closes_at": typed,
    }
    form = CallForm(Call(), posted, at=NOW)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["closes_at"] == datetime(2026, 12, 1, 17, tzinfo=JST)
    assert form.cleaned_data["themes"] == ["防災", "子育て"]


@pytest.mark.parametrize("typed", ["あした", "2026-13-01 17:00", "2026-12-01", "2026-12-01 25:00", "2026-10-01 09:00"])
def test_a_moment_that_is_none_or_too_early_is_refused(db, typed):
    posted = {
        "title": "件名",
        "fiscal_year": "2026",
        "summary": "概要",
        "edition": "2026-1",
        "declarations": "誓約します。",
    }
    form = CallForm(Call(), posted | {"opens_at": "2026-11-01 09:00", "closes_at": typed}, at=NOW)
    assert not form.is_valid() and form.errors["closes_at"]


def test_a_judgement_needs_a_reason_unless_the_requirement_is_exempt():
    posted = {"requirement": "R3", "version": "1", "status": "fit", "reason": " "}
    form = JudgementForm(posted, is_exempt=False)
    assert not form.is_valid() and "理由" in str(form.errors["reason"])
    assert not JudgementForm(posted | {"status": "exempt"}, is_exempt=False).is_valid()
    assert JudgementForm(posted | {"status": "exempt"}, is_exempt=True).is_valid()


def test_a_correction_names_at_least_one_field():
    names = [("提案", [("title", "提案名")])]
    posted = {"reason": "補ってください。", "deadline_at": "2026-12-01 17:00"}
    assert "1つ以上" in str(CorrectionForm(posted, names=names).errors["fields_named"])
    assert CorrectionForm(posted | {"fields_named": ["title"]}, names=names).is_valid()
    assert not CorrectionForm(posted | {"fields_named": ["state"]}, names=names).is_valid()


def test_every_wrong_cell_of_a_table_is_marked_where_it_stands(answers_form):
    rows = ({"work": "防災", "body_code": "132061"}, {"DELETE": "on"}, {"work": "窓口", "starts_in": "2026年13月"})
    form = answers_form("R1", _rows("R1-01", *rows))
    assert not form.is_valid()
    first, _, third = form.row_sets["R1-01"].forms[:3]
    assert "検査数字" in str(first["body_code"].errors)
    assert third["starts_in"].errors
    assert not third["work"].errors
