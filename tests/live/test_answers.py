"""Written answers: the vendor's people write, hand in and take back; the secretariat publishes or gives back."""

from datetime import timedelta

import pytest

from accounts.selectors import vendor_of
from audit.selectors import broken_at, history
from live import selectors
from live.models import Answer, AnswerDraft, Question, Room, Round, Vote
from notifications.models import Message
from tests.factories import NOW, make_vendor_user
from tests.live.conftest import ANSWER as TEXT

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(vendor):
    return make_vendor_user(vendor_of(vendor))


def everything_public(room):
    return str(selectors.snapshot(room.pk, is_staff=False, at=NOW)) + str(
        selectors.events_after(room, "pub", 0, limit=99)
    )


# --- Writing ------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_nobody_but_its_vendor_reads_it(do, live_room, to_us, vendor, officer):
    question = to_us()
    assert do(vendor, "answer.draft", q=question, expect=0, body=TEXT)["r"] == {"q": question, "draft": 1}
    assert TEXT in str(selectors.inbox(vendor_of(vendor), live_room))
    live_room.refresh_from_db()
    assert TEXT not in everything_public(live_room)
    assert TEXT not in str(selectors.snapshot(live_room.pk, is_staff=True, at=NOW))
    assert TEXT not in str(selectors.mine(live_room, officer))


@pytest.mark.parametrize("op", ["answer.draft", "answer.submit", "answer.withdraw"])
@pytest.mark.parametrize("who", ["rival_vendor", "officer", "second_officer", "outsider", "reviewer", "moderator"])
def test_only_the_vendor_addressed_writes(do, to_us, request, who, op):
    body = {"body": TEXT} if op == "answer.draft" else {}
    answer = do(request.getfixturevalue(who), op, q=to_us(), expect=0, **body)
    assert answer["e"] == "denied"
    assert not AnswerDraft.objects.exists()


def test_a_question_that_is_not_public_is_gone_for_its_vendor(do, to_us, vendor):
    assert do(vendor, "answer.draft", q=to_us(publish=False), expect=0, body=TEXT)["e"] == "gone"


def test_a_question_to_nobody_in_particular_is_nobodys_to_answer(do, live_room, asked, vendor):
    assert do(vendor, "answer.draft", q=asked(), expect=0, body=TEXT)["e"] == "denied"


def test_of_two_colleagues_the_second_gets_both_texts(do, to_us, vendor, colleague):
    question = to_us()
    do(vendor, "answer.draft", q=question, expect=0, body="一人めの文")
    answer = do(colleague, "answer.draft", q=question, expect=0, body="二人めの文")
    assert answer["e"] == "conflict"
    assert (answer["r"]["body"], answer["r"]["draft"], answer["r"]["by"]) == ("一人めの文", 1, str(vendor))
    assert AnswerDraft.objects.get().body == "一人めの文"
    assert do(colleague, "answer.draft", q=question, expect=1, body="一人めと二人めの文")["ok"]
    assert AnswerDraft.objects.get().by == colleague


def test_saving_the_same_text_again_changes_nothing(do, to_us, vendor):
    question = to_us()
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    assert do(vendor, "answer.draft", q=question, expect=1, body=TEXT)["r"]["draft"] == 1


def test_a_draft_too_long_is_refused_and_the_old_one_stays(do, to_us, vendor):
    question = to_us()
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    assert do(vendor, "answer.draft", q=question, expect=1, body="あ" * 2201)["e"] == "too_long"
    assert AnswerDraft.objects.get().body == TEXT


# --- Handing in ---------------------------------------------------------------------------------------------------


def test_what_is_handed_in_waits_for_the_secretariat(do, live_room, submitted, moderator, vendor):
    assert not Answer.objects.exists()
    assert [question.public_id for question in selectors.drafts_waiting(moderator, live_room)] == [submitted]
    assert selectors.drafts_waiting(vendor, live_room) == []
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["stage"] == "submitted"


def test_where_vendors_publish_it_is_public_at_once(do, live_room, to_us, vendor):
    Room.objects.update(vendors_publish=True)
    question = to_us()
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    assert do(vendor, "answer.submit", q=question, expect=1)["r"]["published"] is True
    shape = selectors.snapshot(live_room.pk, is_staff=False, at=NOW)["questions"][0]
    assert (shape["answer"]["body"], shape["answer"]["from_vendor"]) == (TEXT, True)
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["stage"] == "published"


@pytest.mark.parametrize("phase", ["before", "closed"])
def test_too_late_or_too_early_the_draft_is_kept_and_not_taken(do, live_room, to_us, vendor, phase):
    question = to_us()
    Room.objects.update(phase=phase)
    assert do(vendor, "answer.draft", q=question, expect=0, body=TEXT)["ok"]
    assert do(vendor, "answer.submit", q=question, expect=1)["e"] == "closed"
    assert AnswerDraft.objects.get().body == TEXT


