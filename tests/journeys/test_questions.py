"""The question room in a real browser: asked, held still, searched, decided on by keys; with and without scripts."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.room import Line

pytestmark = pytest.mark.journey


def barriers(page):
    """What axe finds on the page as it stands, by rule and element."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


def room_of(page):
    """The path of the question room that the person may enter and ask in."""
    page.goto("/rounds/")
    rounds = {link.get_attribute("href") for link in page.locator('main a[href^="/rounds/"]').all()}
    for address in sorted(address for address in rounds if re.fullmatch(r"/rounds/[\w-]+/", address)):
        page.goto(address)
        link = page.locator('main a[href^="/live/"]').first
        if not link.count():
            continue
        path = link.get_attribute("href")
        page.goto(path)
        if urlsplit(page.url).path == path and page.locator("[data-ask]").count():
            return path
    raise AssertionError("no room to ask in")


def live(page):
    page.wait_for_selector('[data-connection="live"]')


def cards(page):
    return page.locator("[data-questions] > li")


def queue(page, group):
    return page.locator(f'[data-group="{group}"] > [data-question]')


def test_a_question_goes_from_the_first_letter_to_everybody(signed_in_page):
    officer, other, moderator = (
        signed_in_page("municipal", 1), signed_in_page("municipal", 2), signed_in_page("moderator")
    )  # fmt: skip
    path = room_of(officer)
    moderator.goto(f"{path}moderate/")
    for page in (officer, moderator):
        live(page)
    before, waiting = cards(officer).count(), queue(moderator, "pending").count()
    seen = cards(officer).first.locator(".post__text").text_content()

    # What is typed is compared in a pause, never while an input method is at work.
    box = officer.locator("[data-ask] textarea")
    box.evaluate(
        """(box, text) => {
          box.focus();
          box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
          box.value = text;
          box.dispatchEvent(new InputEvent("input", { bubbles: true, isComposing: true }));
        }""",
        seen,
    )
    officer.wait_for_timeout(900)
    assert officer.locator("[data-alike]").is_hidden()
    box.evaluate("box => box.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))")
    officer.wait_for_selector("[data-alike]:not([hidden])")
    assert barriers(officer) == []

    # A draft is there after a reload; a question is sent once it has a number, and Enter alone sends nothing.
    box.fill("ドローンの飛行許可は誰が取りますか")
    officer.reload()
    live(officer)
    box = officer.locator("[data-ask] textarea")
    assert box.input_value() == "ドローンの飛行許可は誰が取りますか"
    box.press("Enter")
    assert queue(moderator, "pending").count() == waiting
    box.press("Backspace")
    box.press("Control+Enter")
    own = officer.locator("[data-own]").first
    own.locator('[data-part="no"]:not(:empty)').wait_for()
    queue(moderator, "pending").locator("p.desk__text", has_text="ドローン").wait_for()
    asked = queue(moderator, "pending").last

    # One key publishes it; the reader who has scrolled down is not moved, and finds it behind a button.
    other.set_viewport_size({"width": 375, "height": 600})
    other.goto(path)
    live(other)
    cards(other).last.scroll_into_view_if_needed()
    cards(other).last.locator("button").first.focus()
    place = cards(other).first.bounding_box()
    asked.focus()
    moderator.keyboard.press("a")
    new = other.locator("[data-new]:not([hidden])")
    new.wait_for()
    assert cards(other).count() == before
    assert cards(other).first.bounding_box() == place
    new.click()
    assert cards(other).count() == before + 1
    assert barriers(other) == []

    # Two characters find it, however they are typed.
    words = other.locator('[data-narrow] [name="q"]')
    words.fill("ﾄﾞﾛｰﾝ")
    assert cards(other).count() == 1
    words.fill("誰も書いていない言葉")
    assert other.locator("[data-nothing-found]").is_visible()
    other.locator("[data-narrow-all]").click()
    assert cards(other).count() == before + 1


