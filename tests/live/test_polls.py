"""Polls: made and run by moderators, answered once by each officer, counted kind by kind; and reactions to pitches."""

from datetime import timedelta

import pytest

from audit.selectors import broken_at, history
from live import documents, selectors
from live.models import Ban, Poll, PollReply, Reaction, Registration, Room
from tests.factories import NOW, make_body, make_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_poll(do, live_room, moderator):
    """make_poll("single", options=[…], open=True, show=True): the public id of a poll."""

    def make_poll(kind="single", *, options=("賛成", "反対", "わからない"), max_choices=2, is_open=True, is_shown=True):
        fields = {"kind": kind, "prompt": "導入を検討しますか。", "options": list(options), "max": max_choices}
        made = do(moderator, "poll.save", **fields)
        assert made["ok"], made
        poll = made["r"]["poll"]
        if is_open:
            assert do(moderator, "poll.open", poll=poll, expect=1)["ok"]
        if is_shown:
            assert do(moderator, "poll.show", poll=poll, on=True)["ok"]
        return poll

    return make_poll


@pytest.fixture
def officers(register):
    """Three officers of three bodies, registered."""
    codes = (("132063", "府中市", "東京都"), ("342084", "府中市", "広島県"), ("281000", "神戸市", "兵庫県"))
    people = [make_officer(make_body(*code)) for code in codes]
    register(*people)
    return people


def results(room, poll):
    return next(shape for shape in selectors.public_polls(room) if shape["id"] == poll)["results"]


# --- The life of a poll -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("op", ["poll.save", "poll.open", "poll.close", "poll.show", "poll.stage", "poll.let"])
@pytest.mark.parametrize("who", ["officer", "vendor", "rival_vendor", "reviewer", "outsider"])
def test_only_moderators_run_polls(do, make_poll, request, register, officer, who, op):
    register(officer)
    poll = make_poll("words")
    arguments = {
        "poll.save": {"kind": "text", "prompt": "何でも"},
        "poll.let": {"poll": poll, "text": "言葉", "on": True},
        "poll.show": {"poll": poll, "on": False},
        "poll.stage": {"poll": poll, "on": True},
    }.get(op, {"poll": poll, "expect": 2})
    before = Poll.objects.values().get()
    assert do(request.getfixturevalue(who), op, **arguments)["e"] == "denied"
    assert Poll.objects.values().get() == before


@pytest.mark.parametrize(
    ("state", "op", "becomes"),
    [
        ("draft", "poll.open", "open"),
        ("draft", "poll.close", "conflict"),
        ("open", "poll.open", "conflict"),
        ("open", "poll.close", "closed"),
        ("closed", "poll.open", "open"),
        ("closed", "poll.close", "conflict"),
    ],
)
def test_a_poll_is_opened_closed_and_opened_again(do, make_poll, moderator, state, op, becomes):
    poll = make_poll(is_open=False)
    Poll.objects.update(state=state)
    answer = do(moderator, op, poll=poll, expect=1)
    assert (answer["r"]["state"] if answer["ok"] else answer["e"]) == becomes


def test_the_second_of_two_moderators_gets_a_conflict(do, make_poll, moderator, organiser):
    poll = make_poll()
    assert do(moderator, "poll.close", poll=poll, expect=2)["ok"]
    assert do(organiser, "poll.close", poll=poll, expect=2)["e"] == "conflict"


def test_what_is_open_is_not_changed(do, make_poll, moderator):
    poll = make_poll()
    changed = do(moderator, "poll.save", poll=poll, expect=2, kind="text", prompt="別の問い")
    assert changed["e"] == "conflict"
    assert Poll.objects.get().prompt == "導入を検討しますか。"


def test_a_draft_is_changed_and_nobody_sees_it(do, live_room, make_poll, moderator):
    poll = make_poll(is_open=False)
    done = do(moderator, "poll.save", poll=poll, expect=1, kind="ranking", prompt="順位", options=["あ", "い"])
    assert done["r"]["version"] == 2
    assert [option.label for option in Poll.objects.get().options.all()] == ["あ", "い"]
    assert selectors.all_polls(moderator, live_room)[0]["prompt"] == "順位"
    assert selectors.public_polls(live_room) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"prompt": ""},
        {"options": ["一つだけ"]},
        {"options": ["同じ", "同じ"]},
        {"options": [str(number) for number in range(13)]},
        {"options": [1, 2]},
        {"kind": "multiple", "max": 4},
        {"kind": "multiple", "max": 0},
        {"slot": "nowhere"},
    ],
)
def test_a_poll_that_makes_no_sense_is_refused(do, live_room, moderator, fields):
    good = {"kind": "single", "prompt": "どれですか。", "options": ["甲", "乙", "丙"]}
    assert do(moderator, "poll.save", **good)["ok"]
    assert do(moderator, "poll.save", **good | fields)["e"] == "bad"
    assert Poll.objects.count() == 1


