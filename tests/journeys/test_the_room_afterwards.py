"""After the day: vendors answer, the secretariat publishes, askers read, and the day's records are taken away.

The stories build on each other in the order of this file, in the demonstration's first round, whose day is over.
"""

import csv
import io
import re
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.room import LIVE, PHONE, ask, connection, is_sound, own, post, publish, send, write

pytestmark = pytest.mark.journey

ASKED = "避難所の受付を、図書館の職員が手伝うときの研修はありますか。"
DRAFT = "半日の研修を用意しています。動画でも受けられます。"
READY = "2人でも運用できます。初期設定は半日ほどで、当社の担当者がオンラインでお手伝いします。"


def inbox_item(page):
    return page.locator(".inbox__item").filter(has_text=ASKED)


def test_1_an_officer_asks_the_vendor_over_the_recording(signed_in_page, enter, story):
    page = signed_in_page("municipal", 1, viewport=PHONE)
    page.goto("/mypage/")
    row = page.get_by_role("main").locator("li").filter(has_text="第1回")
    row.get_by_role("link", name="質疑の部屋へ").click()
    story["room"] = re.search(r"/live/[\w-]+/", page.url).group(0)
    expect(page.get_by_role("main").get_by_text("フィードバック期間", exact=True)).to_be_visible()
    expect(connection(page)).to_have_text(LIVE)
    page.locator("[data-ask] [name=slot]").select_option(index=1)
    scene = page.locator("[data-ask] [name=scene]")
    scene.fill("１２：３４")
    write(page, "長" * 480)
    send(page)
    # What is refused comes back whole, its scene as well.
    expect(page.locator("[data-ask-problem]")).to_contain_text("400文字以内")
    expect(scene).to_have_value("１２：３４")
    ask(page, ASKED)
    expect(scene).to_have_value("")
    expect(own(page, ASKED)).to_contain_text("録画 12:34")
    desk = enter("moderator", face="moderate/")
    expect(connection(desk)).to_have_text(LIVE)
    publish(desk, ASKED)
    expect(own(page, ASKED)).to_contain_text("公開中")


def test_2_the_vendor_finds_it_first_and_its_draft_keeps_itself(signed_in_page):
    page = signed_in_page("vendor", 1, viewport=PHONE)
    held = []
    page.route("**/autosave*.js", lambda route: held.append(route))
    page.goto("/mypage/")
    row = page.get_by_role("main").locator("li").filter(has_text="第1回 自治体ピッチ")
    row.get_by_role("link", name="質問への回答").click()
    expect(page.get_by_role("main")).to_contain_text("回答期限")
    page.get_by_role("link", name=re.compile("^未回答")).click()
    page.wait_for_load_state()
    # The first one there is something to do about is open.
    inbox_item(page).locator("textarea[name=body]").fill(DRAFT)
    # On a slow line people write before the script is there that keeps it.
    held[-1].continue_()
    page.unroute("**/autosave*.js")
    expect(inbox_item(page).get_by_role("status").filter(has_text="保存")).to_be_visible(timeout=10_000)
    expect(inbox_item(page).locator("[data-stage]")).to_have_text("下書き")
    page.reload()
    expect(inbox_item(page).locator("textarea[name=body]")).to_be_visible()
    expect(inbox_item(page).locator("textarea[name=body]")).to_have_value(DRAFT)
    assert is_sound(page)
    inbox_item(page).get_by_label("個別に回答する（質問した方にだけ届きます）").check()
    inbox_item(page).get_by_role("button", name="回答を提出する").click()
    expect(page.get_by_role("main")).to_contain_text("回答を提出しました。")
    # The filter somebody works through stays; what was handed in has left it.
    expect(inbox_item(page)).to_have_count(0)
    page.get_by_role("link", name=re.compile("^確認待ち")).click()
    expect(inbox_item(page)).to_contain_text("確認待ち")


