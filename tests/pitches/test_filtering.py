"""The board's filter: what it keeps, in which order, what it counts, and that it knows only what the person may see."""

from datetime import timedelta

import pytest

from accounts.selectors import vendor_of
from pitches import selectors, services
from pitches.models import Proposal
from pitches.selectors import BoardFilter, facets, narrow, read_filter, workload
from tests.factories import NOW, make_call, make_proposal, make_vendor, make_vendor_user

pytestmark = pytest.mark.thorough


@pytest.fixture
def board(submitted, judge_all, screener, second_screener, ask_correction, vendor):
    """Four proposals: 防災 judged, 福祉 in correction, one assigned and unfit, one untouched."""
    made = {
        name: submitted(user=make_vendor_user(make_vendor(f"{name}（架空）")), title=title)
        for name, title in {
            "あ社": "避難所の受付",
            "い社": "ＬＧＷＡＮの申請",
            "う社": "見守りのしくみ",
            "え社": "えんぎの台帳",
        }.items()
    }
    judge_all(made["あ社"])
    ask_correction(made["い社"], ["content"])
    Proposal.objects.filter(pk=made["い社"].pk).update(theme="福祉")
    services.assign(proposal=made["う社"], screener=second_screener, actor=screener, at=NOW)
    services.judge(
        proposal=made["う社"], requirement="R2", status="unfit", reason="無い", expect_version=1, actor=screener, at=NOW
    )
    return made


def _names(rows):
    return [row.proposal.vendor.name[:2] for row in rows]


CASES = {
    "": ["あ社", "い社", "う社", "え社"],
    "state=submitted": ["あ社", "う社", "え社"],
    "state=correcting": ["い社"],
    "theme=福祉": ["い社"],
    "status=fit": ["あ社"],
    "status=exempt": ["あ社", "い社", "う社", "え社"],
    "status=awaiting": ["う社"],
    "requirement=R1&status=awaiting": [],
    "requirement=R2&status=awaiting": ["う社"],
    "assigned=nobody": ["あ社", "い社", "え社"],
    "assigned=me": [],
    "q=lgwan": ["い社"],
    "q=ｱ社": ["あ社"],
    "q=みまもり": [],
    "q=見守り 架空": ["う社"],
    "check=none": ["あ社", "い社", "う社", "え社"],
    "check=expired": [],
    "call=nowhere": [],
    "state=submitted&assigned=nobody&q=の": ["あ社", "え社"],
    "sort=-received": ["え社", "う社", "い社", "あ社"],
    "sort=title": ["い社", "え社", "う社", "あ社"],
    "sort=nonsense": ["あ社", "い社", "う社", "え社"],
    "unknown=1": ["あ社", "い社", "う社", "え社"],
}


@pytest.mark.parametrize("query", CASES)
def test_a_filter_keeps_and_orders(board, screener, query):
    from urllib.parse import parse_qsl

    asked = read_filter(dict(parse_qsl(query)))
    assert _names(narrow(selectors.screening_board(screener, on=NOW.date()), asked, screener)) == CASES[query]


def test_people_are_found_by_who_they_are(board, screener, second_screener):
    rows = selectors.screening_board(second_screener, on=NOW.date())
    assert _names(narrow(rows, BoardFilter(assigned="me"), second_screener)) == ["う社"]
    assert _names(narrow(rows, BoardFilter(assigned=str(second_screener.pk)), screener)) == ["う社"]


def test_each_choice_counts_what_it_would_leave(board, screener):
    rows = selectors.screening_board(screener, on=NOW.date())
    asked = BoardFilter(state="submitted", assigned="nobody")
    counts = {
        (facet.name, choice.value): choice.count for facet in facets(rows, asked, screener) for choice in facet.choices
    }
    assert counts["state", ""] == 3 and counts["state", "submitted"] == 2 and counts["state", "correcting"] == 1
    assert counts["assigned", "nobody"] == 2 and counts["assigned", ""] == 3
    for (name, value), count in counts.items():
        from dataclasses import replace

        assert count == len(narrow(rows, replace(asked, **{name: value}), screener)), (name, value)


def test_a_filter_survives_its_own_address(board):
    asked = BoardFilter(call="x", requirement="R3", status="unclear", q="避難所 & 受付", sort="-looks")
    from urllib.parse import parse_qsl

    assert read_filter(dict(parse_qsl(asked.query))) == asked
    assert BoardFilter().query == ""


