"""「当団体も同じ」: votes counted as people and as bodies, many of them in one go.

The verbs run inside the transaction of their commands (see live.commands), with the room row locked: whoever writes a
vote holds that lock, so that a count that follows every vote is the number of votes that are there. What counts for a
merged question is said in live.services.clusters.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet

from live import publishing
from live.models import Command, Question, Room
from live.phases import ASKING, last_change, phase_at
from live.protocol import VOTE_RATE, Problem
from live.selectors import voters_in
from live.services import storing
from live.services.checks import refuse_banned


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person wants of one question, by its public id; is_named lets the vendor learn the body."""

    person: int
    question: str
    is_on: bool
    is_named: bool
    at: datetime


def set_votes(*, room: Room, ballots: Sequence[Ballot]) -> list[dict[str, Any] | Problem]:
    """Make votes be there or not, in order; returns what each acknowledgement says, or why that ballot does not count.

    A vote on a merged question counts for the one it was merged into, which the acknowledgement names.
    """
    voters = voters_in(room, {ballot.person for ballot in ballots})
    families = _families(room, {ballot.question for ballot in ballots})
    rates, is_closed = _Rates(ballots), _closing(room, ballots)
    problems = [
        _denied(room, ballot, voters) or is_closed(ballot) or _gone(ballot, families) or rates.problem(ballot)
        for ballot in ballots
    ]
    counted = [ballot for ballot, problem in zip(ballots, problems, strict=True) if problem is None]
    if counted:
        _store(room, counted, voters, families)
    said = {wish: _said(*wish, families) for wish in {(ballot.question, ballot.is_on) for ballot in counted}}
    return [problem or said[ballot.question, ballot.is_on] for ballot, problem in zip(ballots, problems, strict=True)]


@dataclass(slots=True)
class _Family:
    """The question that votes count for, with its counts, and the pks of all whose votes count for it."""

    pk: int
    public_id: str
    state: str
    score: int
    bodies: int
    members: list[int]


def _families(room: Room, wanted: set[str]) -> dict[str, _Family]:
    """The family of each wanted public id that there is."""
    rows = {row[0]: row for row in storing.questions_called(room.pk, wanted)}
    if missing := {row[5] for row in rows.values() if row[5] and row[5] not in rows}:
        found = Question.objects.filter(pk__in=missing)
        names = ("pk", "public_id", "state", "score", "bodies", "merged_into")
        rows |= {row[0]: list(row) for row in found.values_list(*names)}
    heads = {pk: _Family(row[0], row[1], row[2], row[3], row[4], [pk]) for pk, row in rows.items() if row[5] is None}
    for pk, row in rows.items():
        if row[5] in heads:
            heads[row[5]].members.append(pk)
    by_public_id = {row[1]: heads.get(row[5] or row[0]) for row in rows.values()}
    return {public_id: family for public_id, family in by_public_id.items() if family and public_id in wanted}


class _Rates:
    """How many votes each person has cast in the seconds of the rate, those of this batch included."""

    def __init__(self, ballots: Sequence[Ballot]) -> None:
        self.many, seconds = VOTE_RATE
        self.window = timedelta(seconds=seconds)
        since = min(ballot.at for ballot in ballots) - self.window
        given = Counter(ballot.person for ballot in ballots)
        self.cast = Counter(storing.votes_cast(given, since))
        too_many = [person for person in given if self.cast[person] and self.cast[person] + given[person] > self.many]
        # Asked once for all of them: the room is locked meanwhile.
        self.first = dict(_first_votes(too_many, since)) if too_many else {}

    def problem(self, ballot: Ballot) -> Problem | None:
        if self.cast[ballot.person] >= self.many:
            wait = self.first.get(ballot.person, ballot.at) + self.window - ballot.at
            return Problem("rate", retry_ms=max(1, int(wait.total_seconds() * 1000)))
        self.cast[ballot.person] += 1
        return None


def _first_votes(people: Collection[int], since: datetime) -> "QuerySet[Command, tuple[int, datetime]]":
    """(person, when the first) of votes that some people (pk) cast after a moment."""
    cast = Command.objects.filter(participant__in=people, op="vote.set", at__gt=since)
    return cast.values("participant").annotate(first=Min("at")).values_list("participant", "first")


def _denied(room: Room, ballot: Ballot, voters: Mapping[int, str]) -> Problem | None:
    if ballot.person in voters:
        return None
    try:
        refuse_banned(room, ballot.person)
    except Problem as problem:
        return problem
    return Problem("denied", "「当団体も同じ」は、参加申込をした自治体職員が押せます。")


