"""Which questions a page without a script lists, and in which order; live/static/live/listing.js does the same."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from core.text import fold

DESK_ORDERS: Final = {"old": _("古い順"), "votes": _("同じ質問が多い順")}
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


@dataclass(frozen=True, slots=True)
class DeskChoice:
    """How a moderator wants the public list: order of DESK_ORDERS, slot a public id, "stage" for who is on, or ""."""

    order: str = "old"
    slot: str = ""

    @property
    def query(self) -> str:
        """The address of this choice; "" for what the console shows by itself."""
        fields = {"order": self.order if self.order != "old" else "", "slot": self.slot}
        given = {name: value for name, value in fields.items() if value}
        return "?" + urlencode(given) if given else ""

    def arranged(self, questions: Iterable[dict[str, Any]], *, on_stage: str) -> list[dict[str, Any]]:
        """All of them in order, each with whether it is left out of sight; on_stage is a slot's public id or ""."""
        choice = Choice(slot=on_stage if self.slot == "stage" else self.slot)
        return [question | {"is_aside": not matches(question, choice)} for question in in_order(questions, self.order)]


def desk_choice(query: Mapping[str, str]) -> DeskChoice:
    """The choice an address of the console holds."""
    order = query.get("order", "")
    return DeskChoice(order if order in DESK_ORDERS else "old", query.get("slot", "")[:16])


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
