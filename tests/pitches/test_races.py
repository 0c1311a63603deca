"""The deadline minute on PostgreSQL: many presses, one proposal, one number, one mail."""

import pytest
from django.db import connection

from audit.selectors import broken_at
from core.codes import is_receipt_number
from files.models import StoredFile
from files.services import keep
from notifications.models import Message
from pitches import services
from pitches.models import Attachment, Judgement, Proposal, SecondOpinion
from pitches.selectors import judgements_now
from tests.at_once import at_once
from tests.factories import NOW, make_call
from tests.pitches.conftest import pdf
from workflow.errors import Refused

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MANY = 10


@pytest.fixture(autouse=True)
def really_locking():
    assert connection.vendor == "postgresql", "SQLite cannot prove any of this"


@pytest.fixture
def draft(call, vendor):
    return services.start_proposal(call=call, user=vendor, at=NOW)


def test_many_presses_of_start_are_one_draft(call, vendor):
    drafts = at_once(*[lambda: services.start_proposal(call=call, user=vendor, at=NOW) for _ in range(MANY)])
    assert len({draft.pk for draft in drafts}) == 1
    assert Proposal.objects.count() == 1


def test_many_presses_of_submit_are_one_number_one_version_one_mail(complete_draft, vendor):
    complete = complete_draft()
    results = at_once(*[lambda: services.submit(proposal=complete, user=vendor, at=NOW) for _ in range(MANY)])
    assert {result.state for result in results} == {"submitted"}
    submitted = Proposal.objects.get()
    assert is_receipt_number(submitted.receipt_number)
    assert {result.receipt_number for result in results} == {submitted.receipt_number}
    assert submitted.versions.count() == 1
    assert Message.objects.filter(address=vendor.email).count() == 1
    assert broken_at() is None


def test_of_two_saves_of_the_same_version_one_is_told(draft, vendor):
    def save(title):
        return services.save_fields(proposal=draft, fields={"title": title}, expect=draft.version, user=vendor, at=NOW)

    results = at_once(lambda: save("一つめ"), lambda: save("二つめ"))
    lost = [result for result in results if isinstance(result, services.StaleVersion)]
    assert len(lost) == 1
    assert Proposal.objects.get().title == lost[0].current.title


def test_the_total_holds_under_parallel_uploads(draft, attach, settings):
    body = pdf()
    settings.UPLOAD_PROPOSAL_MAX_BYTES = 3 * len(body)
    results = at_once(*[lambda: attach(draft, body=body, kind="other") for _ in range(20)])
    assert sum(isinstance(result, Refused) for result in results) == 17
    assert Attachment.objects.count() == StoredFile.objects.count() == 3


def test_a_vendors_ceiling_holds_over_two_proposals_and_twenty_uploads(draft, vendor, attach, settings):
    body = pdf()
    settings.UPLOAD_VENDOR_MAX_BYTES = 5 * len(body)
    second = services.start_proposal(call=make_call(title="別の募集"), user=vendor, at=NOW)
    results = at_once(*[lambda to=to: attach(to, body=body, kind="other") for to in (draft, second) * 10])
    assert sum(isinstance(result, Refused) for result in results) == 15
    assert StoredFile.objects.count() == 5


def test_a_withdrawal_holds_whatever_is_decided_at_the_same_moment(make_proposal, vendor, organiser):
    """Before the publication a vendor may always withdraw: a refusal would tell it what was decided."""
    proposal = make_proposal(state="eligible")
    facts = {"scores_complete": True}
    withdrawn, decided = at_once(
        lambda: services.withdraw(proposal=proposal, user=vendor, at=NOW),
        lambda: services.decide(proposal=proposal, outcome="not_selected", facts=facts, actor=organiser, at=NOW),
    )
    assert withdrawn.state == "withdrawn"
    assert isinstance(decided, Refused | Proposal)
    assert Proposal.objects.get(pk=proposal.pk).state == "withdrawn"
    assert broken_at() is None


def test_files_kept_at_once_are_files_of_their_own():
    kept = at_once(
        *[
            lambda: keep([b"same"], name="同じ名前.pdf", content_type="application/pdf", limit=9, by=None, at=NOW)
            for _ in range(MANY)
        ]
    )
    assert len({stored.key for stored in kept}) == MANY


def test_of_two_screeners_who_judge_at_once_one_is_told(submitted, screener, second_screener):
    proposal = submitted()

    def judge(actor, status):
        return services.judge(
            proposal=proposal,
            requirement="R1",
            status=status,
            reason="確認しました。",
            expect_version=1,
            expect_judgement=0,
            actor=actor,
            at=NOW,
        )

    results = at_once(lambda: judge(screener, "fit"), lambda: judge(second_screener, "unclear"))
    assert sum(isinstance(result, services.Overtaken) for result in results) == 1
    assert Judgement.objects.count() == 1 and broken_at() is None


def test_of_many_second_opinions_at_once_one_is_heard(submitted, screener, second_screener, organiser):
    judged = services.judge(
        proposal=submitted(), requirement="R1", status="unfit", reason="無い", expect_version=1, actor=screener, at=NOW
    )
    results = at_once(
        *[
            lambda person=person, agrees=agrees: services.give_second_opinion(
                judgement=judged, agrees=agrees, note="意見", actor=person, at=NOW
            )
            for person in (second_screener, organiser)
            for agrees in (True, False)
        ]
    )
    assert sum(isinstance(result, services.Overtaken) for result in results) == 3
    assert SecondOpinion.objects.count() == 1


def test_a_judgement_at_the_moment_of_a_resubmission_never_outlives_what_it_changed(
    submitted, ask_correction, vendor, screener
):
    """Either the judgement came first and is reset, or it came second and is refused: never does it count."""
    proposal = submitted()
    ask_correction(proposal, ["R1-03"])
    proposal.refresh_from_db()
    proposal = services.save_answers(
        proposal=proposal, answers={"R1-03": {"value": "no"}}, expect=proposal.version, user=vendor, at=NOW
    )
    at_once(
        lambda: services.resubmit(proposal=proposal, user=vendor, at=NOW),
        lambda: services.judge(
            proposal=proposal, requirement="R1", status="fit", reason="前", expect_version=1, actor=screener, at=NOW
        ),
    )
    assert [j.status for j in judgements_now(proposal).values()] in ([], ["unclear"])


def test_a_nul_is_no_trouble_to_postgresql(client, vendor, screener, submitted):
    """SQLite takes one in its stride: only here does it show."""
    proposal = submitted()
    client.force_login(vendor)
    typed = {"version": "1", "title": "遅れた\0題"}
    assert client.post(f"/mypage/proposals/{proposal.public_id}/edit/proposal/", typed).status_code == 409
    assert [text for _label, text in proposal.kept_texts.get().content] == ["遅れた題"]
    assert client.post(f"/mypage/proposals/new/{proposal.call.public_id}/", {"source": "a\0b"}).status_code == 404
    client.force_login(screener)
    assert client.post("/admin/screening/bulk/", {"action": "admit", "proposal": ["a\0b"]}).status_code == 302