def test_at_the_second_of_the_deadline_it_is_closed(do, live_room, to_us, vendor):
    question = to_us()
    until = NOW + timedelta(hours=2)
    Round.objects.update(answers_until=until)
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    assert do(vendor, "answer.submit", q=question, expect=1, at=until)["e"] == "closed"
    assert do(vendor, "answer.submit", q=question, expect=1, at=until - timedelta(microseconds=1))["ok"]


def test_nothing_is_not_handed_in(do, to_us, vendor):
    assert do(vendor, "answer.submit", q=to_us(), expect=0)["e"] == "bad"


def test_what_waits_is_not_written_on_until_it_is_taken_back(do, submitted, vendor):
    assert do(vendor, "answer.draft", q=submitted, expect=2, body="書き直し")["e"] == "conflict"
    assert do(vendor, "answer.withdraw", q=submitted, expect=2)["r"]["draft"] == 3
    assert do(vendor, "answer.draft", q=submitted, expect=3, body="書き直し")["ok"]


def test_whoever_hands_in_what_a_colleague_wrote_answers_for_it(do, to_us, vendor, colleague):
    question = to_us()
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    do(colleague, "answer.submit", q=question, expect=1)
    answer = do(vendor, "answer.draft", q=question, expect=1, body="書き直し")
    assert answer["m"] == f"{colleague}さんが提出しました。書き直すには、提出を取り消してください。"


def test_a_moderator_gives_it_back_with_a_reason_by_mail(do, live_room, submitted, moderator, vendor):
    assert do(moderator, "answer.return", q=submitted, expect=2, reason="")["e"] == "bad"
    assert do(moderator, "answer.return", q=submitted, expect=2, reason="時期を書いてください。")["ok"]
    shape = selectors.inbox(vendor_of(vendor), live_room)[0]
    assert (shape["stage"], shape["draft"]["reason"]) == ("returned", "時期を書いてください。")
    message = Message.objects.get(topic="returned")
    assert (message.recipient, "時期を書いてください。" in message.body) == (vendor, True)


def test_only_moderators_give_back_or_publish(do, submitted, vendor, rival_vendor, officer):
    for person in (vendor, rival_vendor, officer):
        assert do(person, "answer.return", q=submitted, expect=2, reason="いいえ")["e"] == "denied"
        assert do(person, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT)["e"] == "denied"


def test_a_moderator_publishes_it_in_the_vendors_name(do, submitted, moderator, vendor):
    assert do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body="語句を直した回答")["ok"]
    answer = Answer.objects.get()
    assert (answer.body, answer.by, answer.is_from_vendor) == ("語句を直した回答", vendor, True)
    draft = AnswerDraft.objects.get()
    assert (draft.body, draft.submitted_at, draft.published_at) == ("語句を直した回答", None, NOW)


def test_a_draft_taken_back_meanwhile_is_not_published(do, submitted, moderator, vendor):
    do(vendor, "answer.withdraw", q=submitted, expect=2)
    answer = do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT)
    assert answer["e"] == "conflict"
    assert TEXT not in str(answer)
    assert not Answer.objects.exists()


def test_an_answer_is_corrected_and_its_mark_in_the_recording_stays(do, live_room, submitted, moderator, vendor, slots):
    on_stage = slots[0].starts_at + timedelta(minutes=12)
    do(moderator, "answer.publish", q=submitted, expect=2, draft=2, body=TEXT, oral=True, at=on_stage)
    assert do(vendor, "answer.draft", q=submitted, expect=3, body="訂正します。")["ok"]
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["stage"] == "revising"
    assert Answer.objects.get().body == TEXT
    do(vendor, "answer.submit", q=submitted, expect=4)
    do(moderator, "answer.publish", q=submitted, expect=3, draft=5, body="訂正します。", at=NOW)
    answer = Answer.objects.get()
    assert (answer.body, answer.version, answer.offset_ms) == ("訂正します。", 2, 720_000)


def test_the_way_of_an_answer_is_on_the_trail(do, submitted, moderator):
    do(moderator, "answer.return", q=submitted, expect=2, reason="短すぎます。")
    verbs = list(history(Question.objects.get()).values_list("verb", flat=True))
    assert verbs == ["ask", "publish", "submit_answer", "return_answer"]
    assert broken_at() is None


# --- Individual answers -------------------------------------------------------------------------------------------


