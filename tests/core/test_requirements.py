"""The edition holds the four requirements and their 77 questions, and says to whom each applies."""

from pathlib import Path

import pytest

from core.requirements import (
    CURRENT,
    EVIDENCE_KINDS,
    JUDGEMENTS,
    VISIBILITIES,
    UnknownEdition,
    default_visibility,
    edition,
    missing,
    render_markdown,
    requirement_applies,
    versions,
)

NOW = edition(CURRENT)
RENDERED = Path(__file__).parents[2] / "docs" / "requirements.md"

DESIGN_STAGE = {
    "G-01": "none",
    "G-02": ["saas"],
    "G-03": ["resident"],
    "G-04": "design",
    "G-05": ["internet"],
    "G-06": "none",
    "G-07": "none",
    "G-08": "no",
    "R2-02": "as_is",
}
STAFF_TOOL = DESIGN_STAGE | {
    "G-01": "staff",
    "G-02": ["lgwan_asp"],
    "G-03": ["staff"],
    "G-04": "many",
    "G-05": ["lgwan"],
}
E_APPLICATION = {
    "G-01": "resident",
    "G-02": ["saas"],
    "G-03": ["resident", "staff"],
    "G-04": "many",
    "G-05": ["internet", "personal"],
    "G-06": "file",
    "G-07": "none",
    "G-08": "yes",
    "R2-02": "local_rules",
}
MY_NUMBER = E_APPLICATION | {
    "G-01": "mynumber",
    "G-05": ["internet", "mynumber_seg"],
    "G-06": "write",
    "G-07": "generate",
}


def ids(questions) -> list[str]:
    return [question.id for question in questions]


# --- The edition ------------------------------------------------------------------------------------------------


def test_the_current_edition_is_one_of_the_versions() -> None:
    assert CURRENT in versions()
    assert NOW.version == CURRENT


def test_an_edition_is_read_once() -> None:
    assert edition(CURRENT) is NOW


@pytest.mark.parametrize("version", ["2019-1", "", "../editions/2026-1", "2026-1.json"])
def test_an_unknown_edition_is_refused(version: str) -> None:
    with pytest.raises(UnknownEdition):
        edition(version)


def test_an_unknown_edition_is_a_key_error() -> None:
    assert issubclass(UnknownEdition, KeyError)


def test_the_four_requirements_bear_their_names() -> None:
    assert [(each.key, each.number + each.name_ja, each.conditional) for each in NOW.requirements] == [
        ("R1", "①共同利用", False),
        ("R2", "②制度上の実現可能性", False),
        ("R3", "③セキュリティ", True),
        ("R4", "④運用サポート体制", False),
    ]


@pytest.mark.parametrize(("key", "count"), [("G", 8), ("R1", 14), ("R2", 14), ("R3", 23), ("R4", 18)])
def test_each_requirement_has_its_questions(key: str, count: int) -> None:
    assert len(NOW.of(key)) == count


def test_there_are_77_questions_and_69_count_for_the_judgement() -> None:
    assert len(NOW.questions) == 77
    assert sum(question.is_required for question in NOW.questions) == 69


def test_a_question_is_found_by_its_id() -> None:
    assert NOW.question("R3-05").text_ja.startswith("取得済みの認証・登録")


@pytest.mark.parametrize("find", [NOW.question, NOW.requirement])
def test_what_the_edition_does_not_hold_is_a_key_error(find) -> None:
    with pytest.raises(KeyError):
        find("R9")


def test_nothing_in_an_edition_can_be_changed() -> None:
    with pytest.raises(AttributeError):
        NOW.question("G-01").level = "I"


def test_every_choice_and_every_column_has_a_key_of_its_own() -> None:
    for question in NOW.questions:
        for keyed in (question.choices, question.columns, *(column.choices for column in question.columns)):
            keys = [each.key for each in keyed]
            assert len(keys) == len(set(keys)), question.id


@pytest.mark.parametrize("kind", ["yn3", "yn3na"])
def test_yes_partly_no_have_the_same_keys_everywhere(kind: str) -> None:
    expected = {"yn3": ["yes", "partly", "no"], "yn3na": ["yes", "partly", "no", "na"]}[kind]
    asked = [question for question in NOW.questions if question.answer_type == kind]
    assert asked
    assert all([choice.key for choice in question.choices] == expected for question in asked)


# --- Who must answer what ---------------------------------------------------------------------------------------


# The notes of the programme count A 20 + B 25, 24 + 24, 28 + 42 and 31 + 44. They count R3-08 for the first; here
# nothing of ③ is asked where ③ is 対象外, so it has one less.
@pytest.mark.parametrize(
    ("answers", "at_application", "after_selection"),
    [(DESIGN_STAGE, 20, 24), (STAFF_TOOL, 24, 24), (E_APPLICATION, 28, 42), (MY_NUMBER, 31, 44)],
    ids=["design stage", "staff tool on LGWAN", "resident e-application", "My-Number"],
)
def test_vendors_are_asked_what_concerns_them(answers, at_application: int, after_selection: int) -> None:
    assert len(NOW.applicable(answers, "A")) == at_application
    assert len(NOW.applicable(answers, "B")) == after_selection
    assert len(NOW.applicable(answers)) == at_application + after_selection


