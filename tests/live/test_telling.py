"""Mails of the question room: who hears of an answer, of a question or of what waits, when, and in which words."""

from datetime import timedelta

import pytest
from django.core import mail

from live.models import Question, Room, Round
from live.services.telling import remind_vendors
from notifications.models import Message
from notifications.worker import claim, send, work_once
from tests.factories import NOW
from tests.live.conftest import ANSWER as TEXT

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def test_the_asker_gets_the_answer_itself_by_mail(do, submitted, moderator, officer):
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT)
    message = Message.objects.get(topic="answered")
    assert message.recipient == officer
    assert TEXT in message.body
    assert "停電のときも使えますか。" in message.body
    assert message.not_before == NOW + timedelta(minutes=1)


@pytest.fixture
def merged(do, to_us, moderator, second_officer, register, slots):
    """merged(): a public question with two of the second officer merged into it: their public ids, the head first."""
    register(second_officer)

    def merged():
        ids = [to_us()]
        for number in range(2):
            asked = do(second_officer, "question.ask", body=f"停電時は{number}", slot=slots[0].public_id)["r"]["q"]
            ids.append(asked)
            arguments = {"from": asked, "into": ids[0], "expect": [1, 2]}
            assert do(moderator, "question.merge", **arguments)["ok"]
        return ids

    return merged


def told(topic="answered"):
    return [(each.recipient, each.subject.partition("受付 ")[2]) for each in queued(topic)]


def queued(topic):
    return list(Message.objects.filter(topic=topic, state="queued").order_by("pk"))


def test_who_asked_what_was_merged_gets_the_answer_too_once_and_by_the_own_number(
    do, merged, moderator, officer, second_officer
):
    head, *_rest = merged()
    do(moderator, "answer.publish", q=head, expect=2, body=TEXT)
    assert told() == [(officer, "A-0001）"), (second_officer, "A-0002）")]
    message = queued("answered")[1]
    assert "停電時は0" in message.body
    assert TEXT in message.body
    assert "同じ内容の質問 A-0001 に統合" in message.body
    do(moderator, "moderation.undo", q=head, expect=3)
    assert told() == []


def test_an_individual_answer_is_mailed_to_nobody_who_was_merged(do, merged, moderator, officer):
    do(moderator, "answer.publish", q=merged()[0], expect=2, body=TEXT, individual=True)
    assert told() == [(officer, "A-0001）")]


@pytest.mark.parametrize("again", [{"body": "この方だけへの回答", "individual": True}, {"body": "", "oral": True}])
def test_what_is_published_otherwise_within_the_minute_leaves_to_nobody_as_it_was(
    do, merged, moderator, officer, second_officer, again
):
    head, *_rest = merged()
    do(moderator, "answer.publish", q=head, expect=2, body=TEXT)
    assert second_officer in [person for person, _number in told()]
    do(moderator, "answer.publish", q=head, expect=3, **again)
    assert [person for person, _number in told()] == ([officer] if again["body"] else [])
    assert not any(TEXT in message.body for message in queued("answered"))


def test_who_was_merged_before_gets_the_answer_of_what_it_all_goes_into(
    do, merged, to_us, moderator, second_officer, slots
):
    head, *_rest = merged()
    answered = to_us(body="停電のとき、窓口はどうなりますか。", at=NOW + timedelta(minutes=3))
    do(moderator, "answer.publish", q=answered, expect=2, body=TEXT)
    do(moderator, "question.merge", **{"from": head, "into": answered, "expect": [2, 3]})
    assert second_officer in [person for person, _number in told()]
    do(moderator, "question.separate", q=head, expect=3)
    assert second_officer not in [person for person, _number in told()]


def test_nobody_gets_the_same_answer_twice_however_often_it_is_merged(
    do, to_us, moderator, second_officer, register, slots
):
    register(second_officer)
    head = to_us()
    do(moderator, "answer.publish", q=head, expect=2, body=TEXT)
    asked = do(second_officer, "question.ask", body="停電時は", slot=slots[0].public_id)["r"]["q"]
    merge = {"from": asked, "into": head}
    do(moderator, "question.merge", **merge, expect=[1, 3])
    work_once(at=NOW + timedelta(minutes=5))
    assert told() == []
    do(moderator, "question.separate", q=asked, expect=2)
    do(moderator, "question.merge", **merge, expect=[3, 3])
    assert told() == []


