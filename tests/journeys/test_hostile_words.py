"""Scripts typed into an application in a real browser: no page that shows them runs, asks or reports anything."""

import re
from urllib.parse import quote

import pytest

from tests.pitches.test_hostile_texts import VECTORS

pytestmark = pytest.mark.journey

# They go into the words of one browser session, so that every main page shows some of them.
LONG = "\n".join(VECTORS)
SHORT = (
    '"><img src=x onerror=alert(7331)>',
    "</script><script>alert(7331)</script>",
    "{{constructor.constructor('x')()}}",
)


def test_no_word_of_an_application_acts_in_a_browser(signed_in_page):
    """new_page itself fails for a broken Content-Security-Policy, a script error and a request to another host."""
    page = signed_in_page("vendor", 2)
    dialogs, looked_at = [], 0
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto("/call/")
    page.get_by_role("main").get_by_role("link", name=re.compile("第2回")).first.click()
    page.get_by_role("main").get_by_role("button", name=re.compile("応募|提案")).first.click()
    page.wait_for_url(re.compile(r"/mypage/proposals/[\w-]+/"))
    own = re.search(r"/mypage/proposals/[\w-]+/", page.url).group(0)
    for step in ("proposal", "presenter"):
        page.goto(f"{own}edit/{step}/")
        boxes = page.locator("main form input[type=text], main form textarea")
        for number in range(boxes.count()):
            box = boxes.nth(number)
            is_long = box.evaluate("each => each.tagName === 'TEXTAREA'")
            box.fill(LONG[:1900] if is_long else SHORT[number % len(SHORT)])
        page.locator("main form button:not([name])[class*=button]").last.click()
        page.wait_for_url(lambda url, step=step: f"/edit/{step}/" not in url)
    searched = quote(SHORT[0])
    for address in (
        own, f"{own}edit/proposal/", f"{own}edit/presenter/", f"{own}edit/files/", f"{own}edit/confirm/",
        f"{own}history/",
        "/mypage/", "/mypage/proposals/", f"/proposals/?q={searched}&theme={searched}&badge={searched}&page={searched}",
    ):  # fmt: skip
        page.goto(address)
        looked_at += "alert(7331)" in page.content()
        assert page.locator("img[src=x], script:not([src]):text('7331')").count() == 0
    desk = signed_in_page("screener")
    desk.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    desk.goto(f"/admin/screening/?q={searched}&call={searched}&state={searched}&sort={searched}")
    assert desk.locator("img[src=x]").count() == 0
    assert dialogs == []
    # The words were there to act: on most of these pages they stand as text.
    assert looked_at >= 6
