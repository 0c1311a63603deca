"""What a filter leaves of the screening board, in which order, and how many rows each other choice would leave."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import Person
from core.requirements import REQUIREMENT_KEYS
from core.text import fold
from pitches.formcheck import KINDS
from pitches.rules import details_are_asked
from pitches.selectors.board import MARKS, BoardRow

ME, NOBODY = "me", "nobody"
YES, NO = "yes", "no"
SORTS: Mapping[str, tuple[Any, Callable[[BoardRow], Any]]] = {
    "received": (gettext_lazy("受付の早い順"), lambda row: 0),
    "-received": (gettext_lazy("受付の遅い順"), lambda row: 0),
    "-changed": (gettext_lazy("更新の新しい順"), lambda row: -row.changed_at.timestamp()),
    "title": (gettext_lazy("提案名順"), lambda row: fold(row.proposal.title)),
    "vendor": (gettext_lazy("事業者名順"), lambda row: fold(row.proposal.vendor.name)),
    "state": (gettext_lazy("状態順"), lambda row: row.state[0]),
    "screener": (gettext_lazy("担当順"), lambda row: (row.screener is None, str(row.screener))),
    "-looks": (gettext_lazy("要確認の回答が多い順"), lambda row: -row.looks),
    "-check": (gettext_lazy("形式審査の指摘が多い順"), lambda row: -len(row.findings)),
}


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What of the board is shown, as its address says it; an empty part narrows nothing.

    call is a public id; state a key as the person sees it; requirement one of the four, "" for any; status a key of
    MARKS; assigned "me", "nobody" or the pk of a person; looks "yes" or "no"; check a key of formcheck.KINDS, "any" or
    "none"; details "yes" or "no", whether what is asked after the selection is handed in; sort a key of SORTS.
    """

    call: str = ""
    state: str = ""
    requirement: str = ""
    status: str = ""
    assigned: str = ""
    looks: str = ""
    check: str = ""
    theme: str = ""
    details: str = ""
    q: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """The filter as the query of an address, empty parts left out."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def is_narrowing(self) -> bool:
        """Whether it may leave anything out."""
        return any(value for name, value in asdict(self).items() if name != "sort")


def read_filter(given: Mapping[str, str]) -> BoardFilter:
    """The filter an address asks for; what it does not know it leaves out."""
    known = {name: given.get(name, "").strip() for name in asdict(BoardFilter())}
    if known["requirement"] not in REQUIREMENT_KEYS:
        known["requirement"] = ""
    if known["sort"] not in SORTS:
        known["sort"] = ""
    return BoardFilter(**known)


def narrow(rows: Iterable[BoardRow], asked: BoardFilter, person: Person) -> list[BoardRow]:
    """The rows a filter keeps, in its order; rows that compare alike keep the order they came in."""
    kept = [row for row in rows if _keeps(row, asked, person)]
    if asked.sort == "-received":
        return kept[::-1]
    return sorted(kept, key=SORTS[asked.sort or "received"][1])


def _keeps(row: BoardRow, asked: BoardFilter, person: Person) -> bool:
    return all(test(row, getattr(asked, name), asked, person) for name, test in _TESTS.items() if getattr(asked, name))


def _has_status(row: BoardRow, status: str, asked: BoardFilter, person: Person) -> bool:
    keys = (asked.requirement,) if asked.requirement else REQUIREMENT_KEYS
    return any(row.marks[key] == status for key in keys)


def _is_assigned(row: BoardRow, assigned: str, asked: BoardFilter, person: Person) -> bool:
    if assigned == NOBODY:
        return row.screener is None
    wanted = str(person.pk) if assigned == ME else assigned
    return row.screener is not None and str(row.screener.pk) == wanted


def _is_checked(row: BoardRow, check: str, asked: BoardFilter, person: Person) -> bool:
    if check in {"any", "none"}:
        return bool(row.findings) == (check == "any")
    return any(finding.kind == check for finding in row.findings)


def _has_details(row: BoardRow, details: str) -> bool:
    return details_are_asked(row.proposal) and (row.proposal.details_at is not None) == (details == YES)


def _is_named(row: BoardRow, words: str, asked: BoardFilter, person: Person) -> bool:
    proposal = row.proposal
    text = fold(f"{proposal.receipt_number} {proposal.title} {proposal.vendor.name}")
    return all(word in text for word in fold(words).split())


_TESTS: Mapping[str, Callable[[BoardRow, str, BoardFilter, Person], bool]] = {
    "call": lambda row, call, asked, person: row.proposal.call.public_id == call,
    "state": lambda row, state, asked, person: row.state[0] == state,
    "status": _has_status,
    "assigned": _is_assigned,
    "looks": lambda row, looks, asked, person: bool(row.looks) == (looks == YES),
    "check": _is_checked,
    "theme": lambda row, theme, asked, person: row.proposal.theme == theme,
    "details": lambda row, details, asked, person: _has_details(row, details),
    "q": _is_named,
}


# --- The choices ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of one part of the filter: how many rows it would leave with all other parts as they are."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One part of the filter with its choices, 「すべて」 first."""

    name: str
    label: str
    choices: Sequence[Choice]


