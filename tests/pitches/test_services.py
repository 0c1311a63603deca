"""What the services promise: one submission, deadlines that exclude, corrections of what was named, two people."""

from datetime import timedelta

import pytest

from audit.models import Entry
from core.codes import is_receipt_number
from files.models import StoredFile
from notifications.models import Message
from pitches import services
from pitches.models import Attachment, Proposal
from tests.factories import NOW, make_call, make_vendor_user
from tests.pitches.conftest import FIELDS, pdf
from workflow.errors import Refused

# --- Starting and saving ------------------------------------------------------------------------------------------


def test_pressing_start_twice_makes_one_draft(call, vendor):
    first = services.start_proposal(call=call, user=vendor, at=NOW)
    assert services.start_proposal(call=call, user=vendor, at=NOW) == first


def test_a_person_without_a_vendor_starts_nothing(call, outsider):
    with pytest.raises(Refused, match="事業者の情報"):
        services.start_proposal(call=call, user=outsider, at=NOW)


@pytest.mark.parametrize("moment", ["opens_at", "closes_at"])
def test_a_window_opens_at_its_moment_and_closes_before_its_moment(call, vendor, moment):
    at = getattr(call, moment)
    before, on = at - timedelta(microseconds=1), at
    good, bad = (on, before) if moment == "opens_at" else (before, on)
    with pytest.raises(Refused, match="受付期間外"):
        services.start_proposal(call=call, user=vendor, at=bad)
    assert services.start_proposal(call=call, user=vendor, at=good).pk


def test_a_stale_version_writes_nothing_and_carries_what_stands(call, vendor):
    proposal = services.start_proposal(call=call, user=vendor, at=NOW)
    services.save_fields(proposal=proposal, fields={"title": "先に保存"}, expect=1, user=vendor, at=NOW)
    with pytest.raises(services.StaleVersion) as stale:
        services.save_fields(proposal=proposal, fields={"title": "後から"}, expect=1, user=vendor, at=NOW)
    assert stale.value.current.title == Proposal.objects.get().title == "先に保存"


def test_saving_what_is_saved_changes_no_version(call, vendor):
    proposal = services.start_proposal(call=call, user=vendor, at=NOW)
    for _press in range(2):
        proposal = services.save_fields(
            proposal=proposal, fields={"title": "同じ"}, expect=proposal.version, user=vendor, at=NOW
        )
    assert proposal.version == 2


def test_a_rival_saves_nothing(complete_draft, rival_vendor):
    proposal = complete_draft()
    with pytest.raises(Refused, match="権限"):
        services.save_fields(
            proposal=proposal, fields={"title": "乗っ取り"}, expect=proposal.version, user=rival_vendor, at=NOW
        )


# --- Submitting ---------------------------------------------------------------------------------------------------


def test_a_submission_gets_a_number_a_version_and_one_mail_however_often_it_is_pressed(complete_draft, vendor):
    proposal = complete_draft()
    first = services.submit(proposal=proposal, user=vendor, at=NOW)
    second = services.submit(proposal=proposal, user=vendor, at=NOW + timedelta(seconds=1))
    assert first.receipt_number == second.receipt_number and is_receipt_number(first.receipt_number)
    assert [version.number for version in proposal.versions.all()] == [1]
    assert Message.objects.filter(recipient=vendor).count() == 1
    assert Entry.objects.filter(verb="submit").count() == 1


def test_receipt_numbers_do_not_count(submitted, rival_vendor):
    one, other = submitted(), submitted(user=rival_vendor)
    assert one.receipt_number[3:7] != other.receipt_number[3:7]


def test_the_deadline_excludes_its_own_moment(complete_draft, call, vendor):
    proposal = complete_draft()
    with pytest.raises(Refused, match="受付期間外"):
        services.submit(proposal=proposal, user=vendor, at=call.closes_at)
    assert Proposal.objects.get().receipt_number is None
    assert services.submit(proposal=proposal, user=vendor, at=call.closes_at - timedelta(microseconds=1)).receipt_number


def test_what_is_typed_after_the_deadline_is_kept_as_a_draft(complete_draft, call, vendor):
    proposal = complete_draft()
    late = call.closes_at + timedelta(days=1)
    services.save_fields(
        proposal=proposal, fields={"title": "遅れて直した"}, expect=proposal.version, user=vendor, at=late
    )
    assert Proposal.objects.get().title == "遅れて直した"