def test_who_is_merged_into_what_is_answered_gets_the_answer(do, to_us, moderator, second_officer, register, slots):
    register(second_officer)
    head = to_us()
    do(moderator, "answer.publish", q=head, expect=2, body=TEXT)
    asked = do(second_officer, "question.ask", body="停電時は", slot=slots[0].public_id)["r"]["q"]
    do(moderator, "question.merge", **{"from": asked, "into": head, "expect": [1, 3]})
    assert told()[1:] == [(second_officer, "A-0002）")]
    do(moderator, "question.separate", q=asked, expect=2)
    assert told()[1:] == []


def test_the_vendor_is_told_when_its_answer_was_published_in_other_words(do, submitted, moderator, vendor):
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body="語句を直した回答")
    [message] = queued("mended")
    assert (message.recipient, "語句を直した回答" in message.body) == (vendor, True)
    assert "直したうえで公開しました" in message.body
    do(moderator, "moderation.undo", q=submitted, expect=3)
    assert queued("mended") == []


def test_the_vendor_is_told_when_its_answer_goes_to_others_than_it_wanted(do, submitted, moderator):
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT, individual=True)
    [message] = queued("mended")
    assert "届け方を変えて" in message.subject
    assert "直した" not in message.subject + message.body


def test_no_word_to_the_vendor_when_its_answer_was_published_as_it_was(do, submitted, moderator):
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT)
    assert queued("mended") == []


def test_organisers_are_told_that_answers_wait_at_most_every_half_hour(do, to_us, vendor, moderator, organiser):
    def hand_in(body, at):
        question = to_us(body=body, at=at)
        do(vendor, "answer.draft", q=question, expect=0, body=TEXT, at=at)
        assert do(vendor, "answer.submit", q=question, expect=1, at=at)["ok"]
        return question

    def told(at):
        return [text for address, text in sent(at) if address == organiser.email]

    first = hand_in("一つめの質問", NOW)
    assert "確認を待っている回答が1件あります" in told(NOW)[0]
    for minutes in (5, 10):
        hand_in(f"{minutes}分の質問", NOW + timedelta(minutes=minutes))
        assert told(NOW + timedelta(minutes=minutes)) == []
    do(moderator, "answer.publish", q=first, expect=2, draft=2, body=TEXT)
    [text] = told(NOW + timedelta(minutes=30))
    assert "確認を待っている回答が2件あります" in text
    assert "一つめの質問" not in text
    last = hand_in("最後の質問", NOW + timedelta(minutes=40))
    do(vendor, "answer.withdraw", q=last, expect=2, at=NOW + timedelta(minutes=41))
    for question in Question.objects.filter(draft__submitted_at__isnull=False):
        do(moderator, "answer.return", q=question.public_id, expect=2, reason="短すぎます。")
    assert told(NOW + timedelta(hours=2)) == []


def test_an_answer_mended_within_a_minute_leaves_once(do, submitted, moderator):
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT)
    do(moderator, "answer.publish", q=submitted, expect=3, body="直した回答")
    states = list(Message.objects.filter(topic="answered").order_by("pk").values_list("state", flat=True))
    assert states == ["superseded", "queued"]


def test_no_mail_for_an_oral_answer_without_text_nor_for_a_paper_slip(do, live_room, to_us, moderator, slots):
    do(moderator, "answer.publish", q=to_us(), expect=2, oral=True)
    slip = do(moderator, "question.ask", body="会場から", slot=slots[0].public_id)["r"]["q"]
    do(moderator, "question.moderate", q=slip, expect=1, state="public")
    do(moderator, "answer.publish", q=slip, expect=2, body="はい。")
    assert not Message.objects.filter(topic="answered").exists()


def test_on_the_day_itself_vendors_get_no_mail_about_questions(to_us):
    to_us()
    assert not Message.objects.filter(topic="questions").exists()


HALF_AN_HOUR = timedelta(minutes=30)


def sent(at):
    """The mails that leave at a moment, as (recipient's address, subject and body)."""
    before = len(mail.outbox)
    work_once(at=at)
    return [(each.to[0], each.subject + each.body) for each in mail.outbox[before:]]