def test_an_individual_answer_is_read_by_its_asker_the_staff_and_its_vendor_alone(
    do, live_room, to_us, vendor, moderator, officer, second_officer, register
):
    question = to_us(naming="anonymous")
    register(second_officer)
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT, individual=True)
    do(vendor, "answer.submit", q=question, expect=1)
    do(moderator, "answer.publish", q=question, expect=2, draft=2, body=TEXT, individual=True)
    live_room.refresh_from_db()
    assert TEXT in str(selectors.mine(live_room, officer))
    assert TEXT in str(selectors.snapshot(live_room.pk, is_staff=True, at=NOW))
    assert TEXT in str(selectors.inbox(vendor_of(vendor), live_room))
    assert TEXT not in everything_public(live_room)
    assert TEXT not in str(selectors.mine(live_room, second_officer))
    assert TEXT not in str(selectors.questions_for_archive(live_room.round))
    assert selectors.snapshot(live_room.pk, is_staff=False, at=NOW)["questions"][0]["answer"]["individual"] is True


def test_a_paper_slip_is_answered_in_public_alone(do, live_room, slots, vendor, moderator):
    slip = do(moderator, "question.ask", body="会場から", slot=slots[0].public_id)["r"]["q"]
    do(moderator, "question.moderate", q=slip, expect=1, state="public")
    words = "会場の用紙で受け付けた質問には、個別に回答できません。"
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["is_slip"] is True
    assert words in do(vendor, "answer.draft", q=slip, expect=0, body=TEXT, individual=True)["m"]
    do(vendor, "answer.draft", q=slip, expect=0, body=TEXT)
    AnswerDraft.objects.update(is_individual=True)
    assert words in do(vendor, "answer.submit", q=slip, expect=1)["m"]
    assert words in do(moderator, "answer.publish", q=slip, expect=2, body=TEXT, individual=True)["m"]
    assert not Answer.objects.exists()


def test_the_inbox_knows_the_asker_only_as_far_as_the_asker_allowed(live_room, to_us, vendor, officer):
    to_us(naming="anonymous")
    seen = str(selectors.inbox(vendor_of(vendor), live_room))
    assert "停電のときも使えますか。" in seen
    for secret in (officer.last_name, officer.email, "府中市"):
        assert secret not in seen


def test_the_inbox_names_only_bodies_that_let_it(do, live_room, to_us, vendor, second_officer, register):
    question = to_us(naming="anonymous")
    register(second_officer)
    do(second_officer, "vote.set", q=question, on=True)
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["voters"] == []
    Vote.objects.update(is_named=True)
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["voters"] == ["広島県府中市"]
    Vote.objects.update(is_on=False)
    assert selectors.inbox(vendor_of(vendor), live_room)[0]["voters"] == []


# --- Order, numbers, costs ----------------------------------------------------------------------------------------


def test_unanswered_first_then_the_most_wanted(do, live_room, to_us, vendor, moderator, officer):
    answered, quiet, wanted = (to_us(body=body, at=NOW + timedelta(minutes=n)) for n, body in enumerate("答静望"))
    do(officer, "vote.set", q=wanted, on=True)
    do(moderator, "answer.publish", q=answered, expect=2, body="はい。")
    assert [shape["id"] for shape in selectors.inbox(vendor_of(vendor), live_room)] == [wanted, quiet, answered]


def test_first_what_there_is_to_do_then_what_waits_then_what_is_answered(do, live_room, to_us, vendor, moderator):
    answered, waiting, returned, opinion, drafted = (
        to_us(body=body, kind="opinion" if body == "意" else "question", at=NOW + timedelta(minutes=n))
        for n, body in enumerate("答待戻意書")
    )
    do(moderator, "answer.publish", q=answered, expect=2, body="はい。")
    for question in (waiting, returned, drafted):
        do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    for question in (waiting, returned):
        do(vendor, "answer.submit", q=question, expect=1)
    do(moderator, "answer.return", q=returned, expect=2, reason="短すぎます。")
    shapes = selectors.inbox(vendor_of(vendor), live_room)
    assert [shape["id"] for shape in shapes] == [returned, drafted, waiting, answered, opinion]
    assert [shape["is_unanswered"] for shape in shapes] == [True, True, False, False, False]


def test_vendors_stand_in_the_order_of_the_programme(live_room, slots, make_proposal, rival_vendor, vendor):
    slots[0].proposal, slots[1].proposal = make_proposal(vendor=vendor_of(rival_vendor)), slots[0].proposal
    for slot in slots:
        slot.save()
    vendors = [vendor_of(rival_vendor), vendor_of(vendor)]
    assert vendors[0].pk > vendors[1].pk
    assert selectors.vendors_of(live_room) == vendors


