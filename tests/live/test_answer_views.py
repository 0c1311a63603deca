"""The vendors' inbox and the secretariat's page of answers, as plain forms and as a form that saves itself."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.selectors import body_of, vendor_of
from live.models import Answer, AnswerDraft, Question, Registration, Room
from tests.factories import make_vendor_user

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

TEXT = "令和10年1月に対応する予定です。"
MODULES = Path(__file__).resolve().parents[2] / "live" / "static" / "live"


@pytest.fixture
def inbox(room):
    Room.objects.filter(pk=room.pk).update(phase="live")
    return f"/live/{room.public_id}/inbox/"


@pytest.fixture
def to_us(room, slots, officer):
    """to_us(body=…): a public question of the officer to our first pitch."""

    def to_us(body="停電のときも使えますか。", *, number="A-0001", slot=slots[0], **fields):
        now = timezone.now()
        return Question.objects.create(
            **{
                "room": room,
                "slot": slot,
                "number": number,
                "body": body,
                "author": officer,
                "organisation": body_of(officer),
                "state": "public",
                "state_at": now,
                "asked_at": now,
                **fields,
            }
        )

    return to_us


def form(question, *, version=0, body=TEXT, step="draft", command_id="command-id-1", individual="0"):
    return {
        "q": question.public_id,
        "version": version,
        "body": body,
        "step": step,
        "command_id": command_id,
        "individual": individual,
    }


def test_the_inbox_says_when_there_is_nothing(client, inbox, vendor):
    client.force_login(vendor)
    assert "貴社あての質問はまだありません" in client.get(inbox).text


@pytest.mark.parametrize(
    "who", ["rival_vendor", "officer", "second_officer", "outsider", "moderator", "organiser", "reviewer"]
)
def test_nobody_else_reads_our_inbox(client, inbox, to_us, vendor, request, who):
    question = to_us()
    client.force_login(vendor)
    client.post(inbox, form(question))
    assert TEXT in client.get(inbox).text
    client.force_login(request.getfixturevalue(who))
    for page in (
        client.get(inbox),
        client.post(inbox, form(question, version=1)),
        client.post(f"{inbox}save/", form(question)),
    ):
        assert page.status_code == 404
        assert TEXT not in page.text


def test_the_vendor_reads_which_scene_of_the_recording_is_meant(client, inbox, to_us, vendor):
    to_us(offset_ms=754_000)
    client.force_login(vendor)
    assert "録画 12:34" in client.get(inbox).text


def test_a_rival_who_presents_too_reads_only_its_own_inbox(
    client, inbox, to_us, slots, rival_vendor, vendor, make_proposal
):
    slots[1].proposal = make_proposal(state="eligible", vendor=vendor_of(rival_vendor))
    slots[1].save()
    ours, _theirs = to_us("私たちへの質問"), to_us("競合への質問", number="A-0002", slot=slots[1])
    client.force_login(vendor)
    client.post(inbox, form(ours))
    client.force_login(rival_vendor)
    page = client.get(inbox).text
    assert "競合への質問" in page
    assert "私たちへの質問" not in page
    assert TEXT not in page
    assert client.post(inbox, form(ours, version=1, body="奪う")).status_code == 422
    assert AnswerDraft.objects.get().body == TEXT


def test_a_draft_is_saved_and_handed_in_without_a_script(client, inbox, to_us, vendor, moderator, room):
    question = to_us()
    client.force_login(vendor)
    assert client.post(inbox, form(question)).status_code == 302
    assert client.post(inbox, form(question, version=1, step="submit", command_id="command-id-2")).status_code == 302
    assert "確認待ち" in client.get(inbox).text
    client.force_login(moderator)
    page = client.get(f"/live/{room.public_id}/answers/").text
    assert TEXT in page
    fields = {"q": question.public_id, "expect": 1, "draft": 2, "body": TEXT, "command_id": "command-id-3"}
    assert client.post(f"/live/{room.public_id}/answers/", fields | {"step": "publish"}).status_code == 302
    assert Answer.objects.get().body == TEXT


def test_pressing_twice_hands_in_once(client, inbox, to_us, vendor):
    question = to_us()
    client.force_login(vendor)
    for _press in range(2):
        assert client.post(inbox, form(question, step="submit")).status_code == 302
    assert AnswerDraft.objects.get().version == 2


def test_handing_in_after_the_end_is_refused_and_the_text_is_kept(client, inbox, to_us, vendor):
    question = to_us()
    Room.objects.update(phase="closed")
    client.force_login(vendor)
    page = client.post(inbox, form(question, step="submit"))
    assert page.status_code == 422
    assert "＊回答の受付期間ではないため、提出できません。" in page.text
    assert AnswerDraft.objects.get().body == TEXT


def test_a_conflict_shows_both_texts_and_the_next_press_decides(client, inbox, to_us, vendor):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    client.post(inbox, form(question, body="同僚が書いた文"))
    client.force_login(vendor)
    page = client.post(inbox, form(question, body="私が書いた文", command_id="command-id-2"))
    assert page.status_code == 409
    assert "同僚が書いた文" in page.text
    assert "私が書いた文" in page.text
    assert 'name="version" value="1"' in page.text
    assert AnswerDraft.objects.get().body == "同僚が書いた文"


@pytest.mark.parametrize("step", ["draft", "submit"])
def test_no_press_passes_over_a_colleagues_text_that_waits_for_a_choice(client, inbox, to_us, vendor, step):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    client.post(inbox, form(question, body="同僚が書いた文"))
    client.force_login(vendor)
    # What the script posts after it was told of the other text: the newest version, and what it has not looked at.
    mine = form(question, body="私が書いた文", version=1, step=step, command_id="command-id-2")
    page = client.post(inbox, mine | {"seen": "body:0"})
    assert page.status_code == 409
    assert "同僚が書いた文" in page.text
    assert "私が書いた文" in page.text
    # Two texts side by side: the next one kept is the one somebody has pressed a button for.
    assert 'data-behaviour="confirm-leave"' in page.text
    assert AnswerDraft.objects.get().body == "同僚が書いた文"


def test_a_colleague_who_handed_in_is_named_and_the_text_shown(client, inbox, to_us, vendor):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    client.post(inbox, form(question, body="同僚が書いた文", step="submit"))
    client.force_login(vendor)
    saved = client.post(f"{inbox}save/", form(question, body="私が書いた文"))
    assert (saved.status_code, saved.json()["text"]) == (410, "同僚が書いた文")
    page = client.post(inbox, form(question, body="私が書いた文", step="submit", command_id="command-id-2"))
    for said in (saved.json()["message"], page.text):
        assert f"{colleague}さんが提出しました。" in said
    assert "同僚が書いた文" in page.text


def test_what_was_typed_while_a_colleague_handed_in_is_shown_once_more(client, inbox, to_us, vendor):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    client.post(inbox, form(question, body="同僚が書いた文", step="submit"))
    client.force_login(vendor)
    page = client.post(inbox, form(question, body="私が書いた文", command_id="command-id-2"))
    assert (page.status_code, "私が書いた文" in page.text) == (409, True)


def test_what_was_typed_to_a_question_hidden_meanwhile_is_shown_once_more(client, inbox, to_us, vendor):
    question = to_us(state="hidden")
    client.force_login(vendor)
    page = client.post(inbox, form(question))
    assert (page.status_code, TEXT in page.text, question.body in page.text) == (422, True, False)


def test_too_long_is_said_at_the_question_and_nothing_is_lost(client, inbox, to_us, vendor):
    client.force_login(vendor)
    page = client.post(inbox, form(to_us(), body="あ" * 2201))
    assert (page.status_code, "＊2000文字以内で入力してください。" in page.text, "あ" * 2201 in page.text) == (
        422,
        True,
        True,
    )


@pytest.mark.parametrize("fields", [{}, {"q": "x"}, {"version": "x"}, {"individual": "9"}, {"step": "publish"}])
def test_a_form_that_is_none_is_refused(client, inbox, to_us, vendor, fields):
    client.force_login(vendor)
    assert client.post(inbox, form(to_us()) | fields if fields else {}).status_code == 422 or fields == {}
    assert not Answer.objects.exists()


def test_it_saves_itself_and_a_colleagues_text_is_a_choice(client, inbox, to_us, vendor):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    assert client.post(f"{inbox}save/", form(question, body="同僚が書いた文")).json()["version"] == 1
    client.force_login(vendor)
    answer = client.post(f"{inbox}save/", form(question, body="私が書いた文")).json()
    assert answer["version"] == 1
    assert answer["conflicts"][0]["stored"] == "同僚が書いた文"
    # The form has moved on to the newest version, and says what it has not looked at yet.
    again = client.post(f"{inbox}save/", form(question, version=1, body="私が書いた文") | {"seen": "body:0"}).json()
    assert again["conflicts"]
    assert client.post(f"{inbox}save/", form(question, version=1, body="私が書いた文")).json()["version"] == 2
    assert AnswerDraft.objects.get().body == "私が書いた文"


def test_for_whom_an_answer_is_is_a_choice_as_well(client, inbox, to_us, vendor):
    question, colleague = to_us(), make_vendor_user(vendor_of(vendor))
    client.force_login(colleague)
    client.post(f"{inbox}save/", form(question, body="この方だけへの回答", individual="1"))
    client.force_login(vendor)
    for body, names in (("別の文", ["body", "individual"]), ("この方だけへの回答", ["individual"])):
        conflicts = client.post(f"{inbox}save/", form(question, body=body)).json()["conflicts"]
        assert [(each["name"], each["control"]) for each in conflicts] == [(name, name) for name in names]
        assert (conflicts[-1]["value"], "個別に回答する" in conflicts[-1]["stored"]) == ("1", True)
    # Nobody passes over it while it waits for a choice, and without a script it is said beside the text.
    refused = client.post(inbox, form(question, version=1, body="別の文") | {"seen": "individual:0"})
    assert refused.status_code == 409
    note = refused.text.split('class="conflict-note"')[1].split("</div>")[0]
    assert "個別" in note
    assert AnswerDraft.objects.get().is_individual is True


def test_saving_itself_ends_when_it_was_handed_in(client, inbox, to_us, vendor):
    question = to_us()
    client.force_login(vendor)
    client.post(inbox, form(question, step="submit"))
    assert client.post(f"{inbox}save/", form(question, version=2, body="まだ書く")).status_code == 410
    assert client.post(f"{inbox}save/", form(question, version=2, body="あ" * 2201)).status_code == 410


@pytest.mark.parametrize("show", ["waiting", "all"])
def test_what_waits_for_the_secretariat_is_not_unanswered(client, inbox, to_us, vendor, show):
    question = to_us()
    client.force_login(vendor)
    answer = client.post(f"{inbox}?show={show}", form(question, step="submit"))
    assert answer["Location"].startswith(f"{inbox}?show=waiting#" if show == "waiting" else f"{inbox}#")
    page = client.get(f"{inbox}?show={show}")
    assert re.search(r'未回答<span class="tabs__count">0<', page.text)
    assert (question.body in page.text) is (show == "all")


def test_an_opinion_is_not_unanswered(client, inbox, to_us, vendor):
    to_us(kind="opinion")
    client.force_login(vendor)
    page = client.get(inbox).text
    assert 'data-stage="open"></span>' in page
    assert "まだ質問はありません。" in page


def test_a_refused_form_is_said_at_the_top_with_the_way_to_it(client, inbox, to_us, vendor):
    to_us("ほかの質問", number="A-0001")
    question = to_us(number="A-0002")
    client.force_login(vendor)
    page = client.post(f"{inbox}?show=waiting", form(question, body="", step="submit")).text
    assert "<title>エラー: 質問への回答" in page
    assert 'class="error-summary" role="alert" tabindex="-1" autofocus' in page
    assert f'<a href="#body-{question.public_id}">受付番号 A-0002：回答を入力してください。</a>' in page
    assert f'id="body-{question.public_id}"' in page
    assert f'action="{inbox}?show=waiting"' in page
    assert f'data-count-for="body-{question.public_id}" data-count-limit="2000"' in page


@pytest.mark.parametrize(("show", "there"), [("all", True), ("waiting", True), ("submitted", False), ("done", False)])
def test_the_inbox_is_filtered(client, inbox, to_us, vendor, show, there):
    to_us()
    client.force_login(vendor)
    assert ("停電のときも使えますか。" in client.get(f"{inbox}?show={show}").text) is there


def test_the_deadline_stands_in_both_calendars(client, inbox, round, to_us, vendor):
    round.answers_until = timezone.make_aware(timezone.datetime(2030, 9, 11, 17, 0))
    round.save()
    client.force_login(vendor)
    page = client.get(inbox).text
    assert "令和12年9月11日（2030年・水）17:00" in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_inbox_page_costs_the_same_at_any_size(client, inbox, to_us, vendor, django_assert_num_queries, many):
    for number in range(many):
        to_us(f"質問{number}", number=f"A-{number:04d}")
    client.force_login(vendor)
    with django_assert_num_queries(PAGE_QUERIES):
        assert client.get(inbox).status_code == 200


PAGE_QUERIES = 14


def test_giving_back_needs_a_reason_and_keeps_what_was_typed(client, inbox, to_us, room, vendor, moderator):
    question = to_us()
    client.force_login(vendor)
    client.post(inbox, form(question, step="submit"))
    client.force_login(moderator)
    fields = {"q": question.public_id, "expect": 1, "draft": 2, "body": "直しかけの文", "command_id": "command-id-9"}
    page = client.post(f"/live/{room.public_id}/answers/", fields | {"step": "return", "reason": ""})
    assert (page.status_code, "＊差し戻す理由を入力してください。" in page.text, "直しかけの文" in page.text) == (
        422,
        True,
        True,
    )
    stale = fields | {"step": "publish", "draft": 1, "command_id": "command-id-8"}
    assert client.post(f"/live/{room.public_id}/answers/", stale).status_code == 409


def test_a_refused_return_is_said_at_the_top_with_the_way_to_it(client, inbox, to_us, room, vendor, moderator):
    question = to_us()
    client.force_login(vendor)
    client.post(inbox, form(question, step="submit"))
    client.force_login(moderator)
    fields = {"q": question.public_id, "expect": 1, "draft": 2, "command_id": "command-id-9", "step": "return"}
    page = client.post(f"/live/{room.public_id}/answers/", fields).text
    assert "<title>エラー: 回答の確認" in page
    assert f'<a href="#reason-{question.public_id}">受付番号 A-0001：差し戻す理由を入力してください。</a>' in page


def test_where_nothing_was_asked_nothing_is_said_to_be_answered(client, inbox, room, vendor, moderator):
    client.force_login(vendor)
    assert "まだ質問はありません。" in client.get(inbox).text
    client.force_login(moderator)
    for path in ("answers/", "records/"):
        page = client.get(f"/live/{room.public_id}/{path}").text
        assert "まだ質問はありません。" in page
        assert "すべて回答しました" not in page


def test_the_secretariat_answers_what_was_asked_of_everybody(client, inbox, to_us, room, moderator):
    question = to_us("次回はいつですか。", slot=None)
    client.force_login(moderator)
    url = f"/live/{room.public_id}/answers/"
    page = client.get(url).text
    assert "次回はいつですか。" in page
    assert "すべて回答しました" not in page.partition("事業者あての質問には、")[0]
    fields = {"q": question.public_id, "expect": 1, "body": "", "command_id": "command-id-9", "step": "publish"}
    refused = client.post(url, fields).text
    assert f'<a href="#body-{question.public_id}">受付番号 A-0001：回答を入力してください。</a>' in refused
    assert client.post(url, fields | {"body": "来月です。"}).status_code == 302
    assert (Answer.objects.get().body, Answer.objects.get().is_from_vendor) == ("来月です。", False)
    assert "公開中の質問には、すべて回答しました。" in client.get(url).text


def test_an_individual_answer_is_sent_and_not_published(client, inbox, to_us, room, vendor, moderator):
    question = to_us()
    client.force_login(vendor)
    client.post(inbox, form(question, step="submit", individual="1"))
    client.force_login(moderator)
    url = f"/live/{room.public_id}/answers/"
    assert "質問した方に送る" in client.get(url).text
    fields = {"q": question.public_id, "expect": 1, "draft": 2, "body": TEXT, "individual": "1", "step": "publish"}
    page = client.post(url, fields | {"command_id": "command-id-9"}, follow=True).text
    assert "質問した方に回答を送りました。" in page


def test_a_paper_slip_offers_no_individual_answer(client, inbox, to_us, vendor, room, moderator):
    question = to_us(source="venue")
    client.force_login(vendor)
    assert 'name="individual"' not in client.get(inbox).text
    client.post(inbox, {key: value for key, value in form(question, step="submit").items() if key != "individual"})
    client.force_login(moderator)
    page = client.get(f"/live/{room.public_id}/answers/").text
    assert TEXT in page
    assert 'name="individual"' not in page


def test_the_secretariat_sees_what_is_overdue(client, inbox, to_us, room, round, moderator):
    to_us("期限を過ぎた質問です")
    round.answers_until = timezone.now() - timedelta(days=1)
    round.save()
    client.force_login(moderator)
    page = client.get(f"/live/{room.public_id}/answers/").text
    assert "期限を過ぎた質問です" in page
    assert "期限を過ぎています" in page


def test_the_way_to_the_inbox_is_on_the_room_page_and_on_mypage(client, inbox, vendor, officer):
    client.force_login(vendor)
    room_page = inbox.removesuffix("inbox/")
    assert inbox in client.get(room_page).text
    assert inbox in client.get("/mypage/").text
    Registration.objects.create(
        round=Room.objects.get().round, user=officer, body=body_of(officer), mode="online", registered_at=timezone.now()
    )
    client.force_login(officer)
    assert inbox not in client.get(room_page).text


def test_mypage_says_what_waits(client, inbox, to_us, round, room, vendor, organiser):
    round.answers_until = timezone.now() + timedelta(days=9)
    round.save()
    first = to_us()
    to_us("もう一つ。", number="A-0002")
    client.force_login(vendor)
    client.post(inbox, form(first, step="submit"))
    page = client.get("/mypage/").text
    assert "未回答の質問 1件" in page
    assert "回答期限" in page
    client.force_login(organiser)
    page = client.get("/mypage/").text
    assert "確認を待っている回答 1件" in page
    assert f"/live/{room.public_id}/answers/" in page
    assert "進行画面を開く" in page


def test_organisers_set_how_the_room_works(client, inbox, room, organiser):
    client.force_login(organiser)
    public_id = room.round.public_id
    assert "事業者の回答を事務局の確認なしで公開する" in client.get(f"/admin/programme/{public_id}/").text
    client.post(f"/admin/programme/{public_id}/room/", {"vendors_publish": "on"})
    room.refresh_from_db()
    assert (room.vendors_publish, room.is_moderated) == (True, False)


def test_the_record_of_the_day_says_that_an_answer_was_individual_and_not_what(client, inbox, to_us, round, vendor):
    Answer.objects.create(question=to_us(), body=TEXT, is_individual=True, by=vendor, published_at=timezone.now())
    page = client.get(f"/archive/{round.public_id}/")
    assert "停電のときも使えますか。" in page.text
    assert "質問した方に個別に回答しました。" in page.text
    assert TEXT not in page.text


# --- Enter --------------------------------------------------------------------------------------------------------


def first_buttons(page):
    """What Enter presses in each form of a page's main part: the first submitting button's attributes, in order."""
    forms = re.findall(r"<form.*?</form>", page.text.partition("<main")[2], re.DOTALL)
    return [re.search(r'<button(?![^>]*type="button")([^>]*)>', each)[1].strip() for each in forms]


def test_enter_publishes_nothing(client, inbox, to_us, room, vendor, moderator):
    client.force_login(vendor)
    client.post(inbox, form(to_us(), step="submit"))
    client.force_login(moderator)
    page = client.get(f"/live/{room.public_id}/answers/")
    assert first_buttons(page) == [
        "disabled hidden",
        'class="button button--danger-final button--small" name="step" value="return"',
    ]


def test_enter_hands_nothing_in(client, inbox, to_us, vendor):
    to_us()
    client.force_login(vendor)
    assert first_buttons(client.get(inbox)) == ['class="button button--secondary" name="step" value="draft"']
