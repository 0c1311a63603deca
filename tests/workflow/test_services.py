"""move(): all of a step happens, or none of it does."""

import pytest
from django.utils.translation import override

from accounts.models import User
from audit.models import Entry
from live.models import Question
from notifications.models import Message
from tests.factories import NOW
from workflow.errors import Refused
from workflow.registry import Rules, registered
from workflow.services import move, why_not
from workflow.signals import moved

pytestmark = pytest.mark.django_db


def test_a_step_writes_state_time_trail_mail_and_news(make_proposal, vendor):
    heard = []

    def hear(**news):
        heard.append((news["step"], news["source"], news["target"]))

    moved.connect(hear)
    proposal = make_proposal(state="submitted")
    move(proposal, "withdraw", actor=vendor, at=NOW)
    moved.disconnect(hear)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.state_at) == ("withdrawn", NOW)
    entry = Entry.objects.get(verb="withdraw")
    assert (entry.source, entry.target, entry.actor) == ("submitted", "withdrawn", vendor.pk)
    assert Message.objects.get().address == vendor.email
    assert heard == [("withdraw", "submitted", "withdrawn")]


def test_when_a_listener_fails_nothing_of_the_step_remains(make_proposal, vendor):
    def fail(**news):
        raise RuntimeError("a room above is broken")

    proposal = make_proposal(state="submitted")
    moved.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            move(proposal, "withdraw", actor=vendor, at=NOW)
    finally:
        moved.disconnect(fail)
    proposal.refresh_from_db()
    assert proposal.state == "submitted"
    assert not Entry.objects.filter(verb="withdraw").exists()
    assert not Message.objects.exists()


def test_a_refusal_speaks_japanese_and_names_its_kind(make_proposal, rival_vendor, vendor):
    proposal = make_proposal(state="submitted")
    with pytest.raises(Refused) as refused:
        move(proposal, "withdraw", actor=rival_vendor, at=NOW)
    assert refused.value.code == Refused.NOT_ALLOWED
    assert "権限" in refused.value.message
    with pytest.raises(Refused) as refused:
        move(proposal, "submit", actor=vendor, at=NOW)
    assert refused.value.code == Refused.WRONG_STATE
    assert "審査中" in refused.value.message


def test_the_state_that_counts_is_the_rows_not_the_copys(make_proposal, vendor):
    proposal = make_proposal(state="submitted")
    stale = type(proposal).objects.get(pk=proposal.pk)
    move(proposal, "withdraw", actor=vendor, at=NOW)
    assert stale.state == "submitted"
    with pytest.raises(Refused):
        move(stale, "withdraw", actor=vendor, at=NOW)


def test_why_not_tells_without_moving(make_proposal, vendor, rival_vendor):
    proposal = make_proposal(state="submitted")
    assert why_not(proposal, "withdraw", actor=vendor, at=NOW) is None
    assert "権限" in why_not(proposal, "withdraw", actor=rival_vendor, at=NOW)
    proposal.refresh_from_db()
    assert proposal.state == "submitted"


def test_a_table_whose_people_are_unknown_is_refused_at_start():
    table = registered()[Question].table
    with pytest.raises(ValueError, match="nobody is called"):
        Rules(table, who={})
    with pytest.raises(ValueError, match="no such refusals"):
        Rules(table, who={"moderator": bool, "author": bool})


def test_every_state_column_in_the_house_is_written_by_move_alone():
    """Each model under rules has both columns move() writes, and neither is editable in a form."""
    for model in registered():
        assert {"state", "state_at"} <= {field.name for field in model._meta.get_fields()}
        assert not model._meta.get_field("state").editable
    assert User not in registered()


def test_a_refusal_speaks_the_language_of_who_tried():
    with override("en"):
        refused = Refused("決定していない提案が%(n)s件あります。", n=3)
    assert refused.message == str(refused) == "3 proposals are not decided yet."
    assert Refused("決定していない提案が%(n)s件あります。", n=3).message == "決定していない提案が3件あります。"
    assert refused.words == "決定していない提案が%(n)s件あります。"