def test_what_is_asked_of_everybody_is_the_secretariats_to_answer(do, live_room, asked, moderator, vendor):
    question = asked(body="次回はいつですか。")
    assert [each.public_id for each in selectors.asked_of_everybody(moderator, live_room)] == [question]
    assert selectors.asked_of_everybody(vendor, live_room) == []
    do(moderator, "answer.publish", q=question, expect=2, body="来月です。")
    assert selectors.asked_of_everybody(moderator, live_room) == []


def test_what_is_answered_is_not_withdrawn_nor_anything_after_the_end(do, live_room, to_us, moderator, officer):
    answered, open_one = to_us(), to_us(body="もう一つ。", at=NOW + timedelta(minutes=1))
    do(moderator, "answer.publish", q=answered, expect=2, body="はい。")
    own = {each["id"]: each["withdrawable"] for each in selectors.mine(live_room, officer)["questions"]}
    assert own == {answered: False, open_one: True}
    assert "回答済みの質問は取り下げられません。" in do(officer, "question.withdraw", q=answered)["m"]
    Room.objects.update(phase="closed")
    assert do(officer, "question.withdraw", q=open_one)["e"] == "closed"
    assert Question.objects.filter(state="public").count() == 2
    Room.objects.update(phase="answers")
    assert do(officer, "question.withdraw", q=open_one)["ok"]


@pytest.mark.parametrize(("phase", "is_listed"), [("feedback", True), ("answers", True), ("closed", False)])
def test_a_round_is_in_hand_until_it_is_over(live_room, moderator, vendor, phase, is_listed):
    Room.objects.update(phase=phase)
    later = live_room.round.held_on + timedelta(days=7)
    at = NOW.replace(year=later.year, month=later.month, day=later.day)
    assert selectors.rounds_in_hand(moderator, at) == ([(live_room.round, 0)] if is_listed else [])
    assert selectors.rounds_in_hand(vendor, at) == []


def test_what_waits_stands_with_its_round(do, submitted, to_us, live_room, moderator, vendor):
    to_us(body="もう一つ。", at=NOW + timedelta(minutes=1))
    assert selectors.rounds_in_hand(moderator, NOW) == [(live_room.round, 1)]
    assert selectors.rounds_to_answer_in(vendor) == [(live_room.round, 1)]


def test_coverage_counts_questions_and_no_opinions(do, live_room, to_us, vendor, rival_vendor, moderator):
    first = to_us()
    to_us(body="意見です。", kind="opinion", at=NOW + timedelta(minutes=1))
    to_us(body="もう一つ。", at=NOW + timedelta(minutes=2))
    do(moderator, "answer.publish", q=first, expect=2, body="はい。")
    assert selectors.coverage(vendor_of(vendor), live_room) == (1, 2)
    assert selectors.coverage(vendor_of(rival_vendor), live_room) == (0, 0)


@pytest.mark.parametrize("many", [1, 3])
def test_an_inbox_costs_the_same_at_any_size(live_room, to_us, vendor, django_assert_num_queries, many):
    for number in range(many):
        to_us(body=f"質問{number}", at=NOW + timedelta(minutes=number * 2))
    ours = vendor_of(vendor)
    with django_assert_num_queries(3):  # questions with their answers, votes, merged questions
        assert len(selectors.inbox(ours, live_room)) == many


@pytest.mark.parametrize("many", [1, 3])
def test_the_moderators_lists_cost_the_same_at_any_size(
    do, live_room, to_us, vendor, moderator, django_assert_num_queries, many
):
    for number in range(many):
        question = to_us(body=f"質問{number}", at=NOW + timedelta(minutes=number * 2))
        do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
        do(vendor, "answer.submit", q=question, expect=1)
    selectors.drafts_waiting(moderator, live_room)
    with django_assert_num_queries(5):  # drafts; round, slots, vendors, questions
        assert len(selectors.drafts_waiting(moderator, live_room)) == many
        assert len(selectors.answering(moderator, live_room)[0]["waiting"]) == many


def test_what_was_written_to_a_question_hidden_since_is_kept_without_the_question(
    do, live_room, to_us, vendor, rival_vendor, moderator
):
    question = to_us(body="個人名を含む質問")
    do(vendor, "answer.draft", q=question, expect=0, body=TEXT)
    do(moderator, "question.moderate", q=question, expect=2, state="hidden", reason="個人名を含むため")
    assert selectors.inbox(vendor_of(vendor), live_room) == []
    assert [draft.body for draft in selectors.orphaned_drafts(vendor_of(vendor), live_room)] == [TEXT]
    assert selectors.orphaned_drafts(vendor_of(rival_vendor), live_room) == []
