"""How a vendor's writing is saved: field by field onto what colleagues and other windows saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from audit.services import chained, record
from core.requirements import edition
from pitches.merging import UNKNOWN, Merge, merge, owners, part_name, split_name
from pitches.models import DraftChange, Proposal, SelfCheckAnswer
from pitches.pages import FIELDS
from pitches.services.guards import check_editable, check_named
from pitches.snapshots import ANSWER_PARTS, parts_of

# What is kept of a draft's changes: hours of typing without a pause, and an end for a script that saves for ever.
KEPT_CHANGES = 5000
# How many versions go by between two looks at how many changes there are.
LOOK_EVERY = 20


@dataclass(frozen=True, slots=True)
class Conflict:
    """One name two people changed: what stands, who saved it when, and what was typed, which is not written."""

    name: str
    stored: Any
    typed: Any
    by: User | None
    at: datetime | None


class StaleVersion(Exception):
    """Somebody changed the same in between; `current` is what stands now.

    conflicts names each value that was not written; everything else that was typed is saved. After a step that writes
    nothing for a stale version, such as a submission, it is empty.
    """

    def __init__(self, current: Proposal, conflicts: tuple[Conflict, ...] = ()) -> None:
        super().__init__(f"version {current.version}")
        self.current = current
        self.conflicts = conflicts


@dataclass(frozen=True, slots=True)
class Seen:
    """Which version a person typed on: expect, and for single names (as in DraftChange) an older one."""

    expect: int
    older: Mapping[str, int]

    def of(self, name: str) -> int:
        return min(self.expect, self.older.get(name, self.expect))


def save_fields(
    *,
    proposal: Proposal,
    fields: Mapping[str, Any],
    expect: int,
    user: User,
    at: datetime,
    older: Mapping[str, int] | None = None,
) -> Proposal:
    """Save plain fields (names in pitches.pages) onto the version the person saw.

    older: name → the version at which the person last saw that one name, where it is not expect. What others saved
    meanwhile stays; raises StaleVersion, with everything else saved, when the same field was changed twice.
    """
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValueError(f"not fields of a proposal: {sorted(unknown)}")
    with chained():
        locked = _locked(proposal, user)
        stored = {name: getattr(locked, name) for name in fields}
        merged, told = _merged(locked, fields, stored, Seen(expect, older or {}))
        for name, value in merged.take.items():
            setattr(locked, name, value)
        saved = _saved(locked, merged, stored, user, at)
    return _told(saved, told)


def save_answers(
    *,
    proposal: Proposal,
    answers: Mapping[str, Mapping[str, Any]],
    expect: int,
    user: User,
    at: datetime,
    older: Mapping[str, int] | None = None,
) -> Proposal:
    """Save cleaned answers: question id → {value, plan, evidence_kind, …}; parts not given stay. See save_fields."""
    known = edition(proposal.edition)
    with chained():
        locked = _locked(proposal, user)
        rows = {answer.question_id: answer for answer in locked.answers.all()}
        parts = {each: parts_of(rows.get(each), known.question(each)) for each in answers}
        typed = {
            part_name(each, part): value
            for each, given in answers.items()
            for part, value in given.items()
            if part in ANSWER_PARTS
        }
        stored = {name: parts[split_name(name)[0]][split_name(name)[1]] for name in typed}
        merged, told = _merged(locked, typed, stored, Seen(expect, older or {}))
        for name, value in merged.take.items():
            question_id, part = split_name(name)
            parts[question_id][part] = value
        _write_answers(locked, {each: parts[each] for each in owners(merged.take)}, at)
        saved = _saved(locked, merged, stored, user, at)
    return _told(saved, told)


def restore(*, change: DraftChange, expect: int, user: User, at: datetime) -> Proposal:
    """Put back what stood before a change: itself a saved change. Raises StaleVersion when it changed since expect."""
    owner, part = split_name(change.name)
    with chained():
        locked = _locked(change.proposal, user)
        # Unlike typing, pressing this on an old page has no text of its own to merge: it is asked again.
        if locked.changes.filter(name=change.name, version__gt=expect).exists():
            raise StaleVersion(locked)
        who_when: dict[str, Any] = {"proposal": locked, "expect": locked.version, "user": user, "at": at}
        if part:
            return save_answers(answers={owner: {part: change.before}}, **who_when)
        return save_fields(fields={owner: change.before}, **who_when)


def _locked(proposal: Proposal, user: User) -> Proposal:
    """The proposal under lock, open to this person."""
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    check_editable(locked, user)
    return locked


def _merged(
    locked: Proposal, typed: Mapping[str, Any], stored: Mapping[str, Any], seen: Seen
) -> tuple[Merge, tuple[Conflict, ...]]:
    """The merge of typed into what is stored, and each conflict as it is told to the person."""
    if seen.expect > locked.version:
        # Nobody can have seen a version that does not exist: every change counts as unseen.
        seen = Seen(1, {})
    before: dict[str, Any] = {}
    latest: dict[str, DraftChange] = {}
    for change in _changes_since(locked, typed, seen):
        before.setdefault(change.name, change.before)
        latest[change.name] = change
    before |= dict.fromkeys(_forgotten(locked, typed, seen), UNKNOWN)
    merged = merge(typed, stored, before)
    check_named(locked, owners({**merged.take, **dict.fromkeys(merged.conflicts)}))
    told = tuple(_conflict(name, stored[name], typed[name], latest.get(name)) for name in merged.conflicts)
    return merged, told


def _conflict(name: str, stored: Any, typed: Any, latest: DraftChange | None) -> Conflict:
    return Conflict(name, stored, typed, latest.by if latest else None, latest.at if latest else None)


def _forgotten(locked: Proposal, typed: Mapping[str, Any], seen: Seen) -> list[str]:
    """The names last seen at a version so old that not every change since is kept: what the person saw is unknown."""
    if min([seen.expect, *seen.older.values()]) >= locked.version:
        return []
    oldest = locked.changes.order_by("version").values_list("version", flat=True).first()
    # The change that made a version leads from the one before it.
    return [name for name in typed if seen.of(name) < (oldest or locked.version) - 1]


def _changes_since(locked: Proposal, typed: Mapping[str, Any], seen: Seen) -> list[DraftChange]:
    """The changes of what was typed that the person had not seen, oldest first."""
    oldest = min([seen.expect, *seen.older.values()])
    if oldest >= locked.version:
        return []
    unseen = locked.changes.filter(version__gt=oldest, name__in=list(typed)).defer("after").select_related("by")
    return [change for change in unseen.order_by("version", "pk") if change.version > seen.of(change.name)]


def _write_answers(locked: Proposal, parts: Mapping[str, Mapping[str, Any]], at: datetime) -> None:
    """Write whole answers, new or not, in one statement."""
    SelfCheckAnswer.objects.bulk_create(
        [SelfCheckAnswer(proposal=locked, question_id=each, updated_at=at, **given) for each, given in parts.items()],
        update_conflicts=True,
        unique_fields=["proposal", "question_id"],
        update_fields=[*ANSWER_PARTS, "updated_at"],
    )


def _saved(locked: Proposal, merged: Merge, stored: Mapping[str, Any], user: User, at: datetime) -> Proposal:
    """Grow the version and write down what changed, if anything did."""
    if not merged.take:
        return locked
    locked.version += 1
    locked.updated_at = at
    fields = [name for name in merged.take if name in FIELDS]
    locked.save(update_fields=[*fields, "version", "updated_at"])
    DraftChange.objects.bulk_create(
        DraftChange(
            proposal=locked, version=locked.version, name=name, before=stored[name], after=value, by=user, at=at
        )
        for name, value in merged.take.items()
    )
    if locked.version % LOOK_EVERY == 0:
        _forget_oldest(locked)
    record("save_proposal", subject=locked, actor=user, at=at, facts={"changed": owners(merged.take)})
    return locked


def _forget_oldest(locked: Proposal) -> None:
    """Let go of whole versions of changes beyond KEPT_CHANGES, oldest first."""
    beyond = locked.changes.order_by("-version", "-pk").values_list("version", flat=True)[KEPT_CHANGES:].first()
    if beyond is not None:
        locked.changes.filter(version__lte=beyond).delete()


def _told(saved: Proposal, conflicts: tuple[Conflict, ...]) -> Proposal:
    """Raised only after the transaction: what is not in conflict is saved."""
    if conflicts:
        raise StaleVersion(saved, conflicts)
    return saved
