"""Judgements: what keeps counting, what a new version resets, and that one person's 不適合 is nobody's."""

from datetime import timedelta

import pytest

from audit.models import Entry
from audit.selectors import broken_at
from config.seeding.answers import answers_for
from pitches import selectors, services
from pitches.models import Judgement, Proposal, ScreeningAssignment, SecondOpinion
from pitches.rules import newest_judgements
from tests.factories import NOW
from workflow.errors import Refused

LATER = NOW + timedelta(days=1)


def _judge(proposal, actor, requirement="R1", status="fit", **fields):
    given = {"reason": "確認しました。", "expect_version": proposal.versions.count(), "at": NOW + timedelta(hours=2)}
    return services.judge(proposal=proposal, requirement=requirement, status=status, actor=actor, **given | fields)


@pytest.fixture
def corrected(submitted, judge_all, ask_correction, vendor):
    """corrected({"R1-03": {"value": "no"}}): judged, corrected in these answers, handed in again as version 2."""

    def make(answers, fields=(), *, judge=judge_all, **gates):
        proposal = submitted(**gates)
        judge(proposal)
        ask_correction(proposal, [*answers, *fields, "content"])
        proposal.refresh_from_db()
        proposal = services.save_answers(
            proposal=proposal, answers=answers, expect=proposal.version, user=vendor, at=LATER
        )
        services.resubmit(proposal=proposal, user=vendor, at=LATER)
        return Proposal.objects.get(pk=proposal.pk)

    return make


def _statuses(proposal):
    return {key: judgement.status for key, judgement in selectors.judgements_now(proposal).items()}


# --- What a new version resets ------------------------------------------------------------------------------------


def test_a_judgement_keeps_counting_when_a_later_version_changes_nothing_of_its_requirement(corrected, screener):
    proposal = corrected({})
    assert proposal.versions.count() == 2
    assert _statuses(proposal) == {"R1": "fit", "R2": "fit", "R3": "exempt", "R4": "fit"}
    assert services.admit(proposal=proposal, actor=screener, at=LATER).state == "eligible"


def test_a_change_resets_the_requirement_it_touches_and_no_other(corrected, screener):
    proposal = corrected({"R1-03": {"value": "no"}})
    assert _statuses(proposal) == {"R1": "unclear", "R2": "fit", "R3": "exempt", "R4": "fit"}
    reset = selectors.judgements_now(proposal)["R1"]
    assert (reset.is_reset, reset.by, reset.reason_codes, reset.version.number) == (True, None, ["changed"], 2)
    assert reset.reason == "第2版で変更された回答があります: R1-03"
    assert Judgement.objects.filter(proposal=proposal, requirement="R1", status="fit").count() == 1
    with pytest.raises(Refused, match="①"):
        services.admit(proposal=proposal, actor=screener, at=LATER)


def test_a_reset_is_on_record_and_was_nobodys_act(corrected):
    proposal = corrected({"R1-03": {"value": "no"}})
    entry = Entry.objects.get(verb="reset_judgement")
    assert (entry.actor, entry.target, entry.subject_id) == (None, "unclear", str(proposal.pk))
    assert '"R1-03"' in entry.facts and broken_at() is None


def test_only_what_was_judged_is_reset(corrected, screener):
    proposal = corrected({"R1-03": {"value": "no"}}, judge=lambda proposal: _judge(proposal, screener, "R2"))
    assert _statuses(proposal) == {"R2": "fit"}


def test_an_exempt_requirement_that_comes_to_apply_is_reset(corrected):
    staff = answers_for(G01="staff")
    proposal = corrected({name: staff[name] for name in ("G-01", "R3-05", "R3-09")})
    assert _statuses(proposal)["R3"] == "unclear"


def test_a_judgement_made_while_the_vendor_corrects_is_reset_all_the_same(submitted, ask_correction, vendor, screener):
    proposal = submitted()
    ask_correction(proposal, ["R1-03"])
    proposal.refresh_from_db()
    proposal = services.save_answers(
        proposal=proposal, answers={"R1-03": {"value": "no"}}, expect=proposal.version, user=vendor, at=LATER
    )
    _judge(proposal, screener, "R1")
    _judge(proposal, screener, "R4")
    services.resubmit(proposal=proposal, user=vendor, at=LATER)
    assert _statuses(proposal) == {"R1": "unclear", "R4": "fit"}


