"""The room where less is given: no script, no socket, no event stream, a slow line, and nobody signed in."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.room import (
    LIVE,
    PHONE,
    Line,
    connection,
    group,
    is_sound,
    is_sound_without_script,
    item,
    own,
    post,
    send,
    set_phase,
    write,
)

pytestmark = pytest.mark.journey

PLAIN = "紙の受付簿と併用できますか。"
WANTED = "外国語の案内は何か国語ありますか。"
POLLING = "数秒ごとに更新しています"
ROOM_BYTES = 150_000


def said(page):
    """Whatever the page says about what was just done."""
    return page.get_by_role("main")


def test_1_an_officer_takes_part_without_a_script(signed_in_page, enter, story):
    page = signed_in_page("municipal", 2, viewport=PHONE, java_script_enabled=False)
    page.goto("/mypage/")
    page.get_by_role("main").locator("li").filter(has_text="第2回").get_by_role("link", name="質疑の部屋へ").click()
    story["room"] = re.search(r"/live/[\w-]+/", page.url).group(0)
    write(page, PLAIN)
    send(page)
    expect(said(page)).to_contain_text(re.compile(r"受付 A-\d{4}"))
    expect(own(page, PLAIN)).to_contain_text("承認待ち")
    write(page, "打ち間違えた")
    send(page)
    own(page, "打ち間違えた").locator("summary", has_text="取り下げる").click()
    own(page, "打ち間違えた").get_by_role("button", name="取り下げを確定").click()
    expect(own(page, "打ち間違えた")).to_contain_text("取下げ")
    write(page, "　")
    send(page)
    expect(page.get_by_role("main")).to_contain_text("＊")
    assert is_sound_without_script(page)


def test_2_a_moderator_runs_the_room_without_a_script(enter):
    desk = enter("moderator", face="moderate/", java_script_enabled=False)
    set_phase(desk, "開催中")
    item(desk, PLAIN).get_by_role("button", name="公開", exact=True).click()
    expect(group(desk, "public")).to_contain_text(PLAIN)
    desk.locator(".desk__undo button").click()
    expect(group(desk, "pending")).to_contain_text(PLAIN)
    item(desk, PLAIN).get_by_role("button", name="公開", exact=True).click()
    desk.locator("#slip-body").fill(WANTED)
    desk.get_by_role("button", name="登録する").click()
    refused = item(desk, WANTED)
    refused.locator("summary", has_text="保留").click()
    refused.get_by_role("button", name="理由を伝えて保留にする").click()
    expect(item(desk, WANTED).get_by_role("alert")).to_contain_text("＊")
    item(desk, WANTED).get_by_role("button", name="公開", exact=True).click()
    expect(item(desk, WANTED)).to_contain_text("会場")
    item(desk, PLAIN).get_by_role("button", name="口頭で回答済み").click()
    expect(item(desk, PLAIN)).to_contain_text("回答済み")
    assert is_sound_without_script(desk)
    desk.get_by_role("main").get_by_role("link", name="アンケート").click()
    desk.get_by_label("問い").fill("次回はどこで開きたいですか。")
    desk.get_by_label("種類").select_option(label="言葉を挙げる（ワードクラウド）")
    desk.get_by_role("button", name="保存する").click()
    desk.get_by_role("button", name="受付を始める").first.click()
    expect(said(desk)).to_contain_text("受付中")
    assert is_sound_without_script(desk)


def test_3_votes_polls_and_reactions_are_plain_buttons(enter):
    desk = enter("moderator", face="moderate/")
    # Another story of the same site may have left somebody on stage.
    desk.get_by_role("button", name=re.compile("^(登壇を始める|次の登壇へ):")).first.click()
    page = enter("municipal", 3, viewport=PHONE, java_script_enabled=False)
    post(page, WANTED).get_by_role("button", name="当団体も同じ質問").click()
    expect(post(page, WANTED)).to_contain_text("1人・1団体が同じ質問")
    post(page, WANTED).get_by_role("button", name="当団体も同じ質問").click()
    expect(post(page, WANTED)).not_to_contain_text("1人・1団体")
    post(page, WANTED).get_by_role("button", name="当団体も同じ質問").click()
    poll = page.locator("[data-poll]").filter(has_text="次回はどこで開きたいですか。")
    poll.get_by_label("言葉1").fill("会場")
    poll.get_by_role("button", name="回答する").click()
    expect(page.locator("[data-poll]").filter(has_text="次回は").get_by_label("言葉1")).to_have_value("会場")
    said(page).get_by_role("button", name="参考になった").locator("visible=true").click()
    expect(said(page).get_by_role("button", name="参考になった").locator("visible=true")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(post(page, PLAIN)).to_contain_text("回答済み")
    assert is_sound_without_script(page)


def without_sockets(page):
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close())


def without_streams(page):
    without_sockets(page)
    page.route("**/stream?*", lambda route: route.fulfill(status=502))


@pytest.mark.parametrize(("number", "before", "words"), [(2, without_sockets, LIVE), (2, without_streams, POLLING)])
def test_4_where_sockets_are_blocked_the_room_goes_on(enter, number, before, words):
    page, other = enter("municipal", number, before=before), enter("municipal", 1)
    expect(connection(page)).to_have_text(words, timeout=20_000)
    vote = post(other, WANTED).get_by_role("button", name="当団体も同じ質問")
    had = post(page, WANTED).locator("[data-part=people]").inner_text()
    vote.click()
    expect(post(page, WANTED).locator("[data-part=people]")).not_to_have_text(had, timeout=10_000)
    own_vote = post(page, WANTED).get_by_role("button", name="当団体も同じ質問")
    pressed = own_vote.get_attribute("aria-pressed")
    own_vote.click()
    expect(own_vote).not_to_have_attribute("aria-pressed", pressed, timeout=10_000)
    assert is_sound(page, 375)


def test_5_the_room_weighs_little_over_the_wire(enter, story, record_property):
    page = enter("municipal", 1, viewport=PHONE)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    arrived = []
    wire.on("Network.loadingFinished", lambda event: arrived.append(event["encodedDataLength"]))
    page.goto(story["room"], wait_until="networkidle")
    expect(connection(page)).to_have_text(LIVE)
    record_property("room_bytes", round(sum(arrived)))
    assert len(arrived) > 10
    assert sum(arrived) <= ROOM_BYTES


def test_6_the_big_screen_needs_nobody_and_shows_what_is_pinned(enter, new_page, story):
    desk = enter("moderator", face="moderate/")
    expect(connection(desk)).to_have_text(LIVE)
    link = desk.locator(".screen-link").get_attribute("href")
    screen = new_page()
    line = Line(screen)
    screen.goto(link)
    shown = screen.locator("[data-screen-question]")
    expect(screen.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    item(desk, PLAIN).get_by_role("button", name="登壇者の前に出す").click()
    expect(shown).to_contain_text(PLAIN)
    expect(screen.locator(".screen__code svg")).to_be_visible()
    code = screen.locator(".screen__letters strong").inner_text()
    assert is_sound(screen, 1280, 1920)
    # The line breaks, the moderator goes on, the screen catches up by itself.
    line.cut()
    expect(connection(screen)).to_have_text("再接続しています")
    item(desk, WANTED).get_by_role("button", name="登壇者の前に出す").click()
    expect(item(desk, WANTED)).to_contain_text("登壇者の前に表示中")
    expect(shown).to_contain_text(PLAIN)
    line.mend()
    expect(shown).to_contain_text(WANTED, timeout=25_000)
    # What is taken from sight leaves the wall at once and is nowhere in it; what waits was never there.
    item(desk, WANTED).locator("summary", has_text="非公開にする").click()
    item(desk, WANTED).locator(".desk__ready button").first.click()
    expect(shown).not_to_contain_text(WANTED)
    assert WANTED not in screen.locator(".screen").inner_html()
    screen.goto(f"{story['room']}screen/")
    expect(screen.locator("[data-connection]")).to_have_attribute("data-connection", "live")
    assert WANTED not in screen.content()
    officer = enter("municipal", 1)
    officer.goto("/r/")
    officer.get_by_label("会場コード").fill(code.lower())
    assert is_sound(officer, 375)
    officer.get_by_role("button", name="質疑に進む").click()
    expect(connection(officer)).to_have_text(LIVE)
    assert new_page().goto(f"{story['room']}screen/").status == 404
