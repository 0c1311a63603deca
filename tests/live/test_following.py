"""Vendors change places: what was asked of one goes along, and the other learns nothing of what was written to it."""

import pytest

from accounts.selectors import vendor_of
from live import selectors, services
from live.models import Poll, Question, Reaction
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(slots, make_proposal, rival_vendor):
    """The second slot is the rival's."""
    slots[1].proposal = make_proposal(state="eligible", vendor=vendor_of(rival_vendor))
    slots[1].save()
    return slots


@pytest.fixture
def drafted(theirs, do, room, officer, register, moderator, vendor):
    """A public question to the vendor with a draft nobody else may read; its public id."""
    register(officer)
    asked = do(officer, "question.ask", body="費用は。", slot=theirs[0].public_id)["r"]["q"]
    assert do(moderator, "question.moderate", q=asked, expect=1, state="public")["ok"]
    assert do(vendor, "answer.draft", q=asked, expect=0, body="まだ秘密の見積り")["ok"]
    return asked


def swap(round, slots, organiser):
    first, second = ((slot.pk, slot.proposal_id) for slot in slots)
    services.arrange(
        round=round,
        placements=[services.Placement(first[0], second[1], None), services.Placement(second[0], first[1], None)],
        actor=organiser,
        at=NOW,
    )


def inbox(room, person):
    return [(item["id"], item["draft"]["body"]) for item in selectors.inbox(vendor_of(person), room)]


def test_two_vendors_change_places_and_each_keeps_its_questions(
    drafted, theirs, round, room, organiser, vendor, rival_vendor, do
):
    assert inbox(room, vendor) == [(drafted, "まだ秘密の見積り")]
    swap(round, theirs, organiser)
    assert inbox(room, vendor) == [(drafted, "まだ秘密の見積り")]
    assert inbox(room, rival_vendor) == []
    assert do(rival_vendor, "answer.draft", q=drafted, expect=1, body="横取り")["e"] == "denied"
    assert Question.objects.get().slot_id == theirs[1].pk


def test_the_room_is_told_of_the_new_address(drafted, theirs, round, room, organiser):
    room.refresh_from_db()
    swap(round, theirs, organiser)
    [event] = selectors.events_after(room, selectors.PUBLIC, room.pub_seq, limit=9)
    assert (event["k"], event["q"]["slot"]) == ("question.edited", theirs[1].public_id)
    assert event["q"]["vendor"] == "架空システム株式会社"


def test_who_takes_the_place_of_one_that_left_gets_none_of_its_questions(
    drafted, theirs, room, organiser, rival_vendor
):
    services.place_proposal(slot=theirs[0], proposal_pk=None, actor=organiser, at=NOW)
    assert Question.objects.get().slot_id == theirs[0].pk
    rivals = theirs[1].proposal_id
    services.place_proposal(slot=theirs[0], proposal_pk=rivals, actor=organiser, at=NOW)
    assert Question.objects.get().slot_id is None
    assert inbox(room, rival_vendor) == []


def test_a_poll_goes_along_as_well(theirs, round, room, organiser, moderator):
    poll = Poll.objects.create(
        room=room, slot=theirs[0], kind="text", prompt="問い", created_by=moderator, created_at=NOW, state_at=NOW
    )
    swap(round, theirs, organiser)
    poll.refresh_from_db()
    assert poll.slot_id == theirs[1].pk


def test_reactions_go_along_and_to_no_other_pitch(theirs, round, live_room, organiser, officer, do, register):
    register(officer)
    for slot, label in ((theirs[0], "consult"), (theirs[0], "more"), (theirs[1], "more")):
        assert do(officer, "reaction.set", slot=slot.public_id, label=label, on=True)["ok"]
    swap(round, theirs, organiser)
    given = set(Reaction.objects.values_list("slot", "label"))
    assert given == {(theirs[1].pk, "consult"), (theirs[1].pk, "more"), (theirs[0].pk, "more")}


def test_reactions_to_a_pitch_that_left_are_no_praise_for_the_next(theirs, live_room, organiser, officer, do, register):
    register(officer)
    assert do(officer, "reaction.set", slot=theirs[0].public_id, label="more", on=True)["ok"]
    services.place_proposal(slot=theirs[0], proposal_pk=None, actor=organiser, at=NOW)
    assert Reaction.objects.get().slot_id == theirs[0].pk
    services.place_proposal(slot=theirs[0], proposal_pk=theirs[1].proposal_id, actor=organiser, at=NOW)
    assert not Reaction.objects.exists()
