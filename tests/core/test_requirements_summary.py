"""Badges are earned by answers that apply, and say no more than their labels."""

from datetime import date

import pytest

from core.requirements import CURRENT, SELF_DECLARED, badges, edition

NOW = edition(CURRENT)
BASE = {"G-01": "resident", "G-04": "many", "G-05": ["lgwan"], "R2-02": "local_rules"}


def labels(answers, on: date | None = None) -> list[str]:
    return [badge.label_ja for badge in badges(NOW, BASE | answers, on)]


def test_without_answers_there_are_no_badges() -> None:
    assert badges(NOW, {}) == ()


def test_a_badge_names_the_question_it_comes_from() -> None:
    (badge,) = badges(NOW, {"R1-09": "yes"})
    assert (badge.key, badge.label_ja, badge.source_question) == ("portable", "データ持ち出し可（CSV）", "R1-09")
    assert SELF_DECLARED == "事業者の自己申告です"


def test_only_bodies_in_use_that_may_be_named_are_counted_once_each() -> None:
    rows = [
        {"body_code": "131016", "status": "live", "may_publish": "yes"},
        {"body_code": "131016", "status": "live", "may_publish": "yes"},
        {"body_name": "架空町", "status": "live", "may_publish": "yes"},
        {"body_code": "011002", "status": "live", "may_publish": "no"},
        {"body_code": "141003", "status": "talks", "may_publish": "yes"},
    ]
    assert labels({"R1-01": rows}) == ["導入団体 2"]
    assert labels({"R1-01": rows[3:]}) == []


@pytest.mark.parametrize(("value", "earned"), [("registered", True), ("relay", True), ("applying", False)])
def test_lgwan_is_earned_by_a_registration(value: str, earned: bool) -> None:
    assert ("LGWAN対応" in labels({"R3-06": value})) is earned


def test_lgwan_is_said_once() -> None:
    assert labels({"R3-06": "registered", "G-02": ["lgwan_asp"]}) == ["LGWAN対応"]


def test_no_personal_information_hides_what_security_said_before() -> None:
    answers = {"G-01": "none", "R3-05": [{"kind": "iso27001"}], "R3-06": "registered"}
    assert labels(answers) == ["個人情報なし"]


@pytest.mark.parametrize(
    ("countries", "earned"),
    [
        ([("production", "日本"), ("backup", "日本国内")], True),
        ([("production", "日本（東京・大阪）"), ("maintenance", "ベトナム")], True),
        ([("production", "Japan")], True),
        ([("production", "日本・米国")], False),
        ([("production", "日本"), ("backup", "シンガポール")], False),
        ([("production", None)], False),
        ([("backup", "日本")], False),
    ],
)
def test_kept_in_japan_means_production_and_every_backup(countries, earned: bool) -> None:
    rows = [{"place": place, "country": country} for place, country in countries]
    assert ("国内保管" in labels({"R3-03": rows})) is earned


def test_an_expired_isms_earns_nothing() -> None:
    answers = {
        "R3-05": [{"kind": "iso27001", "expires_on": "2026-11-23"}, {"kind": "ismap", "expires_on": "2030-01-01"}]
    }
    assert labels(answers, date(2026, 11, 23)) == ["ISMS"]
    assert labels(answers, date(2026, 11, 24)) == []
    assert labels(answers) == ["ISMS"]


def test_a_price_for_ten_thousand_people_shows_small_bodies_are_meant() -> None:
    assert labels({"R4-15": [{"model": "p10k", "total": 900000}]}) == ["小規模団体向け"]
    assert labels({"R4-15": [{"model": "p200k"}]}) == []


def test_the_law_is_confirmed_when_every_enquiry_said_yes() -> None:
    assert labels({"R2-04": [{"result": "ok"}]}) == ["法令確認済み"]
    assert labels({"R2-04": [{"result": "ok"}, {"result": "conditional"}]}) == []
