"""The panel: the same people score everything, nobody else looks in, and a publication is all or nothing."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import DatabaseError, transaction

from accounts.models import VendorMembership
from evaluation import selectors, services
from evaluation.models import Assessment, Conflict, Decision, Publication
from evaluation.services import StaleVersion
from notifications.models import Message
from notifications.worker import work_once
from pitches.models import Proposal
from pitches.selectors import shown_state
from tests.factories import NOW
from workflow.errors import Refused

pytestmark = pytest.mark.django_db


def one_of(reviewer, proposal) -> Assessment:
    return Assessment.objects.get(reviewer=reviewer, proposal=proposal)


def test_every_reviewer_gets_every_eligible_proposal(panel, ours, theirs):
    assert Assessment.objects.count() == 4


def test_an_admitted_proposal_reaches_the_panel_by_itself(panel, make_proposal, screener):
    from workflow.signals import moved

    late = make_proposal(state="eligible")
    moved.send(sender=Proposal, subject=late, step="admit", source="submitted", target="eligible", at=NOW)
    assert Assessment.objects.filter(proposal=late).count() == 2


def test_only_reviewers_join_a_panel_and_only_organisers_add_them(call, organiser, officer, reviewer):
    with pytest.raises(Refused):
        services.add_reviewer(call=call, reviewer=officer, actor=organiser, at=NOW)
    with pytest.raises(Refused):
        services.add_reviewer(call=call, reviewer=reviewer, actor=reviewer, at=NOW)


def test_a_reviewer_cannot_score_for_another(panel, ours, second_reviewer):
    assessment = one_of(panel[0], ours)
    with pytest.raises(Refused):
        services.record_score(assessment=assessment, points={}, comment="", expect=1, reviewer=second_reviewer, at=NOW)


def test_a_stale_sheet_is_not_written_and_shows_what_stands(panel, ours, score):
    assessment = one_of(panel[0], ours)
    score(assessment, submit=False)
    with pytest.raises(StaleVersion) as stale:
        services.record_score(
            assessment=assessment, points={"problem": Decimal(1)}, comment="", expect=1, reviewer=panel[0], at=NOW
        )
    assert stale.value.current.points["problem"] == "16"
    assert one_of(panel[0], ours).points["problem"] == "16"


def test_points_above_the_criterion_are_refused(panel, ours):
    with pytest.raises(Refused, match="0から20"):
        services.record_score(
            assessment=one_of(panel[0], ours),
            points={"problem": Decimal("20.5")},
            comment="",
            expect=1,
            reviewer=panel[0],
            at=NOW,
        )


def test_an_incomplete_sheet_cannot_be_handed_in(panel, ours):
    with pytest.raises(Refused, match="未採点の項目"):
        services.submit_assessment(assessment=one_of(panel[0], ours), reviewer=panel[0], at=NOW)


def test_a_handed_in_sheet_is_closed_until_an_organiser_gives_it_back(panel, ours, score, organiser):
    assessment = score(one_of(panel[0], ours))
    with pytest.raises(Refused):
        score(one_of(panel[0], ours))
    with pytest.raises(Refused):
        services.reopen_assessment(assessment=assessment, actor=panel[0], at=NOW)
    services.reopen_assessment(assessment=assessment, actor=organiser, at=NOW)
    score(one_of(panel[0], ours))


def test_a_declared_conflict_takes_the_proposal_away(panel, ours):
    services.declare_conflict(assessment=one_of(panel[0], ours), reason="取引先です", reviewer=panel[0], at=NOW)
    assert not selectors.assignments_of(panel[0]).filter(proposal=ours).exists()
    assert selectors.assignments_of(panel[1]).filter(proposal=ours).exists()


def test_a_conflict_closes_even_an_assessment_that_is_still_there(panel, ours, score):
    Conflict.objects.create(reviewer=panel[0], proposal=ours, reason="取引先です", declared_at=NOW)
    with pytest.raises(Refused):
        score(one_of(panel[0], ours))
    assert not selectors.assignments_of(panel[0]).filter(proposal=ours).exists()


def test_a_recused_reviewer_is_not_waited_for(panel, ours, score):
    services.declare_conflict(assessment=one_of(panel[0], ours), reason="取引先です", reviewer=panel[0], at=NOW)
    assert not selectors.is_fully_scored(ours)
    score(one_of(panel[1], ours))
    assert selectors.is_fully_scored(ours)


def test_no_decision_without_all_scores_unless_a_reason_is_recorded(panel, ours, organiser):
    with pytest.raises(Refused, match="採点が揃っていません"):
        services.decide(proposal=ours, outcome="selected", reason="", actor=organiser, at=NOW)
    services.decide(proposal=ours, outcome="selected", reason="委員1名が急病のため", actor=organiser, at=NOW)
    assert Proposal.objects.get(pk=ours.pk).state == "selected"


def test_only_organisers_decide_and_publish(all_scored, ours, call, reviewer, screener):
    for person in (reviewer, screener):
        with pytest.raises(Refused):
            services.decide(proposal=ours, outcome="selected", reason="", actor=person, at=NOW)
        with pytest.raises(Refused):
            services.publish(call=call, actor=person, at=NOW)
    assert not Decision.objects.exists()


def test_nothing_is_published_while_a_proposal_is_undecided(all_scored, ours, call, organiser):
    services.decide(proposal=ours, outcome="selected", reason="", actor=organiser, at=NOW)
    with pytest.raises(Refused, match="決定していない提案が1件"):
        services.publish(call=call, actor=organiser, at=NOW)
    assert not Publication.objects.exists()


def test_a_publication_names_the_selected_and_holds_no_score(decided, call, organiser, ours):
    publication = services.publish(call=call, actor=organiser, at=NOW)
    assert [entry["title"] for entry in publication.content["selected"]] == [ours.title]
    for secret in ("カナリア提案ベータ", "カナリア講評", "80", "rank", "points"):
        assert secret not in str({**publication.content, "released_at": "", "call": ""})


def test_a_publication_is_all_or_nothing(decided, call, organiser, ours, monkeypatch):
    class Cut(Exception):
        pass

    def cut(*args, **kwargs):
        raise Cut

    monkeypatch.setattr(services, "_tell", cut)
    with pytest.raises(Cut):
        services.publish(call=call, actor=organiser, at=NOW)
    assert not Publication.objects.exists()
    assert not Message.objects.filter(topic="outcome").exists()
    assert Proposal.objects.get(pk=ours.pk).released_outcome == ""


def test_a_second_publication_is_refused(decided, call, organiser):
    services.publish(call=call, actor=organiser, at=NOW)
    with pytest.raises(Refused, match="すでに公表"):
        services.publish(call=call, actor=organiser, at=NOW)


def test_a_publication_is_never_changed(decided, call, organiser):
    publication = services.publish(call=call, actor=organiser, at=NOW)
    with pytest.raises(TypeError):
        publication.save()
    for action in (lambda rows: rows.update(sha256="0"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            action(Publication.objects.all())


def test_vendors_learn_their_outcome_by_mail_a_minute_later_and_not_before(decided, call, organiser, ours, vendor):
    assert shown_state(Proposal.objects.get(pk=ours.pk))[0] == "eligible"
    services.publish(call=call, actor=organiser, at=NOW)
    assert shown_state(Proposal.objects.get(pk=ours.pk))[0] == "selected"
    work_once(at=NOW + timedelta(seconds=59))
    assert [m for m in mail.outbox if "選定" in m.subject] == []
    work_once(at=NOW + timedelta(seconds=61))
    told = [m for m in mail.outbox if "選定のお知らせ" in m.subject]
    assert [m.to for m in told] == [[vendor.email]]
    assert "カナリア提案ベータ" not in "".join(m.body for m in told)


@pytest.mark.parametrize("many", [1, 3])
def test_the_matrix_costs_the_same_at_any_size(
    call, organiser, reviewer, make_proposal, django_assert_num_queries, many
):
    for _ in range(many):
        make_proposal(state="eligible")
    services.add_reviewer(call=call, reviewer=reviewer, actor=organiser, at=NOW)
    selectors.matrix(call, organiser)
    with django_assert_num_queries(5):  # sheet, panel, proposals, assessments, conflicts
        selectors.matrix(call, organiser)


def test_a_reviewer_neither_sees_nor_scores_their_own_vendors_proposal(panel, reviewer, ours, theirs, second_reviewer):
    VendorMembership.objects.create(user=reviewer, vendor=ours.vendor)
    own = Assessment.objects.get(proposal=ours, reviewer=reviewer)
    assert [each.proposal for each in selectors.assignments_of(reviewer)] == [theirs]
    with pytest.raises(Refused, match="担当ではありません"):
        services.record_score(assessment=own, points={}, comment="よい", expect=1, reviewer=reviewer, at=NOW)
    Assessment.objects.filter(proposal=ours, reviewer=second_reviewer).update(state="submitted")
    assert selectors.is_fully_scored(ours)
