"""The one handler: what each person may do, what is refused, and that a repeated command changes nothing."""

from datetime import timedelta

import pytest

from audit.selectors import broken_at
from live import selectors
from live.models import Command, Question, Registration, RoomEvent, Vote
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_registered_officer_asks_and_gets_a_number(do, officer, register):
    register(officer)
    answer = do(officer, "question.ask", body="費用の目安を教えてください。")
    assert answer["ok"]
    assert answer["r"]["no"] == "A-0001"
    assert answer["r"]["state"] == "pending"


@pytest.mark.parametrize("who", ["outsider", "vendor", "rival_vendor", "reviewer", "second_officer"])
def test_nobody_else_asks(do, room, request, who):
    assert do(request.getfixturevalue(who), "question.ask", body="聞けますか。")["e"] == "denied"
    assert not Question.objects.exists()


def test_a_cancelled_registration_asks_no_more(do, officer, register):
    register(officer)
    Registration.objects.update(cancelled_at=NOW)
    assert do(officer, "question.ask", body="聞けますか。")["e"] == "denied"


def test_the_same_command_twice_is_one_question_and_the_same_answer(do, officer, register):
    register(officer)
    first = do(officer, "question.ask", body="一度だけ。", command_id="same-command")
    assert do(officer, "question.ask", body="一度だけ。", command_id="same-command") == first
    assert Question.objects.count() == 1


def test_the_same_id_with_another_content_is_bad(do, officer, register):
    register(officer)
    do(officer, "question.ask", body="一つめ", command_id="same-command")
    assert do(officer, "question.ask", body="二つめ", command_id="same-command")["e"] == "bad"
    assert Question.objects.count() == 1


def test_two_people_may_use_the_same_id(do, officer, second_officer, register):
    register(officer, second_officer)
    for person in (officer, second_officer):
        assert do(person, "question.ask", body="同じ番号の命令", command_id="same-command")["ok"]
    assert Question.objects.count() == 2


def test_a_refused_command_leaves_nothing_behind(do, room, officer):
    do(officer, "question.ask", body="登録していません。")
    room.refresh_from_db()
    assert (room.question_count, room.pub_seq, room.staff_seq) == (0, 0, 0)
    assert not Command.objects.exists()
    assert not RoomEvent.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "bad"),
        ("　 \n", "bad"),
        ("あ" * 441, "too_long"),
        ("制御\x00文字", "bad"),
        ("向き\u202eを変える", "bad"),
    ],
)
def test_a_bad_body_is_refused_in_japanese(do, officer, register, body, code):
    register(officer)
    answer = do(officer, "question.ask", body=body)
    assert answer["e"] == code
    assert answer["m"]


def test_kanji_variants_and_kana_survive(do, officer, register):
    register(officer)
    text = "髙﨑さんと𠮷野さん、葛\U000e0100城市の①ｶﾅ"
    do(officer, "question.ask", body=text)
    assert Question.objects.get().body == text


def test_the_fourth_question_within_a_minute_waits(do, officer, register):
    register(officer)
    for number in range(3):
        assert do(officer, "question.ask", body=f"質問{number}")["ok"]
    answer = do(officer, "question.ask", body="四つめ")
    assert answer["e"] == "rate"
    assert 0 < answer["retry_ms"] <= 60_000
    assert do(officer, "question.ask", body="四つめ", at=NOW + timedelta(seconds=61))["ok"]


@pytest.mark.parametrize("phase", ["answers", "closed"])
def test_no_question_after_the_end(do, room, officer, register, phase):
    register(officer)
    type(room).objects.update(phase=phase)
    assert do(officer, "question.ask", body="間に合いますか。")["e"] == "closed"


def test_a_question_goes_to_the_slot_it_names(do, slots, officer, register):
    register(officer)
    do(officer, "question.ask", body="二番目の提案へ", slot=slots[1].public_id)
    assert Question.objects.get().slot == slots[1]


