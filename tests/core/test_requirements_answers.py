"""What a form brings becomes a stored value, or a Japanese reason why it cannot."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.requirements import CURRENT, InvalidAnswer, clean_answer, edition

NOW = edition(CURRENT)
SURROGATE = "\ud800"


def clean(question_id: str, raw: Any) -> Any:
    return clean_answer(NOW.question(question_id), raw)


def fault(question_id: str, raw: Any) -> str:
    with pytest.raises(InvalidAnswer) as caught:
        clean(question_id, raw)
    return str(caught.value)


# --- Choices ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question_id", "raw"), [("G-01", "none"), ("R1-03", "partly"), ("R2-03", "na"), ("R4-10", "quoted")]
)
def test_a_choice_is_stored_as_its_key(question_id: str, raw: str) -> None:
    assert clean(question_id, raw) == raw


@pytest.mark.parametrize("raw", ["はい", "na", "YES", " yes", 1, True, ["yes"], {"yes": 1}])
def test_only_the_keys_of_the_question_are_choices(raw) -> None:
    assert fault("R1-03", raw) == "選択肢の中から選んでください。"


def test_several_choices_are_stored_once_each_in_the_order_of_the_edition() -> None:
    assert clean("G-03", ["gov", "resident", "gov", "staff"]) == ["resident", "staff", "gov"]


def test_one_of_several_choices_may_come_alone() -> None:
    assert clean("G-03", "staff") == ["staff"]


def test_an_unknown_choice_among_several_is_refused() -> None:
    assert fault("G-03", ["staff", "robot"]) == "選択肢の中から選んでください。"


def test_a_choice_that_stands_alone_is_refused_with_others() -> None:
    assert clean("R1-10", ["none"]) == ["none"]
    assert fault("R1-10", ["dmp", "none"]) == "「なし」は、ほかの選択肢と一緒には選べません。"


# --- Words and numbers ------------------------------------------------------------------------------------------


def test_a_text_is_trimmed_and_its_line_ends_are_made_one() -> None:
    assert clean("R3-15", "\u300024時間以内\r\n電話で ") == "24時間以内\n電話で"


@pytest.mark.parametrize(("question_id", "limit"), [("R3-15", 200), ("R3-22", 800)])
def test_a_text_is_measured_as_people_count(question_id: str, limit: int) -> None:
    assert clean(question_id, "が" * limit) is not None
    assert clean(question_id, "か\u3099" * limit) == "が" * limit
    assert clean(question_id, "葛\U000e0100" * limit) == "葛\U000e0100" * limit
    assert fault(question_id, "が" * (limit + 1)) == f"{limit}文字以内で入力してください（現在{limit + 1}文字）。"


@pytest.mark.parametrize("raw", ["\x00", "a\x1bb", "a\u202eb", SURROGATE])
def test_unsafe_characters_are_refused(raw: str) -> None:
    assert "使えません" in fault("R3-22", raw) or "使えない文字" in fault("R3-22", raw)


@pytest.mark.parametrize("raw", [7, ["text"], {"a": "b"}, True])
def test_a_text_is_text(raw) -> None:
    assert fault("R3-15", raw) == "文字で入力してください。"


@pytest.mark.parametrize(("raw", "months"), [("6", 6), ("６", 6), (" 1,200 ", 1200), (0, 0), (12, 12), ("0", 0)])
def test_a_number_is_read_in_any_width(raw, months: int) -> None:
    assert clean("R4-12", raw) == months


@pytest.mark.parametrize("raw", ["-1", -1, "6か月", "1.5", "六", "²x", "1e3", 1.5, True, [6]])
def test_only_whole_numbers_from_zero_are_numbers(raw) -> None:
    assert fault("R4-12", raw) in {"0以上の整数を数字で入力してください。", "文字で入力してください。"}


def test_a_number_of_absurd_length_is_refused() -> None:
    assert clean("R4-12", "9" * 15) == 999_999_999_999_999
    assert fault("R4-12", "9" * 16) == "15桁以内の数字で入力してください。"


# --- Tables -----------------------------------------------------------------------------------------------------


def test_a_row_holds_every_column_and_empty_cells_are_none() -> None:
    assert clean("R2-13", [{"scheme": "デジタル実装交付金", "rate": ""}]) == [
        {"scheme": "デジタル実装交付金", "year": None, "rate": None, "season": None}
    ]


def test_empty_rows_are_dropped() -> None:
    rows = clean("R2-13", [{"scheme": ""}, {"scheme": "交付金"}, {"scheme": " \u3000"}, {}])
    assert [row["scheme"] for row in rows] == ["交付金"]


def test_a_body_in_use_is_stored_in_normal_forms() -> None:
    row = {
        "body_code": "１３１０１-６",
        "body_name": "千代田区",
        "status": "live",
        "starts_in": "2026年4月",
        "may_publish": True,
    }
    assert clean("R1-01", [row]) == [
        {
            "body_code": "131016",
            "body_name": "千代田区",
            "work": None,
            "status": "live",
            "starts_in": "2026-04",
            "may_publish": "yes",
        }
    ]


@pytest.mark.parametrize(
    "typed", ["2026-11-24", "2026/11/24", "2026.11.24", "２０２６年１１月２４日", "令和8年11月24日", " 2026-11-24 "]
)
def test_a_date_is_stored_as_iso(typed: str) -> None:
    assert clean("R3-05", [{"expires_on": typed}])[0]["expires_on"] == "2026-11-24"


@pytest.mark.parametrize(
    ("question_id", "row", "message"),
    [
        ("R3-05", {"expires_on": "2026-02-30"}, "2行目「有効期限」: 日付を"),
        ("R3-05", {"expires_on": "来年"}, "2行目「有効期限」: 日付を"),
        ("R3-05", {"expires_on": 20261124}, "2行目「有効期限」: 文字で"),
        ("R3-05", {"kind": "ISMS"}, "2行目「種別」: 選択肢の中から"),
        ("R1-01", {"body_code": "131017"}, "2行目「団体コード」: 団体コードの検査数字が"),
        ("R1-01", {"starts_in": "2026-13"}, "2行目「開始年月」: 年月を"),
        ("R1-01", {"may_publish": "maybe"}, "2行目「公開可否」: 選択肢の中から"),
        ("R1-06", {"days": "約30日"}, "2行目「目安日数」: 0以上の整数を"),
        ("R3-04", {"corporate_number": "1234567890123"}, "2行目「法人番号」: 法人番号の検査数字が"),
        ("R2-13", {"scheme": "a\nb"}, "2行目「制度名」: 改行やタブは"),
        ("R2-13", {"scheme": "あ" * 201}, "2行目「制度名」: 200文字以内で"),
    ],
)
def test_a_wrong_cell_is_named_by_its_row_and_column(question_id: str, row: dict, message: str) -> None:
    assert fault(question_id, [{}, row]).startswith(message)


def test_a_table_has_at_most_fifty_rows() -> None:
    row = {"scheme": "交付金"}
    assert len(clean("R2-13", [row] * 50 + [{}])) == 50
    assert fault("R2-13", [row] * 51) == "50行以内で入力してください。"


@pytest.mark.parametrize("raw", ["text", ["text"], [None], [[]], 7])
def test_a_table_is_rows(raw) -> None:
    assert fault("R2-13", raw) == "1行目を読み取れません。入力し直してください。"


# --- Files and nothing ------------------------------------------------------------------------------------------


def test_files_are_ids_once_each() -> None:
    assert clean("R4-03", ["b2", "a1", "b2"]) == ["b2", "a1"]
    assert clean("R4-03", "a1") == ["a1"]


@pytest.mark.parametrize("raw", [[1], ["../etc/passwd"], [None], ["x" * 65], {"id": "a"}])
def test_files_are_nothing_but_ids(raw) -> None:
    assert fault("R4-03", raw) == "ファイルを選び直してください。"


def test_there_are_at_most_twenty_files() -> None:
    assert fault("R4-03", [f"f{number}" for number in range(21)]) == "ファイルは20件以内にしてください。"


@pytest.mark.parametrize("question_id", ["G-01", "G-03", "R1-03", "R2-03", "R3-15", "R3-22", "R4-12", "R2-13", "R4-03"])
@pytest.mark.parametrize("raw", [None, "", []])
def test_nothing_is_none_for_every_type(question_id: str, raw) -> None:
    if raw == [] and NOW.question(question_id).answer_type not in {"multi", "table", "file"}:
        assert fault(question_id, raw)
    else:
        assert clean(question_id, raw) is None


@pytest.mark.parametrize("question_id", ["R3-15", "R3-22", "R4-12"])
def test_blanks_are_nothing(question_id: str) -> None:
    assert clean(question_id, " \u3000\n") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(st.characters(), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "expires_on", "body_code", "number", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(raw=json_values, question=st.sampled_from(NOW.questions))
def test_whatever_arrives_is_stored_or_explained(raw, question) -> None:
    try:
        value = clean_answer(question, raw)
    except InvalidAnswer:
        return
    assert clean_answer(question, value) == value, "a stored value is stored again unchanged"
    assert json.loads(json.dumps(value)) == value