def test_a_requirement_judged_again_after_its_reset_counts_again(corrected, screener):
    proposal = corrected({"R1-03": {"value": "no"}})
    _judge(proposal, screener, "R1", "conditional", reason_codes=["plan_only"])
    assert _statuses(proposal)["R1"] == "conditional"
    assert services.admit(proposal=proposal, actor=screener, at=LATER).state == "eligible"


def test_what_counts_follows_the_order_of_judging_and_not_two_clocks(submitted, screener):
    proposal = submitted()
    _judge(proposal, screener, "R1", "fit", at=NOW + timedelta(hours=2))
    _judge(proposal, screener, "R1", "unclear", at=NOW + timedelta(hours=1))
    assert _statuses(proposal) == {"R1": "unclear"}


def test_changing_the_call_flips_no_judgement(submitted, judge_all, organiser, call):
    proposal = submitted()
    judge_all(proposal)
    before = _statuses(proposal)
    services.save_call(call=call, fields={"guidance": "規則を改めました。"}, actor=organiser, at=LATER)
    assert _statuses(proposal) == before and not Judgement.objects.filter(is_reset=True).exists()


# --- Reasons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "codes", "reason", "refusal"),
    [
        ("fit", [], "", "理由を入力"),
        ("fit", ["other"], " ", "その他"),
        ("fit", ["evidence_missing"], "", "「適合」には使えない"),
        ("unfit", ["meets"], "", "「不適合」には使えない"),
        ("unclear", ["changed"], "", "「要確認」には使えない"),
        ("unclear", ["no_such_code"], "", "「要確認」には使えない"),
    ],
)
def test_a_judgement_gives_reasons_that_make_sense_for_it(submitted, screener, status, codes, reason, refusal):
    with pytest.raises(Refused, match=refusal):
        _judge(submitted(), screener, status=status, reason_codes=codes, reason=reason)
    assert not Judgement.objects.exists()


def test_reasons_are_kept_once_and_in_the_order_of_the_table(submitted, screener):
    codes = ["too_vague", "evidence_missing", "too_vague"]
    judged = _judge(submitted(), screener, status="unclear", reason_codes=codes, reason="")
    assert judged.reason_codes == ["evidence_missing", "too_vague"]


def test_a_reason_in_words_alone_is_another_reason(submitted, screener):
    assert _judge(submitted(), screener).reason_codes == ["other"]


# --- Two screeners ------------------------------------------------------------------------------------------------


def test_one_persons_unfit_does_not_count(submitted, judge_all, screener):
    proposal = submitted()
    judge_all(proposal)
    _judge(proposal, screener, status="unfit", reason_codes=["not_met"])
    assert "R1" not in _statuses(proposal)
    assert selectors.label_of_judgement(newest_judgements(proposal)["R1"]) == ("awaiting", "不適合（確認待ち）")
    with pytest.raises(Refused, match="①"):
        services.admit(proposal=proposal, actor=screener, at=LATER)


def test_an_unfit_counts_once_somebody_else_agrees(submitted, screener, second_screener):
    proposal = submitted()
    judged = _judge(proposal, screener, status="unfit")
    with pytest.raises(Refused, match="別の担当者"):
        services.give_second_opinion(judgement=judged, agrees=True, actor=screener, at=LATER)
    services.give_second_opinion(judgement=judged, agrees=True, actor=second_screener, at=LATER)
    assert _statuses(proposal) == {"R1": "unfit"}
    assert Entry.objects.get(verb="second_opinion").actor == second_screener.pk


def test_a_disagreement_says_why_and_leaves_the_requirement_open(submitted, screener, second_screener):
    proposal = submitted()
    judged = _judge(proposal, screener, status="unfit")
    with pytest.raises(Refused, match="同意しない理由"):
        services.give_second_opinion(judgement=judged, agrees=False, actor=second_screener, at=LATER)
    services.give_second_opinion(judgement=judged, agrees=False, note="規約がある。", actor=second_screener, at=LATER)
    assert _statuses(proposal) == {}
    assert selectors.label_of_judgement(newest_judgements(proposal)["R1"])[0] == "disputed"
    _judge(proposal, second_screener, status="conditional", reason_codes=["before_the_day"])
    assert _statuses(proposal) == {"R1": "conditional"}


