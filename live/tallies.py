"""How the replies to a poll are counted, kind by kind: pure functions over lists of what people sent."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from core.text import fold

RATINGS: Final = range(1, 6)
WORDS_A_PERSON: Final = 3
WORDS_SHOWN: Final = 60
TEXTS_SHOWN: Final = 100


def chosen(values: Iterable[Sequence[int]], options: int) -> list[int]:
    """How many people chose each of the options, in the order of the options."""
    counted = Counter(position for value in values for position in set(value))
    return [counted[position] for position in range(options)]


def borda(values: Iterable[Sequence[int]], options: int) -> list[int]:
    """Points of each option: with n options the first of a list gets n, the next n - 1 …; what is not on it gets 0.

    Borda points and not the mean rank: people on a phone rank their first two and stop. A mean rank must invent a rank
    for what they left out, or ignores it and lets an option win that a single person put first; points do neither.
    """
    points = [0] * options
    for value in values:
        for place, position in enumerate(value):
            points[position] += options - place
    return points


def rated(values: Iterable[Sequence[int]]) -> tuple[list[int], float | None]:
    """(how many gave 1, 2 … 5, the mean rounded to two places or None)."""
    counted = Counter(value[0] for value in values)
    many = counted.total()
    mean = round(sum(rating * counted[rating] for rating in RATINGS) / many, 2) if many else None
    return [counted[rating] for rating in RATINGS], mean


def key_of(text: str) -> str:
    """What makes two texts the same to a count and to a moderator's decision: width, case and kana kind do not."""
    return fold(text)[:500]


def clouded(values: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """(word, people), most named first; a word said twice by one person counts once.

    People name whole words, so that nothing is cut up: 防災 stays 防災. Each is shown as it was written first.
    """
    shown: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for value in values:
        words = {key_of(word): word for word in reversed(value)}
        counted.update(words.keys())
        for key, word in words.items():
            shown.setdefault(key, word)
    return sorted(((shown[key], many) for key, many in counted.items()), key=lambda pair: (-pair[1], pair[0]))


def tally(kind: str, values: Sequence[Any], options: int, *, is_seen: Callable[[str], bool]) -> dict[str, Any]:
    """The results of one poll: {"n": people} and, by kind, "o" (per option or rating), "mean", or "w" (texts, words).

    values are in the order in which they were sent; is_seen says of a text whether it may be shown to this audience.
    """
    results: dict[str, Any] = {"n": len(values)}
    if kind == "rating":
        results["o"], results["mean"] = rated(values)
    elif kind == "ranking":
        results["o"] = borda(values, options)
    elif kind in {"single", "multiple"}:
        results["o"] = chosen(values, options)
    elif kind == "words":
        seen = [[word for word in value if is_seen(key_of(word))] for value in values]
        results["w"] = [list(pair) for pair in clouded(seen)[:WORDS_SHOWN]]
    else:
        texts = [value[0] for value in values if is_seen(key_of(value[0]))]
        results["w"] = [[text, 1] for text in texts[-TEXTS_SHOWN:]]
    return results
