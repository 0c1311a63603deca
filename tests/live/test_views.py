"""The rooms' pages do everything without a script, keep what was typed, and say nothing to strangers."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from live.models import Question, Registration, Room, Vote
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def decide(browser, page, typed):
    form = {"op": "question.moderate", "command_id": "decide-0001"}
    return browser.post(f"{page}moderate/decide/", form | typed)


def ask(browser, page, **typed):
    form = {"command_id": "a-form-0001", "body": "停電のときも使えますか。", "kind": "question", "naming": "body_only"}
    return browser.post(page, form | typed)


# --- Asking and voting by plain forms ----------------------------------------------------------------------------


def test_a_question_about_a_scene_of_the_recording_says_which(visit, page, room, slots, officer, register):
    register(officer)
    Room.objects.filter(pk=room.pk).update(phase="feedback")
    browser = visit(officer)
    form = browser.get(f"{page}?to={slots[1].public_id}&scene=12:34").content.decode()
    assert re.search(rf'<option value="{slots[1].public_id}" selected', form)
    assert re.search(r'name="scene" value="12:34"', form)
    wrong = ask(browser, page, scene="さっき")
    assert wrong.status_code == 422 and "「12:34」のように" in wrong.content.decode()
    assert not Question.objects.exists()
    assert ask(browser, page, slot=slots[1].public_id, scene="１２：３４").status_code == 302
    assert Question.objects.get().offset_ms == 754_000
    assert "録画 12:34" in browser.get(page).content.decode()


def test_a_question_is_asked_by_a_plain_form_and_gets_its_number(visit, page, officer, register):
    register(officer)
    browser = visit(officer)
    response = ask(browser, page)
    assert response.status_code == 302
    assert "受付 A-0001" in browser.get(page).content.decode()
    assert Question.objects.get().state == "pending"


def test_a_button_pressed_twice_asks_once(visit, page, officer, register):
    register(officer)
    browser = visit(officer)
    ask(browser, page)
    ask(browser, page)
    assert Question.objects.count() == 1


def test_a_refused_question_comes_back_with_what_was_typed(visit, page, officer, register):
    register(officer)
    response = ask(visit(officer), page, body="長" * 500, naming="anonymous")
    html = response.content.decode()
    assert response.status_code == 422
    assert "400文字以内で入力してください。" in html
    assert "長" * 500 in html
    assert Question.objects.count() == 0


def test_markup_in_a_question_is_text(visit, page, asked, officer):
    asked(body="<script>alert(1)</script>")
    html = visit(officer).get(page).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_vote_is_given_and_taken_back_by_plain_buttons(visit, page, asked, second_officer, register):
    question = asked()
    register(second_officer)
    browser = visit(second_officer)
    browser.post(f"{page}vote/", {"q": question, "on": "1", "command_id": "a-vote-0001"})
    assert "1人・1団体が同じ質問" in browser.get(page).content.decode()
    browser.post(f"{page}vote/", {"q": question, "on": "0", "command_id": "a-vote-0002"})
    assert not Vote.objects.get().is_on


def test_an_own_question_is_withdrawn_by_a_plain_button(visit, page, asked, officer):
    question = asked()
    visit(officer).post(f"{page}withdraw/", {"q": question, "command_id": "withdraw-01"})
    assert Question.objects.get().state == "withdrawn"


def test_the_asker_reads_why_a_question_is_held_back_and_nobody_else_does(
    visit, page, asked, do, moderator, officer, second_officer, register
):
    question = asked(publish=False)
    do(moderator, "question.moderate", q=question, expect=1, state="withheld", reason="個人名が含まれています。")
    register(second_officer)
    assert "個人名が含まれています。" in visit(officer).get(page).content.decode()
    assert "個人名が含まれています。" not in visit(second_officer).get(page).content.decode()


def test_every_form_of_a_page_carries_an_id_of_its_own(visit, page, asked, officer):
    for number in range(3):
        asked(body=f"{number}番目の質問", at=timezone.now() + timedelta(minutes=number))
    ids = re.findall(r'name="command_id" value="([^"]+)"', visit(officer).get(page).content.decode())
    assert len(ids) > 6
    assert len(set(ids)) == len(ids)


def test_the_number_of_questions_does_not_change_the_number_of_queries(
    visit, page, asked, officer, django_assert_max_num_queries
):
    for number in range(6):
        asked(body=f"{number}番目の質問", at=timezone.now() + timedelta(minutes=number))
    browser = visit(officer)
    with django_assert_max_num_queries(26):
        browser.get(page)


# --- Who gets in -------------------------------------------------------------------------------------------------


def test_an_officer_who_has_not_registered_is_led_to_the_registration(visit, page, round, officer):
    assert visit(officer).get(page)["Location"] == f"/rounds/{round.public_id}/register/"


def test_of_a_programme_that_is_not_public_an_officer_learns_nothing(visit, page, round, officer):
    round.programme_published_at = None
    round.save()
    assert visit(officer).get(page).status_code == 404


def test_a_stranger_learns_nothing(visit, page, outsider, rival_vendor):
    for person in (outsider, rival_vendor):
        for address in (page, f"{page}state", f"{page}events", f"{page}screen/", f"{page}moderate/"):
            assert visit(person).get(address).status_code == 404


def test_the_console_and_the_screen_are_for_moderators(visit, page, officer, vendor, moderator, register):
    register(officer)
    for name in ("moderate/", "screen/"):
        assert visit(officer).get(page + name).status_code == 404
        assert visit(vendor).get(page + name).status_code == 404
        assert visit(moderator).get(page + name).status_code == 200


def test_an_anonymous_visitor_is_asked_to_sign_in(client, page):
    for name in ("", "moderate/"):
        assert client.get(page + name)["Location"].startswith("/accounts/login/")


def test_an_anonymous_question_names_its_asker_to_nobody_but_moderators(
    visit, page, asked, officer, second_officer, register, moderator
):
    # Another name than the reader's own, which their page knows.
    User.objects.filter(pk=officer.pk).update(last_name="匿名希望者")
    officer.refresh_from_db()
    asked(naming="anonymous")
    register(second_officer)
    name = officer.get_full_name()
    for address in (page, f"{page}state", f"{page}events?after=0&cv=0"):
        assert name not in visit(second_officer).get(address).content.decode()
    assert name in visit(moderator).get(f"{page}moderate/").content.decode()


# --- The machine-readable addresses -------------------------------------------------------------------------------


def test_the_state_is_not_sent_twice_unless_something_changed(visit, page, asked, do, moderator, officer):
    question = asked(publish=False)
    browser = visit(officer)
    etag = browser.get(f"{page}state")["ETag"]
    assert browser.get(f"{page}state", headers={"if-none-match": etag}).status_code == 304
    # Withholding changes nothing public: only the asker's own list.
    do(moderator, "question.moderate", q=question, expect=1, state="withheld", reason="重複")
    response = browser.get(f"{page}state", headers={"if-none-match": etag})
    assert response.json()["mine"]["questions"][0]["state"] == "withheld"


def test_the_state_is_read_once_for_everybody_and_what_is_hidden_is_gone_from_it(
    visit, page, asked, do, moderator, officer, second_officer, register, django_assert_max_num_queries
):
    register(second_officer)
    question = asked()
    first = visit(officer).get(f"{page}state").json()
    browser = visit(second_officer)
    with django_assert_max_num_queries(9) as asking:
        second = browser.get(f"{page}state").json()
    assert not any('FROM "live_question"' in each["sql"] and "'public'" in each["sql"] for each in asking)
    assert second["questions"] == first["questions"] != []
    assert (first["mine"]["questions"][0]["id"], second["mine"]["questions"]) == (question, [])
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="個人情報")
    assert visit(second_officer).get(f"{page}state").json()["questions"] == []


def test_a_phase_that_the_timetable_changed_is_told_before_anybody_announced_it(
    visit, page, round, room, officer, register
):
    register(officer)
    Room.objects.filter(pk=room.pk).update(phase="live", phase_set_at=NOW)
    browser = visit(officer)
    state = browser.get(f"{page}state")
    assert state.json()["phase"] == "live"
    known = f"{page}events?after=0&cv=0&phase=live"
    assert browser.get(known).status_code == 304
    round.closes_at = timezone.now() - timedelta(minutes=1)
    round.save()
    assert browser.get(known).json()["phase"] != "live"
    assert browser.get(f"{page}state", headers={"if-none-match": state["ETag"]}).status_code == 200


def test_polling_brings_what_was_missed_and_nothing_when_there_is_nothing(visit, page, asked, room, officer):
    question = asked()
    browser = visit(officer)
    missed = browser.get(f"{page}events?after=0&cv=0").json()
    assert [event["q"]["id"] for event in missed["events"]] == [question]
    assert browser.get(f"{page}events?after={missed['seq']}&cv={missed['cv']}").status_code == 304


def test_polling_with_numbers_of_no_room_asks_for_a_snapshot(visit, page, asked, officer):
    asked()
    browser = visit(officer)
    for query in ("after=999&cv=0", "after=-1", "after=x", ""):
        assert browser.get(f"{page}events?{query}").json() == {"resync": True}


def test_the_queue_is_polled_by_moderators_alone(visit, page, asked, officer, moderator):
    asked(publish=False)
    for_staff = visit(moderator).get(f"{page}events?after=0&cv=0&staff_after=0").json()
    assert [event["k"] for event in for_staff["events"]] == ["queue.changed"]
    assert visit(officer).get(f"{page}events?after=0&cv=0&staff_after=0").status_code == 304


def test_commands_by_post_are_acknowledged_one_by_one(visit, page, officer, register):
    register(officer)
    command = {"t": "cmd", "id": "posted-00001", "op": "question.ask", "a": {"body": "質問です。"}}
    sent = json.dumps([command, {"t": "cmd", "id": "posted-00002", "op": "nonsense"}])
    acks = visit(officer).post(f"{page}commands", sent, content_type="application/json").json()
    assert [ack["ok"] for ack in acks] == [True, False]


def test_a_flood_by_post_is_told_to_slow_down(visit, page, officer, register):
    register(officer)
    browser, errors = visit(officer), []
    for first in (0, 20):
        flood = [{"id": f"posted-{first + n:05}", "op": "vote.set", "a": {"q": "none", "on": True}} for n in range(20)]
        acks = browser.post(f"{page}commands", json.dumps(flood), content_type="application/json").json()
        errors += [ack["e"] for ack in acks]
    # Thirty at once, and a few more for the time that the first twenty took.
    assert errors[:30] == ["gone"] * 30
    assert errors[-1] == "rate"
    assert acks[-1]["id"] == "posted-00039"
    assert acks[-1]["retry_ms"] > 0


def test_plain_forms_come_out_of_the_same_purse(visit, page, officer, asked):
    question, browser = asked(), visit(officer)
    for _ in range(2):
        flood = [{"id": f"flood-{number:04}"} for number in range(20)]
        browser.post(f"{page}commands", json.dumps(flood), content_type="application/json")
    form = {"q": question, "on": "1", "command_id": "a-form-0001"}
    assert "短い時間に送信が続きました" in browser.post(f"{page}vote/", form, follow=True).content.decode()
    assert not Vote.objects.exists()


def test_broken_commands_are_bad_not_an_error(visit, page, officer, register):
    register(officer)
    browser = visit(officer)
    for body in ("", "{", "[[[[", "null", '"text"', "[null]"):
        response = browser.post(f"{page}commands", body, content_type="application/json")
        assert response.status_code in {200, 400}
        assert 'ok": true' not in response.content.decode()


# --- The moderators' console without a script ---------------------------------------------------------------------


def test_a_moderator_publishes_by_a_plain_button(visit, page, asked, moderator):
    question = asked(publish=False)
    decide(visit(moderator), page, {"q": question, "expect": 1, "state": "public"})
    assert Question.objects.get().state == "public"


def test_holding_back_without_a_reason_is_refused_beside_the_question(visit, page, asked, moderator):
    question = asked(publish=False)
    response = decide(visit(moderator), page, {"q": question, "expect": 1, "state": "withheld"})
    assert response.status_code == 422
    assert "質問した方に伝える理由を入力してください。" in response.content.decode()


def test_a_question_somebody_else_decided_on_is_a_conflict_and_the_reason_stays_typed(
    visit, page, asked, moderator, do
):
    question = asked(publish=False)
    do(moderator, "question.moderate", q=question, expect=1, state="public")
    response = visit(moderator).post(
        f"{page}moderate/decide/",
        {
            "op": "question.moderate",
            "q": question,
            "expect": 1,
            "state": "hidden",
            "reason": "重複です",
            "command_id": "decide-0001",
        },
    )
    assert response.status_code == 409
    assert 'value="重複です"' in response.content.decode()


def test_an_answer_is_published_by_a_plain_form(visit, page, asked, moderator, officer):
    question = asked()
    visit(moderator).post(
        f"{page}moderate/decide/",
        {"op": "answer.publish", "q": question, "expect": 2, "body": "はい、使えます。", "command_id": "answer-0001"},
    )
    assert "はい、使えます。" in visit(officer).get(page).content.decode()


def test_an_empty_answer_is_refused_unless_it_was_spoken(visit, page, asked, moderator):
    question = asked()
    browser = visit(moderator)
    form = {"op": "answer.publish", "q": question, "expect": 2, "body": "", "command_id": "answer-0001"}
    assert browser.post(f"{page}moderate/decide/", form).status_code == 422
    assert browser.post(f"{page}moderate/decide/", form | {"oral": "1"}).status_code == 302


def test_the_clock_brings_a_slot_on_stage_and_changes_the_phase(visit, page, room, slots, moderator):
    browser = visit(moderator)
    browser.post(f"{page}moderate/run/", {"slot": slots[0].public_id, "act": "start"})
    browser.post(f"{page}moderate/run/", {"phase": "live"})
    room.refresh_from_db()
    assert (room.stage_slot, room.phase) == (slots[0], "live")
    assert browser.post(f"{page}moderate/run/", {"phase": "nonsense"}).status_code == 404


# --- The big screen -----------------------------------------------------------------------------------------------


def test_the_screen_shows_a_public_question_and_never_an_unpublished_one(visit, page, asked, moderator):
    asked(body="まだ承認されていない質問", publish=False)
    html = visit(moderator).get(f"{page}screen/").content.decode()
    assert "まだ承認されていない質問" not in html
    asked(body="承認された質問", at=timezone.now())
    assert "承認された質問" in visit(moderator).get(f"{page}screen/").content.decode()


# --- Rounds and registration --------------------------------------------------------------------------------------


def test_the_programme_is_public_with_its_times_and_vendors(client, round, slots):
    html = client.get(f"/rounds/{round.public_id}/").content.decode()
    assert "13:05" in html
    assert "架空システム株式会社" in html


def test_a_programme_in_the_making_is_for_organisers_and_moderators(visit, client, round, organiser, officer):
    round.programme_published_at = None
    round.save()
    address = f"/rounds/{round.public_id}/"
    assert client.get(address).status_code == 404
    assert visit(officer).get(address).status_code == 404
    assert visit(organiser).get(address).status_code == 200


def test_an_officer_registers_changes_and_cancels(visit, round, officer):
    round.feedback_until = timezone.now() + timedelta(days=3)
    round.save()
    address = f"/rounds/{round.public_id}/register/"
    browser = visit(officer)
    assert browser.post(address, {"mode": "venue", "accommodation": "手話通訳"}).status_code == 302
    browser.post(address, {"mode": "online", "accommodation": ""})
    assert Registration.objects.get().mode == "online"
    browser.post(f"/rounds/{round.public_id}/cancel/")
    assert Registration.objects.get().cancelled_at is not None


def test_registering_without_a_way_of_taking_part_keeps_what_was_typed(visit, round, officer):
    response = visit(officer).post(f"/rounds/{round.public_id}/register/", {"accommodation": "要約筆記"})
    assert response.status_code == 422
    assert "要約筆記" in response.content.decode()
    assert Registration.objects.count() == 0


def test_somebody_without_a_body_is_told_how_to_get_one(visit, round, outsider):
    html = visit(outsider).get(f"/rounds/{round.public_id}/register/").content.decode()
    assert "/mypage/body/" in html
    assert "<textarea" not in html


def test_no_page_carries_a_style_or_a_script_of_its_own(visit, page, round, asked, moderator):
    asked()
    for address in (page, f"{page}moderate/", f"{page}screen/", f"/rounds/{round.public_id}/"):
        html = visit(moderator).get(address).content.decode()
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style", html)
        assert not re.search(r"<script(?![^>]*(src=|application/json))", html)


def test_the_page_tells_the_phase_of_the_moment(visit, page, round, officer, register):
    register(officer)
    round.opens_at, round.closes_at = timezone.now() - timedelta(hours=3), timezone.now() - timedelta(hours=1)
    round.save()
    shown = visit(officer).get(page).content.decode()
    assert 'data-phases="feedback">' in shown
    assert 'data-phases="before" hidden' in shown
