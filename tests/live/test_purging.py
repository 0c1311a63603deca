"""What has served its time goes, and nothing before."""

from datetime import timedelta

import pytest

from live.models import Command, Lease, Look, Question
from live.services.purging import purge
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)


def test_a_command_can_be_repeated_for_a_day_and_its_row_goes_then(do, officer, register):
    register(officer)
    do(officer, "question.ask", body="一日は覚えています。", command_id="first-command")
    do(officer, "question.ask", body="もう少し覚えています。", command_id="second-command", at=NOW + timedelta(hours=1))
    assert purge(at=NOW + DAY - timedelta(seconds=1)) == 0
    assert purge(at=NOW + DAY) == 1
    assert Command.objects.get().command_id == "second-command"
    assert Question.objects.count() == 2


def test_expired_presence_and_glances_go(room, moderator, asked):
    question = Question.objects.get(public_id=asked())
    for minutes, process in ((0, "dead"), (2, "alive")):
        until = NOW + timedelta(minutes=minutes)
        Lease.objects.create(room=room, process=process, here=3, until=until)
    Look.objects.create(room=room, user=moderator, question=question, until=NOW)
    purge(at=NOW + timedelta(minutes=1))
    assert Lease.objects.get().process == "alive"
    assert not Look.objects.exists()