def test_moderators_decide_by_keys_and_take_back(signed_in_page):
    officer, moderator = signed_in_page("municipal", 2), signed_in_page("moderator")
    path = room_of(officer)
    moderator.goto(f"{path}moderate/")
    for page in (officer, moderator):
        live(page)
    officer.locator("[data-ask] textarea").fill("雪の日の運用実績はありますか")
    officer.locator("[data-ask] textarea").press("Control+Enter")
    queue(moderator, "pending").first.wait_for()
    assert barriers(moderator) == []

    moderator.keyboard.press("j")
    moderator.keyboard.press("w")
    moderator.keyboard.press("2")
    queue(moderator, "withheld").first.wait_for()
    moderator.locator("[data-undo]:not([hidden])").wait_for()
    assert barriers(moderator) == []
    moderator.keyboard.press("z")
    queue(moderator, "pending").first.wait_for()

    # Slips: one after the other, without reaching for the mouse.
    moderator.keyboard.press("Escape")
    moderator.locator("h1").click()
    moderator.keyboard.press("n")
    for text in ("一枚目の紙", "二枚目の紙"):
        moderator.keyboard.type(text)
        moderator.keyboard.press("Control+Enter")
    queue(moderator, "pending").locator("p.desk__text", has_text="二枚目の紙").wait_for()
    assert moderator.evaluate("document.activeElement.id") == "slip-body"
    moderator.locator("h1").click()
    moderator.keyboard.press("?")
    assert moderator.locator("[data-keys]").is_visible()
    assert barriers(moderator) == []
    moderator.keyboard.press("?")
    moderator.set_viewport_size({"width": 375, "height": 800})
    assert moderator.evaluate("document.documentElement.scrollWidth") <= 375
    assert barriers(moderator) == []


def test_everything_works_without_a_script(signed_in_page):
    page = signed_in_page("municipal", 3, java_script_enabled=False)
    path = room_of(page)
    page.goto(path)
    seen = cards(page).first.locator(".post__text").text_content()
    page.locator("[data-ask] textarea").fill(seen)
    page.locator("[data-ask] .form__actions button").click()
    assert page.locator("[data-alike]").is_visible()
    assert page.locator("[data-ask] textarea").input_value() == seen
    page.locator("[data-ask] .form__actions button").click()
    assert page.locator("[data-own]").count() >= 1
    page.locator('[data-narrow] [name="q"]').fill("誰も書いていない言葉")
    page.locator("[data-narrow-button]").click()
    assert page.locator("[data-nothing-found]").is_visible()
    page.locator("[data-narrow-all]").click()
    assert cards(page).count() >= 1


@pytest.fixture
def desk(signed_in_page):
    """A moderator's console with a live connection."""
    page = signed_in_page("moderator")
    path = room_of(page)
    page.goto(f"{path}moderate/")
    live(page)
    return page


def slips(desk, *texts):
    """Enter slips by the console's own form and wait until the last of them stands in the queue."""
    for text in texts:
        desk.locator("[data-slip] textarea").fill(text)
        desk.locator("[data-slip] textarea").press("Control+Enter")
    slip(desk, texts[-1]).wait_for()
    return [slip(desk, text) for text in texts]


def slip(desk, text, group=""):
    return desk.locator(f"[data-group={group}] > [data-question]" if group else "[data-question]").filter(
        has=desk.locator("p.desk__text", has_text=re.compile(f"^{re.escape(text)}$"))
    )


def chosen(desk):
    """The text of the question that is chosen, has the focus and is in view; "" for none."""
    return desk.evaluate(
        """() => {
          const item = document.activeElement.closest(".desk__item--chosen");
          if (!item) return "";
          const { top, bottom } = item.getBoundingClientRect();
          return bottom > 0 && top < innerHeight ? item.querySelector("p.desk__text").textContent : "out of view";
        }"""
    )


