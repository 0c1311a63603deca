"""The badges a proposal's public page may wear: derived from its answers, never declared, never a seal."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.requirements.questions import Answers, Edition, chosen
from core.text import fold

_IN_JAPAN = re.compile(r"(日本(国内)?|国内|japan)(\(.*\))?")


@dataclass(frozen=True, slots=True)
class Badge:
    """A text chip and the id of the question whose answer it summarises; show it with 「事業者の自己申告です」."""

    key: str
    label_ja: str
    source_question: str


Rows = list[dict[str, Any]]
Rule = Callable[[Any, date | None], str | None]


def badges(edition: Edition, answers: Answers, on: date | None = None) -> tuple[Badge, ...]:
    """The badges earned by the answers that apply. on, if given, is the day on which certificates must be valid.

    Pass all answers, the undisclosed ones too: a badge says no more than its label.
    Source: the list of summary badges in the programme's notes, 2.4.
    """
    applying = {question.id for question in edition.applicable(answers)}
    found: list[Badge] = []
    for key, question_id, rule in _RULES:
        label = rule(answers.get(question_id), on) if question_id in applying else None
        if label and key not in {badge.key for badge in found}:
            found.append(Badge(key, label, question_id))
    return tuple(found)


def _bodies(value: Any, on: date | None) -> str | None:
    """Counts only bodies in use that the vendor may name."""
    named = {
        row.get("body_code") or row.get("body_name")
        for row in _rows(value)
        if row.get("status") == "live" and row.get("may_publish") == "yes"
    } - {None}
    return f"導入団体 {len(named)}" if named else None


def _kept_in_japan(value: Any, on: date | None) -> str | None:
    kept = [row for row in _rows(value) if row.get("place") in ("production", "backup")]
    is_kept = any(row["place"] == "production" for row in kept) and all(
        _IN_JAPAN.fullmatch(fold(row.get("country") or "")) for row in kept
    )
    return "国内保管" if is_kept else None


def _isms(value: Any, on: date | None) -> str | None:
    valid = [
        row
        for row in _rows(value)
        if row.get("kind") == "iso27001" and (on is None or (row.get("expires_on") or "") >= on.isoformat())
    ]
    return "ISMS" if valid else None


def _small_body(value: Any, on: date | None) -> str | None:
    return "小規模団体向け" if any(row.get("model") == "p10k" for row in _rows(value)) else None


def _law_confirmed(value: Any, on: date | None) -> str | None:
    results = [row.get("result") for row in _rows(value)]
    return "法令確認済み" if results and set(results) == {"ok"} else None


def _has(label: str, *keys: str) -> Rule:
    return lambda value, on: label if set(keys) & set(chosen(value)) else None


def _rows(value: Any) -> Rows:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


# Key, question, rule; of two rules with one key the first that speaks counts.
_RULES: tuple[tuple[str, str, Rule], ...] = (
    ("bodies", "R1-01", _bodies),
    ("lgwan", "R3-06", _has("LGWAN対応", "registered", "relay")),
    ("lgwan", "G-02", _has("LGWAN対応", "lgwan_asp")),
    ("no_personal_information", "G-01", _has("個人情報なし", "none")),
    ("kept_in_japan", "R3-03", _kept_in_japan),
    ("isms", "R3-05", _isms),
    ("portable", "R1-09", _has("データ持ち出し可（CSV）", "yes")),
    ("small_body", "R4-15", _small_body),
    ("law_confirmed", "R2-04", _law_confirmed),
)


def badges_from(question_id: str) -> tuple[str, ...]:
    """The keys of the badges that an answer to this question can earn."""
    return tuple(key for key, source, _rule in _RULES if source == question_id)
