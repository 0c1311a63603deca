"""What moderators do besides publishing: mend, pin, take back, shut out, look; and what nobody else learns of it."""

from datetime import timedelta

import pytest

from audit.selectors import broken_at, history
from live import selectors
from live.models import Answer, AnswerDraft, Ban, Look, ModerationAct, Question, Vote
from notifications.models import Message
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def now(public_id):
    return Question.objects.get(public_id=public_id)


# --- Putting back, mending ----------------------------------------------------------------------------------------


def test_a_question_goes_back_into_the_queue_and_out_of_sight(do, room, asked, moderator):
    question = asked(body="もう一度見る質問")
    assert do(moderator, "question.moderate", q=question, expect=2, state="pending")["ok"]
    assert now(question).state == "pending"
    assert "もう一度見る質問" not in str(selectors.snapshot(room.pk, is_staff=False, at=NOW))


def test_a_mended_question_keeps_what_was_written_for_its_asker_alone(
    do, room, asked, moderator, officer, second_officer, register
):
    question = asked(body="担当の山田さんに、停電のときも使えるか聞きたい。")
    register(second_officer)
    assert do(moderator, "question.edit", q=question, expect=2, body="停電のときも使えますか。")["r"]["version"] == 3
    room.refresh_from_db()
    assert "山田" in selectors.mine(room, officer)["questions"][0]["original"]
    assert "山田" in str(selectors.snapshot(room.pk, is_staff=True, at=NOW))
    for public in (
        selectors.snapshot(room.pk, is_staff=False, at=NOW),
        selectors.events_after(room, "pub", 0, limit=9),
        selectors.mine(room, second_officer),
        [selectors.public_shape(q) for q in selectors.similar(room, "停電のときも使えますか。")],
    ):
        assert "山田" not in str(public)
    assert "停電のときも使えますか。" in str(selectors.events_after(room, "pub", 0, limit=9))
    assert list(history(now(question)).values_list("verb", flat=True)) == ["ask", "publish", "edit_question"]


def test_mending_twice_keeps_the_first_wording_and_mending_back_forgets_it(do, asked, moderator):
    question = asked(body="最初")
    do(moderator, "question.edit", q=question, expect=2, body="二番目")
    do(moderator, "question.edit", q=question, expect=3, body="三番目")
    assert now(question).original_body == "最初"
    do(moderator, "question.edit", q=question, expect=4, body="最初")
    assert now(question).original_body == ""


@pytest.mark.parametrize(("body", "code"), [("", "bad"), ("あ" * 441, "too_long"), ("逆\u202e", "bad")])
def test_a_mended_question_obeys_the_same_rules(do, asked, moderator, body, code):
    assert do(moderator, "question.edit", q=asked(), expect=2, body=body)["e"] == code


@pytest.mark.parametrize("state", ["hidden", "merged", "withdrawn"])
def test_what_is_out_of_sight_is_not_mended(do, asked, moderator, state):
    question = asked()
    Question.objects.update(state=state)
    assert do(moderator, "question.edit", q=question, expect=2, body="別の文")["e"] == "conflict"


OTHERS = ["officer", "vendor", "reviewer", "screener", "outsider"]


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_moderates_in_any_way(do, asked, request, who):
    question, person = asked(), request.getfixturevalue(who)
    for op, arguments in {
        "question.edit": {"expect": 2, "body": "別の文"},
        "stage.pin": {},
        "moderation.undo": {"expect": 2},
        "person.ban": {"reason": "荒らし"},
        "person.unban": {},
        "queue.look": {},
    }.items():
        assert do(person, op, q=question, **arguments)["e"] == "denied", op
    assert now(question).version == 2
    assert not Ban.objects.exists()
    assert not Look.objects.exists()


# --- The stage ----------------------------------------------------------------------------------------------------


def pinned(room):
    return selectors.snapshot(room.pk, is_staff=False, at=NOW)["pinned"]


def test_a_public_question_is_pinned_and_taken_off(do, room, asked, moderator):
    question = asked()
    assert do(moderator, "stage.pin", q=question)["ok"]
    assert pinned(room) == question
    room.refresh_from_db()
    assert selectors.events_after(room, "pub", 1, limit=9) == [
        {"t": "ev", "seq": 2, "k": "stage.set", "pinned": question, "wanted": True}
    ]
    assert do(moderator, "stage.pin", q=None)["ok"]
    assert pinned(room) is None