def test_the_life_of_a_poll_is_on_the_trail(do, make_poll, moderator):
    do(moderator, "poll.close", poll=make_poll(), expect=2)
    assert list(history(Poll.objects.get()).values_list("verb", flat=True)) == [
        "save_poll",
        "open",
        "show_poll",
        "close",
    ]
    assert broken_at() is None


# --- Replies ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["outsider", "vendor", "moderator", "second_officer"])
def test_only_registered_officers_reply(do, make_poll, request, who):
    assert do(request.getfixturevalue(who), "poll.reply", poll=make_poll(), value=[0])["e"] == "denied"
    assert not PollReply.objects.exists()


def test_one_reply_a_person_changed_while_it_is_open(do, live_room, make_poll, officers):
    poll = make_poll()
    for value in ([0], [1], [1]):
        assert do(officers[0], "poll.reply", poll=poll, value=value)["ok"]
    assert results(live_room, poll) == {"n": 1, "o": [0, 1, 0]}


def test_closed_is_closed_and_a_draft_is_not_there(do, make_poll, officers, moderator):
    poll = make_poll()
    do(moderator, "poll.close", poll=poll, expect=2)
    assert do(officers[0], "poll.reply", poll=poll, value=[0])["e"] == "closed"
    draft = make_poll(is_open=False, is_shown=False)
    assert do(officers[0], "poll.reply", poll=draft, value=[0])["e"] == "gone"


def test_when_the_room_is_closed_no_poll_takes_replies(do, make_poll, officers):
    poll = make_poll()
    Room.objects.update(phase="closed")
    assert do(officers[0], "poll.reply", poll=poll, value=[0])["e"] == "closed"


def test_a_cancelled_registration_replies_no_more(do, make_poll, officers):
    poll = make_poll()
    Registration.objects.update(cancelled_at=NOW)
    assert do(officers[0], "poll.reply", poll=poll, value=[0])["e"] == "denied"


def test_whoever_is_shut_out_neither_replies_nor_reacts(do, live_room, make_poll, slots, officers, moderator):
    poll = make_poll()
    Ban.objects.create(room=live_room, user=officers[0], reason="迷惑行為", by=moderator, at=NOW)
    assert do(officers[0], "poll.reply", poll=poll, value=[0])["e"] == "denied"
    assert do(officers[0], "reaction.set", slot=slots[0].public_id, label="more", on=True)["e"] == "denied"
    assert do(officers[1], "poll.reply", poll=poll, value=[0])["ok"]


def test_the_twenty_first_reply_in_ten_seconds_waits(do, make_poll, officers):
    poll = make_poll()
    for number in range(20):
        assert do(officers[0], "poll.reply", poll=poll, value=[number % 2])["ok"]
    answer = do(officers[0], "poll.reply", poll=poll, value=[0])
    assert (answer["e"], answer["retry_ms"]) == ("rate", 10_000)
    assert do(officers[0], "poll.reply", poll=poll, value=[0], at=NOW + timedelta(seconds=11))["ok"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("single", []),
        ("single", [0, 1]),
        ("single", [9]),
        ("single", ["0"]),
        ("single", [True]),
        ("single", [-1]),
        ("multiple", [0, 1, 2]),
        ("multiple", [0, 0]),
        ("rating", [0]),
        ("rating", [6]),
        ("rating", [1, 2]),
        ("rating", ["5"]),
        ("text", []),
        ("text", ["　"]),
        ("text", [1]),
        ("text", ["制御\u0007"]),
        ("words", []),
        ("words", ["", "　"]),
        ("words", ["一", "二", "三", "四"]),
        ("words", [1]),
        ("words", ["向き\u202e"]),
        ("ranking", [0, 0]),
        ("ranking", [0, 1, 2, 3]),
    ],
)
def test_a_reply_that_is_none_is_refused_in_japanese(do, make_poll, officers, kind, value):
    answer = do(officers[0], "poll.reply", poll=make_poll(kind), value=value)
    assert (answer["e"], bool(answer["m"])) == ("bad", True)
    assert not PollReply.objects.exists()


def test_a_reply_in_another_room_is_gone(do, make_poll, officers):
    assert do(officers[0], "poll.reply", poll="nowhere", value=[0])["e"] == "gone"


