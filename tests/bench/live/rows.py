"""The room a bench fills: officers of many bodies, signed in and registered, and questions to vote for; JSON-able."""

import secrets
from datetime import timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.groups import MODERATOR
from accounts.models import LocalGovernment, MunicipalMembership, User
from core.calendar import to_jst
from live import selectors, tickets
from live.models import ProgrammeYear, Question, Registration, Room, Round, Vote

BODIES = 1700
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def make_room(people: int, questions: int) -> dict[str, Any]:
    """A live room: {"room", "epoch", "questions": [ids], "people": [{"session", "ticket"}], "moderator": {…}}."""
    now = timezone.now()
    year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=2026)
    round = Round.objects.create(
        programme_year=year,
        number=1,
        title="負荷試験の回",
        held_on=to_jst(now).date(),
        programme_published_at=now - timedelta(days=1),
        feedback_until=now + timedelta(days=7),
    )
    room = Room.objects.create(round=round, phase=Room.Phase.LIVE)
    users = _officers(people, round, now)
    [moderator] = _users(1, "moderator")
    moderator.groups.add(Group.objects.get_or_create(name=MODERATOR)[0])
    asked = [
        Question(
            room=room,
            number=f"A-{number:04d}",
            body=f"共同利用のときの費用の分け方を教えてください。（{number}）",
            author=users[0],
            state="public",
            state_at=now,
            asked_at=now,
        )
        for number in range(1, questions + 1)
    ]
    Question.objects.bulk_create(asked)
    Room.objects.filter(pk=room.pk).update(question_count=questions)
    return {
        "room": room.public_id,
        "epoch": room.epoch.hex[:8],
        "questions": [question.public_id for question in asked],
        "people": _signed_in(room, users),
        "moderator": _signed_in(room, [moderator])[0],
    }


def _officers(count: int, round: Round, now: Any) -> list[User]:
    bodies = [
        LocalGovernment(code=f"9{number:05d}", name=f"試験{number}市", kana="シケン", prefecture="試験県", kind="市")
        for number in range(min(count, BODIES))
    ]
    bodies = LocalGovernment.objects.bulk_create(bodies)
    users = _users(count, "officer")
    pairs = [(user, bodies[number % len(bodies)]) for number, user in enumerate(users)]
    MunicipalMembership.objects.bulk_create(
        MunicipalMembership(
            user=user,
            body=body,
            department="情報政策課",
            state=MunicipalMembership.State.APPROVED,
            basis=MunicipalMembership.Basis.ORGANISER,
        )
        for user, body in pairs
    )
    Registration.objects.bulk_create(
        Registration(round=round, user=user, body=body, mode="online", registered_at=now) for user, body in pairs
    )
    return users


def _users(count: int, name: str) -> list[User]:
    return User.objects.bulk_create(
        User(email=f"{name}{number}@bench.example", last_name="試験", first_name=f"{number}", password="!unusable")
        for number in range(count)
    )


def _signed_in(room: Room, users: list[User]) -> list[dict[str, str]]:
    store, expires, made, sessions = SessionStore(), timezone.now() + timedelta(hours=12), [], []
    for user in users:
        kept = {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: user.get_session_auth_hash(),
        }
        key = secrets.token_hex(16)
        sessions.append(Session(session_key=key, session_data=store.encode(kept), expire_date=expires))
        made.append({"session": key, "ticket": tickets.issue(tickets.Ticket(room.public_id, user.pk, False))})
    Session.objects.bulk_create(sessions)
    return made


def votes_on() -> list[str]:
    """「question session」 of every stored vote that is on, the person named by the number in the e-mail address."""
    on = Vote.objects.filter(is_on=True).values_list("question__public_id", "participant__first_name")
    return [f"{question} {number}" for question, number in on]


def counted() -> dict[str, Any]:
    """What a fresh snapshot says: {"seq", "cv", "counts": {question: [people, bodies]}}."""
    snapshot = selectors.snapshot(Room.objects.get().pk, is_staff=False, at=timezone.now())
    counts = {question["id"]: list(question["counts"]) for question in snapshot["questions"]}
    return {"seq": snapshot["seq"], "cv": snapshot["cv"], "counts": counts}