def test_only_what_is_public_is_pinned(do, room, asked, moderator):
    assert do(moderator, "stage.pin", q=asked(publish=False))["e"] == "gone"
    assert pinned(room) is None


@pytest.mark.parametrize("state", ["hidden", "pending"])
def test_what_leaves_the_public_leaves_the_stage(do, room, asked, moderator, state):
    question = asked()
    do(moderator, "stage.pin", q=question)
    do(moderator, "question.moderate", q=question, expect=2, state=state, reason="個人名を含むため")
    room.refresh_from_db()
    assert (room.stage_question, pinned(room)) == (None, None)
    assert selectors.events_after(room, "pub", 0, limit=9)[-1]["k"] == "stage.set"


def test_a_withdrawn_question_leaves_the_stage(do, room, asked, moderator, officer):
    question = asked()
    do(moderator, "stage.pin", q=question)
    do(officer, "question.withdraw", q=question)
    assert pinned(room) is None


# --- Taking back --------------------------------------------------------------------------------------------------


def undo(do, person, question, *, at=NOW):
    return do(person, "moderation.undo", q=question, expect=now(question).version, at=at)


def lay(question):
    """What a person can see of a question, without its version."""
    row = now(question)
    answer = Answer.objects.filter(question=row).values("body", "is_oral", "by", "published_at").first()
    return row.state, row.reason, row.body, row.original_body, row.merged_into_id, row.score, answer


@pytest.mark.parametrize(
    ("start", "arguments"),
    [
        ("pending", {"state": "public"}),
        ("pending", {"state": "withheld", "reason": "重複"}),
        ("public", {"state": "hidden", "reason": "重複"}),
        ("public", {"state": "pending"}),
        ("withheld", {"state": "public"}),
        ("withheld", {"state": "pending"}),
        ("hidden", {"state": "public"}),
    ],
)
def test_each_decision_is_taken_back_to_exactly_what_was(do, asked, moderator, start, arguments):
    question = asked(publish=start in {"public", "hidden"})
    if start in {"withheld", "hidden"}:
        step = {"q": question, "expect": now(question).version, "state": start, "reason": "最初の理由"}
        do(moderator, "question.moderate", **step)
    before = lay(question)
    assert before[0] == start
    done = do(moderator, "question.moderate", q=question, expect=now(question).version, **arguments)
    assert done["ok"], done
    assert lay(question) != before
    answer = undo(do, moderator, question)
    assert answer["ok"], answer
    assert lay(question) == before
    assert broken_at() is None


def test_a_mended_wording_is_taken_back(do, asked, moderator):
    question = asked()
    before = lay(question)
    do(moderator, "question.edit", q=question, expect=2, body="整えた文")
    assert undo(do, moderator, question)["ok"]
    assert lay(question) == before


def test_a_merge_and_a_separation_are_taken_back_with_what_had_moved_along(do, asked, moderator):
    first, second, third = (asked(body=f"質問{n}", at=NOW + timedelta(minutes=n)) for n in range(3))
    do(moderator, "question.merge", **{"from": third, "into": second, "expect": [2, 2]})
    before = lay(second), lay(third)
    do(moderator, "question.merge", **{"from": second, "into": first, "expect": [2, 2]})
    assert now(third).merged_into == now(first)
    assert undo(do, moderator, second)["ok"]
    assert (lay(second), lay(third)) == before
    do(moderator, "question.separate", q=third, expect=3)
    assert undo(do, moderator, third)["ok"]
    assert lay(third) == before[1]


def test_an_answer_is_taken_back_and_a_corrected_one_is_again_what_it_was(do, asked, moderator):
    question = asked()
    nothing = lay(question)
    do(moderator, "answer.publish", q=question, expect=2, oral=True)
    assert undo(do, moderator, question)["ok"]
    assert lay(question) == nothing
    do(moderator, "answer.publish", q=question, expect=4, body="はい。")
    before = lay(question)
    do(moderator, "answer.publish", q=question, expect=5, body="いいえ。", at=NOW + timedelta(seconds=1))
    assert undo(do, moderator, question)["ok"]
    assert lay(question) == before