# --- Results ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "values", "counted"),
    [
        ("single", ([0], [0], [2]), {"n": 3, "o": [2, 0, 1]}),
        ("multiple", ([0, 1], [1], [1, 2]), {"n": 3, "o": [1, 3, 1]}),
        ("rating", ([5], [4], [4]), {"n": 3, "o": [0, 0, 0, 2, 1], "mean": 4.33}),
        ("ranking", ([1, 0, 2], [1], [0, 1]), {"n": 3, "o": [5, 8, 1]}),
    ],
)
def test_results_count_people(do, live_room, make_poll, officers, kind, values, counted):
    poll = make_poll(kind)
    for officer, value in zip(officers, values, strict=True):
        assert do(officer, "poll.reply", poll=poll, value=value)["ok"]
    assert results(live_room, poll) == counted


def test_an_option_one_person_put_first_does_not_beat_what_everybody_put_second(do, live_room, make_poll, officers):
    """The mean rank would: 「い」 has 1.0 from a single list, 「あ」 1.33 from three."""
    poll = make_poll("ranking", options=["あ", "い", "う"])
    for officer, value in zip(officers, ([0], [0], [1, 0]), strict=True):
        do(officer, "poll.reply", poll=poll, value=value)
    points = results(live_room, poll)["o"]
    assert points == [8, 3, 0]


def test_words_are_folded_for_counting_and_two_characters_are_kept(do, live_room, make_poll, officers):
    Room.objects.update(is_moderated=False)
    live_room.refresh_from_db()
    poll = make_poll("words")
    for officer, words in zip(
        officers, (["防災", "ＡＩ"], ["ai", "ぼうさい"], ["防災", "防災", "ボウサイ"]), strict=True
    ):
        assert do(officer, "poll.reply", poll=poll, value=words)["ok"]
    assert results(live_room, poll)["w"] == [["ぼうさい", 2], ["防災", 2], ["ＡＩ", 2]]


def test_in_a_moderated_room_no_text_is_seen_before_a_moderator_let_it(do, live_room, make_poll, officers, moderator):
    poll = make_poll("text")
    do(officers[0], "poll.reply", poll=poll, value=["個人名を書いた文"])
    live_room.refresh_from_db()
    assert "個人名を書いた文" in str(selectors.all_polls(moderator, live_room))
    for seen in (selectors.snapshot(live_room.pk, is_staff=False, at=NOW), selectors.poll_results_after(live_room, 0)):
        assert "個人名を書いた文" not in str(seen)
    assert results(live_room, poll)["n"] == 1
    do(moderator, "poll.let", poll=poll, text="個人名を書いた文", on=True)
    assert results(live_room, poll)["w"] == [["個人名を書いた文", 1]]
    do(moderator, "poll.let", poll=poll, text="個人名を書いた文", on=False)
    assert results(live_room, poll)["w"] == []


def test_what_is_written_anew_waits_anew(do, live_room, make_poll, officers, moderator):
    poll = make_poll("text")
    do(officers[0], "poll.reply", poll=poll, value=["よい文"])
    do(moderator, "poll.let", poll=poll, text="よい文", on=True)
    do(officers[0], "poll.reply", poll=poll, value=["悪い文"])
    assert results(live_room, poll)["w"] == []


def test_results_are_kept_back_until_they_are_shown(do, live_room, make_poll, officers, moderator):
    poll = make_poll(is_shown=False)
    do(officers[0], "poll.reply", poll=poll, value=[0])
    live_room.refresh_from_db()
    assert results(live_room, poll) is None
    assert selectors.poll_results_after(live_room, 0) == {}
    assert selectors.all_polls(moderator, live_room)[0]["results"]["o"] == [1, 0, 0]
    do(moderator, "poll.show", poll=poll, on=True)
    assert results(live_room, poll)["o"] == [1, 0, 0]


def test_only_what_changed_since_is_sent(do, live_room, make_poll, officers):
    first, second = make_poll(), make_poll()
    do(officers[0], "poll.reply", poll=first, value=[0])
    live_room.refresh_from_db()
    since = live_room.cv
    do(officers[0], "poll.reply", poll=second, value=[1])
    live_room.refresh_from_db()
    assert selectors.poll_results_after(live_room, since) == {second: {"n": 1, "o": [0, 1, 0]}}


def test_snapshot_then_frames_equals_a_fresh_snapshot(do, live_room, make_poll, officers, moderator):
    before = selectors.snapshot(live_room.pk, is_staff=False, at=NOW)
    poll = make_poll()
    do(officers[0], "poll.reply", poll=poll, value=[2])
    do(moderator, "poll.stage", poll=poll, on=True)
    live_room.refresh_from_db()
    seen = {"polls": before["polls"], "stage_poll": before["stage_poll"]}
    for frame in selectors.events_after(live_room, "pub", before["seq"], limit=99):
        assert frame["k"] == "polls.changed"
        seen = {name: frame[name] for name in seen}
    for each in seen["polls"]:
        each["results"] = selectors.poll_results_after(live_room, before["cv"])[each["id"]]
    fresh = selectors.snapshot(live_room.pk, is_staff=False, at=NOW)
    assert seen == {name: fresh[name] for name in seen}


