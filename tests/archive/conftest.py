"""A round that has been, with one slot in which a question was asked."""

from datetime import datetime, timedelta

import pytest

from archive import services
from core.calendar import JST
from live.models import Part, PitchSlot, ProgrammeYear, Question, Room, Round
from tests.factories import NOW

DAY = datetime(2026, 6, 1, 13, 5, tzinfo=JST)


@pytest.fixture
def round(call):
    year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=2026)
    return Round.objects.create(
        programme_year=year,
        number=1,
        title="令和8年度 第1回 自治体ピッチ",
        held_on=DAY.date(),
        call=call,
        programme_published_at=DAY - timedelta(days=9),
    )


@pytest.fixture
def slot(round, make_proposal, officer):
    part = Part.objects.create(round=round, number=1, starts_at=DAY)
    proposal = make_proposal(state="selected", title="避難所の共同受付", disclosure="public")
    slot = PitchSlot.objects.create(part=part, position=1, starts_at=DAY, proposal=proposal)
    Question.objects.create(
        room=Room.objects.create(round=round),
        slot=slot,
        number="A-0001",
        body="停電のときも使えますか。",
        author=officer,
        state="public",
        state_at=DAY,
        asked_at=DAY + timedelta(minutes=12, seconds=34),
    )
    return slot


@pytest.fixture
def recorded(round, slot, organiser):
    """recorded(publish=True, **fields): the slot's recording, to be watched for a week from DAY on."""

    def recorded(*, publish=True, **fields):
        recording = services.register_recording(
            round=round,
            slot=slot,
            youtube_id="AAAAAAAAAAA",
            fields={"view_from": DAY, "view_until": NOW + timedelta(days=7), **fields},
            actor=organiser,
            at=NOW,
        )
        return services.publish_recording(recording=recording, actor=organiser, at=NOW) if publish else recording

    return recorded
