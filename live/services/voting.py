"""「当団体も同じ」: votes counted as people and as bodies.

Each verb runs inside the transaction of one command (see live.commands), with the room row locked. It raises
live.protocol.Problem and returns what the acknowledgement says.
"""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from accounts.models import User
from accounts.selectors import body_of
from live import publishing
from live.models import Command, Question, Room, Vote
from live.permissions import may_vote
from live.phases import phase_at
from live.protocol import VOTE_RATE, Problem
from live.services.checks import check_rate


def set_vote(*, room: Room, actor: User, question: Question, is_on: bool, at: datetime) -> dict[str, Any]:
    """Make the participant's vote on a question be there or not; counts are recomputed, so that they cannot drift."""
    if not may_vote(actor, room):
        raise Problem("denied", "「当団体も同じ」は、参加申込をした自治体職員が押せます。")
    if phase_at(room, at) == Room.Phase.CLOSED:
        raise Problem("closed")
    if question.state != "public":
        raise Problem("gone")
    check_rate(VOTE_RATE, Command.objects.filter(participant=actor, op="vote.set"), "at", at)
    body = body_of(actor)
    assert body is not None
    Vote.objects.update_or_create(
        question=question,
        participant=actor,
        defaults={"is_on": is_on, "organisation": body, "updated_at": at},
    )
    counted = question.votes.filter(is_on=True).aggregate(
        people=Count("pk"), bodies=Count("organisation", distinct=True, filter=Q(is_on=True))
    )
    room.cv += 1
    room.save(update_fields=["cv"])
    question.score, question.bodies, question.cv = counted["people"], counted["bodies"], room.cv
    question.save(update_fields=["score", "bodies", "cv"])
    publishing.nudge_on_commit(room)
    return {"q": question.public_id, "on": is_on, "counts": [question.score, question.bodies]}
