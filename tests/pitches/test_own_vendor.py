"""A role opens nothing of what one's own vendor has handed in: nobody screens, decides or extends for themselves."""

from datetime import timedelta

import pytest

from accounts import groups
from accounts.selectors import vendor_of
from accounts.services import grant_role
from pitches import services
from pitches.models import Judgement, ScreeningAssignment
from pitches.selectors import screening_board
from tests.factories import NOW
from workflow.errors import Refused


@pytest.fixture
def both(vendor):
    """A person of the story's vendor who screens as well."""
    grant_role(user=vendor, role=groups.SCREENER, actor=None, at=NOW)
    return vendor


def test_the_board_the_desk_and_every_action_leave_out_ones_own(client, submitted, rival_vendor, both, judge_all):
    own, other = submitted(title="自社の提案"), submitted(user=rival_vendor, title="他社の提案")
    judge_all(own)
    client.force_login(both)
    assert [row.proposal for row in screening_board(both)] == [other]
    assert client.get(f"/admin/screening/{other.public_id}/").status_code == 200
    assert client.get(f"/admin/screening/{own.public_id}/").status_code == 404
    for action in ("judge", "second", "assign", "correct", "admit", "reject", "reject/confirm"):
        assert client.post(f"/admin/screening/{own.public_id}/{action}/").status_code == 404
    posted = {"action": "admit", "proposal": [own.public_id], "step": "do"}
    assert client.post("/admin/screening/bulk/", posted).status_code == 302
    own.refresh_from_db()
    assert own.state == "submitted"


def test_no_service_takes_their_word_for_it(submitted, judge_all, both, screener, second_screener):
    own = submitted()
    judge_all(own, R1="unfit")
    unfit = Judgement.objects.get(requirement="R1")
    words = {"reason": "適合です。", "actor": both, "at": NOW}
    refused = [
        lambda: services.judge(proposal=own, requirement="R1", status="fit", expect_version=1, **words),
        lambda: services.give_second_opinion(judgement=unfit, agrees=False, note="適合です。", actor=both, at=NOW),
        lambda: services.assign(proposal=own, screener=screener, actor=both, at=NOW),
        lambda: services.assign(proposal=own, screener=both, actor=screener, at=NOW),
        lambda: services.draft_rejection(proposal=own, **words),
        lambda: services.admit(proposal=own, actor=both, at=NOW),
        lambda: services.request_correction(
            proposal=own, fields=["title"], deadline_at=NOW + timedelta(days=3), **words
        ),
    ]
    for act in refused:
        with pytest.raises(Refused):
            act()
    assert Judgement.objects.filter(by=both).count() == 0
    assert not ScreeningAssignment.objects.exists()


def test_an_organiser_neither_decides_nor_extends_for_their_own_vendor(submitted, judge_all, vendor, screener, call):
    own = submitted()
    judge_all(own)
    services.admit(proposal=own, actor=screener, at=NOW + timedelta(hours=3))
    grant_role(user=vendor, role=groups.ORGANISER, actor=None, at=NOW)
    with pytest.raises(Refused):
        services.decide(proposal=own, outcome="selected", facts={"scores_complete": True}, actor=vendor, at=NOW)
    with pytest.raises(Refused, match="ご自身が担当する事業者"):
        until = call.closes_at + timedelta(days=1)
        services.issue_extension(
            call=call, vendor=vendor_of(vendor), until_at=until, reason="病気", actor=vendor, at=NOW
        )
