"""What a room's fault test writes before it begins and reads when it is over, in forks of the nursery; JSON-able."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from accounts.groups import MODERATOR
from accounts.models import User
from audit.selectors import broken_at
from live import selectors, tickets
from live.commands import carry_out
from live.models import Answer, Command, Question, Room, Round, Vote
from live.publishing import log
from tests.bench.live import rows as bench
from tests.nursery.rows import _signed_in


def make_room(people: int = 6, questions: int = 3, moderators: int = 2) -> dict[str, Any]:
    """A live room: {"room", "epoch", "questions", "people": [{"session", "ticket", "number"}], "moderators": […]}."""
    made = bench.make_room(people, questions)
    room = Room.objects.get()
    # Asked long ago, so that whose questions they are may ask again at once.
    Question.objects.update(asked_at=timezone.now() - timedelta(hours=1))
    group = Group.objects.get_or_create(name=MODERATOR)[0]
    staff = []
    for number in range(moderators):
        person = User.objects.create(email=f"staff{number}@faults.example", last_name="進行", first_name=f"{number}")
        person.groups.add(group)
        ticket = tickets.issue(tickets.Ticket(room.public_id, person.pk, True))
        staff.append({"session": _signed_in(person), "ticket": ticket, "staff": "1", "number": str(number)})
    for number, person in enumerate(made["people"]):
        person["number"] = str(number)
    return made | {"moderators": staff}


def publish_one(body: str) -> None:
    """A moderator enters a slip from the venue and makes it public, outside the servers."""
    room, now = Room.objects.get(), timezone.now()
    person = User.objects.get(email="staff0@faults.example")
    asked = _done(person, room, "question.ask", now, body=body)
    _done(person, room, "question.moderate", now, q=asked["q"], expect=1, state="public")


def say_much(times: int) -> None:
    """So many events that each carry a long answer."""
    with transaction.atomic():
        room = Room.objects.select_for_update().get()
        question = Question.objects.filter(room=room, state="public").first()
        assert question is not None
        by = User.objects.get(email="staff0@faults.example")
        now = timezone.now()
        Answer.objects.create(question=question, body="長い回答" * 6000, by=by, published_at=now)
        for _ in range(times):
            log(room, "pub", "question.answered", question, at=now)


def _done(person: User, room: Room, op: str, now: Any, **a: Any) -> dict[str, Any]:
    message = {"t": "cmd", "id": f"outside-{op}", "op": op, "a": a}
    ack = carry_out(user=person, room_pk=room.pk, message=message, at=now)
    assert ack["ok"], ack
    return dict(ack["r"])


def sign_out(session: str) -> None:
    Session.objects.filter(session_key=session).delete()


def set_times(**seconds_from_now: float) -> dict[str, str]:
    """Set times of the round so many seconds from now; returns them as ISO moments."""
    now = timezone.now()
    times = {name: now + timedelta(seconds=seconds) for name, seconds in seconds_from_now.items()}
    Round.objects.update(**times)
    return {name: at.isoformat() for name, at in times.items()}


def stored() -> dict[str, Any]:
    """All that a test compares with what was acknowledged."""
    questions = list(Question.objects.order_by("number"))
    return {
        "votes": {
            f"{vote.question.public_id} {vote.participant.first_name}": vote.is_on
            for vote in Vote.objects.select_related("question", "participant")
        },
        "doubled": Vote.objects.count() - Vote.objects.values("question", "participant").distinct().count(),
        "asked": [question.body for question in questions],
        "states": {question.public_id: question.state for question in questions},
        "bodies": {question.public_id: question.body for question in questions},
        "scores": {question.public_id: question.score for question in questions},
        "commands": Command.objects.count(),
        "trail": broken_at(),
    }


def snapshots() -> dict[str, Any]:
    """What a client that comes now is shown: as one of the audience, and as a moderator."""
    room = Room.objects.get()
    now = timezone.now()
    return {
        "audience": selectors.snapshot(room.pk, is_staff=False, at=now),
        "staff": selectors.snapshot(room.pk, is_staff=True, at=now),
    }
