"""Answers that need a human look are found by the edition's own rules, and every rule can fire."""

from datetime import date

import pytest

from core.requirements import CURRENT, edition, needs_look

NOW = edition(CURRENT)
EVENT = date(2026, 11, 24)


def look(question_id: str, value, on: date | None = EVENT) -> str | None:
    return needs_look(NOW.question(question_id), value, on)


@pytest.mark.parametrize(
    ("question_id", "value", "reason"),
    [
        ("R1-08", "no", "「いいえ」と回答しています"),
        ("R1-03", "no", "団体ごとの改修が前提です"),
        ("R1-02", "undecided", "共同利用の仕組みが未定です"),
        ("R1-02", "custom", "団体ごとの個別構築です"),
        ("G-02", ["saas", "undecided"], "提供形態が未定です"),
        ("R2-02", "national_change", "国の法令・通知の変更が必要です"),
        ("R2-02", "checking", "法令・制度を確認中です"),
        ("R2-04", [{"result": "ok"}, {"result": "waiting"}], "照会先の回答待ちがあります"),
        ("R3-05", [{"kind": "none"}], "認証がなく、代わりの対策の確認が必要です"),
        ("R3-09", ["password_only"], "認証がID・パスワードのみです"),
        ("R3-13", [{"open_findings": 1}], "重大・高の指摘が残っています"),
        ("R3-16", [{"certificate": "no"}], "消去証明書を発行できません"),
    ],
)
def test_an_answer_that_raises_a_question_is_found(question_id: str, value, reason: str) -> None:
    assert look(question_id, value) == reason


@pytest.mark.parametrize(
    ("question_id", "value"),
    [
        ("R1-08", "yes"),
        ("R1-08", "partly"),
        ("R1-08", None),
        ("G-02", ["saas"]),
        ("R2-02", "as_is"),
        ("R2-04", [{"result": "ok"}]),
        ("R2-04", None),
        ("R3-09", ["mfa", "ip"]),
        ("R3-13", [{"open_findings": 0}]),
        ("R3-13", [{"open_findings": None}]),
        ("R4-03", ["file-1"]),
        ("R3-22", "no"),
    ],
)
def test_a_plain_answer_passes(question_id: str, value) -> None:
    assert look(question_id, value) is None


@pytest.mark.parametrize(
    ("expires_on", "reason"),
    [("2026-11-23", "認証の有効期限が切れています"), ("2026-11-24", None), ("2027-03-31", None), (None, None)],
)
def test_a_certificate_is_valid_through_its_last_day(expires_on: str | None, reason: str | None) -> None:
    assert look("R3-05", [{"kind": "iso27001", "expires_on": expires_on}]) == reason


@pytest.mark.parametrize(
    ("tested_on", "reason"),
    [("2025-11-23", "診断から12か月を超えています"), ("2025-11-24", None), ("2026-10-01", None)],
)
def test_a_test_is_recent_for_twelve_months(tested_on: str, reason: str | None) -> None:
    assert look("R3-13", [{"tested_on": tested_on, "open_findings": 0}]) == reason


def test_twelve_months_before_a_leap_day_end_with_february() -> None:
    leap_day = date(2028, 2, 29)
    assert look("R4-06", [{"restored_on": "2027-02-28"}], leap_day) is None
    assert look("R4-06", [{"restored_on": "2027-02-27"}], leap_day) == "復元試験から12か月を超えています"


def test_without_a_day_the_rules_about_dates_are_silent() -> None:
    assert look("R3-05", [{"kind": "iso27001", "expires_on": "2001-01-01"}], None) is None


def test_every_rule_of_choice_fires_on_its_own_choice() -> None:
    fired = 0
    for question in NOW.questions:
        for rule in question.looks:
            for key in rule.any_of:
                value = [{rule.column: key}] if rule.column else [key]
                assert needs_look(question, value) == rule.reason_ja
                fired += 1
    assert fired == 33


@pytest.mark.parametrize("odd", [7, {"result": "waiting"}, ["waiting"], [None], "waiting"])
def test_a_value_of_another_shape_is_no_error(odd) -> None:
    assert look("R2-04", odd) is None
