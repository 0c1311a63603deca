"""After a published selection: what is asked then, handed in once; before it, not a word of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from notifications.models import Message
from pitches import documents, reading, selectors, services
from pitches.models import Proposal
from tests.factories import NOW
from workflow.errors import Refused

LATER = NOW + timedelta(days=1)


@pytest.fixture
def web(client, vendor):
    client.force_login(vendor)
    return client


def _edit(proposal, page="details-shared-use"):
    return reverse("pitches:edit", args=[proposal.public_id, page])


def _to(name, proposal):
    return reverse(f"pitches:{name}", args=[proposal.public_id])


def _hand_in(proposal, user, at=LATER, **options):
    return services.hand_in_details(proposal=proposal, user=user, at=at, **options)


def test_before_the_publication_nothing_tells_a_selected_proposal_from_another(web, selected, make_proposal, vendor):
    pending, eligible = selected(), make_proposal(state="eligible")
    assert pending.state == "selected"
    for proposal in (pending, eligible):
        assert web.get(_edit(proposal)).status_code == 404
        assert web.post(_edit(proposal), {"version": "1"}).status_code == 404
        assert "選定" not in web.get(_to("proposal", proposal)).content.decode().split("<main")[1].split("経過")[0]
        assert selectors.progress(proposal)[-1].page.key == "confirm"
        with pytest.raises(Refused, match="公表"):
            _hand_in(proposal, vendor)
        with pytest.raises(Refused, match="提出済み"):
            answers = {"R1-04": {"value": "x"}}
            services.save_answers(proposal=proposal, answers=answers, expect=1, user=vendor, at=LATER)


def test_after_the_publication_the_pages_open_and_the_application_stays_closed(web, selected, vendor):
    proposal = selected(is_told=True)
    page = web.get(_to("proposal", proposal)).content.decode()
    assert "選定後の質問" in page and _edit(proposal) in page
    open_pages = [step.page.key for step in selectors.progress(proposal) if step.is_open]
    assert open_pages == [
        "details-shared-use",
        "details-feasibility",
        "details-security",
        "details-support",
        "details-confirm",
    ]
    assert {web.get(_edit(proposal, key)).status_code for key in open_pages} == {200}
    assert web.get(_edit(proposal, "proposal")).status_code == 302
    with pytest.raises(Refused, match="選定後の質問だけ"):
        services.save_fields(proposal=proposal, fields={"title": "あと"}, expect=1, user=vendor, at=LATER)
    with pytest.raises(Refused, match="R1-02"):
        services.save_answers(
            proposal=proposal, answers={"R1-02": {"value": "custom"}}, expect=1, user=vendor, at=LATER
        )


def test_what_is_not_handed_in_yet_is_nobody_elses(selected, answer_details, vendor):
    proposal = answer_details(selected(is_told=True))
    assert proposal.answers.filter(question_id="R1-04").exists()
    assert "R1-04" not in str(reading.reading_of(proposal))
    _hand_in(proposal, vendor)
    assert "R1-04" in str(reading.reading_of(proposal))


def test_what_is_missing_is_named_and_linked(web, selected):
    proposal = selected(is_told=True)
    answer = web.post(_to("hand_in", proposal), {"version": proposal.version})
    page = answer.content.decode()
    assert answer.status_code == 422 and "必須の質問が" in page
    assert f'href="{_edit(proposal)}#q-R1-04"' in page


def test_handing_in_freezes_a_version_tells_everybody_once_and_closes(
    web, selected, answer_details, vendor, organiser, screener
):
    proposal = answer_details(selected(is_told=True))
    judged = set(selectors.judgements_now(proposal))
    Message.objects.all().delete()
    posted = {"version": proposal.version}
    for _press in range(2):
        assert web.post(_to("hand_in", proposal), posted).url == _to("proposal", proposal)
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert [(version.number, version.stage) for version in proposal.versions.all()] == [(1, "A"), (2, "B")]
    assert "R1-04" in proposal.versions.last().content["answers"]
    assert "R1-04" not in proposal.versions.first().content["answers"]
    assert sorted(Message.objects.values_list("recipient", flat=True)) == sorted([vendor.pk, organiser.pk])
    assert Entry.objects.filter(verb="hand_in_details").count() == 1
    assert set(selectors.judgements_now(proposal)) == judged and judged
    assert selectors.difference(proposal) == []
    assert web.get(_edit(proposal)).status_code == 302
    assert "選定後の質問への回答を提出" in web.get(_to("proposal", proposal)).content.decode()
    assert "選定後の質問" in documents.receipt_html(proposal) and "補正の受付" not in documents.receipt_html(proposal)


def test_a_colleagues_change_is_asked_about_before_handing_in(web, selected, answer_details):
    proposal = answer_details(selected(is_told=True))
    answer = web.post(_to("hand_in", proposal), {"version": proposal.version - 1})
    assert answer.status_code == 409 and "別の画面で内容が変更" in answer.content.decode()
    assert Proposal.objects.get(pk=proposal.pk).details_at is None


def test_the_deadline_excludes_its_own_moment_and_what_is_typed_after_it_stays(selected, answer_details, vendor, call):
    proposal = answer_details(selected(is_told=True))
    call.details_due_at = LATER
    call.save()
    with pytest.raises(Refused, match="期限を過ぎています"):
        _hand_in(proposal, vendor)
    answers = {"R1-04": {"remarks": "期限後の備考"}}
    saved = services.save_answers(
        proposal=proposal, answers=answers, expect=proposal.version, user=vendor, at=LATER + timedelta(days=1)
    )
    assert saved.answers.get(question_id="R1-04").remarks == "期限後の備考"
    assert _hand_in(proposal, vendor, at=LATER - timedelta(microseconds=1)).details_at


def test_a_rival_and_a_withdrawn_vendor_hand_nothing_in(selected, answer_details, vendor, rival_vendor):
    proposal = answer_details(selected(is_told=True))
    with pytest.raises(Refused, match="権限"):
        _hand_in(proposal, rival_vendor)
    services.withdraw(proposal=proposal, user=vendor, at=LATER)
    with pytest.raises(Refused, match="公表"):
        _hand_in(proposal, vendor)


def test_evidence_is_attached_for_what_is_asked_now_and_for_nothing_else(selected, attach):
    proposal = selected(is_told=True)
    assert attach(proposal, "R1-04").question_id == "R1-04"
    for closed in ("R4-03", ""):
        with pytest.raises(Refused, match="選定後の質問だけ"):
            attach(proposal, closed)


def test_the_third_requirement_is_left_out_when_it_does_not_apply(web, selected, answer_details, vendor):
    proposal = selected(is_told=True, G01="none")
    assert "対象外：個人情報を取り扱いません" in web.get(_edit(proposal, "details-security")).content.decode()
    assert _hand_in(answer_details(proposal), vendor).details_at


def test_late_text_for_details_is_kept_apart(web, selected, answer_details, vendor):
    proposal = answer_details(selected(is_told=True))
    _hand_in(proposal, vendor, at=timezone.now())
    typed = {"version": proposal.version, "R1-07-remarks": "遅れた備考", "R1-07-visibility": "public"}
    assert web.post(_edit(proposal), typed).status_code == 409
    assert "遅れた備考" in str(proposal.kept_texts.get().content)


def test_what_nobody_has_screened_waits_for_a_judgement_and_for_the_public(
    selected, answer_details, vendor, screener, officer
):
    proposal = answer_details(selected(is_told=True))
    led = selectors.result_told(proposal).judgements
    proposal = _hand_in(proposal, vendor)
    now = {key: (each.status, each.is_reset) for key, each in selectors.judgements_now(proposal).items()}
    touched = [key for key, (_status, is_reset) in now.items() if is_reset]
    assert touched and all(now[key] == ("unclear", True) for key in touched)
    assert selectors.result_told(proposal).judgements == led
    assert "R1-04" not in selectors.published(proposal.public_id, officer).content["answers"]
    for key in touched:
        services.judge(
            proposal=proposal,
            requirement=key,
            status="fit",
            reason="確認しました。",
            expect_version=2,
            actor=screener,
            at=LATER + timedelta(hours=1),
        )
    assert "R1-04" in selectors.published(proposal.public_id, officer).content["answers"]