@pytest.mark.parametrize("person", ["vendor", "rival_vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_whoever_does_not_screen_has_an_empty_board_and_empty_counts(request, board, submitted, person):
    actor = request.getfixturevalue(person)
    submitted()  # The vendor's own: it may read that elsewhere, not on the board.
    rows = selectors.screening_board(actor, on=NOW.date())
    assert rows == []
    assert {choice.count for facet in facets(rows, BoardFilter(), actor) for choice in facet.choices} == {0}


def test_the_counts_do_not_depend_on_what_nobody_may_see(board, screener, organiser, vendor):
    def counted(person):
        person.__dict__.pop("_standing", None)
        rows = selectors.screening_board(person, on=NOW.date())
        return [(f.name, c.value, c.count) for f in facets(rows, BoardFilter(), person) for c in f.choices]

    before = counted(screener)
    other = make_call(title="別の募集")
    make_proposal(vendor=vendor_of(vendor), call=other, state="draft", theme="秘密のテーマ")
    assert counted(screener) == before
    # A decision nobody was told of counts as what it was before, for whoever is not to know.
    decided = board["え社"]
    Proposal.objects.filter(pk=decided.pk).update(state="eligible")
    as_eligible = counted(screener)
    Proposal.objects.filter(pk=decided.pk).update(state="not_selected")
    assert counted(screener) == as_eligible
    assert ("state", "not_selected", 1) in counted(organiser)


def test_the_work_is_counted_per_screener(board, screener, second_screener):
    rows = selectors.screening_board(screener, on=NOW.date())
    loads = workload(rows, [second_screener, screener])
    assert [(load.screener, load.proposals, load.unjudged) for load in loads] == [
        (screener, 0, 0),
        (second_screener, 1, 2),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_asks_the_same_number_of_questions_at_any_size(count, submitted, screener, django_assert_num_queries):
    for _each in range(count):
        submitted(user=make_vendor_user())
    screener.__dict__.pop("_standing", None)
    with django_assert_num_queries(5):
        rows = selectors.screening_board(screener, on=NOW.date())
        facets(rows, BoardFilter(q="の"), screener)
        assert len(narrow(rows, BoardFilter(), screener)) == count


def test_at_two_hundred_the_board_asks_no_more(submitted, screener, call, django_assert_num_queries):
    version = submitted().versions.get()
    for number in range(199):
        copy = make_proposal(vendor=version.proposal.vendor, call=call, state="submitted")
        version.pk, version.proposal = None, copy
        version.submitted_at = NOW + timedelta(minutes=number)
        version.save(force_insert=True)
    screener.__dict__.pop("_standing", None)
    with django_assert_num_queries(5):
        assert len(selectors.screening_board(screener, on=NOW.date())) == 200


@pytest.mark.thorough
@pytest.mark.parametrize("count", [1, 3])
def test_the_whole_page_asks_the_same_number_of_questions(
    count, submitted, screener, client, django_assert_num_queries
):
    """Nine of the board and of who is asking, eight of the admin around it; the first visit also writes the order."""
    for _each in range(count):
        submitted(user=make_vendor_user())
    client.force_login(screener)
    client.get("/admin/screening/")
    with django_assert_num_queries(14):
        assert client.get("/admin/screening/").status_code == 200


def test_organisers_find_whose_answers_after_the_selection_are_still_to_come(selected, submitted, organiser):
    pending = selected()
    rows = selectors.screening_board(organiser, on=NOW.date())
    # A decision nobody has been told of must not be found this way either.
    assert "details" not in {facet.name for facet in facets(rows, BoardFilter(), organiser)}
    services.release(outcomes={pending.pk: ("selected", "")}, at=NOW)
    submitted(user=make_vendor_user())
    rows = selectors.screening_board(organiser, on=NOW.date())
    counts = {
        c.value: c.count for f in facets(rows, BoardFilter(), organiser) for c in f.choices if f.name == "details"
    }
    assert counts == {"": 2, "no": 1, "yes": 0}
    assert [row.proposal for row in narrow(rows, BoardFilter(details="no"), organiser)] == [pending]


def test_no_order_tells_a_screener_of_a_pending_decision(submitted, judge_all, rival_vendor, screener, organiser):
    proposals = [submitted(), submitted(user=rival_vendor)]
    for hours, proposal in enumerate(proposals):
        judge_all(proposal)
        services.admit(proposal=proposal, actor=screener, at=NOW + timedelta(hours=3 + hours))

    def orders(person):
        rows = selectors.screening_board(person, on=NOW.date())
        return [
            [row.proposal.pk for row in narrow(rows, BoardFilter(sort=sort), person)] for sort in selectors.SORTS
        ], [(facet.name, facet.choices) for facet in facets(rows, BoardFilter(), person)]

    before, seen_by_organiser = orders(screener), orders(organiser)
    for proposal, hours in zip(proposals, (6, 5), strict=True):
        facts = {"scores_complete": True}
        at = NOW + timedelta(hours=hours)
        services.decide(proposal=proposal, outcome="selected", facts=facts, actor=organiser, at=at)
    assert orders(organiser) != seen_by_organiser
    assert orders(screener) == before
