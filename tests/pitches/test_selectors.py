"""Who sees what of proposals: rivals nothing, screeners what was submitted, nobody an untold decision."""

from datetime import timedelta

import pytest

from accounts.selectors import vendor_of
from pitches import selectors, services
from pitches.permissions import may_read_attachment
from tests.factories import NOW, make_call, make_vendor_user


def test_a_vendor_sees_its_own_and_screeners_what_was_submitted(
    complete_draft, submitted, vendor, rival_vendor, screener, organiser, reviewer, officer, outsider
):
    draft, sent = complete_draft(), submitted(user=rival_vendor)
    assert list(selectors.visible_to(vendor)) == [draft]
    assert list(selectors.visible_to(rival_vendor)) == [sent]
    for person in (screener, organiser):
        assert list(selectors.visible_to(person)) == [sent]
    for person in (reviewer, officer, outsider):
        assert not selectors.visible_to(person).exists()


def test_a_file_is_for_its_vendor_and_once_submitted_for_screeners(
    complete_draft, vendor, rival_vendor, screener, reviewer, outsider
):
    proposal = complete_draft()
    stored = proposal.attachments.get().stored
    assert may_read_attachment(vendor, stored)
    for person in (rival_vendor, screener, reviewer, outsider):
        assert not may_read_attachment(person, stored)
    services.submit(proposal=proposal, user=vendor, at=NOW)
    assert may_read_attachment(screener, stored)
    for person in (rival_vendor, reviewer, outsider):
        assert not may_read_attachment(person, stored)


def test_the_file_of_a_draft_that_was_withdrawn_stays_with_its_vendor(complete_draft, vendor, screener):
    proposal = complete_draft()
    stored = proposal.attachments.get().stored
    services.withdraw(proposal=proposal, user=vendor, at=NOW)
    assert not may_read_attachment(screener, stored)


@pytest.mark.parametrize("state", ["selected", "reserve", "not_selected", "presented"])
def test_an_untold_decision_looks_like_what_it_was_before(make_proposal, state, organiser, screener):
    proposal = make_proposal(state=state)
    assert selectors.shown_state(proposal) == ("eligible", "要件適合")
    assert selectors.state_for(screener, proposal) == ("eligible", "要件適合")
    assert selectors.state_for(organiser, proposal)[0] == state


@pytest.mark.parametrize(("outcome", "label"), [("selected", "選定"), ("reserve", "補欠"), ("not_selected", "不選定")])
def test_a_released_decision_is_told(make_proposal, outcome, label):
    proposal = make_proposal(state=outcome)
    services.release(outcomes={proposal.pk: (outcome, "")}, at=NOW)
    proposal.refresh_from_db()
    assert selectors.shown_state(proposal) == (outcome, label)


def test_a_promotion_shows_when_it_is_released(make_proposal):
    proposal = make_proposal(state="selected", released_outcome="reserve")
    assert selectors.shown_state(proposal) == ("reserve", "補欠")


@pytest.mark.parametrize("state", ["selected", "not_selected"])
def test_the_vendors_page_is_the_same_whatever_was_decided_untold(make_proposal, state):
    eligible, decided = make_proposal(state="eligible"), make_proposal(state=state)
    shown, told = selectors.overview(eligible, NOW), selectors.overview(decided, NOW)
    assert (shown.state, shown.can_withdraw, shown.can_edit) == (told.state, told.can_withdraw, told.can_edit)
    assert [event.title for event in shown.events] == [event.title for event in told.events]


def test_private_notes_never_reach_the_vendors_page(submitted, judge_all, screener):
    proposal = submitted()
    judge_all(proposal)
    services.admit(proposal=proposal, actor=screener, at=NOW)
    assert proposal.judgements.first().private_note == "カナリア内部メモ"
    told = selectors.overview(proposal, NOW)
    assert told.judgements and "カナリア" not in repr(told)