def facets(rows: Sequence[BoardRow], asked: BoardFilter, person: Person) -> list[Facet]:
    """Every part of the filter but the text, its choices counted over rows the person may see, and over no others."""
    found = []
    for name, label, values in _offered(rows, person):
        others = [row for row in rows if _keeps(row, replace(asked, **{name: ""}), person)]
        test, chosen = _TESTS[name], getattr(asked, name)
        choices = [Choice("", _("すべて"), len(others), not chosen)]
        for value, words in values.items():
            count = sum(test(row, value, asked, person) for row in others)
            choices.append(Choice(value, words, count, value == chosen))
        found.append(Facet(name, label, choices))
    return found


def _offered(rows: Sequence[BoardRow], person: Person) -> list[tuple[str, str, dict[str, str]]]:
    """(part, label, value → label): what the rows themselves hold, so that no choice tells of a row not shown."""
    people = {str(row.screener.pk): str(row.screener) for row in rows if row.screener is not None}
    people.pop(str(person.pk), None)
    details = {NO: _("未提出"), YES: _("提出済み")} if any(details_are_asked(row.proposal) for row in rows) else {}
    check = {"none": _("指摘なし"), "any": _("指摘あり")} | {kind: _(label) for kind, label in KINDS.items()}
    return [
        ("call", _("募集"), {row.proposal.call.public_id: str(row.proposal.call) for row in rows}),
        ("state", _("状態"), {row.state[0]: _(row.state[1]) for row in rows}),
        ("status", _("判定"), {key: str(label) for key, label in MARKS.items()}),
        ("assigned", _("担当"), {ME: _("自分"), NOBODY: _("担当なし"), **people}),
        ("looks", _("要確認の回答"), {YES: _("あり"), NO: _("なし")}),
        ("check", _("形式審査"), check),
        ("theme", _("テーマ"), {row.proposal.theme: row.proposal.theme for row in rows if row.proposal.theme}),
        *([("details", _("選定後の回答"), details)] if details else []),
    ]


# --- The work ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Workload:
    """How much one screener has been given: proposals still in screening, and requirements of them nobody judged."""

    screener: Any
    proposals: int
    unjudged: int


def workload(rows: Iterable[BoardRow], people: Iterable[Any]) -> list[Workload]:
    """The work of each screener over the rows, the least loaded first."""
    held: dict[int, list[int]] = {}
    for row in rows:
        if row.screener is not None and row.state[0] in {"submitted", "correcting"}:
            open_marks = sum(mark in {"open", "reset"} for mark in row.marks.values())
            held.setdefault(row.screener.pk, []).append(open_marks)
    loads = []
    for person in people:
        marks = held.get(person.pk, [])
        loads.append(Workload(person, len(marks), sum(marks)))
    return sorted(loads, key=lambda load: (load.unjudged, load.proposals, str(load.screener)))
