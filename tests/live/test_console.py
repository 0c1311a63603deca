"""The console by plain forms: every key has a button, a conflict says who and what, nothing typed is lost."""

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.calendar import JST
from live.models import Answer, Ban, Question, Room
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def page(room):
    return f"/live/{room.public_id}/moderate/"


@pytest.fixture
def press(client, page):
    """press(person, op, question, **typed): one press of a button on the console as the person sees it now."""
    pressed = iter(range(1000, 9999))

    def press(person, op, question=None, **typed):
        client.force_login(person)
        row = Question.objects.filter(public_id=question).first()
        about = {"q": question, "expect": row.version} if row else {}
        form = {"op": op, "command_id": f"press-{next(pressed)}"} | about | typed
        return client.post(f"{page}decide/", form)

    return press


@pytest.fixture
def console(client, page):
    def console(person):
        client.force_login(person)
        return client.get(page).content.decode()

    return console


def state(question):
    return Question.objects.get(public_id=question).state


def test_each_decision_has_a_plain_button(press, asked, moderator):
    question = asked(publish=False)
    for wanted, typed in [
        ("withheld", {"ready": "個別面談でお尋ねください。"}),
        ("pending", {}),
        ("public", {}),
        ("hidden", {"reason": "自分の言葉で"}),
        ("public", {}),
    ]:
        response = press(moderator, "question.moderate", question, state=wanted, **typed)
        assert response.status_code == 302, wanted
        assert response["Location"].endswith("/moderate/#queue")
        assert state(question) == wanted


def test_a_ready_reason_is_told_as_it_stands_on_its_button(press, console, asked, moderator):
    question = asked(publish=False)
    assert "個人名や団体を特定できる内容が含まれています。" in console(moderator)
    press(
        moderator,
        "question.moderate",
        question,
        state="withheld",
        ready="個人名や団体を特定できる内容が含まれています。",
    )
    assert Question.objects.get().reason == "個人名や団体を特定できる内容が含まれています。"


def test_enter_in_a_field_never_presses_a_button_that_chooses_something_else(console, asked, moderator):
    asked(publish=False)
    for form in console(moderator).split("<form")[1:]:
        form = form.split("</form>")[0]
        if 'name="reason"' in form or 'name="into"' in form:
            assert 'name="ready"' not in form
            assert 'name="target"' not in form


def test_a_question_is_merged_by_the_button_of_a_similar_one_or_by_its_number(press, console, asked, moderator):
    stays = asked()
    first = asked(body="停電時でも利用できますか？", publish=False)
    other = asked(body="まったく別の話", publish=False)
    html = console(moderator)
    assert f'name="target" value="{stays}"' in html.split(f'id="i-{first}"')[1].split('id="i-')[0]
    assert 'name="target"' not in html.split(f'id="i-{other}"')[1].split('id="i-')[0]
    assert press(moderator, "question.merge", first, target=stays).status_code == 302
    assert press(moderator, "question.merge", other, into="ａ－０００１".replace("－", "-")).status_code == 302
    assert (state(first), state(other)) == ("merged", "merged")
    assert press(moderator, "question.separate", other).status_code == 302
    assert state(other) == "pending"


@pytest.mark.parametrize("typed", ["1", "A-1", "a-0001", "ａ－０００１", "Ａ０１", "０００1 "])
def test_a_receipt_number_is_known_however_it_is_typed(press, asked, moderator, typed):
    stays, goes = asked(), asked(body="まったく別の話", publish=False)
    assert press(moderator, "question.merge", goes, into=typed).status_code == 302
    assert Question.objects.get(public_id=goes).merged_into.public_id == stays


def test_a_word_merges_into_the_one_question_that_has_it_and_several_are_offered(press, asked, moderator):
    first, second = asked(), asked(body="停電の備えはありますか。", at=NOW + timedelta(minutes=1))
    goes = asked(body="電気が止まったら？", publish=False, at=NOW + timedelta(minutes=2))
    html = press(moderator, "question.merge", goes, into="停電").content.decode()
    item = html.split(f'id="i-{goes}"')[1].split('id="i-')[0]
    assert "候補がいくつかあります。選んでください。" in item
    for each in (first, second):
        assert f'name="target" value="{each}"' in item
    assert press(moderator, "question.merge", goes, into="備え").status_code == 302
    assert Question.objects.get(public_id=goes).merged_into.public_id == second


def test_a_number_that_is_none_is_refused_beside_the_question_and_stays_typed(press, asked, moderator):
    response = press(moderator, "question.merge", asked(), into="A-9999")
    assert response.status_code == 422
    assert 'value="A-9999"' in response.content.decode()


