"""The question room as its people meet it: officers who ask, moderators who decide, on phones and desks.

The stories share one room and build on each other in the order of this file; each asks by words of its own.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.room import (
    LIVE,
    PHONE,
    RECONNECTING,
    Line,
    ask,
    connection,
    is_sound,
    item,
    own,
    post,
    publish,
    send,
    set_phase,
    write,
)

pytestmark = pytest.mark.journey

SHELTER = "防災倉庫の在庫は、隣の町からも見えますか。"


def test_1_an_officer_finds_the_room_from_mypage_while_it_is_still_early(signed_in_page, story):
    page = signed_in_page("municipal", 1, viewport=PHONE)
    page.goto("/mypage/")
    row = page.get_by_role("main").locator("li").filter(has_text="第2回")
    row.get_by_role("link", name=re.compile("質疑")).click()
    story["room"] = re.search(r"/live/[\w-]+/", page.url).group(0)
    expect(page.get_by_role("main").get_by_text("事前質問")).to_be_visible()
    expect(connection(page)).to_have_text(LIVE)
    assert page.get_by_role("group", name="この提案への反応").count() == 0
    assert is_sound(page)


def test_2_the_page_follows_the_day_without_a_reload(enter):
    page, desk = enter("municipal", 1, viewport=PHONE), enter("moderator", face="moderate/")
    expect(connection(page)).to_have_text(LIVE)
    set_phase(desk, "開催中")
    expect(page.get_by_role("main").get_by_text("開催中", exact=True)).to_be_visible()
    desk.get_by_role("button", name="登壇を始める:").first.click()
    expect(page.locator(".on-stage")).to_contain_text("株式会社あおぞら架空システム")
    reactions = page.get_by_role("group", name="この提案への反応")
    expect(reactions).to_be_visible()
    more = reactions.get_by_role("button", name="もっと詳しく")
    more.click()
    expect(more).to_have_attribute("aria-pressed", "true")
    more.click()
    expect(more).to_have_attribute("aria-pressed", "false")
    more.click()
    assert is_sound(page)
    assert is_sound(desk)


def test_3_nothing_is_called_sent_before_the_acknowledgement(signed_in_page, enter, story):
    desk = enter("moderator", face="moderate/")
    page = signed_in_page("municipal", 1, viewport=PHONE)
    line = Line(page)
    page.goto(story["room"])
    expect(connection(page)).to_have_text(LIVE)
    # The command arrives, whatever is said about it is lost on the way back, and then the line breaks.
    line.swallows |= {"ack", "mine"}
    write(page, SHELTER)
    send(page)
    expect(item(desk, SHELTER)).to_be_visible()
    expect(own(page, SHELTER)).to_contain_text("送信中")
    expect(own(page, SHELTER)).not_to_contain_text("A-")
    line.cut()
    expect(connection(page)).to_have_text(RECONNECTING)
    write(page, "停電のあいだは、")
    line.mend()
    expect(connection(page)).to_have_text(LIVE, timeout=25_000)
    expect(own(page, SHELTER)).to_contain_text(re.compile(r"受付 A-\d{4}"))
    expect(own(page, SHELTER)).to_contain_text("承認待ち")
    assert len({frame["id"] for frame in line.sent if frame["op"] == "question.ask"}) == 1
    # Once more for each connection that was made since: on a slow machine there may be more than one.
    assert len([frame for frame in line.sent if frame["op"] == "question.ask"]) >= 2
    expect(item(desk, SHELTER)).to_have_count(1)
    expect(page.locator("[data-ask] [name=body]")).to_have_value("停電のあいだは、")
    page.reload()
    expect(page.locator("[data-ask] [name=body]")).to_have_value("停電のあいだは、")
    write(page, "")


def test_4_the_input_method_sends_nothing_by_itself(enter):
    page = enter("municipal", 2)
    expect(connection(page)).to_have_text(LIVE)
    page.locator("[data-ask] [name=body]").focus()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "びちく", "selectionStart": 3, "selectionEnd": 3})
    enter_key = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229, "modifiers": 2}
    method.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter_key})
    expect(page.locator("[data-ask] [name=body]")).to_have_value("びちく")
    method.send("Input.insertText", {"text": "備蓄"})
    expect(page.locator("[data-ask] [name=body]")).to_have_value("備蓄")
    expect(own(page, "備蓄")).to_have_count(0)
    write(page, "")


def test_5_the_asker_follows_what_becomes_of_a_question(enter):
    page, desk = enter("municipal", 1, viewport=PHONE), enter("moderator", face="moderate/")
    expect(connection(page)).to_have_text(LIVE)
    expect(connection(desk)).to_have_text(LIVE)
    publish(desk, SHELTER)
    expect(own(page, SHELTER)).to_contain_text("公開中")
    expect(post(page, SHELTER)).to_be_visible()
    ask(page, "貴社の採用担当の連絡先を教えてください。")
    refused = item(desk, "採用担当")
    refused.get_by_text("保留", exact=True).click()
    refused.get_by_label("ほかの理由").fill("ピッチの内容に関する質問をお願いします。")
    refused.get_by_role("button", name="理由を伝えて保留にする").click()
    expect(own(page, "採用担当")).to_contain_text("保留")
    expect(own(page, "採用担当")).to_contain_text("理由: ピッチの内容に関する質問をお願いします。")
    assert is_sound(page, 375)
    own(page, "採用担当").get_by_text("取り下げる").click()
    own(page, "採用担当").get_by_role("button", name="取り下げを確定").click()
    expect(own(page, "採用担当")).to_contain_text("取下げ")
    expect(item(desk, "採用担当")).to_have_count(0)


def test_6_the_same_question_is_said_by_people_and_bodies_and_taken_back(enter):
    asker, second, third = (enter("municipal", number) for number in (1, 2, 3))
    for page in (asker, second, third):
        expect(connection(page)).to_have_text(LIVE)
    for page in (second, third):
        post(page, SHELTER).get_by_role("button", name="当団体も同じ質問").click()
    expect(post(asker, SHELTER)).to_contain_text("2人・2団体が同じ質問")
    post(second, SHELTER).get_by_role("button", name="団体名を事業者に伝える").click()
    expect(post(second, SHELTER)).to_contain_text("団体名を事業者に伝えています。")
    post(third, SHELTER).get_by_role("button", name="当団体も同じ質問").click()
    expect(post(asker, SHELTER)).to_contain_text("1人・1団体が同じ質問")


def test_7_a_merged_question_leads_its_asker_on_and_comes_apart_again(enter):
    page, desk = enter("municipal", 3, viewport=PHONE), enter("moderator", face="moderate/")
    expect(connection(desk)).to_have_text(LIVE)
    ask(page, "防災倉庫の在庫を、隣の町と見せ合えますか。")
    twin = item(desk, "見せ合えますか")
    twin.locator("[data-part=alike] button").filter(has_text=SHELTER[:8]).first.click()
    expect(own(page, "見せ合えますか")).to_contain_text("同じ内容の質問に統合されました。")
    expect(post(page, SHELTER)).to_contain_text("2人・2団体が同じ質問")
    own(page, "見せ合えますか").locator("[data-part=into-link]").click()
    expect(post(page, SHELTER)).to_be_in_viewport()
    item(desk, "見せ合えますか").get_by_role("button", name="統合を解除").click()
    expect(post(page, SHELTER)).to_contain_text("1人・1団体が同じ質問")
    expect(own(page, "見せ合えますか")).to_contain_text("承認待ち")


def test_8_two_moderators_see_each_other_and_nobody_overwrites(enter):
    desk, other = enter("moderator", face="moderate/"), enter("organiser", face="moderate/")
    for page in (desk, other):
        expect(connection(page)).to_have_text(LIVE)
    item(other, "見せ合えますか").locator("summary", has_text="表記を整える").click()
    item(other, "見せ合えますか").locator("textarea[data-part=edit-input]").fill("隣の町と在庫を見せ合えますか。")
    expect(item(desk, "見せ合えますか").locator("[data-part=looks]")).to_contain_text("さんが見ています")
    publish(desk, "見せ合えますか")
    expect(item(other, "見せ合えますか")).to_contain_text("ほかの人が変更しました")
    expect(other.locator("textarea[data-part=edit-input]").locator("visible=true")).to_have_value(
        "隣の町と在庫を見せ合えますか。"
    )
    item(other, "見せ合えますか").get_by_role("button", name="整えた文にする").click()
    expect(item(desk, "隣の町と在庫を見せ合えますか。")).to_be_visible()
    desk.keyboard.press("Escape")
    item(desk, "隣の町と在庫を見せ合えますか。").focus()
    desk.keyboard.press("p")
    expect(item(other, "隣の町と在庫を見せ合えますか。")).to_contain_text("登壇者の前に表示中")
    desk.keyboard.press("o")
    expect(item(other, "隣の町と在庫を見せ合えますか。")).to_contain_text("回答済み")
    desk.keyboard.press("z")
    expect(item(other, "隣の町と在庫を見せ合えますか。").locator("[data-part=answered]")).to_be_hidden()


def test_9_whoever_is_shut_out_is_told_why_and_may_read_on(enter):
    page, desk = enter("municipal", 3), enter("moderator", face="moderate/")
    expect(connection(page)).to_have_text(LIVE)
    troubled = item(desk, "隣の町と在庫を見せ合えますか。")
    troubled.locator("summary", has_text="投稿を停止").click()
    troubled.get_by_label("本人に伝える理由").fill("同じ投稿のくり返し")
    troubled.get_by_role("button", name="投稿を停止する").click()
    expect(desk.locator("[data-banned-list]")).to_contain_text("同じ投稿のくり返し")
    write(page, "もう一度だけ質問します。")
    send(page)
    expect(page.locator("[data-ask-problem]")).to_contain_text("＊")
    expect(page.locator("[data-ask] [name=body]")).to_have_value("もう一度だけ質問します。")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("理由: 同じ投稿のくり返し")
    expect(post(page, SHELTER)).to_be_visible()
    assert is_sound(page, 375)
    desk.get_by_role("button", name="停止を解除", exact=True).click()
    expect(desk.locator("[data-banned-section]")).to_be_hidden()


def test_10_a_poll_opens_on_the_page_and_takes_the_reply(enter):
    desk, page = enter("moderator", face="polls/"), enter("municipal", 1, viewport=PHONE)
    expect(connection(page)).to_have_text(LIVE)
    desk.get_by_label("問い").fill("共同調達に関心がありますか。")
    desk.get_by_label("選択肢").fill("ある\nない")
    desk.get_by_role("button", name="保存する").click()
    desk.get_by_role("button", name="受付を始める").click()
    poll = page.locator("[data-poll]").filter(has_text="共同調達に関心がありますか。")
    poll.get_by_label("ある", exact=True).check()
    poll.get_by_role("button", name="回答する").click()
    expect(poll).to_contain_text("回答を受け付けました")
    assert is_sound(page)
    desk.get_by_role("button", name="結果を見せる").click()
    expect(poll).to_contain_text("1人が回答")
    assert is_sound(desk)
    page.locator("[name=slot]").last.select_option(index=2)
    expect(page.get_by_text("条件に合う質問はありません。")).to_be_visible()


def test_11_a_form_half_written_survives_a_reload_whole_and_says_its_name(enter):
    page = enter("municipal", 2, viewport=PHONE)
    expect(connection(page)).to_have_text(LIVE)
    expect(page.locator("[data-as]")).to_have_text("広島県府中市として送信")
    write(page, "名前を出さずに聞きたいことがあります。")
    page.locator("[data-ask] summary").click()
    page.get_by_label("匿名", exact=True).check()
    expect(page.locator("[data-as]")).to_have_text("匿名で送信")
    page.reload()
    expect(page.locator("[data-ask] [name=body]")).to_have_value("名前を出さずに聞きたいことがあります。")
    expect(page.get_by_label("匿名", exact=True)).to_be_checked()
    expect(page.locator("[data-as]")).to_have_text("匿名で送信")
    write(page, "")
    send(page)
    expect(page.locator("[data-ask] [name=body]")).to_have_attribute("aria-invalid", "true")
    write(page, "あ" * 405)
    send(page)
    expect(page.locator("[data-ask-problem]")).to_contain_text("5字超えています")
    number = ask(page, "名前を出さずに聞きます。")
    expect(page.locator("[data-receipt]")).to_contain_text(f"受付 {number}。")
    expect(own(page, "名前を出さずに聞きます。")).to_contain_text("表示名: 匿名")
    assert is_sound(page, 375)
    own(page, "名前を出さずに").get_by_text("取り下げる").click()
    own(page, "名前を出さずに").get_by_role("button", name="取り下げを確定").press("Enter")
    expect(own(page, "名前を出さずに")).to_be_focused()


def test_12_two_tabs_on_a_dead_line_lose_nothing(enter, story):
    page = enter("municipal", 3)
    other = page.context.new_page()
    other.goto(story["room"])
    for tab in (page, other):
        expect(connection(tab)).to_have_text(LIVE)
    page.context.set_offline(True)
    for tab, body in ((page, "一つ目の窓からの質問です。"), (other, "二つ目の窓からの質問です。")):
        expect(connection(tab)).to_have_text(RECONNECTING)
        write(tab, body)
        send(tab)
        expect(own(tab, body)).to_contain_text("送信中")
    again = page.context.new_page()
    page.close()
    other.close()
    again.context.set_offline(False)
    again.goto(story["room"])
    for body in ("一つ目の窓からの質問です。", "二つ目の窓からの質問です。"):
        expect(own(again, body)).to_contain_text(re.compile(r"受付 A-\d{4}"))


def test_13_votes_replies_and_reactions_wait_in_sight_for_the_line(enter):
    page = enter("municipal", 3, viewport=PHONE)
    expect(connection(page)).to_have_text(LIVE)
    write(page, "書いている途中の")
    page.context.set_offline(True)
    expect(connection(page)).to_have_text(RECONNECTING)
    vote = post(page, SHELTER).get_by_role("button", name="当団体も同じ質問")
    pressed = vote.get_attribute("aria-pressed")
    vote.click()
    expect(vote.get_by_text("送信中")).to_be_visible()
    reaction = page.get_by_role("button", name="参考になった").locator("visible=true")
    reaction.click()
    poll = page.locator("[data-poll]").filter(has_text="共同調達に関心がありますか。")
    poll.get_by_label("ない", exact=True).check()
    poll.get_by_role("button", name="回答する").click()
    expect(poll).to_contain_text("送信中")
    page.context.set_offline(False)
    expect(connection(page)).to_have_text(LIVE, timeout=25_000)
    expect(vote).not_to_have_attribute("aria-pressed", pressed)
    expect(vote.get_by_text("送信中")).to_be_hidden()
    expect(reaction).to_have_attribute("aria-pressed", "true")
    expect(poll.get_by_role("button", name="回答を変更する")).to_be_visible()
    expect(page.locator("[data-ask] [name=body]")).to_have_value("書いている途中の")


def test_14_a_room_that_closes_takes_its_buttons_along_and_leaves_what_was_begun(enter):
    page, desk = enter("municipal", 3, viewport=PHONE), enter("moderator", face="moderate/")
    expect(connection(page)).to_have_text(LIVE)
    write(page, "書いている途中の")
    set_phase(desk, "終了")
    expect(page.locator(".vote").first).to_be_hidden()
    expect(page.locator("[data-reply]").first).to_be_hidden()
    expect(page.locator(".on-stage")).to_be_hidden()
    page.reload()
    expect(page.locator("[data-kept] textarea")).to_have_value("書いている途中の")
    assert is_sound(page, 375)
    set_phase(desk, "開催中")
    page.reload()
    write(page, "")