def test_judgements_are_told_with_the_result_and_not_before(submitted, judge_all):
    proposal = submitted()
    judge_all(proposal)
    assert selectors.overview(proposal, NOW).judgements == ()


def test_the_screening_board_asks_the_same_number_of_questions_at_one_and_three(
    submitted, screener, django_assert_num_queries
):
    def board():
        screener.__dict__.pop("_standing", None)
        return selectors.screening_board(screener, on=NOW.date())

    submitted()
    with django_assert_num_queries(5):
        assert len(board()) == 1
    for _more in range(2):
        submitted(user=make_vendor_user())
    with django_assert_num_queries(5):
        assert len(board()) == 3


def test_the_board_shows_what_was_submitted_and_not_what_is_being_typed(submitted, ask_correction, vendor, screener):
    proposal = submitted()
    ask_correction(proposal, ["G-01"])
    proposal.refresh_from_db()
    services.save_answers(
        proposal=proposal, answers={"G-01": {"value": "resident"}}, expect=proposal.version, user=vendor, at=NOW
    )
    [row] = selectors.screening_board(screener)
    assert "R3" in row.exempt and row.state[0] == "correcting" and row.missing == 0


def test_the_board_is_for_screeners(submitted, reviewer, vendor):
    submitted()
    assert selectors.screening_board(reviewer) == selectors.screening_board(vendor) == []


def test_the_difference_names_what_changed(submitted, ask_correction, vendor):
    proposal = submitted()
    assert selectors.difference(proposal) == []
    ask_correction(proposal, ["content", "R1-03"])
    proposal.refresh_from_db()
    proposal = services.save_fields(
        proposal=proposal, fields={"content": "補いました。"}, expect=proposal.version, user=vendor, at=NOW
    )
    services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1))
    assert selectors.difference_in_words(proposal) == [("提案の内容", "同じ画面で受け付ける。", "補いました。")]


def test_a_call_in_preparation_is_for_organisers(organiser, outsider):
    hidden = make_call(published_at=None)
    assert hidden in selectors.calls_visible_to(organiser, NOW)
    assert hidden not in selectors.calls_visible_to(outsider, NOW)
    assert hidden not in selectors.public_calls(NOW)


def test_a_call_is_open_from_its_first_moment_until_before_its_last(call):
    moments = (call.opens_at - timedelta(seconds=1), call.opens_at, call.closes_at)
    assert [selectors.phase_of(call, at) for at in moments] == ["coming", "open", "closed"]


def test_the_third_page_is_one_line_without_personal_information(complete_draft, vendor):
    proposal = complete_draft()
    assert {step.page.key for step in selectors.progress(proposal) if step.is_exempt} == {"security"}
    saved = services.save_answers(
        proposal=proposal, answers={"G-01": {"value": "resident"}}, expect=proposal.version, user=vendor, at=NOW
    )
    assert not [step for step in selectors.progress(saved) if step.is_exempt]


def test_while_correcting_only_pages_with_something_named_are_open(submitted, ask_correction):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    proposal.refresh_from_db()
    assert [step.page.key for step in selectors.progress(proposal) if step.is_open] == ["proposal"]


def test_the_panel_and_the_programme_get_what_passed_screening(call, make_proposal, vendor):
    proposals = {state: make_proposal(state=state) for state in ("submitted", "eligible", "selected", "not_selected")}
    assert vendor_of(vendor) is not None
    assert set(selectors.proposals_for_panel(call)) == {
        proposals[state] for state in ("eligible", "selected", "not_selected")
    }
    assert set(selectors.proposals_for_programme(call)) == {proposals[state] for state in ("eligible", "selected")}


def test_a_page_on_which_nothing_stands_is_not_called_filled_in(make_proposal):
    states = {step.url.split("/")[-2]: step.state for step in selectors.step_items(make_proposal(state="draft"))}
    assert (states["security"], states["files"]) == ("todo", "todo")