def test_pinning_mending_answering_and_undoing_work_without_a_script(press, console, asked, moderator):
    question = asked(at=timezone.now())
    press(moderator, "stage.pin", question)
    assert Room.objects.get().stage_question.public_id == question
    press(moderator, "stage.pin", None, q="")
    assert Room.objects.get().stage_question is None
    press(moderator, "question.edit", question, body="整えた文")
    assert Question.objects.get().body == "整えた文"
    html = console(moderator)
    assert "A-0001の表記を整えました。" in html
    press(moderator, "moderation.undo", question)
    assert Question.objects.get().body == "停電のときも使えますか。"
    html = console(moderator)
    assert "A-0001の表記を整えました。" not in shown(html)
    assert "A-0001を元に戻しました。" in html
    press(moderator, "answer.publish", question, oral="1")
    assert Answer.objects.get().is_oral


def shown(html):
    """The page as people see it: without what its scripts begin with."""
    return html.split('<script id="room-initial"')[0]


def top_of_queue(html):
    return html.split('id="queue"')[1].split("<section")[0]


@pytest.mark.parametrize(
    ("op", "typed", "said"),
    [
        ("question.moderate", {"state": "hidden", "reason": "重複"}, "A-0001を非公開にしました。"),
        ("question.moderate", {"state": "pending"}, "A-0001を承認待ちに戻しました。"),
        ("stage.pin", {}, "A-0001を登壇者の前に出しました。"),
        ("answer.publish", {"oral": "1"}, "A-0001を回答済みにしました。"),
    ],
)
def test_the_top_of_the_queue_says_what_was_done_to_which_number(press, console, asked, moderator, op, typed, said):
    question = asked(at=timezone.now())
    assert press(moderator, op, question, **typed)["Location"].endswith("#queue")
    top = top_of_queue(console(moderator))
    assert said in top
    assert f'href="#i-{question}"' in top


def test_taking_down_says_so(press, console, asked, moderator):
    press(moderator, "stage.pin", asked(at=timezone.now()))
    press(moderator, "stage.pin", None, q="")
    assert "A-0001を登壇者の前から下げました。" in top_of_queue(console(moderator))


def test_what_has_no_way_back_is_said_above_the_page(press, console, asked, moderator, officer):
    question = asked()
    press(moderator, "person.ban", question, reason="荒らし")
    assert f"{officer}さんの投稿を停止しました。" in shown(console(moderator))
    press(moderator, "person.unban", question)
    assert f"{officer}さんの投稿の停止を解除しました。" in shown(console(moderator))
    assert press(moderator, "question.ask", body="会場の紙")["Location"].endswith("/moderate/")
    assert "受付 A-0002（会場）として登録しました" in shown(console(moderator))


def test_a_refusal_is_said_at_the_top_with_a_way_to_its_question_and_no_older_success(press, asked, moderator):
    question = asked(publish=False, at=timezone.now())
    press(moderator, "question.moderate", question, state="public")
    html = press(moderator, "question.moderate", question, state="hidden", reason="").content.decode()
    top = top_of_queue(html)
    assert "質問した方に伝える理由を入力してください。" in top
    assert f'href="#i-{question}"' in top
    assert "を公開しました。" not in top
    assert "＊質問した方に伝える理由を入力してください。" in html.split(f'id="i-{question}"')[1]
    assert 'href="#slip"' in top_of_queue(press(moderator, "question.ask", body="").content.decode())


def test_somebody_is_shut_out_and_let_in_again_by_plain_buttons(press, console, asked, moderator):
    question = asked()
    assert press(moderator, "person.ban", question, reason="").status_code == 422
    other = asked(body="同じ人の別の質問", at=NOW + timedelta(minutes=1))
    press(moderator, "person.ban", question, reason="同じ投稿のくり返し")
    html = console(moderator)
    assert "同じ投稿のくり返し" in html
    for each in (question, other):
        chip = html.split(f'id="i-{each}"')[1].split('data-part="banned"')[1].split("</span>")[0]
        assert not chip.startswith(" hidden")
    press(moderator, "person.unban", question)
    assert Ban.objects.get().lifted_at is not None
    assert "同じ投稿のくり返し" not in console(moderator)


def test_a_slip_is_entered_with_its_body_and_a_refused_one_stays_typed(
    press, console, moderator, officer, register, slots
):
    register(officer)
    assert '<option value="132063">東京都府中市</option>' in console(moderator)
    typed = {"organisation": "132063", "kind": "opinion", "slot": slots[1].public_id}
    assert press(moderator, "question.ask", body="会場の紙", **typed).status_code == 302
    slip = Question.objects.get()
    assert (slip.source, slip.kind, slip.slot, slip.organisation_id) == ("venue", "opinion", slots[1], "132063")
    response = press(moderator, "question.ask", body="長" * 500, **typed)
    html = response.content.decode()
    assert response.status_code == 422
    assert "長" * 500 in html
    assert '<option value="132063" selected>' in html


