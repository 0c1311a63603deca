"""The day: laid out from the real timetable, filled with what passed screening, public when an organiser says so."""

from datetime import datetime, timedelta

import pytest

from core.calendar import JST
from live import selectors, services
from live.models import PitchSlot, Room, Round
from tests.factories import NOW
from workflow.errors import Refused

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 7, 1, 13, 5, tzinfo=JST)


@pytest.fixture
def day(round, organiser):
    """The standard day of a round that is not public yet."""
    Round.objects.update(programme_published_at=None)
    round.refresh_from_db()
    services.build_default_day(round=round, starts_at=BEGIN, actor=organiser, at=NOW)
    return list(PitchSlot.objects.filter(part__round=round).order_by("starts_at"))


def test_the_standard_day_closes_as_the_published_one_did(round, day):
    parts = list(round.parts.order_by("number"))
    assert [f"{slot.starts_at.astimezone(JST):%H:%M}" for slot in day] == [
        "13:05", "13:25", "13:45", "14:25", "14:45", "15:05", "15:45", "16:05", "16:25",
    ]  # fmt: skip
    assert [f"{part.meetings_at.astimezone(JST):%H:%M}" for part in parts] == ["14:05", "15:25", "16:45"]
    assert day[-1].ends_at + timedelta(minutes=20 + 10) == datetime(2026, 7, 1, 17, 15, tzinfo=JST)
    assert [slot.booth.code for slot in day[:3]] == ["A", "B", "C"]


def test_a_second_standard_day_is_refused(round, day, organiser):
    with pytest.raises(Refused):
        services.build_default_day(round=round, starts_at=BEGIN, actor=organiser, at=NOW)


@pytest.mark.parametrize("state", ["draft", "submitted", "correcting", "ineligible", "withdrawn", "not_selected"])
def test_what_has_not_passed_screening_cannot_be_placed(day, make_proposal, organiser, state):
    proposal = make_proposal(state=state)
    with pytest.raises(Refused, match="登壇枠に置けません"):
        services.place_proposal(slot=day[0], proposal_pk=proposal.pk, actor=organiser, at=NOW)


def test_a_proposal_stands_in_one_slot(day, make_proposal, organiser):
    proposal = make_proposal(state="eligible")
    for slot in day[:2]:
        services.place_proposal(slot=slot, proposal_pk=proposal.pk, actor=organiser, at=NOW)
    assert PitchSlot.objects.get(proposal=proposal) == day[1]


def test_an_empty_programme_is_not_published(round, day, organiser):
    with pytest.raises(Refused, match="1件も置かれていない"):
        services.publish_programme(round=round, actor=organiser, at=NOW)


def test_publishing_opens_the_room_and_withdrawing_hides_the_round(round, day, make_proposal, organiser, outsider):
    services.place_proposal(slot=day[0], proposal_pk=make_proposal(state="eligible").pk, actor=organiser, at=NOW)
    assert not selectors.rounds_visible_to(outsider).exists()
    services.publish_programme(round=round, actor=organiser, at=NOW)
    assert selectors.rounds_visible_to(outsider).exists()
    assert Room.objects.filter(round=round).exists()
    services.withdraw_programme(round=round, actor=organiser, at=NOW)
    assert not selectors.rounds_visible_to(outsider).exists()


@pytest.mark.parametrize("who", ["moderator", "screener", "vendor", "officer"])
def test_only_organisers_build(round, day, request, who):
    person = request.getfixturevalue(who)
    for act in (
        lambda: services.place_proposal(slot=day[0], proposal_pk=None, actor=person, at=NOW),
        lambda: services.publish_programme(round=round, actor=person, at=NOW),
        lambda: services.save_round(round=round, fields={"title": "乗っ取り"}, actor=person, at=NOW),
    ):
        with pytest.raises(Refused):
            act()


def test_registration_is_for_approved_officers_of_public_rounds(round, officer, outsider, vendor):
    for person in (outsider, vendor):
        with pytest.raises(Refused):
            services.register(round=round, user=person, mode="online", accommodation="", at=NOW)
    for mode in ("online", "venue"):
        services.register(round=round, user=officer, mode=mode, accommodation="手話通訳", at=NOW)
    assert selectors.registration_of(officer, round).mode == "venue"
    services.cancel_registration(round=round, user=officer, at=NOW)
    assert selectors.registration_of(officer, round).cancelled_at == NOW


def test_registration_ends_with_the_feedback_period(round, officer):
    round.feedback_until = NOW
    with pytest.raises(Refused, match="終了しました"):
        services.register(round=round, user=officer, mode="later", accommodation="", at=round.feedback_until)