def test_after_the_day_a_vendor_has_one_mail_half_an_hour_after_the_first_question(live_room, to_us, vendor):
    Room.objects.update(phase="feedback")
    for number in range(4):
        to_us(body=f"{number}つめの質問", at=NOW + number * timedelta(minutes=9))
    assert Message.objects.filter(topic="questions").count() == 1
    assert sent(NOW + timedelta(minutes=29)) == []
    [(address, text)] = sent(NOW + HALF_AN_HOUR)
    assert address == vendor.email
    assert all(f"{number}つめの質問" in text for number in range(4))


def test_the_mail_says_what_is_true_when_it_leaves(do, live_room, to_us, vendor, moderator):
    Room.objects.update(phase="feedback")
    hidden, answered, handed_in, _rest = (
        to_us(body=body, at=NOW + n * timedelta(minutes=1))
        for n, body in enumerate(("隠す質問", "答えた質問", "出した質問", "残る質問"))
    )
    do(moderator, "question.moderate", q=hidden, expect=2, state="hidden", reason="個人名")
    do(moderator, "answer.publish", q=answered, expect=2, body="はい。")
    do(vendor, "answer.draft", q=handed_in, expect=0, body=TEXT)
    do(vendor, "answer.submit", q=handed_in, expect=1)
    Round.objects.update(answers_until=NOW + timedelta(days=9))
    [(_address, text)] = [each for each in sent(NOW + HALF_AN_HOUR) if each[0] == vendor.email]
    assert "新しい質問が1件届いています" in text
    assert "残る質問" in text
    assert not any(body in text for body in ("隠す質問", "答えた質問", "出した質問"))
    assert "回答期限" in text


def test_a_single_question_hidden_before_its_mail_left_is_told_to_nobody(do, live_room, to_us, moderator):
    Room.objects.update(phase="feedback")
    question = to_us()
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="個人名")
    assert sent(NOW + HALF_AN_HOUR) == []
    assert not queued("questions")


def test_no_mail_about_questions_leaves_a_closed_room(live_room, to_us):
    Room.objects.update(phase="feedback")
    to_us()
    Room.objects.update(phase="closed")
    assert sent(NOW + HALF_AN_HOUR) == []
    assert not queued("questions")


def test_what_was_told_is_not_told_again(live_room, to_us):
    Room.objects.update(phase="feedback")
    to_us(body="前の質問")
    sent(NOW + HALF_AN_HOUR)
    to_us(body="次の質問", at=NOW + timedelta(hours=1))
    [(_address, text)] = sent(NOW + timedelta(hours=2))
    assert "次の質問" in text
    assert "前の質問" not in text


def test_a_question_published_while_its_mail_is_leaving_has_one_of_its_own(live_room, to_us):
    Room.objects.update(phase="feedback")
    to_us(body="前の質問")
    [leaving] = claim(at=NOW + HALF_AN_HOUR)
    later = NOW + HALF_AN_HOUR + timedelta(seconds=1)
    to_us(body="次の質問", at=later)
    send(leaving, at=NOW + HALF_AN_HOUR)
    assert "次の質問" in sent(later + HALF_AN_HOUR)[0][1]


def test_two_days_before_the_deadline_vendors_are_reminded_once(do, live_room, to_us, vendor, moderator):
    to_us(body="待っている質問")
    until = NOW + timedelta(days=4)
    Round.objects.update(answers_until=until)
    assert remind_vendors(at=NOW) == 0
    assert remind_vendors(at=until - timedelta(days=2)) == 1
    assert remind_vendors(at=until - timedelta(days=1)) == 0
    message = Message.objects.get(topic="reminder")
    assert (message.recipient, "待っている質問" in message.body) == (vendor, True)


def test_what_was_handed_in_is_not_reminded_of(do, submitted, to_us, vendor):
    Round.objects.update(answers_until=NOW + timedelta(days=1))
    assert remind_vendors(at=NOW) == 0
    to_us(body="待っている質問", at=NOW + timedelta(minutes=1))
    assert remind_vendors(at=NOW + timedelta(minutes=2)) == 1
    [reminder] = queued("reminder")
    assert "（未回答1件）" in reminder.subject
    assert "停電のときも使えますか。" not in reminder.body


def test_whoever_answered_everything_is_not_reminded(do, live_room, to_us, moderator):
    do(moderator, "answer.publish", q=to_us(), expect=2, body="はい。")
    Round.objects.update(answers_until=NOW + timedelta(days=1))
    assert remind_vendors(at=NOW) == 0