def test_after_each_decision_the_next_question_of_the_list_is_at_hand(desk):
    one, two, three, four, last = slips(desk, *(f"次へ進む{n}枚目" for n in range(1, 6)))
    one.focus()
    desk.keyboard.press("w")
    desk.keyboard.press("2")
    slip(desk, "次へ進む1枚目", "withheld").wait_for()
    assert chosen(desk) == "次へ進む2枚目"
    desk.keyboard.press("w")
    two.get_by_label("ほかの理由").fill("自分の言葉で")
    desk.keyboard.press("Enter")
    slip(desk, "次へ進む2枚目", "withheld").wait_for()
    assert chosen(desk) == "次へ進む3枚目"
    # A click in a question that is not the chosen one goes on from where it stood.
    four.get_by_role("button", name="公開", exact=True).click()
    slip(desk, "次へ進む4枚目", "public").wait_for()
    assert chosen(desk) == "次へ進む5枚目"
    # Nothing comes after the last one: it goes back.
    three.locator("[data-part=alike] button").first.click()
    slip(desk, "次へ進む3枚目", "merged").wait_for()
    assert chosen(desk) == "次へ進む5枚目"
    desk.keyboard.press("e")
    last.locator("textarea[name=body]").first.fill("次へ進む五枚目")
    last.get_by_role("button", name="整えた文にする").click()
    slip(desk, "次へ進む五枚目").wait_for()
    assert chosen(desk) == "次へ進む五枚目"
    desk.keyboard.press("a")
    slip(desk, "次へ進む五枚目", "public").wait_for()
    assert chosen(desk) != "次へ進む五枚目"
    assert desk.evaluate("document.activeElement !== document.body")
    # What is taken back is chosen again, wherever the page stood.
    desk.keyboard.press("z")
    slip(desk, "次へ進む五枚目", "pending").wait_for()
    assert chosen(desk) == "次へ進む五枚目"


def test_the_toast_says_what_was_taken_down_refused_or_who_was_shut_out(signed_in_page, desk):
    toast = desk.locator("[data-undo]")
    (one,) = slips(desk, "トーストの紙")
    one.focus()
    desk.keyboard.press("a")
    one = slip(desk, "トーストの紙", "public")
    one.focus()
    desk.keyboard.press("p")
    toast.filter(has_text="登壇者の前に出しました").wait_for()
    one.get_by_text("登壇者の前に表示中").wait_for()
    desk.keyboard.press("p")
    toast.filter(has_text="登壇者の前から下げました").wait_for()
    # Somebody else has changed it meanwhile: that it cannot be taken back is said where one looks.
    other = signed_in_page("organiser")
    other.goto(desk.url)
    live(other)
    desk.keyboard.press("o")
    toast.filter(has_text="回答済みにしました").wait_for()
    slip(other, "トーストの紙").locator("[data-part=answered]:not([hidden])").wait_for()
    slip(other, "トーストの紙").locator("summary", has_text="表記を整える").click()
    slip(other, "トーストの紙").get_by_label("質問・意見").fill("トーストの紙だった")
    slip(other, "トーストの紙").get_by_role("button", name="整えた文にする").click()
    slip(desk, "トーストの紙だった").wait_for()
    desk.keyboard.press("z")
    toast.get_by_role("alert").filter(has_text="＊").wait_for()
    assert toast.get_by_role("button").count() == 0
    assert barriers(desk) == []

    officer = signed_in_page("municipal", 2)
    officer.goto(desk.url.removesuffix("moderate/"))
    live(officer)
    officer.locator("[data-ask] textarea").fill("しつこい質問")
    officer.locator("[data-ask] textarea").press("Control+Enter")
    troubled = slip(desk, "しつこい質問")
    troubled.locator("summary", has_text="投稿を停止").click()
    troubled.get_by_label("本人に伝える理由").fill("くり返し")
    troubled.get_by_role("button", name="投稿を停止する").click()
    toast.filter(has_text="さんの投稿を停止しました").wait_for()
    assert not troubled.get_by_label("本人に伝える理由").is_visible()
    troubled.get_by_text("投稿停止中").wait_for()
    toast.get_by_role("link", name="停止中の一覧へ").click()
    assert desk.evaluate("location.hash") == "#banned-heading"
    toast.get_by_role("button", name="停止を解除").click()
    troubled.get_by_text("投稿停止中").wait_for(state="hidden")


