"""Which questions a page without a script lists, and in which order; live/static/live/listing.js does the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from core.text import fold

ORDERS: Final = {"votes": _("共感の多い順"), "new": _("新しい順"), "old": _("古い順")}


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody wants to see: an order of ORDERS, one slot's public id or "", only what is unanswered, words."""

    order: str = "votes"
    slot: str = ""
    is_unanswered: bool = False
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.slot or self.is_unanswered or self.words.strip())

    @property
    def query(self) -> str:
        """The address of this choice."""
        fields = {"sort": self.order, "slot": self.slot, "open": "1" if self.is_unanswered else "", "q": self.words}
        return "?" + urlencode({name: value for name, value in fields.items() if value})

    def orders(self) -> list[dict[str, Any]]:
        """Links, so that the order can be chosen without a script."""
        return [
            {"label": label, "url": replace(self, order=name).query, "is_current": name == self.order}
            for name, label in ORDERS.items()
        ]


def chosen(query: Mapping[str, str]) -> Choice:
    """The choice an address holds; what it does not know is left out."""
    order = query.get("sort", "")
    return Choice(
        order if order in ORDERS else "votes", query.get("slot", ""), query.get("open") == "1", query.get("q", "")[:100]
    )


def listed(questions: Iterable[dict[str, Any]], choice: Choice) -> list[dict[str, Any]]:
    """The public shapes that are looked for, in order."""
    return in_order((question for question in questions if matches(question, choice)), choice.order)


def matches(question: Mapping[str, Any], choice: Choice) -> bool:
    """Whether a question is one of those looked for: every word in its text, answer, number, vendor or asker."""
    if choice.slot and question["slot"] != choice.slot:
        return False
    if choice.is_unanswered and question["answer"] is not None:
        return False
    answer = question["answer"]["body"] if question["answer"] else ""
    parts = (question["body"], question["no"], question["vendor"] or "", question["by"], answer)
    text = fold("\n".join(parts))
    return all(word in text for word in fold(choice.words).split())


def in_order(questions: Iterable[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    """Public shapes newest first ("new"), oldest first ("old"), else the most wanted first."""
    oldest_first = sorted(questions, key=lambda q: q["asked_at"])
    if order == "old":
        return oldest_first
    if order == "new":
        return oldest_first[::-1]
    return sorted(oldest_first, key=lambda q: -q["counts"][0])