def test_a_second_opinion_is_given_once_and_on_the_newest_judgement_alone(
    submitted, screener, second_screener, organiser
):
    proposal = submitted()
    old = _judge(proposal, screener, status="unfit")
    judged = _judge(proposal, screener, status="unfit")
    with pytest.raises(services.Overtaken):
        services.give_second_opinion(judgement=old, agrees=True, actor=second_screener, at=LATER)
    services.give_second_opinion(judgement=judged, agrees=True, actor=second_screener, at=LATER)
    with pytest.raises(services.Overtaken):
        services.give_second_opinion(judgement=judged, agrees=False, note="違う", actor=organiser, at=LATER)
    assert SecondOpinion.objects.count() == 1


def test_confirming_a_rejection_confirms_what_somebody_else_judged_unfit(submitted, screener, second_screener):
    proposal = submitted()
    _judge(proposal, screener, status="unfit")
    services.draft_rejection(proposal=proposal, reason="仕組みがない。", actor=screener, at=LATER)
    services.confirm_rejection(proposal=proposal, actor=second_screener, at=LATER)
    assert _statuses(proposal) == {"R1": "unfit"}


def test_a_judgement_on_what_somebody_else_judged_meanwhile_is_told(submitted, screener, second_screener):
    proposal = submitted()
    _judge(proposal, screener, expect_judgement=0)
    with pytest.raises(services.Overtaken, match="ほかの担当者"):
        _judge(proposal, second_screener, status="unclear", expect_judgement=0)
    assert _statuses(proposal) == {"R1": "fit"}


@pytest.mark.parametrize("person", ["vendor", "rival_vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_nobody_but_screeners_judges_agrees_or_assigns(request, submitted, screener, person):
    proposal, actor = submitted(), request.getfixturevalue(person)
    judged = _judge(proposal, screener, status="unfit")
    for attempt in (
        lambda: _judge(proposal, actor),
        lambda: services.give_second_opinion(judgement=judged, agrees=True, actor=actor, at=LATER),
        lambda: services.assign(proposal=proposal, screener=screener, actor=actor, at=LATER),
        lambda: services.assign(proposal=proposal, screener=actor, actor=screener, at=LATER),
    ):
        with pytest.raises(Refused):
            attempt()
    assert (Judgement.objects.count(), SecondOpinion.objects.count(), ScreeningAssignment.objects.count()) == (1, 0, 0)


JUDGEABLE = {
    ("submitted", ""): True,
    ("correcting", ""): True,
    ("selected", "selected"): True,
    ("presented", "selected"): True,
    ("draft", ""): False,
    ("eligible", ""): False,
    ("ineligible", ""): False,
    ("selected", ""): False,
    ("selected", "reserve"): False,
    ("reserve", "reserve"): False,
    ("not_selected", ""): False,
    ("withdrawn", ""): False,
}


@pytest.mark.parametrize(("state", "released"), JUDGEABLE)
def test_requirements_are_judged_in_screening_and_after_a_released_selection(submitted, screener, state, released):
    proposal = submitted()
    Proposal.objects.filter(pk=proposal.pk).update(state=state, released_outcome=released)
    if JUDGEABLE[state, released]:
        assert _judge(proposal, screener).status == "fit"
        return
    with pytest.raises(Refused, match="審査中の提案ではありません"):
        _judge(proposal, screener)


# --- Assignment ---------------------------------------------------------------------------------------------------


def test_a_proposal_is_assigned_given_on_and_given_back(submitted, screener, second_screener):
    proposal = submitted()
    for person in (screener, second_screener, second_screener, None):
        services.assign(proposal=proposal, screener=person, actor=screener, at=LATER)
        assert list(ScreeningAssignment.objects.values_list("screener", flat=True)) == ([person.pk] if person else [])
    assert Entry.objects.filter(verb="assign_screener").count() == 3
