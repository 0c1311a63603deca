"""Turns what a form or a JSON body brings into the value that is stored, or says in Japanese what is wrong with it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.calendar import parse_date
from core.codes import InvalidCode, check_body_code, check_corporate_number
from core.requirements.questions import CHOICE_TYPES, Choice, Column, Question
from core.text import UnsafeText, graphemes, reject_unsafe

TEXT_LIMIT = 200
LONGTEXT_LIMIT = 800
ROW_LIMIT = 50
FILE_LIMIT = 20
DIGIT_LIMIT = 15
YES_NO = (Choice("yes", "はい"), Choice("no", "いいえ"))
_YEAR_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")


class InvalidAnswer(ValueError):
    """An answer that cannot be stored; the message is Japanese, to be shown next to the field.

    cells tells, for a table, what is wrong where: (row from 0, column key, message without its place).
    """

    def __init__(self, message: str, *, cells: tuple[tuple[int, str, str], ...] = ()) -> None:
        super().__init__(message)
        self.cells = cells


def clean_answer(question: Question, raw: Any) -> Any:
    """The value to store for an answer, or None for no answer. Raises InvalidAnswer; never anything else.

    single, yn3, yn3na → choice key. multi → list of choice keys in the order of the edition. text, longtext → str of at
    most 200 and 800 characters as people count them. number → int, not negative; full-width digits are read.
    table → list of at most 50 dicts column key → cell (None where empty), rows without any cell dropped; a cell is int
    for number, ISO text for date (2026-11-24) and year_month (2026-11), a choice key for choice and yes_no.
    file → list of file ids.
    """
    try:
        return _cleaners[question.answer_type](question, raw)
    except (InvalidCode, UnsafeText) as error:
        raise InvalidAnswer(str(error)) from error


# --- Choices ----------------------------------------------------------------------------------------------------


def _clean_single(question: Question, raw: Any) -> str | None:
    return _key(question.choices, raw)


def _clean_multi(question: Question, raw: Any) -> list[str] | None:
    given = {_key(question.choices, each) for each in _listed(raw)} - {None}
    picked = [choice for choice in question.choices if choice.key in given]
    if len(picked) > 1:
        for choice in picked:
            if choice.alone:
                raise InvalidAnswer(f"「{choice.label_ja}」は、ほかの選択肢と一緒には選べません。")
    return [choice.key for choice in picked] or None


def _key(choices: Iterable[Choice], raw: Any) -> str | None:
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and any(choice.key == raw for choice in choices):
        return raw
    raise InvalidAnswer("選択肢の中から選んでください。")


def _listed(raw: Any) -> list[Any]:
    if raw is None or raw == "":
        return []
    return list(raw) if isinstance(raw, list | tuple) else [raw]


# --- Words and numbers ------------------------------------------------------------------------------------------


def _clean_text(question: Question, raw: Any) -> str | None:
    return _text(raw, TEXT_LIMIT, multiline=True)


def _clean_longtext(question: Question, raw: Any) -> str | None:
    return _text(raw, LONGTEXT_LIMIT, multiline=True)


def _clean_number(question: Question, raw: Any) -> int | None:
    return _number(raw)


def _text(raw: Any, limit: int, *, multiline: bool) -> str | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise InvalidAnswer("文字で入力してください。")
    text = reject_unsafe(raw, multiline=multiline)
    length = graphemes(text)
    if length > limit:
        raise InvalidAnswer(f"{limit}文字以内で入力してください（現在{length}文字）。")
    return text or None


def _number(raw: Any) -> int | None:
    if isinstance(raw, int):
        raw = str(raw)
    text = unicodedata.normalize("NFKC", _text(raw, TEXT_LIMIT, multiline=False) or "").replace(",", "")
    if not text:
        return None
    if not re.fullmatch(r"[0-9]+", text):
        raise InvalidAnswer("0以上の整数を数字で入力してください。")
    if len(text) > DIGIT_LIMIT:
        raise InvalidAnswer(f"{DIGIT_LIMIT}桁以内の数字で入力してください。")
    return int(text)


# --- Tables -----------------------------------------------------------------------------------------------------


def _clean_table(question: Question, raw: Any) -> list[dict[str, Any]] | None:
    rows = []
    wrong: list[tuple[int, Column, str]] = []
    for number, typed in enumerate(_listed(raw), start=1):
        row = _row(question.columns, typed, number, wrong)
        if any(cell is not None for cell in row.values()):
            rows.append(row)
        if len(rows) > ROW_LIMIT:
            raise InvalidAnswer(f"{ROW_LIMIT}行以内で入力してください。")
    if wrong:
        places = " ".join(f"{number}行目「{column.label_ja}」: {words}" for number, column, words in wrong)
        raise InvalidAnswer(places, cells=tuple((number - 1, column.key, words) for number, column, words in wrong))
    return rows or None


def _row(columns: Iterable[Column], typed: Any, number: int, wrong: list[tuple[int, Column, str]]) -> dict[str, Any]:
    """The cells of one row; what cannot be stored is added to wrong."""
    if not isinstance(typed, Mapping):
        raise InvalidAnswer(f"{number}行目を読み取れません。入力し直してください。")
    row: dict[str, Any] = {}
    for column in columns:
        try:
            row[column.key] = _cell(column, typed.get(column.key))
        except (InvalidAnswer, InvalidCode, UnsafeText) as error:
            wrong.append((number, column, str(error)))
    return row


def _cell(column: Column, typed: Any) -> Any:
    if column.kind == "choice":
        return _key(column.choices, typed)
    if column.kind == "yes_no":
        return _key(YES_NO, {True: "yes", False: "no"}.get(typed, typed) if isinstance(typed, bool) else typed)
    if column.kind == "number":
        return _number(typed)
    text = _text(typed, TEXT_LIMIT, multiline=False)
    return _written[column.kind](text) if text else None


def _date(text: str) -> str:
    try:
        return parse_date(text).isoformat()
    except ValueError:
        raise InvalidAnswer("日付を「2026-11-24」または「令和8年11月24日」の形で入力してください。") from None


def _year_month(text: str) -> str:
    shaped = _YEAR_MONTH.fullmatch(unicodedata.normalize("NFKC", text))
    if shaped is None or not 1 <= int(shaped[2]) <= 12:
        raise InvalidAnswer("年月を「2026-11」の形で入力してください。")
    return f"{shaped[1]}-{int(shaped[2]):02}"


_written: Mapping[str, Callable[[str], str]] = {
    "text": str,
    "date": _date,
    "year_month": _year_month,
    "body_code": check_body_code,
    "corporate_number": check_corporate_number,
}


# --- Files ------------------------------------------------------------------------------------------------------


def _clean_file(question: Question, raw: Any) -> list[str] | None:
    """Ids as the file store gave them; that they exist and are the vendor's own is the caller's to check."""
    ids = [each for each in _listed(raw) if each != ""]
    if not all(isinstance(each, str) and re.fullmatch(r"[\w-]{1,64}", each) for each in ids):
        raise InvalidAnswer("ファイルを選び直してください。")
    unique = list(dict.fromkeys(ids))
    if len(unique) > FILE_LIMIT:
        raise InvalidAnswer(f"ファイルは{FILE_LIMIT}件以内にしてください。")
    return unique or None


_cleaners: Mapping[str, Callable[[Question, Any], Any]] = {
    **dict.fromkeys(CHOICE_TYPES - {"multi"}, _clean_single),
    "multi": _clean_multi,
    "text": _clean_text,
    "longtext": _clean_longtext,
    "number": _clean_number,
    "table": _clean_table,
    "file": _clean_file,
}