def test_what_is_half_typed_is_there_after_a_reload(desk):
    (one, two) = slips(desk, "書きかけの紙", "確定する紙")
    one.locator("summary", has_text="保留").click()
    one.get_by_label("ほかの理由").fill("途中までの理由")
    two.locator("summary", has_text="表記を整える").click()
    two.get_by_label("質問・意見").fill("整えている途中")
    desk.locator("#slip-body").fill("半分の紙")
    desk.locator("#slip-slot").select_option(index=1)
    desk.reload()
    live(desk)
    assert one.get_by_label("ほかの理由").input_value() == "途中までの理由"
    assert one.get_by_label("ほかの理由").is_visible()
    assert two.get_by_label("質問・意見").input_value() == "整えている途中"
    assert desk.locator("#slip-body").input_value() == "半分の紙"
    assert desk.locator("#slip-slot").evaluate("select => select.selectedIndex") == 1
    # What is half typed in one part stays when something else is decided; what was sent is not kept.
    one.locator("summary", has_text="表記を整える").click()
    one.get_by_label("質問・意見").fill("書きかけの紙、整えた")
    one.get_by_role("button", name="公開", exact=True).click()
    one = slip(desk, "書きかけの紙", "public")
    one.locator("summary", has_text="非公開にする").click()
    assert one.get_by_label("ほかの理由").input_value() == "途中までの理由"
    one.get_by_label("ほかの理由").press("Enter")
    slip(desk, "書きかけの紙", "hidden").wait_for()
    two.get_by_role("button", name="整えた文にする").click()
    slip(desk, "整えている途中").wait_for()
    desk.locator("#slip-body").fill("")
    desk.reload()
    live(desk)
    assert desk.locator("#slip-body").input_value() == ""
    assert desk.locator("details[open][data-part=refuse], details[open][data-part=merge]").count() == 0
    drafts = "Object.entries(localStorage).filter(([key]) => key.includes(':desk:')).map(([, text]) => text).join()"
    assert "途中" not in desk.evaluate(drafts).replace("書きかけの紙、整えた", "")


def test_parts_open_close_and_send_by_keys_and_a_word_is_enough_to_merge(desk):
    (one, two, three) = slips(desk, "鍵盤の紙", "みかんの話", "りんごの話")
    one.focus()
    reason = one.get_by_label("ほかの理由")
    desk.keyboard.press("w")
    assert reason.is_visible()
    desk.keyboard.press("w")
    assert not reason.is_visible()
    desk.keyboard.press("w")
    reason.fill("途中")
    desk.keyboard.press("Escape")
    assert not reason.is_visible()
    assert chosen(desk) == "鍵盤の紙"
    desk.keyboard.press("w")
    assert reason.input_value() == "途中"
    reason.fill("")
    desk.keyboard.press("Escape")

    # Enter alone is a new line, and one that an input method takes sends nothing.
    desk.keyboard.press("e")
    edit = one.get_by_label("質問・意見")
    edit.fill("鍵盤で整えた紙")
    edit.dispatch_event("keydown", {"key": "Enter", "ctrlKey": True, "keyCode": 229})
    edit.press("Control+Enter")
    one = slip(desk, "鍵盤で整えた紙")
    one.wait_for()
    assert chosen(desk) == "鍵盤で整えた紙"

    desk.keyboard.press("m")
    into = one.get_by_label("統合先の受付番号または言葉")
    into.fill("の話")
    into.press("Enter")
    one.get_by_text("候補がいくつかあります").wait_for()
    into.fill("ﾐｶﾝ")
    into.press("Enter")
    slip(desk, "鍵盤で整えた紙", "merged").wait_for()
    assert chosen(desk) == "みかんの話"
    desk.keyboard.press("m")
    number = three.locator("[data-part=no]").inner_text().removeprefix("A-").lstrip("0")
    two.get_by_label("統合先の受付番号または言葉").fill(number)
    desk.keyboard.press("Enter")
    slip(desk, "みかんの話", "merged").wait_for()
    assert chosen(desk) == "りんごの話"
    desk.keyboard.press("w")
    three.get_by_label("ほかの理由").fill("自分の理由")
    desk.keyboard.press("Control+Enter")
    slip(desk, "りんごの話", "withheld").wait_for()


