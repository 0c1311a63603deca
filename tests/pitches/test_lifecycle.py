"""Every step of a proposal's life × every state × every actor: the table written out once more, by hand."""

import pytest

from pitches.lifecycle import PROPOSAL_TABLE
from pitches.models import Proposal
from tests.factories import NOW
from workflow import registry
from workflow.errors import Refused
from workflow.registry import Rules
from workflow.services import move

STATES = (
    "draft",
    "submitted",
    "correcting",
    "eligible",
    "ineligible",
    "selected",
    "reserve",
    "not_selected",
    "presented",
    "withdrawn",
)
ACTORS = (
    "vendor",
    "rival_vendor",
    "screener",
    "organiser",
    "reviewer",
    "moderator",
    "editor",
    "officer",
    "outsider",
)
SCREENERS = {"screener", "organiser"}
# step → (states it starts from, where it leads, who may take it)
EXPECTED = {
    "submit": ({"draft"}, "submitted", {"vendor"}),
    "request_correction": ({"submitted"}, "correcting", SCREENERS),
    "resubmit": ({"correcting"}, "submitted", {"vendor"}),
    "admit": ({"submitted"}, "eligible", SCREENERS),
    "reject": ({"submitted", "correcting"}, "ineligible", SCREENERS),
    "select": ({"eligible"}, "selected", {"organiser"}),
    "reserve": ({"eligible"}, "reserve", {"organiser"}),
    "decline": ({"eligible"}, "not_selected", {"organiser"}),
    "promote": ({"reserve"}, "selected", {"organiser"}),
    "withdraw": (
        {"draft", "submitted", "correcting", "eligible", "selected", "reserve", "not_selected"},
        "withdrawn",
        {"vendor"},
    ),
    "present": ({"selected"}, "presented", {"moderator", "organiser"}),
}


@pytest.fixture
def without_refusals(monkeypatch):
    """The table and the people alone; every refusal has its own test in test_services."""
    rules = registry.rules_of(Proposal)
    silent = {name: lambda attempt: None for name in rules.refusals}
    monkeypatch.setitem(registry._rules, Proposal, Rules(rules.table, rules.who, silent))


def test_the_table_has_these_steps_and_states():
    assert {transition.step for transition in PROPOSAL_TABLE.transitions} == set(EXPECTED)
    assert {state.key for state in PROPOSAL_TABLE.states} == set(STATES)


@pytest.mark.parametrize("step", EXPECTED)
def test_a_step_is_taken_from_its_states_by_its_people_and_by_nobody_else(
    step, request, make_proposal, without_refusals
):
    sources, target, people = EXPECTED[step]
    cast = {name: request.getfixturevalue(name) for name in ACTORS}
    for state in STATES:
        for name, actor in cast.items():
            proposal = make_proposal(state=state)
            is_allowed = state in sources and name in people
            try:
                move(proposal, step, actor=actor, at=NOW)
            except Refused:
                assert not is_allowed, f"{name} could not {step} from {state}"
                assert Proposal.objects.get(pk=proposal.pk).state == state
            else:
                assert is_allowed, f"{name} could {step} from {state}"
                assert Proposal.objects.get(pk=proposal.pk).state == target


def test_nobody_at_all_takes_no_step(make_proposal, without_refusals):
    from django.contrib.auth.models import AnonymousUser

    for step, (sources, _target, _people) in EXPECTED.items():
        with pytest.raises(Refused):
            move(make_proposal(state=min(sources)), step, actor=AnonymousUser(), at=NOW)
