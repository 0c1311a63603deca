"""Actions on many proposals: the dry run writes nothing and names every refused row; each row stands for itself."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from notifications.models import Message
from pitches import services
from pitches.models import CorrectionRequest, Judgement, Proposal, ScreeningAssignment
from tests.factories import NOW, make_vendor_user

LATER = NOW + timedelta(days=1)
DUE = NOW + timedelta(days=9)


@pytest.fixture
def three(submitted, judge_all):
    """Three proposals: the first and the last may be admitted, the one between was never judged."""
    made = [submitted(user=make_vendor_user(), title=f"提案{name}") for name in "一二三"]
    judge_all(made[0])
    judge_all(made[2])
    return made


def _states():
    return list(Proposal.objects.order_by("pk").values_list("state", flat=True))


def test_a_dry_run_tells_every_refusal_and_changes_nothing(three, screener):
    before = (Entry.objects.count(), Message.objects.count())
    outcomes = services.admit_all(proposals=three, actor=screener, at=LATER, dry_run=True)
    assert [bool(outcome.refusal) for outcome in outcomes] == [False, True, False]
    assert "①" in outcomes[1].refusal
    assert _states() == ["submitted"] * 3 and (Entry.objects.count(), Message.objects.count()) == before


def test_what_the_dry_run_said_is_what_happens_and_a_refused_row_undoes_no_other(three, screener):
    dry = services.admit_all(proposals=three, actor=screener, at=LATER, dry_run=True)
    done = services.admit_all(proposals=Proposal.objects.order_by("pk"), actor=screener, at=LATER, dry_run=False)
    assert [outcome.refusal for outcome in done] == [outcome.refusal for outcome in dry]
    assert _states() == ["eligible", "submitted", "eligible"]


def test_a_row_that_breaks_is_named_and_leaves_the_others_done(three, screener, caplog):
    class Broken(Proposal):
        class Meta:
            proxy = True
            app_label = "pitches"

        pk = property(lambda self: "no such key")

    broken = Broken(title="壊れた行")
    outcomes = services.admit_all(proposals=[three[0], broken, three[2]], actor=screener, at=LATER, dry_run=False)
    assert [outcome.refusal != "" for outcome in outcomes] == [False, True, False]
    assert outcomes[1].refusal.startswith("処理中に問題が起き") and _states() == ["eligible", "submitted", "eligible"]


def test_an_assignment_of_many_goes_to_one(three, screener, second_screener):
    services.assign_all(proposals=three, screener=second_screener, actor=screener, at=LATER, dry_run=True)
    assert not ScreeningAssignment.objects.exists()
    services.assign_all(proposals=three, screener=second_screener, actor=screener, at=LATER, dry_run=False)
    assert set(ScreeningAssignment.objects.values_list("screener", flat=True)) == {second_screener.pk}


def test_a_correction_is_refused_where_a_question_does_not_apply(submitted, screener):
    proposals = [submitted(user=make_vendor_user(), G01=kind) for kind in ("none", "resident")]
    given = {"fields": ["R3-01"], "reason": "補う", "deadline_at": DUE, "actor": screener, "at": LATER}
    outcomes = services.request_correction_of_all(proposals=proposals, dry_run=False, **given)
    assert "当てはまらない" in outcomes[0].refusal and "R3-01" in outcomes[0].refusal and outcomes[1].refusal == ""
    assert [request.proposal for request in CorrectionRequest.objects.all()] == [proposals[1]]


def test_only_what_handles_no_personal_information_is_exempt_and_only_once(submitted, screener):
    proposals = [submitted(user=make_vendor_user(), G01=kind) for kind in ("none", "resident")]
    for again in (False, True):
        outcomes = services.exempt_all(proposals=proposals, actor=screener, at=LATER, dry_run=False)
        assert ("すでに" in outcomes[0].refusal) == again and "だけです" in outcomes[1].refusal
    assert [(j.proposal, j.status) for j in Judgement.objects.all()] == [(proposals[0], "exempt")]


@pytest.mark.parametrize("person", ["vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_nobody_but_screeners_does_anything_to_many(request, three, person):
    actor = request.getfixturevalue(person)
    before = Judgement.objects.count()
    everything = [
        services.assign_all(proposals=three, screener=None, actor=actor, at=LATER, dry_run=False),
        services.admit_all(proposals=three, actor=actor, at=LATER, dry_run=False),
        services.exempt_all(proposals=three, actor=actor, at=LATER, dry_run=False),
        services.request_correction_of_all(
            proposals=three, fields=["title"], reason="補う", deadline_at=DUE, actor=actor, at=LATER, dry_run=False
        ),
    ]
    assert all(outcome.refusal for outcomes in everything for outcome in outcomes)
    assert _states() == ["submitted"] * 3 and Judgement.objects.count() == before


# --- The pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def web(client, screener):
    client.force_login(screener)
    return client


def _post(web, proposals, **posted):
    return web.post(reverse("pitches_screening_bulk"), {"proposal": [each.public_id for each in proposals], **posted})


@pytest.mark.thorough
def test_three_pages_lead_from_a_choice_to_its_result(web, three, second_screener):
    assert "確認へ進む" in _post(web, three, action="assign").content.decode()
    refused = _post(web, three, action="assign", step="check", screener="")
    assert refused.status_code == 422 and "担当を選んでください" in refused.content.decode()
    check = _post(web, three, action="assign", step="check", screener=second_screener.pk).content.decode()
    assert "まだ何も変更されていません" in check and not ScreeningAssignment.objects.exists()
    assert f'name="screener" value="{second_screener.pk}"' in check
    result = _post(web, three, action="assign", step="do", screener=second_screener.pk).content.decode()
    assert "実行した提案 3件" in result and ScreeningAssignment.objects.count() == 3


@pytest.mark.thorough
def test_the_check_names_the_refused_row_and_offers_the_others_alone(web, three):
    page = _post(web, three, action="admit").content.decode()
    assert "実行できる提案 2件、できない提案 1件" in page and "① 共同利用が" in page
    offered = [each.public_id for each in three if f'name="proposal" value="{each.public_id}"' in page]
    assert offered == [three[0].public_id, three[2].public_id] and _states() == ["submitted"] * 3


@pytest.mark.thorough
def test_a_choice_of_nothing_leads_back_and_a_draft_cannot_be_chosen(web, make_proposal):
    draft = make_proposal()
    for chosen in ([], [draft]):
        answer = web.post(
            reverse("pitches_screening_bulk") + "?state=submitted",
            {"action": "admit", "proposal": [each.public_id for each in chosen]},
        )
        assert answer.status_code == 302 and answer.url.endswith("?state=submitted")
    assert _post(web, [draft], action="delete").status_code == 404


@pytest.mark.thorough
def test_a_correction_of_many_keeps_what_was_typed_until_it_is_asked(web, three):
    typed = {"action": "correct", "step": "check", "correct-reason": "打った理由", "correct-fields_named": ["title"]}
    refused = _post(web, three, **typed)
    assert refused.status_code == 422 and "打った理由" in refused.content.decode()
    due = {"correct-deadline_at": "2099-01-08 17:00"}
    assert "打った理由" in _post(web, three, **typed, **due).content.decode()
    assert not CorrectionRequest.objects.exists()
    _post(web, three, **(typed | {"step": "do"}), **due)
    assert CorrectionRequest.objects.count() == 3
