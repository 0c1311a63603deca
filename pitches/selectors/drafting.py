"""Questions about a draft's changes and about text that came too late: for the vendor's own people alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from accounts.models import User
from accounts.selectors import Person
from core.requirements import edition
from pitches.merging import split_name
from pitches.models import DraftChange, KeptText, Proposal, SelfCheckAnswer
from pitches.pages import FIELDS
from pitches.permissions import is_its_vendor
from pitches.reading import value_in_words
from pitches.selectors.proposals import label_of
from pitches.snapshots import parts_of

# Autosave writes a change every few seconds of typing; people read them as one.
ONE_SITTING = timedelta(minutes=10)
HISTORY_LIMIT = 200


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One person's writing of one value in one sitting; change is the first row of it, whose `before` can come back."""

    change: int
    label: str
    before: str
    after: str
    by: str
    at: datetime
    can_restore: bool


def name_label(proposal: Proposal, name: str) -> str:
    """What people call a named value: a field, a question, or a part of its answer."""
    owner, part = split_name(name)
    label = label_of(proposal, owner)
    return label if part in ("", "value") else f"{label} — {label_of_part(part)}"


def label_of_part(part: str) -> str:
    """What people call a part of an answer other than its value."""
    field: Any = SelfCheckAnswer._meta.get_field(part)
    return str(field.verbose_name)


def kept_texts(proposal: Proposal, person: Person) -> list[KeptText]:
    """Texts that came too late, newest first; nothing for anybody but the vendor's own people."""
    if not is_its_vendor(proposal, person):
        return []
    return list(proposal.kept_texts.select_related("by", "proposal"))


def person_name(user: User | None) -> str:
    """A colleague as the vendor's people call them."""
    return (user.get_full_name() or user.email) if user is not None else ""


def draft_history(proposal: Proposal, person: Person) -> list[HistoryRow]:
    """What was changed, newest first, at most 200 sittings; nothing for anybody but the vendor's own people."""
    if not is_its_vendor(proposal, person):
        return []
    changes = list(proposal.changes.select_related("by").defer("before", "after").order_by("name", "version", "pk"))
    newest = {change.name: change.pk for change in changes}
    sittings = [_ends(sitting) for _key, sitting in groupby(changes, _sittings())]
    sittings.sort(key=lambda ends: (ends[1].at, ends[0].pk), reverse=True)
    rows: list[HistoryRow] = []
    # The texts are read for what is shown alone: a long history holds many times its page.
    for start in range(0, len(sittings), HISTORY_LIMIT):
        some = sittings[start : start + HISTORY_LIMIT]
        texts = _texts(change for ends in some for change in ends)
        for first, last in some:
            before, after = texts[first.pk][0], texts[last.pk][1]
            if before != after and len(rows) < HISTORY_LIMIT:
                rows.append(_row(proposal, first, last, (before, after), is_newest=newest[first.name] == last.pk))
        if len(rows) == HISTORY_LIMIT:
            break
    return rows


def _ends(sitting: Iterable[DraftChange]) -> tuple[DraftChange, DraftChange]:
    first, *rest = sitting
    return first, rest[-1] if rest else first


def _texts(changes: Iterable[DraftChange]) -> dict[int, tuple[Any, Any]]:
    """pk → (before, after)."""
    found = DraftChange.objects.filter(pk__in={change.pk for change in changes})
    return {pk: (before, after) for pk, before, after in found.values_list("pk", "before", "after")}


def _sittings() -> Any:
    """A key that stays the same through one person's unbroken writing of one value."""
    before: list[DraftChange] = []
    number = [0]

    def key(change: DraftChange) -> int:
        last = before[-1] if before else None
        is_same = last is not None and (last.name, last.by_id) == (change.name, change.by_id)
        if last is None or not is_same or change.at - last.at > ONE_SITTING:
            number[0] += 1
        before[:] = [change]
        return number[0]

    return key


def _row(
    proposal: Proposal, first: DraftChange, last: DraftChange, texts: tuple[Any, Any], *, is_newest: bool
) -> HistoryRow:
    return HistoryRow(
        first.pk,
        name_label(proposal, first.name),
        value_in_words(proposal, first.name, texts[0]),
        value_in_words(proposal, last.name, texts[1]),
        person_name(last.by),
        last.at,
        is_newest,
    )


def change_of(proposal: Proposal, person: Person, pk: int) -> DraftChange | None:
    """One change of the vendor's own proposal."""
    if not is_its_vendor(proposal, person):
        return None
    return proposal.changes.select_related("proposal").filter(pk=pk).first()


def values_now(proposal: Proposal, names: Iterable[str]) -> dict[str, Any]:
    """name → what is stored now, for names as in DraftChange."""
    known, wanted = edition(proposal.edition), list(names)
    rows = {answer.question_id: answer for answer in proposal.answers.all()} if any("." in n for n in wanted) else {}
    found = {}
    for name in wanted:
        owner, part = split_name(name)
        if part:
            found[name] = parts_of(rows.get(owner), known.question(owner))[part]
        elif name in FIELDS:
            found[name] = getattr(proposal, name)
    return found


def merged_in(
    proposal: Proposal, typed: Mapping[str, Any], expect: int, older: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """name → stored value of what others saved since the version the person typed on, where it differs from typed."""
    changed = proposal.changes.filter(version__gt=min([expect, *(older or {}).values()]))
    names = {
        name for name, version in changed.values_list("name", "version") if version > (older or {}).get(name, expect)
    }
    stored = values_now(proposal, names & typed.keys())
    return {name: value for name, value in stored.items() if value != typed[name]}
