"""Snapshot, then events, equals a fresh snapshot: one story, recorded for the browser's reducer as well.

The recording is tests/live/cases/story.json; when shapes change on purpose: RECORD=1 pytest tests/live/test_events.py
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from live import selectors
from live.models import Question
from tests.factories import NOW, make_body, make_officer

pytestmark = pytest.mark.django_db

STORY = Path(__file__).parent / "cases" / "story.json"


@pytest.fixture
def story(do, room, slots, moderator, organiser, officer, second_officer, register):
    """Everything that can become of questions, as steps; each may be followed by looking at the streams."""
    register(officer, second_officer)
    voter = make_officer(make_body("131016", "千代田区", "東京都"))
    register(voter)
    names: dict[str, str] = {}

    def question(number, person=officer):
        at = NOW + timedelta(minutes=2 * number)
        answer = do(person, "question.ask", body=f"質問その{number}", slot=slots[number % 2].public_id, at=at)
        names[f"q{number}"] = answer["r"]["q"]

    def moderate(number, op="question.moderate", person=moderator, **arguments):
        row = Question.objects.get(public_id=names[f"q{number}"])
        answer = do(person, op, q=row.public_id, expect=row.version, **arguments)
        assert answer["ok"], answer

    def merge(number, into):
        rows = [Question.objects.get(public_id=names[f"q{each}"]) for each in (number, into)]
        versions = [row.version for row in rows]
        answer = do(
            moderator, "question.merge", **{"from": rows[0].public_id, "into": rows[1].public_id, "expect": versions}
        )
        assert answer["ok"], answer

    def vote(person, number, on=True):
        assert do(person, "vote.set", q=names[f"q{number}"], on=on)["ok"]

    steps = [
        lambda: question(1),
        lambda: moderate(1, state="public"),
        lambda: question(2, second_officer),
        lambda: question(3),
        lambda: moderate(2, state="public"),
        lambda: vote(voter, 2),
        lambda: vote(officer, 2),
        lambda: do(moderator, "stage.pin", q=names["q2"]),
        lambda: moderate(1, "question.edit", body="整えられた質問その1"),
        lambda: merge(2, 1),
        lambda: vote(second_officer, 2, on=False),
        lambda: question(4, second_officer),
        lambda: merge(4, 1),
        lambda: moderate(2, "question.separate"),
        lambda: moderate(3, state="public"),
        lambda: do(moderator, "stage.pin", q=names["q3"]),
        lambda: moderate(3, state="hidden", reason="個人名を含むため"),
        lambda: moderate(3, "moderation.undo"),
        lambda: moderate(1, "answer.publish", oral=True),
        lambda: question(5),
        lambda: moderate(5, state="withheld", reason="重複"),
        lambda: question(6),
        lambda: moderate(6, state="public"),
        lambda: vote(voter, 6),
        lambda: moderate(6, state="pending"),
        lambda: do(organiser, "person.ban", q=names["q6"], reason="荒らし"),
        lambda: do(officer, "question.withdraw", q=names["q1"]),
    ]
    return steps, names


def look(room, seq, sseq, cv):
    """What a hub would send to a moderator's socket after these numbers."""
    room.refresh_from_db()
    frames = selectors.events_after(room, selectors.PUBLIC, seq, limit=300)
    frames += selectors.events_after(room, selectors.STAFF, sseq, limit=300)
    if room.cv > cv:
        frames.append({"t": "counts", "cv": room.cv, "c": selectors.counts_after(room, cv)})
    return frames


def snapshots(room):
    return [selectors.snapshot(room.pk, is_staff=is_staff, at=NOW) for is_staff in (False, True)]


def told(room, story):
    """The recording: what two audiences start from, every frame as it came, all of them replayed, what is so then."""
    steps, names = story
    start = snapshots(room)
    live, last = [], (0, 0, 0)
    for step in steps:
        step()
        live += look(room, *last)
        last = (room.pub_seq, room.staff_seq, room.cv)
    recording = {"start": start, "live": live, "replayed": look(room, 0, 0, 0), "end": snapshots(room)}
    text = json.dumps(recording, ensure_ascii=False, indent=1)
    slots = {slot.public_id: f"s{number}" for number, slot in enumerate(selectors.slots_of(room.round), 1)}
    for name, public_id in [*names.items(), *((short, long) for long, short in slots.items())]:
        text = text.replace(public_id, name)
    return json.loads(text.replace(room.epoch.hex[:8], "5f2c5f2c"))


def test_the_recording_is_what_the_server_says_today(room, story):
    recording = told(room, story)
    if os.environ.get("RECORD"):
        STORY.write_text(json.dumps(recording, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert recording == json.loads(STORY.read_text(encoding="utf-8"))


def test_the_public_side_of_the_recording_holds_no_secret(room, story):
    recording = told(room, story)
    assert "荒らし" in str(recording["end"][1])
    assert "質問その3" in str(recording["live"])
    hidden = ("荒らし", "重複", "個人名を含むため", "moderator", "organiser", "質問その5", "質問その4", "質問その6")
    for public in (recording["end"][0], [frame for frame in recording["replayed"] if frame["t"] != "sev"]):
        assert "質問その2" in str(public)
        for secret in hidden:
            assert secret not in str(public), secret