def test_a_slot_of_nowhere_is_refused(do, officer, register):
    register(officer)
    assert do(officer, "question.ask", body="どこへ", slot="nowhere")["e"] == "bad"


def test_a_moderator_enters_a_paper_slip_marked_as_venue(do, moderator):
    do(moderator, "question.ask", body="会場からの質問")
    assert Question.objects.get().source == "venue"


# --- Votes --------------------------------------------------------------------------------------------------------


def test_votes_count_people_and_bodies(do, asked, officer, second_officer, register):
    question = asked()
    register(second_officer)
    assert do(officer, "vote.set", q=question, on=True)["r"]["counts"] == [1, 1]
    assert do(second_officer, "vote.set", q=question, on=True)["r"]["counts"] == [2, 2]


def test_two_colleagues_are_two_people_and_one_body(do, asked, officer, register):
    from tests.factories import make_officer

    question, colleague = asked(), make_officer()
    register(colleague)
    do(officer, "vote.set", q=question, on=True)
    assert do(colleague, "vote.set", q=question, on=True)["r"]["counts"] == [2, 1]


def test_a_vote_can_be_taken_back_and_never_counts_twice(do, asked, officer):
    question = asked()
    for on, counts in [(True, [1, 1]), (True, [1, 1]), (False, [0, 0]), (False, [0, 0]), (True, [1, 1])]:
        assert do(officer, "vote.set", q=question, on=on)["r"]["counts"] == counts
    assert Vote.objects.count() == 1


def test_no_vote_on_what_is_not_public(do, asked, second_officer, register):
    question = asked(publish=False)
    register(second_officer)
    assert do(second_officer, "vote.set", q=question, on=True)["e"] == "gone"


def test_vendors_do_not_vote(do, asked, vendor):
    assert do(vendor, "vote.set", q=asked(), on=True)["e"] == "denied"


# --- Moderation and answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "vendor", "reviewer", "screener", "outsider"])
def test_only_moderators_moderate(do, asked, request, who):
    question = asked(publish=False)
    answer = do(request.getfixturevalue(who), "question.moderate", q=question, expect=1, state="public")
    assert answer["e"] in {"denied", "gone"}
    assert Question.objects.get().state == "pending"


def test_the_second_of_two_moderators_gets_a_conflict(do, asked, moderator, organiser):
    question = asked(publish=False)
    assert do(moderator, "question.moderate", q=question, expect=1, state="public")["ok"]
    answer = do(organiser, "question.moderate", q=question, expect=1, state="withheld", reason="重複")
    assert answer["e"] == "conflict"
    assert answer["r"] == {"q": question, "state": "public", "version": 2, "by": "moderator"}
    assert answer["m"] == "moderatorさんが先に変更しました（現在: 公開中）。"


def test_withholding_needs_a_reason(do, asked, moderator):
    question = asked(publish=False)
    assert do(moderator, "question.moderate", q=question, expect=1, state="withheld")["e"] == "bad"
    assert do(moderator, "question.moderate", q=question, expect=1, state="withheld", reason="個人名を含むため")["ok"]


def test_an_answer_is_published_on_a_public_question(do, asked, moderator):
    question = asked()
    assert do(moderator, "answer.publish", q=question, expect=2, body="対応します。")["ok"]
    assert Question.objects.get().answer.body == "対応します。"


def test_no_answer_on_what_is_not_public(do, asked, moderator):
    assert do(moderator, "answer.publish", q=asked(publish=False), expect=1, body="先に回答")["e"] == "gone"


def test_an_oral_answer_needs_no_text(do, asked, moderator):
    question = asked()
    assert do(moderator, "answer.publish", q=question, expect=2)["e"] == "bad"
    assert do(moderator, "answer.publish", q=question, expect=2, oral=True)["ok"]


