"""Which phase a moment is in: by the timetable, by hand, and to the second."""

from datetime import timedelta

import pytest

from live import services
from live.models import Question, Room, RoomEvent
from live.phases import next_change, phase_at
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def timed(room):
    """A room whose day begins at NOW, an hour long, with a week of feedback and another of answers."""
    hour, week = timedelta(hours=1), timedelta(days=7)
    times = {
        "opens_at": NOW,
        "closes_at": NOW + hour,
        "feedback_until": NOW + week,
        "answers_until": NOW + 2 * week,
    }
    for name, at in times.items():
        setattr(room.round, name, at)
    room.round.save()
    return room


@pytest.mark.parametrize(
    ("begins", "before", "after"),
    [
        ("opens_at", "before", "live"),
        ("closes_at", "live", "feedback"),
        ("feedback_until", "feedback", "answers"),
        ("answers_until", "answers", "closed"),
    ],
)
def test_each_phase_begins_at_its_second(timed, begins, before, after):
    at = getattr(timed.round, begins)
    assert (phase_at(timed, at - SECOND), phase_at(timed, at)) == (before, after)


def test_a_question_at_the_end_of_feedback_is_too_late_by_a_second(timed, do, officer, register):
    register(officer)
    end = timed.round.feedback_until
    assert do(officer, "question.ask", body="一秒前", at=end - SECOND)["ok"]
    assert do(officer, "question.ask", body="間に合わない", at=end)["e"] == "closed"


def test_after_the_week_nobody_votes_replies_or_reacts_and_before_the_day_nobody_is_on_stage(
    timed, slots, do, officer, second_officer, register, asked, moderator
):
    question = asked()
    register(second_officer)
    poll = do(moderator, "poll.save", kind="single", prompt="使いたいですか", options=["はい", "いいえ"])["r"]["poll"]
    do(moderator, "poll.open", poll=poll, expect=1)
    end = timed.round.feedback_until
    acts = [
        ("vote.set", {"q": question, "on": True}),
        ("poll.reply", {"poll": poll, "value": [0]}),
        ("reaction.set", {"slot": slots[0].public_id, "label": "useful", "on": True}),
    ]
    for op, arguments in acts:
        assert do(second_officer, op, at=end, **arguments)["e"] == "closed", op
        assert do(second_officer, op, at=end - SECOND, **arguments)["ok"], op


def test_outside_the_day_nobody_is_on_stage_whatever_was_left_there(timed, slots, do, officer, register):
    register(officer)
    services_of = {"before": NOW - SECOND, "live": NOW, "feedback": timed.round.closes_at}
    Room.objects.update(stage_slot=slots[0])
    asked_of = {}
    for phase, at in services_of.items():
        question = do(officer, "question.ask", body=f"{phase}の質問", at=at)["r"]["q"]
        asked_of[phase] = Question.objects.get(public_id=question).slot
    assert asked_of == {"before": None, "live": slots[0], "feedback": None}


def test_a_phase_set_by_hand_holds_until_the_next_time(timed, moderator):
    early = NOW - timedelta(minutes=5)
    services.set_phase(room=timed, phase="live", actor=moderator, at=early)
    timed.refresh_from_db()
    assert phase_at(timed, early) == "live"
    services.set_phase(room=timed, phase="before", actor=moderator, at=early + SECOND)
    timed.refresh_from_db()
    assert phase_at(timed, NOW - SECOND) == "before"
    assert phase_at(timed, NOW) == "live"


def test_a_room_without_times_stays_where_it_was_set(room, moderator):
    services.set_phase(room=room, phase="feedback", actor=moderator, at=NOW)
    room.refresh_from_db()
    assert phase_at(room, NOW + timedelta(days=900)) == "feedback"
    assert next_change(room, NOW) is None


def test_the_timetable_is_announced_once(timed):
    assert services.announce_phase(room_pk=timed.pk, at=NOW - SECOND) is False
    assert services.announce_phase(room_pk=timed.pk, at=NOW) is True
    assert services.announce_phase(room_pk=timed.pk, at=NOW + SECOND) is False
    assert list(RoomEvent.objects.values_list("kind", flat=True)) == ["phase.set"]
    assert Room.objects.get().phase == "live"


def test_the_next_change_is_told(timed):
    assert next_change(timed, NOW) == (timed.round.closes_at, "feedback")
    assert next_change(timed, timed.round.answers_until) is None
