"""Polls and reactions by plain forms: made and run on the console, answered on the participants' page."""

import re

import pytest

from live.models import Poll, PollReply, Reaction, Room

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def page(room):
    Room.objects.filter(pk=room.pk).update(phase="live", stage_slot=None)
    return f"/live/{room.public_id}/"


@pytest.fixture
def make(client, page, moderator):
    """make(kind="single", …): a poll made and opened by the moderator on the console; the row."""

    def make(*, open=True, **typed):
        client.force_login(moderator)
        fields = {"kind": "single", "prompt": "導入を検討しますか。", "options": "はい\nいいえ\n", "max_choices": "1"}
        number = Poll.objects.count()
        made = client.post(f"{page}polls/", fields | {"step": "save", "command_id": f"save-poll-{number}"} | typed)
        assert made.status_code == 302, made.text
        poll = Poll.objects.order_by("-pk")[0]
        if open:
            step = {"step": "open", "poll": poll.public_id, "expect": 1, "command_id": f"open-poll-{number}"}
            assert client.post(f"{page}polls/", step).status_code == 302
        return poll

    return make


def reply(client, page, poll, value, *, command_id="reply-poll-1"):
    fields = {"poll": poll.public_id, "kind": poll.kind, "value": value, "command_id": command_id}
    return client.post(f"{page}polls/reply/", fields)


def test_a_poll_is_made_opened_and_answered_without_a_script(client, page, make, officer, register):
    register(officer)
    poll = make()
    client.force_login(officer)
    assert "導入を検討しますか。" in client.get(page).text
    assert reply(client, page, poll, ["1"]).status_code == 302
    assert PollReply.objects.get().value == [1]
    again = client.get(page).text
    assert 'value="1" checked' in again
    assert "回答を変更する" in again


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("multiple", ["0", "1"], [0, 1]),
        ("rating", ["4"], [4]),
        ("text", ["役に立ちました。"], ["役に立ちました。"]),
        ("words", ["防災", "", "ＡＩ"], ["防災", "ＡＩ"]),
        ("ranking", ["1", "0"], [1, 0]),
    ],
)
def test_every_kind_has_its_form(client, page, make, officer, register, kind, value, kept):
    register(officer)
    poll = make(kind=kind, max_choices="2")
    client.force_login(officer)
    assert 'name="value"' in client.get(page).text
    assert reply(client, page, poll, value).status_code == 302
    assert PollReply.objects.get().value == kept


def test_where_nobody_says_how_many_may_be_chosen_all_may(make):
    assert make(kind="multiple", options="はい\nいいえ\nまだ\n", max_choices="").max_choices == 3


def test_a_wrong_reply_is_said_at_its_poll_and_kept(client, page, make, officer, register):
    register(officer)
    poll = make(kind="words")
    client.force_login(officer)
    answer = reply(client, page, poll, ["防災", "とても長い言葉" * 4, ""])
    assert (answer.status_code, "＊20文字以内で入力してください。" in answer.text) == (422, True)
    assert "とても長い言葉" * 4 in answer.text
    assert not PollReply.objects.exists()


def test_a_refused_reply_is_said_at_the_top_and_what_was_ticked_stays(client, page, make, officer, register):
    register(officer)
    poll = make(kind="multiple", options="赤\n青\n黄", max_choices="1")
    ranking = make(kind="ranking", options="甲\n乙\n丙")
    client.force_login(officer)
    html = reply(client, page, poll, ["0", "2"]).text
    assert f'<a href="#poll-{poll.public_id}">' in html.split('class="room"')[0]
    assert re.findall('type="checkbox" name="value" value="(.)" checked', html) == ["0", "2"]
    assert f'action="{page}polls/reply/#poll-{poll.public_id}"' in html
    html = reply(client, page, ranking, ["1", "", "1"], command_id="reply-poll-2").text
    assert re.findall('<option value="([^"]*)" selected>[甲乙丙]', html) == ["1", "1"]
    assert "回答を変更する" not in html


@pytest.mark.parametrize(
    ("kind", "said"), [("text", "回答を入力してください。"), ("words", "言葉を入力してください。")]
)
def test_an_empty_reply_says_what_is_missing(client, page, make, officer, register, kind, said):
    register(officer)
    poll = make(kind=kind)
    client.force_login(officer)
    assert f"＊{said}" in reply(client, page, poll, ["", "　", ""] if kind == "words" else [" "]).text


def test_bars_are_full_when_everybody_chose_them_and_say_the_share(
    client, page, make, officer, second_officer, register
):
    register(officer, second_officer)
    poll = make(kind="multiple", options="赤\n青", max_choices="2")
    Poll.objects.update(is_shown=True)
    for number, (person, value) in enumerate([(officer, ["0", "1"]), (second_officer, ["1"])]):
        client.force_login(person)
        reply(client, page, poll, value, command_id=f"reply-poll-{number}")
    html = client.get(page).text
    bars = re.findall(
        r'<progress value="(\d)" max="(\d)" aria-hidden="true"></progress><span class="numeral">([^<]*)<', html
    )
    assert bars == [("1", "2", "1（50%）"), ("2", "2", "2（100%）")]