def test_what_is_in_preparation_does_not_go_on_the_big_screen(do, make_poll, moderator):
    assert do(moderator, "poll.stage", poll=make_poll(is_open=False), on=True)["e"] == "conflict"


@pytest.mark.parametrize("many", [1, 3])
def test_polls_cost_the_same_at_any_size(do, live_room, make_poll, officers, django_assert_num_queries, many):
    for _number in range(many):
        poll = make_poll()
        for officer in officers[:many]:
            do(officer, "poll.reply", poll=poll, value=[0])
    with django_assert_num_queries(4):  # polls, options, replies, decisions
        assert len(selectors.public_polls(live_room)) == many


# --- Reactions ----------------------------------------------------------------------------------------------------


def test_an_officer_gives_a_label_and_takes_it_back(do, live_room, slots, officers, moderator):
    slot = slots[0].public_id
    for on in (True, True, False, True):
        assert do(officers[0], "reaction.set", slot=slot, label="useful", on=on)["r"]["on"] is on
    assert do(officers[1], "reaction.set", slot=slot, label="useful", on=True)["ok"]
    assert selectors.reactions_of(moderator, live_room) == {slots[0].pk: {"useful": 2}}
    assert selectors.own_reactions(officers[0], live_room) == {slot: ["useful"]}
    assert Reaction.objects.count() == 2


@pytest.mark.parametrize("who", ["outsider", "vendor", "moderator", "second_officer"])
def test_nobody_else_reacts(do, live_room, slots, request, who):
    person = request.getfixturevalue(who)
    assert do(person, "reaction.set", slot=slots[0].public_id, label="more", on=True)["e"] == "denied"


@pytest.mark.parametrize("phase", ["before", "closed"])
def test_before_and_after_nobody_reacts(do, live_room, slots, officers, phase):
    Room.objects.update(phase=phase)
    assert do(officers[0], "reaction.set", slot=slots[0].public_id, label="more", on=True)["e"] == "closed"


def test_only_moderators_read_how_many(do, live_room, slots, officers, vendor):
    do(officers[0], "reaction.set", slot=slots[0].public_id, label="improve", on=True)
    for person in (vendor, officers[0]):
        assert selectors.reactions_of(person, live_room) == {}


def test_an_unknown_label_or_slot_is_bad(do, live_room, slots, officers):
    assert do(officers[0], "reaction.set", slot=slots[0].public_id, label="great", on=True)["e"] == "bad"
    assert do(officers[0], "reaction.set", slot="nowhere", label="more", on=True)["e"] == "bad"


# --- On record ----------------------------------------------------------------------------------------------------


def test_the_minutes_print_the_polls_everybody_was_shown(do, live_room, make_poll, officers):
    shown, kept = make_poll(), make_poll(is_shown=False)
    for person in officers:
        assert do(person, "poll.reply", poll=shown, value=[0])["ok"]
        assert do(person, "poll.reply", poll=kept, value=[1])["ok"]
    live_room.refresh_from_db()
    polls = [part for part in documents.minutes(live_room, at=NOW).sections if "アンケート" in part.title]
    assert [part.title for part in polls] == ["アンケート　導入を検討しますか。"]
    assert polls[0].lines == ("3人が回答。",)
    assert polls[0].grids[0].rows == (("賛成", "3"), ("反対", "0"), ("わからない", "0"))


def test_minutes_give_the_mean_of_a_rating_and_the_words_that_were_let(do, live_room, make_poll, moderator, officers):
    rating, words = make_poll("rating", options=()), make_poll("words", options=())
    for person, value in zip(officers, (5, 4, 3), strict=True):
        assert do(person, "poll.reply", poll=rating, value=[value])["ok"]
        assert do(person, "poll.reply", poll=words, value=["防災", "内緒の言葉"])["ok"]
    assert do(moderator, "poll.let", poll=words, text="防災", on=True)["ok"]
    live_room.refresh_from_db()
    polls = [part for part in documents.minutes(live_room, at=NOW).sections if "アンケート" in part.title]
    told = {part.lines[0]: part.grids[0].rows for part in polls}
    assert told["3人が回答。平均4.0。"][4] == ("5", "1")
    assert told["3人が回答。"] == (("防災", "3"),)