@pytest.mark.parametrize(("field", "empty", "words"), [("title", "", "提案名"), ("declarations", [], "同意・誓約")])
def test_what_is_missing_is_named(complete_draft, vendor, field, empty, words):
    proposal = complete_draft()
    proposal = services.save_fields(
        proposal=proposal, fields={field: empty}, expect=proposal.version, user=vendor, at=NOW
    )
    with pytest.raises(Refused, match=words):
        services.submit(proposal=proposal, user=vendor, at=NOW)


def test_personal_information_brings_up_requirement_three(complete_draft, vendor):
    proposal = complete_draft()
    proposal = services.save_answers(
        proposal=proposal, answers={"G-01": {"value": "resident"}}, expect=proposal.version, user=vendor, at=NOW
    )
    with pytest.raises(Refused, match="R3-01"):
        services.submit(proposal=proposal, user=vendor, at=NOW)


def test_a_submitted_proposal_is_closed_to_changes(submitted, vendor):
    proposal = submitted()
    with pytest.raises(Refused, match="提出済み"):
        services.save_fields(
            proposal=proposal, fields={"title": "あとから"}, expect=proposal.version, user=vendor, at=NOW
        )


# --- Files --------------------------------------------------------------------------------------------------------


def test_the_total_of_files_is_exact_to_the_byte(complete_draft, attach, settings):
    proposal = complete_draft()
    body = pdf("ちょうど")
    used = sum(each.stored.size for each in proposal.attachments.all())
    settings.UPLOAD_PROPOSAL_MAX_BYTES = used + len(body) - 1
    with pytest.raises(Refused, match="合計"):
        attach(proposal, body=body)
    settings.UPLOAD_PROPOSAL_MAX_BYTES = used + len(body)
    assert attach(proposal, body=body).stored.size == len(body)


def test_a_single_file_is_limited_to_the_byte(complete_draft, attach, settings):
    proposal, body = complete_draft(), pdf("一つ")
    settings.UPLOAD_FILE_MAX_BYTES = len(body) - 1
    with pytest.raises(Refused, match="1ファイルの上限"):
        attach(proposal, body=body)
    settings.UPLOAD_FILE_MAX_BYTES = len(body)
    assert attach(proposal, body=body).pk


def test_a_refused_file_leaves_nothing_behind(complete_draft, attach, settings):
    proposal = complete_draft()
    kept = set(settings.PRIVATE_FILES_DIR.rglob("*"))
    rows = StoredFile.objects.count()
    with pytest.raises(Refused, match="を受け付けられません"):
        attach(proposal, body=b"<svg onload=alert(1)>")
    assert {path for path in settings.PRIVATE_FILES_DIR.rglob("*") if path.is_file()} <= kept
    assert StoredFile.objects.count() == rows and Attachment.objects.count() == rows


def test_what_a_file_is_comes_from_its_bytes(complete_draft, vendor):
    attachment = services.attach(
        proposal=complete_draft(),
        chunks=[pdf("名乗り")],
        name="図.pdf",
        content_type="image/png",
        kind="slides",
        user=vendor,
        at=NOW,
    )
    assert StoredFile.objects.get(pk=attachment.stored_id).content_type == "application/pdf"


def test_the_files_for_a_question_are_its_answer(complete_draft, attach, vendor):
    proposal = complete_draft()
    answer = proposal.answers.get(question_id="R4-03")
    first = proposal.attachments.get(question_id="R4-03")
    second = attach(proposal, "R4-03", body=pdf("二つめ"))
    answer.refresh_from_db()
    assert answer.value == [first.stored.public_id, second.stored.public_id]
    for each in (first, second):
        services.remove_attachment(attachment=each, user=vendor, at=NOW)
    answer.refresh_from_db()
    assert answer.value is None
    assert Attachment.objects.filter(proposal=proposal).count() == 2


# --- Correcting ---------------------------------------------------------------------------------------------------


def test_a_correction_opens_exactly_what_it_names(submitted, ask_correction, vendor):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    proposal.refresh_from_db()
    with pytest.raises(Refused, match="補正を求められていない"):
        services.save_fields(
            proposal=proposal, fields={"title": "別の名前"}, expect=proposal.version, user=vendor, at=NOW
        )
    saved = services.save_fields(
        proposal=proposal, fields={"content": "補いました。"}, expect=proposal.version, user=vendor, at=NOW
    )
    again = services.resubmit(proposal=saved, user=vendor, at=NOW + timedelta(days=1))
    assert again.state == "submitted"
    assert [version.number for version in again.versions.all()] == [1, 2]
    assert again.correction_requests.get().answered_at is not None