def test_the_asker_withdraws_and_nobody_else_does(do, asked, officer, second_officer, register):
    question = asked()
    register(second_officer)
    assert do(second_officer, "question.withdraw", q=question)["e"] == "gone"
    assert do(officer, "question.withdraw", q=question)["ok"]
    assert Question.objects.get().state == "withdrawn"


def test_moderation_is_on_the_trail(do, asked, moderator):
    from audit.selectors import history

    asked()
    verbs = list(history(Question.objects.get()).values_list("verb", flat=True))
    assert verbs == ["ask", "publish"]
    assert broken_at() is None


# --- What others see ----------------------------------------------------------------------------------------------


def test_a_pending_question_is_in_no_public_snapshot(room, asked, officer):
    asked(body="まだ内緒の質問", publish=False)
    assert "まだ内緒の質問" in str(selectors.snapshot(room.pk, is_staff=True, at=NOW))
    assert "まだ内緒の質問" not in str(selectors.snapshot(room.pk, is_staff=False, at=NOW))
    assert "まだ内緒の質問" in str(selectors.mine(room, officer))


def test_a_replay_never_shows_what_was_hidden_since(do, room, asked, moderator):
    question = asked(body="消したい個人名")
    assert "消したい個人名" in str(selectors.events_after(room, "pub", 0, limit=10))
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="個人名を含むため")
    room.refresh_from_db()
    frames = selectors.events_after(room, "pub", 0, limit=10)
    assert [frame["k"] for frame in frames] == ["question.removed", "question.removed"]
    assert "消したい個人名" not in str(frames)


@pytest.mark.parametrize(
    ("naming", "shown"), [("named", "東京都府中市 officer"), ("body_only", "東京都府中市"), ("anonymous", "匿名")]
)
def test_the_asker_is_shown_as_the_asker_chose(room, asked, naming, shown):
    asked(naming=naming)
    assert selectors.snapshot(room.pk, is_staff=False, at=NOW)["questions"][0]["by"].startswith(shown)


def test_an_anonymous_asker_is_in_no_public_field(room, asked, officer):
    asked(naming="anonymous")
    public = str(selectors.snapshot(room.pk, is_staff=False, at=NOW)) + str(
        selectors.events_after(room, "pub", 0, limit=9)
    )
    assert officer.last_name in str(selectors.snapshot(room.pk, is_staff=True, at=NOW))
    for secret in (officer.last_name, officer.email, "府中市", "132063"):
        assert secret not in public


def test_snapshot_then_events_equals_a_fresh_snapshot(do, room, asked, moderator, officer):
    asked(body="最初から見える")
    before = selectors.snapshot(room.pk, is_staff=False, at=NOW)
    second, third = asked(body="後から見える"), asked(body="後から消える")
    do(moderator, "question.moderate", q=third, expect=2, state="hidden", reason="重複")
    do(moderator, "answer.publish", q=second, expect=2, body="はい。")
    do(officer, "vote.set", q=second, on=True)
    room.refresh_from_db()
    seen = {question["id"]: question for question in before["questions"]}
    for frame in selectors.events_after(room, "pub", before["seq"], limit=100):
        if frame["k"] == "question.removed":
            seen.pop(frame["id"], None)
        else:
            seen[frame["q"]["id"]] = frame["q"]
    for question, counts in selectors.counts_after(room, before["cv"]).items():
        seen[question]["counts"] = counts
    assert list(seen.values()) == selectors.snapshot(room.pk, is_staff=False, at=NOW)["questions"]


@pytest.mark.parametrize("many", [1, 3])
def test_a_snapshot_costs_the_same_at_any_size(room, asked, django_assert_num_queries, many):
    for number in range(many):
        asked(body=f"質問{number}", at=NOW + timedelta(minutes=number * 2))
    with django_assert_num_queries(5):  # savepoint, room, questions, polls, release
        selectors.snapshot(room.pk, is_staff=False, at=NOW)
