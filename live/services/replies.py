"""What a poll takes as a reply, kind by kind."""

from typing import Any

from django.utils.translation import gettext_noop

from live.models import Poll
from live.protocol import BODY_LIMIT, WORD_LIMIT, Problem
from live.services.checks import clean
from live.tallies import RATINGS, WORDS_A_PERSON, key_of


def accepted(poll: Poll, value: list[Any]) -> list[Any]:
    """The reply as it is kept; raises Problem with what is wrong with it."""
    if poll.kind == Poll.Kind.RATING:
        return _rating(value)
    if poll.kind == Poll.Kind.TEXT:
        return [clean(_only_text(value), limit=BODY_LIMIT, empty=gettext_noop("回答を入力してください。"))]
    if poll.kind == Poll.Kind.WORDS:
        return _words(value)
    return _positions(poll, value)


def _rating(value: list[Any]) -> list[int]:
    if len(value) != 1 or not _is_number(value[0]) or value[0] not in RATINGS:
        raise Problem("bad", "1から5のどれかを選んでください。")
    return value


def _positions(poll: Poll, value: list[Any]) -> list[int]:
    if not value:
        raise Problem("bad", "選択肢を選んでください。")
    if not all(map(_is_number, value)) or len(set(value)) < len(value):
        raise Problem("bad", "同じ選択肢を二度は選べません。")
    if not set(value) <= set(poll.options.values_list("position", flat=True)):
        raise Problem("bad")
    if len(value) > poll.max_choices:
        raise Problem("bad", "選べるのは%(many)sつまでです。", many=poll.max_choices)
    return value if poll.kind == Poll.Kind.RANKING else sorted(value)


def _words(value: list[Any]) -> list[str]:
    """The words once each, however they were spelt."""
    if not all(isinstance(word, str) for word in value):
        raise Problem("bad")
    cleaned = [clean(word, limit=WORD_LIMIT, empty=None) for word in value]
    words = {key_of(word): word for word in reversed(cleaned) if word}
    if not words:
        raise Problem("bad", "言葉を入力してください。")
    if len(words) > WORDS_A_PERSON:
        raise Problem("bad", "言葉は%(many)sつまでです。", many=WORDS_A_PERSON)
    return list(reversed(words.values()))


def _only_text(value: list[Any]) -> str:
    if not value:
        return ""
    if len(value) != 1 or not isinstance(value[0], str):
        raise Problem("bad")
    return value[0]


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