def test_3_the_secretariat_publishes_and_the_asker_alone_reads_it(enter):
    asker, other = enter("municipal", 1, viewport=PHONE), enter("municipal", 2)
    for page in (asker, other):
        expect(connection(page)).to_have_text(LIVE)
    expect(own(asker, ASKED)).not_to_contain_text(DRAFT)
    desk = enter("organiser", face="answers/")
    assert is_sound(desk)
    waiting = desk.locator(".inbox__item").filter(has_text=ASKED)
    expect(waiting).to_contain_text("個別")
    waiting.get_by_role("button", name="質問した方に送る").click()
    expect(desk.get_by_role("main")).to_contain_text("質問した方に回答を送りました。")
    expect(own(asker, ASKED)).to_contain_text(DRAFT)
    expect(own(asker, ASKED)).to_contain_text("（あなただけに表示）")
    expect(post(other, ASKED)).to_contain_text("質問した方に個別に回答しました。")
    assert DRAFT not in other.content()
    other.reload()
    assert DRAFT not in other.content()
    desk.locator(".inbox__item").filter(has_text="職員が2人").get_by_role("button", name="回答を公開する").click()
    expect(post(other, "職員が2人しかいない町")).to_contain_text(READY)


def test_4_what_is_given_back_says_why(enter):
    vendor = enter("vendor", 1, face="inbox/")
    correction = vendor.locator(".inbox__item").filter(has_text="停電が続くとき")
    correction.get_by_text("回答を訂正・補足する").click()
    correction.locator("textarea[name=body]").fill("1台で約1,800人分です。")
    correction.get_by_role("button", name="回答を提出する").click()
    expect(vendor.get_by_role("main")).to_contain_text("回答を提出しました。")
    desk = enter("moderator", face="answers/")
    waiting = desk.locator(".inbox__item").filter(has_text="停電が続くとき")
    waiting.locator("summary", has_text="差し戻す").click()
    waiting.get_by_role("button", name="理由を伝えて差し戻す").click()
    expect(desk.get_by_role("alert")).to_contain_text("差し戻す理由を入力してください。")
    expect(desk.get_by_role("alert")).to_be_focused()
    # Enter in the field is what its button is.
    waiting.get_by_label("事業者に伝える理由").fill("当日の発言と数が違います。")
    waiting.get_by_label("事業者に伝える理由").press("Enter")
    expect(desk.get_by_role("main")).to_contain_text("回答を差し戻しました。")
    vendor.reload()
    expect(correction).to_contain_text("当日の発言と数が違います。")


def test_5_the_summary_names_no_officer(enter):
    page = enter("vendor", 1, face="summary/")
    main = page.get_by_role("main")
    expect(main).to_contain_text("団体区分ごとの数")
    expect(main).to_contain_text("3団体未満")
    for name in ("武蔵", "備後", "渡島", "府中市", "森町"):
        assert name not in page.content()
    assert is_sound(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize(
    ("title", "key", "kinds"),
    [("議事録", "minutes", ("Word", "PDF")), ("質問回答集", "answers", ("Word", "PDF", "CSV"))],
)
def test_6_the_records_are_one_press_away_in_every_format(enter, tmp_path, title, key, kinds):
    page = enter("moderator", face="records/")
    card = page.locator(".card").filter(has=page.get_by_role("link", name=title, exact=True))
    files = {}
    for name in kinds:
        with page.expect_download() as download:
            card.get_by_role("link", name=name).click()
        path = tmp_path / name
        download.value.save_as(path)
        assert title in download.value.suggested_filename
        files[name] = path.read_bytes()
    page.get_by_role("link", name=title, exact=True).click()
    texts = {
        "HTML": page.get_by_role("main").inner_text(),
        "Word": re.sub("<[^>]+>", "", ZipFile(io.BytesIO(files["Word"])).read("word/document.xml").decode()),
        "PDF": "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(files["PDF"])).pages),
    }
    if "CSV" in files:
        rows = csv.reader(io.StringIO(files["CSV"].decode("utf-8-sig")))
        texts["CSV"] = "".join(cell for row in rows for cell in row)
    for text in texts.values():
        plain = re.sub(r"\s", "", text)
        assert ASKED in plain
        assert READY in plain
        assert DRAFT not in plain
    assert is_sound(page)
    page.goto(page.url.replace(f"{key}/", ""))
    assert is_sound(page)
