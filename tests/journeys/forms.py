"""Filling in the self-check as a person does: radio buttons, boxes, selects and the rows of tables."""

from collections.abc import Mapping
from typing import Any

from core.requirements import CURRENT, Question, edition


def fill_answers(page: Any, group: str, answers: Mapping[str, Any]) -> None:
    """Fill in every question of a group that the page shows and that has an answer."""
    for question in edition(CURRENT).of(group):
        value = answers.get(question.id)
        if value is None or page.locator(f"[name^='{question.id}']").count() == 0:
            continue
        if question.answer_type == "table":
            for number, row in enumerate(value):
                _fill_row(page, question, number, row)
        elif question.answer_type in {"single", "yn3", "yn3na"}:
            page.locator(f"[name='{question.id}'][value='{value}']").check()
        elif question.answer_type == "multi":
            for key in value:
                page.locator(f"[name='{question.id}'][value='{key}']").check()
        else:
            page.locator(f"[name='{question.id}']").fill(str(value))


def _fill_row(page: Any, question: Question, number: int, row: Mapping[str, Any]) -> None:
    for column, cell in row.items():
        if cell in (None, ""):
            continue
        control = page.locator(f"[name='{question.id}-{number}-{column}']")
        if control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(str(cell))
        else:
            control.fill(str(cell))