def test_the_second_of_two_moderators_reads_by_whom_and_what_it_is_now(press, asked, moderator, organiser):
    question = asked(publish=False)
    old = Question.objects.get().version
    press(organiser, "question.moderate", question, state="public")
    response = press(
        moderator, "question.moderate", question, expect=old, state="withheld", reason="途中まで書いた理由"
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert f"{organiser.get_full_name()}さんが先に変更しました（現在: 公開中）。" in html
    assert 'value="途中まで書いた理由"' in html
    assert state(question) == "public"


@pytest.mark.parametrize("op", ["", "nonsense", "phase.set", "question.merge", "moderation.undo"])
def test_a_press_that_makes_no_sense_is_refused_in_words(press, asked, moderator, op):
    asked()
    assert press(moderator, op, None, q="nowhere", expect="x").status_code in {409, 422}


def test_a_question_that_waits_longer_than_people_do_is_marked(console, asked, moderator):
    asked(publish=False, at=timezone.now() - timedelta(seconds=20))
    assert "desk__waiting--late" in console(moderator)


@pytest.mark.parametrize("many", [1, 3])
def test_the_console_costs_the_same_at_any_size(client, page, asked, moderator, many, django_assert_num_queries):
    for number in range(many):
        asked(body=f"停電のとき{number}", publish=number % 2 == 0, at=NOW + timedelta(minutes=2 * number))
    client.force_login(moderator)
    client.get(page)
    with django_assert_num_queries(18):
        client.get(page)


@pytest.mark.parametrize(
    ("publish", "part", "said"),
    [(False, "withhold", "理由を伝えて保留にする"), (True, "hide", "理由を伝えて非公開にする")],
)
def test_the_button_that_tells_a_reason_says_what_it_does(console, asked, moderator, publish, part, said):
    question = asked(publish=publish)
    item = console(moderator).split(f'id="i-{question}"')[1].split("<template")[0]
    assert f'<span data-part="{part}-final">{said}</span>' in item


def test_when_a_question_was_answered_orally_is_told_to_everyone(client, press, console, asked, moderator, officer):
    question = asked()
    press(moderator, "answer.publish", question, oral="1")
    Answer.objects.update(published_at=datetime(2026, 7, 1, 14, 12, tzinfo=JST))
    item = console(moderator).split(f'id="i-{question}"')[1].split('id="i-')[0]
    assert "14:12" in item.split("口頭で回答済み")[1][:120]
    client.force_login(officer)
    page = client.get(f"/live/{Room.objects.get().public_id}/").content.decode()
    assert "14:12" in page.split(f'id="q-{question}"')[1].split("（口頭で回答済み）")[1][:200]


def test_the_public_list_is_ordered_and_narrowed_by_its_address_and_a_decision_keeps_it(
    client, page, press, asked, moderator, slots
):
    few = asked(body="少ない質問")
    many = asked(body="多い質問", at=NOW + timedelta(minutes=1))
    Question.objects.filter(public_id=many).update(score=5, bodies=2)
    Question.objects.filter(public_id=few).update(slot=slots[0])

    def order(query):
        html = shown(client.get(page + query).content.decode()).split('data-group="public"')[1].split("</section>")[0]
        return [
            ("few" if few in tag else "many") + (" hidden" if " hidden>" in tag else "")
            for tag in re.findall(r"<li [^>]*>", html)
            if "data-question" in tag
        ]

    client.force_login(moderator)
    assert order("") == order("?order=nonsense") == ["few", "many"]
    assert order("?order=votes") == ["many", "few"]
    assert order(f"?order=votes&slot={slots[0].public_id}") == ["many hidden", "few"]
    assert order("?slot=stage") == ["few", "many"]
    Room.objects.update(stage_slot=slots[1])
    assert order("?slot=stage") == ["few hidden", "many hidden"]
    assert (
        "条件に合う質問はありません。"
        in client.get(f"{page}?slot=stage").content.decode().split("data-all-aside>")[1][:40]
    )
    row = Question.objects.get(public_id=few)
    form = {"op": "stage.pin", "command_id": "press-ordered", "q": few, "expect": row.version}
    response = client.post(f"{page}decide/?order=votes&slot=stage&other=1", form)
    assert response["Location"].endswith("/moderate/?order=votes&slot=stage#queue")
