"""Organisers, and nobody else, build the day, publish it and approve sign-ups."""

import pytest

from accounts.models import MunicipalMembership
from audit.models import Entry
from live.models import Booth, PitchSlot, Round
from live.services import Placement, arrange
from tests.factories import NOW, make_body, make_user
from workflow.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

FACTS = {"number": "5", "title": "第5回 自治体ピッチ", "held_on": "2026-09-03"}


@pytest.fixture
def admin(client, organiser):
    client.force_login(organiser)
    return client


@pytest.fixture
def at(round):
    """at("day/"): an address of the round in the admin."""
    return lambda step="": f"/admin/programme/{round.public_id}/{step}"


def placed(slots, **changes):
    """What the browser posts when the day is saved: every slot as it stands, with some changed."""
    form = {f"slot-{slot.pk}-proposal": slot.proposal_id or "" for slot in slots}
    return form | {f"slot-{slot.pk}-booth": "" for slot in slots} | changes


def test_an_organiser_creates_a_round_in_the_fiscal_year_of_its_day(admin):
    response = admin.post("/admin/programme/new/", FACTS)
    round = Round.objects.get(number=5)
    assert response["Location"] == f"/admin/programme/{round.public_id}/"
    assert round.programme_year.fiscal_year == 2026


def test_a_change_of_a_round_is_recorded_with_what_changed(admin, round, at):
    admin.post(at("edit/"), {"number": "1", "title": "改めた名称", "held_on": round.held_on.isoformat()})
    round.refresh_from_db()
    assert round.title == "改めた名称"
    assert "title" in Entry.objects.get(verb="change_round").facts


def test_a_wrong_date_comes_back_with_what_was_typed(admin):
    response = admin.post("/admin/programme/new/", FACTS | {"held_on": "2026-02-30"})
    assert response.status_code == 422
    assert "第5回 自治体ピッチ" in response.content.decode()


def test_the_standard_day_is_laid_out_once(admin, round, at):
    for _ in range(2):
        admin.post(at("day/"), {"starts_at": "2026-07-01T13:05"})
    assert PitchSlot.objects.filter(part__round=round).count() == 9
    assert sorted(Booth.objects.filter(round=round).values_list("code", flat=True)) == ["A", "B", "C"]


def test_a_day_that_begins_at_no_time_is_refused_on_the_page(admin, at):
    assert admin.post(at("day/"), {"starts_at": "昼すぎ"}).status_code == 422


def test_two_proposals_change_places_in_one_step(admin, at, slots):
    first, second = slots
    admin.post(
        at(),
        placed(
            slots,
            **{f"slot-{first.pk}-proposal": second.proposal_id, f"slot-{second.pk}-proposal": first.proposal_id},
        ),
    )
    assert PitchSlot.objects.get(pk=first.pk).proposal_id == second.proposal_id
    assert PitchSlot.objects.get(pk=second.pk).proposal_id == first.proposal_id


def test_one_proposal_in_two_slots_is_refused_and_nothing_moves(admin, at, slots):
    first, second = slots
    response = admin.post(at(), placed(slots, **{f"slot-{second.pk}-proposal": first.proposal_id}))
    assert response.status_code == 422
    assert "同じ提案が2つ以上の登壇枠に選ばれています。" in response.content.decode()
    assert PitchSlot.objects.get(pk=second.pk).proposal_id == second.proposal_id


def test_a_proposal_that_did_not_pass_screening_cannot_be_placed(admin, at, slots, make_proposal):
    returned = make_proposal(state="submitted")
    response = admin.post(at(), placed(slots, **{f"slot-{slots[0].pk}-proposal": returned.pk}))
    assert response.status_code == 422
    assert PitchSlot.objects.get(pk=slots[0].pk).proposal_id == slots[0].proposal_id


def test_no_other_door_places_a_proposal_that_did_not_pass_screening(round, slots, make_proposal, organiser):
    placement = Placement(slots[0].pk, make_proposal(state="submitted").pk, None)
    with pytest.raises(Refused):
        arrange(round=round, placements=[placement], actor=organiser, at=NOW)


def test_saving_an_unchanged_day_records_nothing(admin, at, slots):
    admin.post(at(), placed(slots))
    assert not Entry.objects.filter(verb="place_proposal").exists()


def test_slots_and_parts_are_added_and_only_empty_slots_removed(admin, at, round, slots):
    admin.post(at("parts/"), {"starts_at": "2026-07-01T15:00"})
    admin.post(at("parts/1/slots/"))
    assert list(round.parts.values_list("number", flat=True)) == [1, 2]
    added = PitchSlot.objects.get(part__number=1, position=3)
    assert added.starts_at == slots[1].ends_at
    for slot in (added, slots[0]):
        admin.post(at(f"slots/{slot.public_id}/remove/"))
    assert not PitchSlot.objects.filter(pk=added.pk).exists()
    assert PitchSlot.objects.filter(pk=slots[0].pk).exists()


def test_a_programme_is_withdrawn_and_published_again(admin, at, round, slots):
    admin.post(at("withdraw/"))
    round.refresh_from_db()
    assert round.programme_published_at is None
    admin.post(at("publish/"))
    round.refresh_from_db()
    assert round.programme_published_at is not None


def test_an_empty_programme_is_not_published(admin, at, round):
    round.programme_published_at = None
    round.save()
    response = admin.post(at("publish/"), follow=True)
    assert "公開できません" in response.content.decode()
    round.refresh_from_db()
    assert round.programme_published_at is None


def test_the_programme_is_built_by_organisers_alone(client, at, screener, editor):
    for person in (screener, editor):
        client.force_login(person)
        for address in ("/admin/programme/", "/admin/programme/new/", at(), at("edit/"), "/admin/members/"):
            assert client.get(address).status_code in {302, 403}, address
        assert client.post(at("withdraw/")).status_code in {302, 403}
    assert Round.objects.get().programme_published_at is not None


def test_a_sign_up_no_mail_domain_vouched_for_is_approved_or_refused(admin):
    newcomers = [make_user("newcomer") for _ in range(2)]
    pending = [MunicipalMembership.objects.create(user=person, body=make_body()) for person in newcomers]
    assert newcomers[0].email in admin.get("/admin/members/").content.decode()
    admin.post(f"/admin/members/{pending[0].pk}/decide/", {"decision": "approve", "body": "132063"})
    admin.post(f"/admin/members/{pending[1].pk}/decide/", {"decision": "refuse", "body": "132063"})
    states = MunicipalMembership.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["approved", "refused"]


def test_a_decision_that_is_neither_decides_nothing(admin):
    pending = MunicipalMembership.objects.create(user=make_user("newcomer"), body=make_body())
    assert admin.post(f"/admin/members/{pending.pk}/decide/", {"decision": "maybe"}).status_code == 400
    pending.refresh_from_db()
    assert pending.state == "pending"


def test_a_sign_up_already_decided_is_not_decided_again(admin, officer):
    membership = officer.municipal_membership
    assert admin.post(f"/admin/members/{membership.pk}/decide/", {"decision": "refuse"}).status_code == 404
