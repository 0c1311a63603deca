"""Questions that ask the same become one: who counts, what everybody sees, and that nothing is lost by it."""

from datetime import timedelta

import pytest

from live import selectors
from live.models import Question, RoomEvent, Vote
from tests.factories import NOW, make_body, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(asked, do, second_officer, register, moderator):
    """The officer's question and one of the second officer that asks the same, both public: (stays, goes)."""
    register(second_officer)

    def pair(*, publish=True, body="停電時でも利用できますか。", at=NOW):
        stays = asked(at=at)
        goes = do(second_officer, "question.ask", body=body, at=at)["r"]["q"]
        if publish:
            do(moderator, "question.moderate", q=goes, expect=1, state="public", at=at)
        return stays, goes

    return pair


def version(public_id):
    return Question.objects.get(public_id=public_id).version


def counts(public_id):
    question = Question.objects.get(public_id=public_id)
    return [question.score, question.bodies]


@pytest.fixture
def merge(do, moderator):
    def merge(goes, stays, *, person=None, **more):
        expect = [version(goes), version(stays)]
        return do(person or moderator, "question.merge", **{"from": goes, "into": stays, "expect": expect} | more)

    return merge


def test_voters_of_both_and_the_asker_count_once_each(pair, merge, do, room, second_officer, register):
    stays, goes = pair()
    both, other = (
        make_officer(make_body("131016", "千代田区", "東京都")),
        make_officer(make_body("131024", "中央区", "東京都")),
    )
    register(both, other)
    do(both, "vote.set", q=stays, on=True)
    do(both, "vote.set", q=goes, on=True)
    do(other, "vote.set", q=goes, on=True)
    answer = merge(goes, stays)
    assert answer["ok"], answer
    # Two who voted, one of them on both, and the second officer, who asked what was merged.
    assert answer["r"]["counts"] == [3, 3]
    assert counts(stays) == [3, 3]
    assert selectors.mine(room, second_officer)["votes"] == [stays]


def test_an_answered_question_is_merged_into_none_but_may_take_others_in(pair, merge, do, moderator):
    stays, goes = pair()
    assert do(moderator, "answer.publish", q=goes, expect=2, body="はい。")["ok"]
    answer = merge(goes, stays)
    assert (answer["e"], "回答済みの質問は、ほかの質問に統合できません。" in answer["m"]) == ("conflict", True)
    assert Question.objects.get(public_id=goes).state == "public"
    assert merge(stays, goes)["ok"]


def test_votes_keep_the_question_they_were_given_to(pair, merge, do, officer):
    stays, goes = pair()
    do(officer, "vote.set", q=goes, on=True)
    merge(goes, stays)
    assert Vote.objects.get(participant=officer).question.public_id == goes


def test_an_asker_who_asked_twice_is_no_voter_for_the_own_question(asked, merge):
    stays, goes = asked(), asked(body="停電時でも利用できますか。")
    merge(goes, stays)
    assert counts(stays) == [0, 0]


def test_a_paper_slip_merged_brings_no_voter(asked, do, merge, moderator):
    stays = asked()
    goes = do(moderator, "question.ask", body="停電のとき使えるか")["r"]["q"]
    merge(goes, stays)
    assert counts(stays) == [0, 0]


def test_a_vote_on_a_merged_question_goes_to_its_target_and_says_so(pair, merge, do, register):
    stays, goes = pair()
    merge(goes, stays)
    late = make_officer(make_body("131016", "千代田区", "東京都"))
    register(late)
    answer = do(late, "vote.set", q=goes, on=True)
    assert answer["r"]["q"] == stays
    assert answer["r"]["merged"] == goes
    assert answer["r"]["counts"] == [2, 2]
    assert Vote.objects.get(participant=late).question.public_id == stays


def test_taking_back_on_the_target_takes_back_every_vote_that_counts_for_it(pair, merge, do, second_officer):
    stays, goes = pair()
    do(second_officer, "vote.set", q=stays, on=True)
    do(second_officer, "vote.set", q=goes, on=True)
    merge(goes, stays)
    assert do(second_officer, "vote.set", q=stays, on=False)["r"]["counts"] == [0, 0]
    assert not Vote.objects.filter(is_on=True).exists()


def test_what_was_merged_into_a_merged_question_moves_along(asked, merge, do, register, moderator):
    first, second, third = (asked(body=f"質問{n}", at=NOW + timedelta(minutes=n)) for n in range(3))
    voter = make_officer(make_body("131016", "千代田区", "東京都"))
    register(voter)
    do(voter, "vote.set", q=third, on=True)
    merge(third, second)
    merge(second, first)
    assert Question.objects.get(public_id=third).merged_into.public_id == first
    assert counts(first) == [1, 1]
    assert do(voter, "vote.set", q=third, on=False)["r"]["q"] == first


def test_separating_gives_each_its_own_voters_back(pair, merge, do, officer, moderator, room):
    stays, goes = pair()
    do(officer, "vote.set", q=goes, on=True)
    merge(goes, stays)
    assert counts(stays) == [2, 2]
    assert do(moderator, "question.separate", q=goes, expect=3, at=NOW + timedelta(days=2))["ok"]
    assert counts(stays) == [0, 0]
    assert counts(goes) == [1, 1]
    assert Question.objects.get(public_id=goes).state == "public"
    shown = {question["id"] for question in selectors.snapshot(room.pk, is_staff=False, at=NOW)["questions"]}
    assert shown == {stays, goes}


@pytest.fixture
def chain(asked, merge):
    """Three questions, the third merged into the second, and that into the first; their public ids."""
    first, second, third = (asked(body=f"質問{n}", at=NOW + timedelta(minutes=n)) for n in range(3))
    merge(third, second)
    merge(second, first)
    return first, second, third