@pytest.mark.parametrize("phase", ["answers", "closed"])
def test_a_poll_that_nobody_replies_to_any_more_says_that_it_is_over(
    client, page, make, officer, register, room, phase
):
    register(officer)
    make()
    Room.objects.filter(pk=room.pk).update(phase=phase)
    client.force_login(officer)
    html = client.get(page).text.split("data-poll-list")[1].split("</ul>")[0]
    assert "data-reply" not in html
    assert 'data-part="closed">' in html
    assert 'data-part="no-results">結果は公開されていません' in html


def test_a_draft_and_hidden_results_are_on_nobody_elses_page(client, page, make, officer, register):
    register(officer)
    make(open=False, prompt="まだ内緒の問い")
    assert "まだ内緒の問い" in client.get(f"{page}polls/").text
    client.force_login(officer)
    assert "まだ内緒の問い" not in client.get(page).text


def test_a_written_text_is_let_on_the_console(client, page, make, moderator, officer, register):
    register(officer)
    poll = make(kind="text")
    Poll.objects.update(is_shown=True)
    client.force_login(officer)
    reply(client, page, poll, ["みんなに見せたい文"])
    client.force_login(moderator)
    assert "みんなに見せたい文" not in client.get(page).text
    step = {"step": "let", "poll": poll.public_id, "text": "みんなに見せたい文", "command_id": "let-text-1"}
    assert client.post(f"{page}polls/", step).status_code == 302
    assert "みんなに見せたい文" in client.get(page).text


def test_a_poll_without_choices_is_refused_and_what_was_typed_stays(client, page, moderator):
    client.force_login(moderator)
    fields = {"kind": "single", "prompt": "選択肢のない問い", "options": "一つ", "command_id": "save-poll-1"}
    answer = client.post(f"{page}polls/", fields | {"step": "save"})
    assert (answer.status_code, "選択肢を2つ以上入力してください。" in answer.text) == (422, True)
    assert "選択肢のない問い" in answer.text


def test_the_second_of_two_moderators_is_told(client, page, make, moderator):
    poll = make()
    step = {"step": "open", "poll": poll.public_id, "expect": 1, "command_id": "open-again"}
    answer = client.post(f"{page}polls/", step)
    assert (answer.status_code, "＊ほかの人が先に変更しました。" in answer.text) == (409, True)


def test_a_poll_in_preparation_is_edited(client, page, make):
    poll = make(open=False)
    assert "導入を検討しますか。" in client.get(f"{page}polls/?edit={poll.public_id}").text
    changed = {
        "step": "save",
        "poll": poll.public_id,
        "expect": "1",
        "kind": "rating",
        "prompt": "満足度を教えてください。",
        "command_id": "edit-poll-1",
    }
    assert client.post(f"{page}polls/", changed).status_code == 302
    assert Poll.objects.get().prompt == "満足度を教えてください。"


def test_a_label_is_given_and_taken_back_by_a_plain_button(client, page, slots, officer, register, moderator):
    register(officer)
    Room.objects.update(stage_slot=slots[0])
    client.force_login(officer)
    assert "すぐ相談したい" in client.get(page).text
    for number, on in enumerate(("1", "0", "1")):
        fields = {"slot": slots[0].public_id, "label": "consult", "on": on, "command_id": f"react-{number}-x"}
        assert client.post(f"{page}react/", fields).status_code == 302
    assert 'aria-pressed="true">すぐ相談したい' in client.get(page).text
    assert Reaction.objects.get().is_on
    client.force_login(moderator)
    assert "提案への反応（人数）" in client.get(f"{page}polls/").text


@pytest.mark.parametrize("many", [1, 3])
def test_the_console_costs_the_same_at_any_size(client, page, make, moderator, django_assert_num_queries, many):
    for _number in range(many):
        make()
    client.force_login(moderator)
    with django_assert_num_queries(12):
        assert client.get(f"{page}polls/").status_code == 200


@pytest.mark.parametrize("who", ["vendor", "rival_vendor", "officer", "outsider", "reviewer"])
def test_the_console_is_for_moderators(client, page, make, request, officer, register, who):
    register(officer)
    poll = make()
    client.force_login(request.getfixturevalue(who))
    step = {"step": "close", "poll": poll.public_id, "expect": 2, "command_id": "close-poll-1"}
    for answer in (client.get(f"{page}polls/"), client.post(f"{page}polls/", step)):
        assert answer.status_code == 404
    assert Poll.objects.get().state == "open"