def test_a_change_behind_the_form_is_found_at_resubmission(submitted, ask_correction, vendor):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    Proposal.objects.filter(pk=proposal.pk).update(title="こっそり")
    with pytest.raises(Refused, match="title"):
        services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1))


def test_the_correction_deadline_excludes_its_own_moment(submitted, ask_correction, vendor):
    proposal = submitted()
    due = ask_correction(proposal, ["content"]).deadline_at
    with pytest.raises(Refused, match="期限を過ぎています"):
        services.resubmit(proposal=proposal, user=vendor, at=due)
    assert services.resubmit(proposal=proposal, user=vendor, at=due - timedelta(microseconds=1)).state == "submitted"


def test_evidence_for_a_named_question_may_be_exchanged_and_other_files_may_not(
    submitted, ask_correction, attach, vendor
):
    proposal = submitted()
    ask_correction(proposal, ["R4-03"])
    proposal.refresh_from_db()
    with pytest.raises(Refused, match="補正を求められていない"):
        attach(proposal, body=pdf("発表資料"))
    attach(proposal, "R4-03", body=pdf("新しい体制図"))
    assert services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1)).state == "submitted"


def test_correcting_a_premise_opens_what_hangs_on_it(submitted, ask_correction, vendor):
    proposal = submitted()
    ask_correction(proposal, ["G-01"])
    proposal.refresh_from_db()
    proposal = services.save_answers(
        proposal=proposal, answers={"G-01": {"value": "resident"}}, expect=proposal.version, user=vendor, at=NOW
    )
    with pytest.raises(Refused, match="未入力"):
        services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1))
    saved = services.save_answers(
        proposal=proposal, answers={"R3-15": {"value": "1時間以内"}}, expect=proposal.version, user=vendor, at=NOW
    )
    assert saved.answers.get(question_id="R3-15").value == "1時間以内"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fields": []}, "1つ以上"),
        ({"reason": " "}, "理由"),
        ({"deadline_at": None}, "期限"),
        ({"deadline_at": NOW}, "期限"),
    ],
)
def test_a_correction_names_fields_a_reason_and_a_coming_deadline(submitted, screener, change, words):
    asked = {"fields": ["title"], "reason": "補ってください。", "deadline_at": NOW + timedelta(days=5)}
    with pytest.raises(Refused, match=words):
        services.request_correction(proposal=submitted(), actor=screener, at=NOW, **(asked | change))


# --- Judging ------------------------------------------------------------------------------------------------------


def test_a_proposal_is_admitted_once_every_requirement_that_applies_is_met(submitted, judge_all, screener):
    proposal = submitted()
    with pytest.raises(Refused, match="①"):
        services.admit(proposal=proposal, actor=screener, at=NOW)
    judge_all(proposal)
    assert services.admit(proposal=proposal, actor=screener, at=NOW).state == "eligible"


@pytest.mark.parametrize("status", ["unclear", "unfit"])
def test_a_requirement_in_doubt_keeps_a_proposal_from_being_admitted(submitted, judge_all, screener, status):
    proposal = submitted()
    judge_all(proposal, R4=status)
    with pytest.raises(Refused, match="④"):
        services.admit(proposal=proposal, actor=screener, at=NOW)


def test_exempt_is_for_the_third_requirement_of_proposals_without_personal_information(
    submitted, rival_vendor, judge_all
):
    with pytest.raises(Refused, match="だけです"):
        judge_all(submitted(), R1="exempt")
    with pytest.raises(Refused, match="「対象外」です"):
        judge_all(submitted(user=rival_vendor), R3="fit")


def test_a_judgement_of_an_older_version_is_refused(submitted, judge_all, ask_correction, vendor, screener):
    proposal = submitted()
    judge_all(proposal)
    ask_correction(proposal, ["content"])
    services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1))
    with pytest.raises(Refused, match="新しい版"):
        services.judge(
            proposal=proposal, requirement="R1", status="fit", reason="前の版", expect_version=1, actor=screener, at=NOW
        )


