"""Figures about screening: what they count, and that no figure tells of a single vendor's draft."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.selectors import vendor_of
from pitches import selectors, services
from pitches.models import Proposal
from tests.factories import NOW, make_call, make_proposal, make_vendor_user


def _figures(person, call=None):
    person.__dict__.pop("_standing", None)
    return selectors.screening_figures(person, call=call, on=NOW.date())


def _bars(bars):
    return {bar.label: bar.count for bar in bars}


def _draft(call, *, user=None, **fields):
    user = user or make_vendor_user()
    proposal = services.start_proposal(call=call, user=user, at=NOW)
    return services.save_fields(proposal=proposal, fields=fields, expect=proposal.version, user=user, at=NOW)


def test_the_funnel_counts_each_proposal_where_it_is(call, vendor, screener):
    for state in ("draft", "submitted", "submitted", "correcting", "eligible", "ineligible", "withdrawn"):
        make_proposal(vendor=vendor_of(vendor), call=call, state=state)
    make_proposal(vendor=vendor_of(vendor), call=call, state="selected", released_outcome="selected")
    make_proposal(vendor=vendor_of(vendor), call=call, state="selected")
    make_proposal(vendor=vendor_of(vendor), call=call, state="not_selected")
    assert _bars(_figures(screener, call).funnel) == {
        "下書きの作成": 10,
        "提出": 9,
        "補正中": 1,
        "要件適合": 4,
        "要件不適合": 1,
        "選定（公表済み）": 1,
        "取下げ": 1,
    }
    assert _bars(_figures(screener, make_call(title="別の募集")).funnel)["下書きの作成"] == 0


def test_no_figure_moves_when_a_decision_is_taken_in_secret(call, vendor, screener):
    proposal = make_proposal(vendor=vendor_of(vendor), call=call, state="eligible")
    before = _figures(screener, call)
    for state in ("selected", "reserve", "not_selected"):
        Proposal.objects.filter(pk=proposal.pk).update(state=state)
        assert _figures(screener, call) == before


def test_the_pass_rate_is_of_what_was_judged_and_applies(submitted, judge_all, screener):
    judge_all(submitted(user=make_vendor_user()))
    judge_all(submitted(user=make_vendor_user()), R1="unclear")
    submitted(user=make_vendor_user())
    rates = {rate.label[0]: (rate.judged, rate.met, rate.share) for rate in _figures(screener).rates}
    assert rates == {"①": (2, 1, 50), "②": (2, 2, 100), "③": (0, 0, 0), "④": (2, 2, 100)}


@pytest.mark.parametrize("vendors", [1, 2])
def test_of_fewer_than_three_vendors_nothing_is_told(call, screener, vendors):
    for _each in range(vendors):
        _draft(call, title="題")
    figures = _figures(screener, call)
    assert figures.stuck_pages is None and figures.stuck_questions is None


def test_many_drafts_of_one_vendor_are_one_vendor(call, screener, vendor):
    for number in range(4):
        _draft(call, user=vendor, title=f"題{number}")
    assert Proposal.objects.filter(state="draft").count() == 4
    assert _figures(screener, call).stuck_pages is None


def test_a_figure_with_one_or_two_vendors_on_either_side_is_not_told(call, screener):
    """Six vendors: all lack ①, four lack a theme, three a problem, two a tagline, one a title."""
    filled = [
        {"title": "題", "tagline": "一行", "theme": "防災", "problem": "課題"},
        {"title": "題", "tagline": "一行", "theme": "防災", "problem": "課題"},
        {"title": "題", "tagline": "一行", "problem": "課題"},
        {"title": "題", "tagline": "一行"},
        {"title": "題"},
        {"tagline": ""},
    ]
    for fields in filled:
        _draft(call, **fields)
    figures = _figures(screener, call)
    told = _bars(figures.stuck_questions)
    assert told["解決したい自治体の課題"] == 3 and told["提案の内容"] == 6
    assert not {"提案名", "一行紹介", "テーマ"} & set(told)
    assert _bars(figures.stuck_pages)["① 共同利用"] == 6
    assert all(bar.count is None or bar.count >= 3 or bar.count == 0 for bar in figures.stuck_pages)


def test_the_time_to_submission_is_told_in_spans(submitted, screener):
    for days in (0, 2, 20):
        proposal = submitted(user=make_vendor_user())
        Proposal.objects.filter(pk=proposal.pk).update(submitted_at=proposal.created_at + timedelta(days=days, hours=1))
    figures = _figures(screener)
    assert [bar.count for bar in figures.spans] == [1, 1, 0, 0, 1] and figures.median_hours == 49


@pytest.mark.parametrize("person", ["vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_figures_are_for_screeners(request, call, person):
    assert _figures(request.getfixturevalue(person), call) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_figures_ask_the_same_number_of_questions_at_any_size(
    count, call, submitted, screener, django_assert_num_queries
):
    for _each in range(count):
        _draft(call, title="題")
        submitted(user=make_vendor_user())
    screener.__dict__.pop("_standing", None)
    with django_assert_num_queries(13):
        selectors.screening_figures(screener, call=call, on=NOW.date())


@pytest.mark.thorough
def test_the_page_says_when_there_is_nothing_to_tell(client, screener):
    client.force_login(screener)
    page = client.get(reverse("pitches_screening_statistics")).content.decode()
    assert "3者に満たないため" in page and "提出された提案はまだありません" in page
