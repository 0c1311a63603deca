"""Screening in the admin: who enters, what the desk shows, and the way from judgement to decision."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pitches import services
from pitches.models import Call, CorrectionRequest, Judgement, Proposal
from tests.factories import NOW, make_vendor_user

pytestmark = pytest.mark.thorough


@pytest.fixture
def desk(submitted):
    return submitted()


@pytest.fixture
def web(client, screener):
    client.force_login(screener)
    return client


def _to(name, proposal):
    return reverse(f"pitches_{name}", args=[proposal.public_id])


def _judgement(key, **fields):
    posted = {"requirement": key, "version": "1", "status": "fit", "reason": "確認しました。"} | fields
    return {f"{key}-{name}": value for name, value in posted.items()}


@pytest.mark.parametrize("person", ["vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_whoever_does_not_screen_gets_no_desk_and_changes_nothing(client, desk, request, person):
    client.force_login(request.getfixturevalue(person))
    addresses = [reverse("pitches_screening"), reverse("pitches_calls"), _to("screening_proposal", desk)]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in {302, 403, 404} and desk.title not in answer.content.decode()
    for name in ("judge", "second_opinion", "correct", "admit", "reject", "confirm_rejection"):
        assert client.post(_to(name, desk), _judgement("R1")).status_code in {302, 403, 404}
    desk.refresh_from_db()
    assert desk.state == "submitted" and not Judgement.objects.exists()


def test_drafts_are_not_for_screeners(web, make_proposal):
    assert web.get(_to("screening_proposal", make_proposal())).status_code == 404


def test_the_board_and_the_desk_show_a_proposal_in_the_same_number_of_queries(
    web, submitted, django_assert_max_num_queries
):
    submitted()
    with django_assert_max_num_queries(30):
        page = web.get(reverse("pitches_screening")).content.decode()
    assert "避難所受付の共同利用" in page and "未判定" in page
    for _more in range(2):
        submitted(user=make_vendor_user())
    with django_assert_max_num_queries(30):
        web.get(reverse("pitches_screening"))


def test_a_judgement_is_recorded_with_its_reason(web, desk, screener):
    answer = web.post(_to("judge", desk), _judgement("R1", private_note="内部のこと"))
    assert answer.url.endswith("#desk-R1")
    judgement = Judgement.objects.get()
    assert (judgement.requirement, judgement.status, judgement.by) == ("R1", "fit", screener)
    assert "内部のこと" in web.get(_to("screening_proposal", desk)).content.decode()


def test_a_judgement_without_a_reason_comes_back_with_what_was_typed(web, desk):
    answer = web.post(_to("judge", desk), _judgement("R1", reason="", evidence="打ったもの"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "判定の理由を入力してください" in page and "打ったもの" in page
    assert not Judgement.objects.exists()


def test_a_judgement_of_a_version_that_is_gone_is_a_conflict_that_loses_nothing(web, desk):
    answer = web.post(_to("judge", desk), _judgement("R1", version="7", private_note="打ったもの", seen="0"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "新しい版" in page and "打ったもの" in page
    assert 'name="R1-version" value="1"' in page and not Judgement.objects.exists()


def test_a_judgement_that_came_second_is_a_conflict_that_loses_nothing(web, client, desk, second_screener):
    web.post(_to("judge", desk), _judgement("R1", seen="0"))
    client.force_login(second_screener)
    answer = client.post(_to("judge", desk), _judgement("R1", seen="0", status="unclear", vendor_note="後から"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "ほかの担当者" in page and "後から" in page
    assert f'name="R1-seen" value="{Judgement.objects.get().pk}"' in page


def test_saving_one_requirement_keeps_what_is_typed_under_the_others(web, desk):
    typed = {"R2-private_note": "途中のメモ", "R2-reason_codes": "too_vague"}
    posted = _judgement("R1") | _judgement("R2", status="", reason="") | typed | {"judge": "R1"}
    answer = web.post(_to("judge", desk), posted)
    page = answer.content.decode()
    assert answer.status_code == 200 and "途中のメモ" in page and "判定を記録しました" in page
    assert [judgement.requirement for judgement in Judgement.objects.all()] == ["R1"]
    assert re.search(r'name="R2-reason_codes" value="too_vague"[^>]* checked', page)


def test_the_pressed_button_says_which_requirement_is_judged(web, desk):
    web.post(_to("judge", desk), _judgement("R1") | _judgement("R4") | {"judge": "R4"})
    assert Judgement.objects.get().requirement == "R4"


def test_an_unfit_requirement_waits_on_the_desk_for_somebody_else(web, client, desk, second_screener):
    web.post(_to("judge", desk), _judgement("R1", status="unfit", reason_codes="not_met"))
    page = web.get(_to("screening_proposal", desk)).content.decode()
    assert "不適合（確認待ち）" in page and "不適合に同意する" not in page
    client.force_login(second_screener)
    assert "不適合に同意する" in client.get(_to("screening_proposal", desk)).content.decode()
    posted = {"opinion-judgement": Judgement.objects.get().pk, "opinion-opinion": "disagree"}
    refused = client.post(_to("second_opinion", desk), posted)
    assert refused.status_code == 422 and "同意しない理由" in refused.content.decode()
    assert client.post(_to("second_opinion", desk), posted | {"opinion-opinion": "agree"}).status_code == 302
    assert client.post(_to("second_opinion", desk), posted | {"opinion-opinion": "agree"}).status_code == 409
    assert "二人目の確認: 同意" in client.get(_to("screening_proposal", desk)).content.decode()


@pytest.mark.parametrize("posted", [{}, {"R9-requirement": "R9"}])
def test_a_judgement_of_nothing_is_not_found(web, desk, posted):
    assert web.post(_to("judge", desk), posted).status_code == 404


def test_a_proposal_goes_from_judgement_to_admission(web, desk):
    assert "判定されていません" in web.get(_to("screening_proposal", desk)).content.decode()
    for key, status in {"R1": "fit", "R2": "conditional", "R3": "exempt", "R4": "fit"}.items():
        web.post(_to("judge", desk), _judgement(key, status=status))
    web.post(_to("admit", desk))
    desk.refresh_from_db()
    assert desk.state == "eligible"


def test_a_correction_is_asked_for_named_fields(web, desk):
    due = timezone.now() + timedelta(days=7)
    posted = {"correct-reason": "補ってください。", "correct-deadline_at": f"{due:%Y-%m-%d} 17:00"}
    refused = web.post(_to("correct", desk), posted)
    assert refused.status_code == 422 and "1つ以上選んでください" in refused.content.decode()
    web.post(_to("correct", desk), posted | {"correct-fields_named": ["title", "R1-02"]})
    assert CorrectionRequest.objects.get().fields == ["title", "R1-02"]


def test_the_desk_shows_what_a_correction_changed(web, desk, ask_correction, vendor):
    ask_correction(desk, ["content"])
    desk.refresh_from_db()
    services.save_fields(proposal=desk, fields={"content": "補いました。"}, expect=desk.version, user=vendor, at=NOW)
    services.resubmit(proposal=desk, user=vendor, at=NOW + timedelta(days=1))
    page = web.get(_to("screening_proposal", desk)).content.decode()
    assert "補正で変わったところ" in page and "<del>同じ画面で受け付ける。</del>" in page


def test_a_rejection_is_drafted_by_one_and_confirmed_by_another(web, client, desk, second_screener):
    web.post(_to("reject", desk), {"reject-reason": "共同利用の仕組みがありません。"})
    web.post(_to("confirm_rejection", desk))
    desk.refresh_from_db()
    assert desk.state == "submitted"
    client.force_login(second_screener)
    assert "不適合を起案しています" in client.get(_to("screening_proposal", desk)).content.decode()
    client.post(_to("confirm_rejection", desk))
    desk.refresh_from_db()
    assert desk.state == "ineligible"


def test_a_screener_learns_no_decision_before_it_is_released(web, client, desk, judge_all, screener, organiser):
    judge_all(desk)
    services.admit(proposal=desk, actor=screener, at=NOW)
    Proposal.objects.filter(pk=desk.pk).update(state="not_selected")
    addresses = (reverse("pitches_screening"), _to("screening_proposal", desk))
    assert not any("不選定" in web.get(address).content.decode() for address in addresses)
    client.force_login(organiser)
    assert all("不選定" in client.get(address).content.decode() for address in addresses)


def test_an_organiser_writes_a_call_and_is_warned_of_a_holiday(client, organiser):
    client.force_login(organiser)
    posted = {
        "title": "令和9年度 募集",
        "fiscal_year": "2027",
        "summary": "募集します。",
        "edition": "2026-1",
        "declarations": "誓約します。",
        "opens_at": "2027-04-01 09:00",
        "closes_at": "2027-05-03 17:00",
    }
    answer = client.post(reverse("pitches_new_call"), posted, follow=True)
    assert "閉庁日" in answer.content.decode()
    call = Call.objects.get()
    page = client.get(reverse("pitches_edit_call", args=[call.public_id])).content.decode()
    assert "2027-05-03 17:00" in page
    refused = client.post(reverse("pitches_edit_call", args=[call.public_id]), posted | {"closes_at": "あした"})
    assert refused.status_code == 422 and "あした" in refused.content.decode()


def test_the_desk_marks_what_changed_and_compares_any_two_versions(web, desk, ask_correction, vendor):
    for number, value in ((2, "no"), (3, "partly")):
        ask_correction(desk, ["R1-03", "content"])
        desk.refresh_from_db()
        services.save_answers(
            proposal=desk, answers={"R1-03": {"value": value}}, expect=desk.version, user=vendor, at=NOW
        )
        services.resubmit(proposal=desk, user=vendor, at=NOW + timedelta(days=1, hours=number))
        desk.refresh_from_db()
    page = web.get(_to("screening_proposal", desk)).content.decode()
    assert page.count("前の版から変更あり") == 1
    address = _to("screening_proposal", desk)
    same = web.get(address + "?older=1&newer=3&state=submitted").content.decode()
    assert "この2つの版に違いはありません" in same and 'name="state" value="submitted"' in same
    assert "R1-03" in web.get(address + "?older=1&newer=2").content.decode()
    assert web.get(address + "?older=１&newer=99999999").status_code == 200


def test_the_desk_suggests_and_never_judges(web, desk):
    Proposal.objects.filter(pk=desk.pk).update(edition="2026-1")
    version = desk.versions.get()
    version.content["answers"]["R1-03"]["value"] = None
    version.save()
    page = web.get(_to("screening_proposal", desk)).content.decode()
    assert "機械による目安" in page and "R1-03 未回答です。" in page
    assert not Judgement.objects.exists()


def test_the_order_of_the_board_is_remembered_on_the_desk(web, submitted, screener):
    first, second, third = (submitted(user=make_vendor_user(), title=name) for name in ("う", "い", "あ"))
    web.get(reverse("pitches_screening") + "?sort=title")
    page = web.get(_to("screening_proposal", second) + "?sort=title").content.decode()
    assert "2 / 3" in page
    assert f'data-previous href="{_to("screening_proposal", third)}?sort=title"' in page
    assert f'data-next href="{_to("screening_proposal", first)}?sort=title"' in page
    services.judge(
        proposal=second, requirement="R1", status="fit", reason="可", expect_version=1, actor=screener, at=NOW
    )
    web.get(reverse("pitches_screening") + "?requirement=R1&status=open&sort=title")
    away = web.get(_to("screening_proposal", second) + "?requirement=R1&status=open&sort=title").content.decode()
    assert "data-next" not in away


def test_a_rejection_that_waits_for_a_second_person_shows_on_the_board(web, desk, screener):
    assert "不適合の確認待ち" not in web.get(reverse("pitches_screening")).content.decode()
    services.draft_rejection(proposal=desk, reason="個別構築である。", actor=screener, at=NOW)
    assert "不適合の確認待ち" in web.get(reverse("pitches_screening")).content.decode()