def test_a_rejection_needs_two_people(submitted, screener, second_screener):
    proposal = submitted()
    with pytest.raises(Refused, match="理由"):
        services.confirm_rejection(proposal=proposal, actor=second_screener, at=NOW)
    services.draft_rejection(proposal=proposal, reason="共同利用の仕組みがありません。", actor=screener, at=NOW)
    with pytest.raises(Refused, match="別の担当者"):
        services.confirm_rejection(proposal=proposal, actor=screener, at=NOW)
    assert services.confirm_rejection(proposal=proposal, actor=second_screener, at=NOW).state == "ineligible"


def test_a_resubmission_ends_the_wish_to_reject(submitted, ask_correction, screener, second_screener, vendor):
    proposal = submitted()
    services.draft_rejection(proposal=proposal, reason="足りません。", actor=screener, at=NOW)
    ask_correction(proposal, ["content"])
    services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(days=1))
    with pytest.raises(Refused):
        services.confirm_rejection(proposal=Proposal.objects.get(), actor=second_screener, at=NOW + timedelta(days=1))


def test_a_vendor_judges_nothing(submitted, vendor):
    with pytest.raises(Refused, match="権限"):
        services.judge(
            proposal=submitted(), requirement="R1", status="fit", reason="自薦", expect_version=1, actor=vendor, at=NOW
        )


# --- What a refusal gives away ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["selected", "reserve", "not_selected"])
def test_no_refusal_names_a_decision_nobody_was_told(make_proposal, vendor, screener, second_screener, state):
    proposal = make_proposal(state=state)
    tries = (
        lambda: services.submit(proposal=proposal, user=vendor, at=NOW),
        lambda: services.resubmit(proposal=proposal, user=vendor, at=NOW),
        lambda: services.admit(proposal=proposal, actor=screener, at=NOW),
        lambda: services.draft_rejection(proposal=proposal, reason="理由", actor=screener, at=NOW),
        lambda: services.confirm_rejection(proposal=proposal, actor=second_screener, at=NOW),
        lambda: services.request_correction(
            proposal=proposal,
            fields=["title"],
            reason="理由",
            deadline_at=NOW + timedelta(days=1),
            actor=screener,
            at=NOW,
        ),
    )
    for attempt in tries:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert not any(word in refusal.value.message for word in ("選定", "補欠", "不選定"))


def test_a_proposal_whose_decision_is_untold_can_be_withdrawn_whatever_it_is(make_proposal, vendor):
    for state in ("eligible", "selected", "reserve", "not_selected"):
        assert services.withdraw(proposal=make_proposal(state=state), user=vendor, at=NOW).state == "withdrawn"
    with pytest.raises(Refused, match="結果が公表された"):
        services.withdraw(
            proposal=make_proposal(state="not_selected", released_outcome="not_selected"), user=vendor, at=NOW
        )


# --- Calls --------------------------------------------------------------------------------------------------------


def test_only_organisers_write_calls(organiser, screener):
    fields = {"title": "新しい件名"}
    with pytest.raises(Refused, match="権限"):
        services.save_call(call=make_call(), fields=fields, actor=screener, at=NOW)
    assert services.save_call(call=make_call(), fields=fields, actor=organiser, at=NOW).title == "新しい件名"
    assert Entry.objects.filter(verb="change_call").count() == 1


def test_a_second_person_of_the_vendor_may_go_on_with_a_draft(complete_draft, vendor):
    from accounts.selectors import vendor_of

    colleague = make_vendor_user(vendor_of(vendor))
    proposal = complete_draft()
    assert FIELDS["title"] == proposal.title
    assert services.submit(proposal=proposal, user=colleague, at=NOW).state == "submitted"


def test_the_secretariat_is_told_of_a_submitted_proposal_that_is_withdrawn_and_of_no_draft(
    submitted, complete_draft, vendor, organiser, screener
):
    services.withdraw(proposal=complete_draft(), user=vendor, at=NOW)
    assert not Message.objects.filter(recipient=organiser).exists()
    proposal = submitted()
    Message.objects.all().delete()
    services.withdraw(proposal=proposal, user=vendor, at=NOW, reason="担当者の異動")
    told = Message.objects.filter(subject__contains="取り下げられました")
    assert {mail.recipient for mail in told} == {organiser, screener}
    assert all("担当者の異動" in mail.body for mail in told)
