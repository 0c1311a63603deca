"""Questions merged into one: who counts for it, and what moves when one joins or leaves.

Votes keep the question they were given to. The count of a question is the number of distinct people, and of distinct
bodies, with a standing vote on it or on anything whose `merged_into` it is. The asker of a merged question has a vote
on it like everybody else, given by the merge, so that counting and taking back need no rule of their own.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from audit.models import Entry
from audit.selectors import history
from live import publishing
from live.lifecycle import SEPARATING
from live.models import Question, Room, Vote
from live.services.telling import tell_merged_askers, untell_askers
from workflow.services import move


def votes_for(question: Question) -> Q:
    """The votes that count for a question, as a filter on Vote."""
    return Q(question=question) | Q(question__merged_into=question)


def recount(*, room: Room, questions: Iterable[Question]) -> None:
    """Count the standing votes of these questions anew, under one new number of the room's counts."""
    room.cv += 1
    room.save(update_fields=["cv"])
    for question in questions:
        counted = Vote.objects.filter(votes_for(question), is_on=True).aggregate(
            people=Count("participant", distinct=True), bodies=Count("organisation", distinct=True)
        )
        question.score, question.bodies, question.cv = counted["people"], counted["bodies"], room.cv
        question.save(update_fields=["score", "bodies", "cv"])
    publishing.nudge_on_commit(room)


def merge_into(room: Room, question: Question, target: Question, *, actor: User, at: datetime) -> None:
    """Make a question, with all that had been merged into it, count for another; its asker counts there as well."""
    facts: dict[str, Any] = {"into": target.number}
    children = list(question.merged.select_related("author").order_by("pk"))
    if along := [child.number for child in children]:
        facts["along"] = along
    move(question, "merge", actor=actor, at=at, facts=facts)
    question.merged.update(merged_into=target)
    question.merged_into = target
    question.save(update_fields=["merged_into"])
    body = question.organisation_id if question.source == Question.Source.ONLINE else None
    if body is not None and question.author_id != target.author_id:
        Vote.objects.get_or_create(
            question=question,
            participant_id=question.author_id,
            defaults={"organisation_id": body, "is_on": True, "updated_at": at},
        )
    recount(room=room, questions=[question, target])
    tell_merged_askers(target, [question, *children], at=at)


def take_out(
    room: Room, question: Question, *, into_state: str, children: Collection[int] = (), actor: User, at: datetime
) -> Question:
    """Make a merged question stand for itself in a state, public or pending; returns what it was merged into.

    children are the pk of those that follow it back. The vote that the merge gave its asker goes, unless the asker has
    touched it since.
    """
    target, merged_at = question.merged_into, question.state_at
    assert target is not None
    move(question, SEPARATING[into_state], actor=actor, at=at, facts={"from": target.number})
    Vote.objects.filter(question=question, participant_id=question.author_id, updated_at=merged_at).delete()
    target.merged.filter(pk__in=children).update(merged_into=question)
    question.merged_into = None
    question.save(update_fields=["merged_into"])
    # The answer to the other question is none to these; a mail with it that has not left would say so.
    untell_askers(question)
    recount(room=room, questions=[question, target])
    return target


def state_before_merge(question: Question) -> str:
    """What a merged question was when it was merged, as the trail says: "public" or "pending"."""
    entry = _merging(question)
    return "public" if entry is not None and entry.source == "public" else "pending"


def came_along(question: Question) -> set[int]:
    """The pk of what had been merged into a merged question before, and has not been anywhere else since."""
    entry = _merging(question)
    if entry is None or question.merged_into is None:
        return set()
    numbers = json.loads(entry.facts).get("along", ())
    children = question.merged_into.merged.filter(number__in=numbers)
    return {child.pk for child in children if (own := _merging(child)) is not None and own.seq < entry.seq}


def _merging(question: Question) -> Entry | None:
    """What the trail says of the last time a question was merged."""
    return history(question).filter(verb="merge").order_by("-seq").first()