def test_what_had_moved_along_comes_back_along(chain, do, register, moderator, room):
    first, second, third = chain
    voter = make_officer(make_body("131016", "千代田区", "東京都"))
    register(voter)
    do(voter, "vote.set", q=third, on=True)
    assert counts(first) == [1, 1]
    before = room.staff_seq
    assert do(moderator, "question.separate", q=second, expect=version(second))["ok"]
    assert Question.objects.get(public_id=third).merged_into.public_id == second
    assert (counts(second), counts(first)) == ([0, 0], [1, 1])
    # Whoever asked what came back along reads where it is now.
    told = RoomEvent.objects.filter(room=room, stream="staff", seq__gt=before).order_by("-seq")[:3]
    assert {event.question.public_id for event in told} == set(chain)


def test_what_was_merged_elsewhere_since_stays_there(chain, merge, do, moderator):
    first, second, third = chain
    assert do(moderator, "question.separate", q=third, expect=version(third))["ok"]
    assert merge(third, first)["ok"]
    assert do(moderator, "question.separate", q=second, expect=version(second))["ok"]
    assert Question.objects.get(public_id=third).merged_into.public_id == first


def test_what_was_pending_is_pending_again(pair, merge, do, moderator):
    stays, goes = pair(publish=False)
    merge(goes, stays)
    do(moderator, "question.separate", q=goes, expect=2)
    assert Question.objects.get(public_id=goes).state == "pending"


@pytest.mark.parametrize("state", ["withheld", "hidden", "withdrawn", "merged"])
def test_nothing_is_merged_into_what_is_out_of_sight(pair, merge, state):
    stays, goes = pair()
    Question.objects.filter(public_id=stays).update(state=state)
    assert merge(goes, stays)["e"] == "conflict"
    assert Question.objects.get(public_id=goes).state == "public"


def test_a_public_question_does_not_vanish_into_one_nobody_reads(pair, merge):
    stays, goes = pair(publish=False)
    assert merge(stays, goes)["e"] == "conflict"


def test_a_question_is_not_merged_into_itself(asked, merge):
    question = asked()
    assert merge(question, question)["e"] == "bad"


@pytest.mark.parametrize("expect", [[2], [2, 2, 2], ["2", "2"], [True, 2], [None, 2], 2])
def test_merging_needs_both_versions(pair, merge, expect):
    stays, goes = pair()
    assert merge(goes, stays, expect=expect)["e"] == "bad"


def test_a_merge_that_saw_something_older_is_a_conflict(pair, merge):
    stays, goes = pair()
    answer = merge(goes, stays, expect=[2, 1])
    assert answer["e"] == "conflict"
    assert answer["r"]["q"] == stays


@pytest.mark.parametrize("who", ["officer", "vendor", "reviewer"])
def test_only_moderators_merge_and_separate(pair, merge, do, request, who):
    stays, goes = pair()
    person = request.getfixturevalue(who)
    assert merge(goes, stays, person=person)["e"] == "denied"
    merge(goes, stays)
    assert do(person, "question.separate", q=goes, expect=3)["e"] == "denied"


def test_whoever_withdraws_a_target_takes_nobody_elses_question_along(pair, merge, do, officer, room):
    stays, goes = pair()
    merge(goes, stays)
    assert do(officer, "question.withdraw", q=stays)["ok"]
    assert Question.objects.get(public_id=stays).state == "withdrawn"
    assert [q["id"] for q in selectors.snapshot(room.pk, is_staff=False, at=NOW)["questions"]] == [goes]


def test_whoever_withdraws_a_merged_question_counts_no_more_but_its_voters_do(pair, merge, do, officer, second_officer):
    stays, goes = pair()
    do(officer, "vote.set", q=goes, on=True)
    merge(goes, stays)
    assert counts(stays) == [2, 2]
    assert do(second_officer, "question.withdraw", q=goes)["ok"]
    assert counts(stays) == [1, 1]


# --- Who learns of it ---------------------------------------------------------------------------------------------


def test_of_a_merged_question_the_public_learns_two_ids_and_no_text(pair, merge, room, officer):
    stays, goes = pair(body="個人名の混じった質問")
    assert "個人名の混じった質問" in str(selectors.events_after(room, "pub", 0, limit=99))
    merge(goes, stays)
    room.refresh_from_db()
    frames = selectors.events_after(room, "pub", 0, limit=99)
    assert {"t": "ev", "seq": 3, "k": "question.merged", "id": goes, "into": stays} in frames
    public = str(frames) + str(selectors.snapshot(room.pk, is_staff=False, at=NOW)) + str(selectors.mine(room, officer))
    assert "個人名の混じった質問" not in public
    assert "個人名の混じった質問" in str(selectors.snapshot(room.pk, is_staff=True, at=NOW))


def test_the_asker_is_led_to_the_question_that_stays_while_it_is_public(
    pair, merge, do, room, second_officer, moderator
):
    stays, goes = pair()
    merge(goes, stays)
    assert selectors.mine(room, second_officer)["questions"][0]["into"] == {"id": stays, "no": "A-0001"}
    do(moderator, "question.moderate", q=stays, expect=2, state="hidden", reason="個人名を含むため")
    assert selectors.mine(room, second_officer)["questions"][0]["into"] == {"id": None, "no": "A-0001"}


def test_a_question_merged_into_one_hidden_since_names_it_to_nobody(pair, merge, do, room, moderator):
    stays, goes = pair()
    merge(goes, stays)
    do(moderator, "question.moderate", q=stays, expect=2, state="hidden", reason="個人名を含むため")
    room.refresh_from_db()
    frames = selectors.events_after(room, "pub", 0, limit=99)
    assert {frame["k"] for frame in frames} == {"question.removed"}
    assert "into" not in str(frames)
