"""Finds the answers that need a human look, by the rules the edition carries."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import Any

from core.requirements.questions import Look, Question, chosen


def needs_look(question: Question, value: Any, on: date | None = None) -> str | None:
    """A short Japanese reason why an answer needs a human look, or None.

    It never decides: 「いいえ」 is a valid answer.

    value is as clean_answer returned it. on is the day certificates must be valid and tests recent (the event, or
    today); without it the rules about dates are silent.
    """
    for look in question.looks:
        if any(_is_met(look, cell, on) for cell in _cells(look, value)):
            return look.reason_ja
    return None


def needs_renewal(question: Question, value: Any, on: date) -> str | None:
    """A short Japanese reason why a certificate or a test in an answer is out of date on this day, or None.

    Of the looks an edition carries, those about dates alone; value and on as for needs_look.
    """
    for look in question.looks:
        is_about_dates = look.expired or look.older_than_months is not None
        if is_about_dates and any(_is_met(look, cell, on) for cell in _cells(look, value)):
            return look.reason_ja
    return None


def _cells(look: Look, value: Any) -> Iterable[Any]:
    if not look.column:
        return chosen(value)
    rows = value if isinstance(value, list) else ()
    return [row.get(look.column) for row in rows if isinstance(row, dict)]


def _is_met(look: Look, cell: Any, on: date | None) -> bool:
    if look.over is not None:
        return isinstance(cell, int) and cell > look.over
    if not isinstance(cell, str):
        return False
    if look.any_of:
        return cell in look.any_of
    if on is None:
        return False
    limit = on if look.expired else _months_before(on, look.older_than_months or 0)
    # Stored dates are ISO texts, which compare as the days they name.
    return cell < limit.isoformat()


def _months_before(on: date, months: int) -> date:
    """The same day some months earlier, or the last day of that month."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
