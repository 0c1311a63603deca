"""The day itself: two moderators who run one stage, the wall of the hall, polls as they are answered."""

import re

import pytest
from playwright.sync_api import TimeoutError, expect

from tests.journeys.room import (
    LIVE,
    PHONE,
    ask,
    connection,
    is_sound,
    is_sound_without_script,
    item,
    publish,
    set_phase,
)

pytestmark = pytest.mark.journey

# As long as a question may be, in one breath.
LONG = "共同利用に加わる団体が増えたときの費用の分け方と、抜けるときの手続きを教えてください。" * 9
WALLS = [(1280, 720), (1920, 1080), (800, 1000)]


@pytest.fixture
def desk(enter):
    desk = enter("moderator", face="moderate/")
    expect(connection(desk)).to_have_text(LIVE)
    return desk


def on_stage(desk):
    return desk.locator(".desk__stage")


def press(desk, act):
    desk.locator(f".desk__acts button[value={act}]").click()


def shows_all_of_it(wall):
    """Whether everything on the wall is in sight, whatever its size, as soon as it has taken in a new size or text."""
    in_sight = """() => document.documentElement.scrollHeight <= innerHeight
        && [...document.querySelectorAll(".screen__main > :not([hidden]), .screen__code, .screen__letters")]
        .every((part) => { const box = part.getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth })"""
    try:
        wall.wait_for_function(in_sight, timeout=5_000)
    except TimeoutError:
        return False
    return True


def test_1_the_room_is_there(signed_in_page, story, enter):
    page = signed_in_page("municipal", 1)
    page.goto("/mypage/")
    row = page.get_by_role("main").locator("li").filter(has_text="第2回")
    row.get_by_role("link", name=re.compile("質疑")).click()
    story["room"] = re.search(r"/live/[\w-]+/", page.url).group(0)
    desk = enter("moderator", face="moderate/")
    set_phase(desk, "開催中")
    # Whoever told a story here before has left somebody there.
    if desk.locator(".desk__acts button[value=end]").count():
        press(desk, "end")
    expect(on_stage(desk)).to_contain_text("いま発表中の提案はありません")


def test_2_two_moderators_see_one_stage_and_lose_no_slip(desk, enter):
    other = enter("organiser", face="moderate/")
    expect(connection(other)).to_have_text(LIVE)
    desk.locator("[data-slip] [name=body]").fill("書きかけの紙の質問")
    desk.locator("#running li").nth(0).get_by_role("button").first.click()
    first = desk.locator("#running li").nth(0).locator("bdi").inner_text()
    expect(on_stage(desk)).to_contain_text(first)
    expect(on_stage(other)).to_contain_text(first)
    press(other, "next")
    expect(on_stage(other)).not_to_contain_text(first)
    second = on_stage(other).locator("bdi").inner_text()
    expect(on_stage(desk)).to_contain_text(second)
    expect(desk.locator("#running li").nth(0)).to_contain_text("発表済み")
    # It was a slip of the finger: who made way stands there again, and the button pressed keeps the keyboard near.
    press(other, "back")
    expect(on_stage(desk)).to_contain_text(first)
    assert other.evaluate("document.activeElement.closest('#desk-now') !== null")
    expect(desk.locator("[data-slip] [name=body]")).to_have_value("書きかけの紙の質問")
    desk.locator("[data-slip] [name=body]").fill("")
    # A line that breaks is said beside the button, which works when it is pressed again.
    desk.route("**/moderate/run/", lambda route: route.abort(), times=1)
    press(desk, "questions")
    expect(desk.locator(".desk__bar .messages")).to_contain_text("送信できませんでした")
    press(desk, "questions")
    expect(desk.locator(".desk__bar .messages")).to_be_empty()
    expect(desk.locator("[data-clock-part]")).to_have_text("質疑 残り")
    assert is_sound(desk)
    assert is_sound_without_script(desk)


def test_3_what_is_asked_at_length_has_room_on_the_wall(desk, enter):
    asker = enter("municipal", 2, viewport=PHONE)
    ask(asker, LONG)
    publish(desk, LONG)
    item(desk, LONG).get_by_role("button", name="登壇者の前に出す").click()
    wall = enter("moderator", face="screen/")
    expect(wall.locator("[data-screen-question] [data-part=body]")).to_have_text(LONG)
    for width, height in WALLS:
        wall.set_viewport_size({"width": width, "height": height})
        assert shows_all_of_it(wall), (width, height)
    expect(wall.locator("[data-stage]:visible")).to_contain_text(on_stage(desk).locator("bdi").inner_text())
    assert is_sound(wall, 1280)


def test_4_a_moderator_empties_the_wall(desk, enter):
    wall = enter("moderator", face="screen/")
    item(desk, LONG).get_by_role("button", name="下げる").click()
    desk.locator("#screen").get_by_role("button", name="自動で出さない").click()
    expect(wall.locator("[data-none]")).to_be_visible()
    expect(wall.locator("[data-screen-question]")).to_be_hidden()
    desk.locator("#screen").get_by_role("button", name="自動で出す").click()
    expect(wall.locator("[data-screen-question]")).to_be_visible()


def test_5_polls_fill_up_before_the_moderators_eyes(enter, desk):
    polls = enter("moderator", face="polls/")
    polls.get_by_label("問い").fill("どの機能を最初に使いたいですか")
    polls.get_by_label("種類").select_option(label="いくつか選ぶ")
    polls.get_by_label("選択肢").fill("窓口の予約\n電子申請\n災害時の情報共有\n庁内の連携")
    polls.get_by_role("button", name="保存する").click()
    poll = polls.locator(".poll").filter(has_text="どの機能を最初に")
    poll.get_by_role("button", name="受付を始める").click()
    poll.get_by_role("button", name="スクリーンに出す").click()
    expect(poll).to_contain_text("会場スクリーンに表示中")
    expect(on_stage(desk)).to_contain_text("アンケートを表示中")
    wall = enter("moderator", face="screen/")
    expect(wall.locator("[data-screen-poll] [data-part=options]")).to_contain_text("災害時の情報共有")
    officer = enter("municipal", 1, viewport=PHONE)
    asked = officer.locator("[data-poll]").filter(has_text="どの機能を最初に")
    for choice in ("電子申請", "庁内の連携", "窓口の予約"):
        asked.get_by_label(choice).check()
    asked.get_by_role("button", name="回答する").click()
    expect(poll).to_contain_text("1人が回答")
    poll.get_by_role("button", name="結果を見せる").click()
    expect(wall.locator("[data-screen-poll] [data-part=bars]")).to_contain_text("電子申請")
    for width, height in WALLS:
        wall.set_viewport_size({"width": width, "height": height})
        assert shows_all_of_it(wall), (width, height)
    assert is_sound(polls)
    item(desk, LONG).get_by_role("button", name="登壇者の前に出す").click()
    expect(wall.locator("[data-screen-poll]")).to_be_hidden()
    poll.get_by_role("button", name="受付を終える").click()
    press(desk, "end")
    expect(wall.locator("[data-stage]:visible")).to_have_count(0)
