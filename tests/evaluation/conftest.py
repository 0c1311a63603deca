"""A panel in which a story can be told: two reviewers, two eligible proposals of two vendors."""

from decimal import Decimal

import pytest

from accounts.selectors import vendor_of
from evaluation import services
from evaluation.models import Assessment
from evaluation.selectors import rubric_of
from tests.factories import NOW


@pytest.fixture
def ours(make_proposal):
    return make_proposal(state="eligible", title="カナリア提案アルファ")


@pytest.fixture
def theirs(make_proposal, rival_vendor):
    return make_proposal(state="eligible", title="カナリア提案ベータ", vendor=vendor_of(rival_vendor))


@pytest.fixture
def panel(call, organiser, reviewer, second_reviewer, ours, theirs):
    for person in (reviewer, second_reviewer):
        services.add_reviewer(call=call, reviewer=person, actor=organiser, at=NOW)
    return (reviewer, second_reviewer)


@pytest.fixture
def score():
    """score(assessment, share=0.8, submit=True): fill in a whole sheet."""

    def score(assessment, *, share="0.8", submit=True):
        rubric = rubric_of(assessment.proposal.call)
        points = {c.code: Decimal(c.points) * Decimal(share) // 1 for c in rubric.criteria}
        saved = services.record_score(
            assessment=assessment,
            points=points,
            comment="カナリア講評",
            expect=assessment.version,
            reviewer=assessment.reviewer,
            at=NOW,
        )
        return services.submit_assessment(assessment=saved, reviewer=assessment.reviewer, at=NOW) if submit else saved

    return score


@pytest.fixture
def all_scored(panel, score):
    for assessment in Assessment.objects.all():
        score(assessment)


@pytest.fixture
def decided(all_scored, ours, theirs, organiser):
    services.decide(proposal=ours, outcome="selected", reason="", note="カナリア講評", actor=organiser, at=NOW)
    services.decide(proposal=theirs, outcome="not_selected", reason="", actor=organiser, at=NOW)