def _closing(room: Room, ballots: Sequence[Ballot]) -> Callable[[Ballot], Problem | None]:
    """What says `closed` of a ballot. Where no phase begins between the first and the last, one answer is for all."""
    first, last = (end(ballot.at for ballot in ballots) for end in (min, max))
    is_steady = last_change(room, first) == last_change(room, last)
    steady = phase_at(room, first)

    def problem(ballot: Ballot) -> Problem | None:
        phase = steady if is_steady else phase_at(room, ballot.at)
        return Problem("closed") if phase not in ASKING else None

    return problem


def _gone(ballot: Ballot, families: Mapping[str, _Family]) -> Problem | None:
    family = families.get(ballot.question)
    return Problem("gone") if family is None or family.state != "public" else None


def _said(question: str, is_on: bool, families: Mapping[str, _Family]) -> dict[str, Any]:
    family = families[question]
    said = {"q": family.public_id, "on": is_on, "counts": [family.score, family.bodies]}
    return said if question == family.public_id else said | {"merged": question}


def _store(room: Room, ballots: Sequence[Ballot], voters: Mapping[int, str], families: Mapping[str, _Family]) -> None:
    """Write the last wish of each person on each question, and the counts that follow from it."""
    wishes = {(families[ballot.question].pk, ballot.person): ballot for ballot in ballots}
    touched = {family.pk: family for family in families.values()}
    rows: dict[tuple[int, int], tuple[int, int, str, bool, bool, datetime]] = {}
    before = _standing(wishes, voters, touched)
    for (pk, person), ballot in wishes.items():
        # Taken back is taken back wherever in the family it was given.
        given = () if ballot.is_on else [member for member, who, _ in before[pk] if who == person]
        for question in {pk, *given}:
            rows[question, person] = (question, person, voters[person], ballot.is_on, ballot.is_named, ballot.at)
    storing.upsert_votes(rows.values())
    after = _changed(before, wishes, voters)
    room.cv += 1
    storing.write_cv(room.pk, room.cv)
    for pk in {pk for pk, _ in wishes}:
        touched[pk].score += len(_people(after[pk])) - len(_people(before[pk]))
        touched[pk].bodies += len(_bodies(after[pk])) - len(_bodies(before[pk]))
    storing.write_counts([(touched[pk].score, touched[pk].bodies, room.cv, pk) for pk in {pk for pk, _ in wishes}])
    publishing.nudge_on_commit(room)


Votes = dict[int, set[tuple[int, int, str]]]  # family pk -> (question, person, body) of votes that are on


def _standing(
    wishes: Mapping[tuple[int, int], Ballot], voters: Mapping[int, str], touched: Mapping[int, _Family]
) -> Votes:
    """The votes of a family that stand now and share a person or a body with one of the wishes: all that can matter."""
    pairs = {(member, person, voters[person]) for pk, person in wishes for member in touched[pk].members}
    found = storing.votes_of(pairs)
    # Who has changed bodies since leaves one behind: its other votes decide whether it still counts.
    known = {(question, body) for question, _, body in pairs}
    if left := {(question, person, body) for question, person, body in found if (question, body) not in known}:
        heads = {member: pk for pk, family in touched.items() for member in family.members}
        found |= storing.votes_of({(m, p, body) for q, p, body in left for m in touched[heads[q]].members})
    heads = {member: pk for pk, family in touched.items() for member in family.members}
    standing: Votes = defaultdict(set)
    for vote in found:
        standing[heads[vote[0]]].add(vote)
    return standing


def _changed(before: Votes, wishes: Mapping[tuple[int, int], Ballot], voters: Mapping[int, str]) -> Votes:
    """The same votes after the wishes."""
    after: Votes = defaultdict(set)
    gone: dict[int, set[int]] = defaultdict(set)
    for (pk, person), ballot in wishes.items():
        gone[pk].add(person)
        if ballot.is_on:
            after[pk].add((pk, person, voters[person]))
    for pk, votes in before.items():
        for question, person, body in votes:
            # An earlier vote on a merged question stays beside a new one, and is the same person's.
            if person not in gone[pk] or (question != pk and wishes[pk, person].is_on):
                after[pk].add((question, person, body))
    return after


def _people(votes: set[tuple[int, int, str]]) -> set[int]:
    return {person for _, person, _ in votes}


def _bodies(votes: set[tuple[int, int, str]]) -> set[str]:
    return {body for _, _, body in votes}