def test_the_button_that_tells_a_reason_says_what_it_will_do_now(signed_in_page, desk):
    (one,) = slips(desk, "競り合う紙")
    one.locator("summary", has_text="保留").click()
    one.get_by_label("ほかの理由").fill("まだ早い")
    button = one.get_by_role("button", name=re.compile("^理由を伝えて"))
    assert button.inner_text() == "理由を伝えて保留にする"
    other = signed_in_page("organiser")
    other.goto(desk.url)
    live(other)
    slip(other, "競り合う紙").get_by_role("button", name="公開", exact=True).click()
    one.get_by_role("button", name="理由を伝えて非公開にする").wait_for()
    assert button.count() == 1
    assert one.get_by_label("ほかの理由").input_value() == "まだ早い"
    one.get_by_label("ほかの理由").fill("")
    desk.keyboard.press("Escape")
    slip(desk, "競り合う紙", "public").wait_for()


def test_what_is_on_its_way_says_so_and_is_not_given_twice(signed_in_page):
    desk = signed_in_page("moderator")
    path = room_of(desk)
    line = Line(desk)
    desk.goto(f"{path}moderate/")
    live(desk)
    one, two = slips(desk, "途切れる紙", "次の途切れる紙")
    line.cut()
    desk.wait_for_selector('[data-connection="reconnecting"]')
    publish = one.get_by_role("button", name="公開", exact=True)
    one.focus()
    desk.keyboard.press("a")
    one.get_by_text("送信中").wait_for()
    assert chosen(desk) == "次の途切れる紙"
    assert publish.get_attribute("aria-disabled") == "true"
    publish.click(force=True)
    assert barriers(desk) == []
    assert not two.get_by_text("送信中").is_visible()
    line.mend()
    slip(desk, "途切れる紙", "public").wait_for(timeout=25_000)
    one.get_by_text("送信中").wait_for(state="hidden")
    assert publish.count() == 0
    assert len({frame["id"] for frame in line.sent if frame["op"] == "question.moderate"}) == 1


def test_the_public_list_is_arranged_when_asked_and_never_by_itself(signed_in_page, desk):
    one, two = slips(desk, "先に出した紙", "後に出した紙")
    for each in (one, two):
        each.get_by_role("button", name="公開", exact=True).click()
    slip(desk, "後に出した紙", "public").wait_for()
    shown = "[data-group=public] > li:not([hidden]) p.desk__text"
    order = f"() => [...document.querySelectorAll('{shown}')].map(text => text.textContent)"
    assert desk.evaluate(order)[-2:] == ["先に出した紙", "後に出した紙"]
    desk.get_by_label("並び順").select_option("votes")
    before = desk.evaluate(order)
    officer = signed_in_page("municipal", 2)
    officer.goto(desk.url.split("moderate/")[0])
    live(officer)
    card = officer.locator("[data-questions] > li").filter(has_text="後に出した紙")
    card.locator("button.vote").click()
    slip(desk, "後に出した紙").get_by_text("1人・1団体が同じ質問").wait_for()
    assert desk.evaluate(order) == before
    desk.get_by_role("button", name="並べ直す").click()
    now = desk.evaluate(order)
    assert now.index("後に出した紙") < now.index("先に出した紙")
    slip(desk, "後に出した紙").focus()
    desk.keyboard.press("j")
    assert desk.locator(".desk__item--chosen p.desk__text").inner_text() == now[now.index("後に出した紙") + 1]
    desk.reload()
    live(desk)
    assert desk.evaluate(order) == now
    desk.get_by_label("並び順").select_option("old")
    assert desk.evaluate(order)[-2:] == ["先に出した紙", "後に出した紙"]
    assert barriers(desk) == []