def test_an_answer_taken_back_goes_to_nobody_by_mail_and_its_draft_waits_again(do, slots, asked, moderator, vendor):
    question = asked()
    Question.objects.update(slot=slots[0])
    during = NOW + timedelta(seconds=1)
    type(slots[0].part.round.room).objects.update(phase="answers")
    assert do(vendor, "answer.draft", q=question, expect=0, body="はい、使えます。", at=NOW)["ok"]
    assert do(vendor, "answer.submit", q=question, expect=1, at=NOW)["ok"]
    waiting = AnswerDraft.objects.values("body", "submitted_at", "published_at").get()
    given = do(moderator, "answer.publish", q=question, expect=2, body="はい、使えます。", draft=2, at=during)
    assert given["ok"], given
    assert Message.objects.filter(topic="answered", state="queued").count() == 1
    assert undo(do, moderator, question, at=during)["ok"]
    assert not Answer.objects.exists()
    assert not Message.objects.filter(topic="answered", state="queued").exists()
    assert AnswerDraft.objects.values("body", "submitted_at", "published_at").get() == waiting
    again = do(moderator, "answer.publish", q=question, expect=4, body="はい。", draft=4, at=NOW + timedelta(seconds=9))
    assert again["ok"], again
    assert Message.objects.filter(topic="answered", state="queued").count() == 1


def test_pinning_is_taken_back_to_what_stood_there(do, room, asked, moderator):
    first, second = asked(), asked(body="二番目")
    do(moderator, "stage.pin", q=first)
    do(moderator, "stage.pin", q=second)
    assert undo(do, moderator, second)["ok"]
    assert pinned(room) == first


@pytest.mark.parametrize("op", ["stage.pin", "question.moderate"])
def test_taking_back_leaves_on_stage_what_another_moderator_put_there_since(do, room, asked, moderator, organiser, op):
    first, second = asked(), asked(body="二番目")
    do(moderator, "stage.pin", q=first)
    if op == "question.moderate":
        do(moderator, op, q=first, expect=2, state="hidden", reason="間違い")
    assert do(organiser, "stage.pin", q=second)["ok"]
    assert undo(do, moderator, first)["ok"]
    assert pinned(room) == second


def test_hiding_what_was_on_stage_is_taken_back_with_the_stage(do, room, asked, moderator):
    question = asked()
    do(moderator, "stage.pin", q=question)
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="間違い")
    assert undo(do, moderator, question)["ok"]
    assert pinned(room) == question


def test_after_ten_seconds_it_is_too_late(do, asked, moderator):
    question = asked()
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="重複")
    assert undo(do, moderator, question, at=NOW + timedelta(seconds=11))["e"] == "closed"
    assert undo(do, moderator, question, at=NOW + timedelta(seconds=10))["ok"]


def test_nobody_takes_back_what_somebody_else_did(do, asked, moderator, organiser):
    question = asked()
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="重複")
    assert undo(do, organiser, question)["e"] == "conflict"


def test_nothing_is_taken_back_over_what_happened_since(do, asked, moderator, organiser):
    question = asked()
    do(moderator, "question.edit", q=question, expect=2, body="整えた文")
    do(organiser, "question.edit", q=question, expect=3, body="さらに整えた文")
    assert do(moderator, "moderation.undo", q=question, expect=3)["e"] == "conflict"
    assert do(moderator, "moderation.undo", q=question, expect=4)["e"] == "conflict"
    assert now(question).body == "さらに整えた文"


def test_what_was_taken_back_is_not_taken_back_again(do, asked, moderator):
    question = asked()
    do(moderator, "question.edit", q=question, expect=2, body="整えた文")
    assert undo(do, moderator, question)["ok"]
    assert undo(do, moderator, question)["e"] == "conflict"


# --- Shutting out -------------------------------------------------------------------------------------------------


def test_whoever_is_shut_out_neither_asks_nor_votes_and_reads_why(
    do, room, asked, moderator, officer, second_officer, register
):
    question = asked()
    register(second_officer)
    other = do(second_officer, "question.ask", body="別の質問")["r"]["q"]
    do(moderator, "question.moderate", q=other, expect=1, state="public")
    assert do(moderator, "person.ban", q=question, reason="同じ投稿のくり返し")["ok"]
    for op, arguments in {"question.ask": {"body": "まだ聞けますか"}, "vote.set": {"q": other, "on": True}}.items():
        answer = do(officer, op, **arguments)
        assert answer["e"] == "denied"
        assert "同じ投稿のくり返し" in answer["m"]
    assert selectors.room_visible_to(officer, room.public_id) is not None
    assert do(second_officer, "vote.set", q=question, on=True)["ok"]
    assert do(moderator, "person.unban", q=question)["ok"]
    assert do(officer, "question.ask", body="また聞けますか")["ok"]