def test_without_personal_information_no_question_on_security_is_asked() -> None:
    everything_else = MY_NUMBER | {"G-01": "none", "G-05": ["lgwan", "internet"]}
    assert [question.id for question in NOW.applicable(everything_else) if question.requirement == "R3"] == []
    assert NOW.exemption_line == "対象外：個人情報を取り扱いません"


def test_staff_accounts_alone_ask_for_little_security() -> None:
    answers = {"G-01": "staff"}
    assert ids(each for each in NOW.applicable(answers) if each.requirement == "R3") == ["R3-05", "R3-09", "R3-23"]


def test_an_unanswered_form_starts_with_the_questions_asked_of_everyone() -> None:
    asked = NOW.applicable({}, "A")
    assert ids(asked)[:8] == [f"G-0{number}" for number in range(1, 9)]
    assert all(question.when == () for question in asked)


def test_a_clause_holds_when_one_of_several_choices_is_picked() -> None:
    assert "R2-11" in ids(NOW.applicable({"G-03": ["staff", "resident"]}))
    assert "R2-11" not in ids(NOW.applicable({"G-03": ["staff"]}))


def test_a_question_behind_a_question_that_does_not_apply_does_not_apply(two_steps) -> None:
    assert ids(two_steps.applicable({"G-01": "staff", "R1-01": "yes"})) == ["G-01", "R1-01", "R1-02"]
    assert ids(two_steps.applicable({"G-01": "none", "R1-01": "yes"})) == ["G-01"]


@pytest.mark.parametrize("key", ["R1", "R2", "R4", "G"])
def test_only_security_can_be_exempt(key: str) -> None:
    assert requirement_applies(key, {"G-01": "none"})


@pytest.mark.parametrize("answers", [{}, {"G-01": None}, {"G-01": "staff"}, {"G-01": "mynumber"}])
def test_security_applies_unless_the_vendor_says_otherwise(answers) -> None:
    assert requirement_applies("R3", answers)


def test_security_is_exempt_without_personal_information() -> None:
    assert not requirement_applies("R3", {"G-01": "none"})


# --- What is missing --------------------------------------------------------------------------------------------


def test_everything_required_is_missing_at_first() -> None:
    assert ids(missing(NOW, {}, "A")) == ids(NOW.applicable({}, "A"))


def test_an_answered_question_is_not_missing() -> None:
    assert "R1-02" in ids(missing(NOW, STAFF_TOOL, "A"))
    assert "R1-02" not in ids(missing(NOW, STAFF_TOOL | {"R1-02": "shared"}, "A"))


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_answer_is_missing(empty) -> None:
    assert "R4-12" in ids(missing(NOW, {"R4-12": empty}, "B"))


def test_zero_is_an_answer() -> None:
    assert "R4-12" not in ids(missing(NOW, {"R4-12": 0}, "B"))


def test_information_is_never_missing() -> None:
    assert "R3-23" in ids(NOW.applicable(STAFF_TOOL, "A"))
    assert "R3-23" not in ids(missing(NOW, STAFF_TOOL, "A"))


def test_what_is_asked_after_selection_is_not_missing_at_application() -> None:
    assert {question.stage for question in missing(NOW, {}, "A")} == {"A"}
    assert {question.stage for question in missing(NOW, {})} == {"A", "B"}


# --- Around an answer -------------------------------------------------------------------------------------------


def test_no_asks_what_is_planned() -> None:
    question = NOW.question("R1-03")
    assert [question.asks_plan(value) for value in ("yes", "partly", "no", None)] == [False, False, True, False]


def test_every_no_asks_what_is_planned() -> None:
    for question in NOW.questions:
        if question.answer_type in {"yn3", "yn3na"}:
            assert question.asks_plan("no"), question.id


def test_a_planned_accessibility_asks_when() -> None:
    assert NOW.question("R2-11").asks_plan("planned")


def test_security_answers_start_with_the_secretariat_and_others_public() -> None:
    assert {default_visibility(question) for question in NOW.of("R3")} == {"secretariat"}
    assert {default_visibility(question) for key in ("G", "R1", "R2", "R4") for question in NOW.of(key)} == {"public"}


def test_the_words_around_an_answer_are_fixed() -> None:
    assert list(EVIDENCE_KINDS) == ["file", "url", "none"]
    assert dict(VISIBILITIES) == {"public": "公開", "municipal": "自治体限定", "secretariat": "事務局のみ"}


def test_only_security_may_be_judged_exempt() -> None:
    assert [state.label_ja for state in JUDGEMENTS.values()] == ["適合", "条件付き適合", "要確認", "不適合", "対象外"]
    assert [key for key, state in JUDGEMENTS.items() if state.only_conditional] == ["exempt"]


# --- The document -----------------------------------------------------------------------------------------------


def test_the_document_is_as_the_edition_says() -> None:
    assert RENDERED.read_text(encoding="utf-8") == render_markdown(NOW), (
        "stale: PYTHONPATH=site python -m core.requirements > docs/requirements.md"
    )