def test_who_is_shut_out_is_on_the_staffs_list_and_nowhere_else(do, room, asked, moderator, officer):
    question = asked(naming="anonymous")
    do(moderator, "person.ban", q=question, reason="秘密の理由")
    (ban,) = selectors.snapshot(room.pk, is_staff=True, at=NOW)["banned"]
    assert (ban["q"], ban["reason"]) == (question, "秘密の理由")
    room.refresh_from_db()
    for public in (
        selectors.snapshot(room.pk, is_staff=False, at=NOW),
        selectors.events_after(room, "pub", 0, limit=9),
        selectors.mine(room, officer),
    ):
        assert "秘密の理由" not in str(public)
    do(moderator, "person.unban", q=question)
    assert selectors.snapshot(room.pk, is_staff=True, at=NOW)["banned"] == []


def test_shutting_out_needs_a_reason_and_never_hits_a_moderator(do, asked, moderator):
    assert do(moderator, "person.ban", q=asked(), reason=" ")["e"] == "bad"
    slip = do(moderator, "question.ask", body="会場の紙")["r"]["q"]
    assert do(moderator, "person.ban", q=slip, reason="荒らし")["e"] == "bad"
    assert not Ban.objects.exists()


# --- Looking ------------------------------------------------------------------------------------------------------


def test_a_look_is_seen_for_twenty_seconds(do, room, asked, moderator, organiser):
    question = asked(publish=False)
    do(moderator, "queue.look", q=question)
    do(organiser, "queue.look", q=question)
    assert selectors.looks(room, NOW + timedelta(seconds=19)) == {
        question: [moderator.get_full_name(), organiser.get_full_name()]
    }
    assert selectors.looks(room, NOW + timedelta(seconds=20)) == {}
    do(organiser, "queue.look", q=None)
    assert selectors.looks(room, NOW) == {question: [moderator.get_full_name()]}
    assert "looks" not in selectors.snapshot(room.pk, is_staff=False, at=NOW)


# --- Paper slips --------------------------------------------------------------------------------------------------


def test_a_slip_bears_the_body_it_names_and_no_vote_identity(do, moderator, officer, register):
    register(officer)
    answer = do(moderator, "question.ask", body="会場の質問", organisation="132063")
    question = now(answer["r"]["q"])
    assert (question.source, str(question.organisation)) == ("venue", "東京都府中市")
    assert selectors.public_shape(question)["by"] == "東京都府中市"


def test_a_slip_names_only_a_body_that_takes_part(do, moderator, second_officer):
    assert do(moderator, "question.ask", body="会場の質問", organisation="342084")["e"] == "bad"


def test_an_officer_does_not_ask_for_another_body(do, officer, second_officer, register):
    register(officer, second_officer)
    assert do(officer, "question.ask", body="成りすまし", organisation="342084")["e"] == "bad"
    assert not Question.objects.exists()


# --- Oral answers -------------------------------------------------------------------------------------------------


def test_an_answer_given_on_stage_knows_its_place_in_the_recording(do, slots, asked, moderator):
    slots[0].started_at = NOW
    slots[0].save()
    question = now(asked())
    Question.objects.update(slot=slots[0])
    do(moderator, "answer.publish", q=question.public_id, expect=2, oral=True, at=NOW + timedelta(minutes=12))
    assert Answer.objects.get().offset_ms == 12 * 60 * 1000


def test_votes_may_tell_the_vendor_which_body_it_is(do, room, asked, officer):
    question = asked()
    do(officer, "vote.set", q=question, on=True)
    assert not Vote.objects.get().is_named
    do(officer, "vote.set", q=question, on=True, named=True)
    assert Vote.objects.get().is_named
    assert selectors.mine(room, officer)["named"] == [question]
    do(officer, "vote.set", q=question, on=False)
    assert not Vote.objects.get().is_named


def test_acts_are_remembered_for_their_moderator(do, asked, moderator):
    asked()
    assert list(ModerationAct.objects.values_list("op", "moderator")) == [("question.moderate", moderator.pk)]
