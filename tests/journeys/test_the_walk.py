"""One proposal walks through the whole house, in real browsers: from the call to the archived recording.

The steps build on each other and run in the order of this file, as the days of a real round do.
"""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from config.seeding.answers import answers_for
from core.codes import is_receipt_number
from tests.journeys.forms import fill_answers

pytestmark = pytest.mark.journey

TITLE = "学校給食の献立を共同でつくる"
VENDOR = "通し試験システム（架空）"
EMAIL = "walker@walk.example"
PASSWORD = "a-long-enough-one-8"
QUESTION = "小さな学校が多い町でも、献立を共同でつくれますか。"


def main_button(page, name):
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


# --- 1. Anyone reads ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 375])
def test_1_anyone_reads_home_call_and_past_sessions(new_page, width):
    page = new_page(viewport={"width": width, "height": 800})
    page.goto("/")
    page.get_by_role("link", name="募集要項を読む").click()
    for words in (
        "4つの要件",
        "共同利用",
        "制度上の実現可能性",
        "セキュリティ",
        "運用サポート体制",
        "17:00",
        "契約を約束するものではありません",
    ):
        expect(page.get_by_role("main")).to_contain_text(words)
    page.goto("/archive/")
    for words in ("令和元年度 第2回 自治体ピッチ", "令和2年度 第3回 自治体ピッチ", "3673", "462", "公開資料に基づく"):
        expect(page.get_by_role("main")).to_contain_text(words)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# --- 2. A vendor applies --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    """A small real PDF to attach."""
    from pypdf import PdfWriter

    path = tmp_path_factory.mktemp("files") / "運用体制図（案）.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(path)
    return path


def test_2a_a_vendor_signs_up_with_a_code_from_the_mail(page, mailbox):
    page.goto("/accounts/signup/")
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("input[name=last_name]").fill("通し")
    page.locator("input[name=first_name]").fill("太郎")
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/confirm-email/")
    mail = mailbox.wait_for(to=EMAIL)
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.body, re.M).group(1)
    page.locator("input[name=code]").fill(code)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/mypage/")
    page.get_by_role("link", name="提案する事業者").click()
    page.locator("input[name=name]").fill(VENDOR)
    page.locator("input[name=kana]").fill("トオシシケンシステム")
    page.locator("input[name=corporate_number]").fill("1234567890123")
    main_button(page, "保存する").click()
    expect(page.get_by_role("main")).to_contain_text("法人番号の検査数字が合いません")
    expect(page.locator("input[name=name]")).to_have_value(VENDOR)
    page.locator("input[name=corporate_number]").fill("")
    main_button(page, "保存する").click()
    page.wait_for_url("**/mypage/")


def test_2b_the_vendor_drafts_over_several_pages_that_save_themselves(page, sign_in, story):
    sign_in(page, EMAIL, PASSWORD)
    page.goto("/call/")
    page.get_by_role("main").get_by_role("link", name=re.compile("第2回")).first.click()
    story["call"] = page.url
    page.get_by_role("main").get_by_role("button", name=re.compile("応募|提案")).first.click()
    page.wait_for_url(re.compile(r"/mypage/proposals/[\w-]+/"))
    story["proposal"] = re.search(r"/mypage/proposals/[\w-]+/", page.url).group(0)
    page.goto(story["proposal"] + "edit/proposal/")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=tagline]").fill("近隣の町村で献立と食材の注文をまとめます。")
    page.locator("[name=problem]").fill("小規模な団体では、栄養士が1人で献立をつくっている。")
    expect(page.get_by_role("status").filter(has_text="保存")).to_be_visible(timeout=30_000)
    page.reload()
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    page.locator("[name=theme]").select_option(index=1)
    page.locator("[name=content]").fill("献立のひな形を共有し、地場産の食材で置き換える。")
    page.locator("main form button:not([name])[class*=button]").last.click()
    page.wait_for_url("**/edit/basics/")


def test_2c_without_personal_information_requirement_3_is_one_line(page, sign_in, story):
    sign_in(page, EMAIL, PASSWORD)
    answers = {key: value["value"] for key, value in answers_for(G01="none", G03=["staff"]).items()}
    page.goto(story["proposal"] + "edit/basics/")
    fill_answers(page, "G", answers)
    page.locator("main form button:not([name])[class*=button]").last.click()
    page.wait_for_url("**/edit/shared-use/")
    page.goto(story["proposal"] + "edit/security/")
    expect(page.get_by_role("main")).to_contain_text("対象外：個人情報を取り扱いません")
    assert page.locator("[name^='R3-']").count() == 0
    for key, group in (("shared-use", "R1"), ("feasibility", "R2"), ("support", "R4")):
        page.goto(f"{story['proposal']}edit/{key}/")
        fill_answers(page, group, answers)
        page.locator("main form button:not([name])[class*=button]").last.click()
        page.wait_for_url(lambda url, key=key: f"/edit/{key}/" not in url)


def test_2d_the_vendor_attaches_evidence_and_submits(page, sign_in, story, pdf, mailbox, tmp_path):
    sign_in(page, EMAIL, PASSWORD)
    page.goto(story["proposal"] + "edit/presenter/")
    page.locator("[name=presenter_name]").fill("通し 太郎")
    page.locator("[name=attendance][value=online]").check()
    page.locator("main form button:not([name])[class*=button]").last.click()
    page.goto(story["proposal"] + "edit/files/")
    for number, (kind, question) in enumerate((("evidence", "R4-03"), ("slides", "")), 1):
        page.locator("input[name=file]").set_input_files(str(pdf))
        page.locator(f"[name=kind][value={kind}]").check()
        page.locator("[name=question_id]").select_option(question)
        page.locator("form[action$='attachments/'] button").last.click()
        expect(page.locator(".documents form[action$='remove/']")).to_have_count(number)
        expect(page.get_by_role("main")).to_contain_text("運用体制図（案）.pdf")
    page.goto(story["proposal"] + "edit/confirm/")
    main_button(page, "提出する").click()
    expect(page.get_by_role("main")).to_contain_text("同意・誓約のすべてにチェックしてください。")
    for box in page.locator("[name=declarations]").all():
        box.check()
    main_button(page, "提出する").click()
    page.wait_for_url(f"**{story['proposal']}")
    number = re.search(r"R\d+-[0-9A-Z]{4}-[0-9A-Z]{4}", page.get_by_role("main").inner_text()).group(0)
    assert is_receipt_number(number)
    story["number"] = number
    mail = mailbox.wait_for(to=EMAIL, containing=number)
    assert story["proposal"] in mail.body
    answer = page.request.get(story["proposal"] + "receipt.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    receipt = tmp_path / "receipt.pdf"
    receipt.write_bytes(answer.body())
    text = "".join(p.extract_text() for p in PdfReader(receipt).pages)
    assert number in text
    assert TITLE in text
    import hashlib

    assert hashlib.sha256(pdf.read_bytes()).hexdigest() in re.sub(r"\s", "", text)
    assert len(mailbox.mails(to=EMAIL, containing=number)) == 1


# --- 3. A screener judges -------------------------------------------------------------------------------------------


def test_3a_a_screener_judges_and_asks_for_a_correction(signed_in_page, story, mailbox):
    page = signed_in_page("screener")
    page.goto("/admin/screening/")
    page.get_by_role("link", name=re.compile(TITLE)).first.click()
    story["screening"] = page.url
    for requirement in ("R1", "R2", "R4"):
        judge(page, requirement, "fit", "自己点検の回答と証跡を確認した。")
    judge(page, "R3", "exempt", "")
    page.locator("#correct summary").click()
    form = page.locator("#correct form")
    form.locator("[name$=fields_named][value='content']").check()
    form.locator("[name$=reason]").fill("食材の調達の方法を補ってください。")
    form.get_by_role("button").click()
    expect(page.locator("body")).to_contain_text("補正を依頼しています。")
    mail = mailbox.wait_for(to=EMAIL, containing="食材の調達の方法")
    assert "提案の内容" in mail.body


def judge(page, requirement, status, reason):
    """Record one judgement in the admin."""
    desk = page.locator(f"#desk-{requirement}")
    desk.locator(f"[name$=status][value={status}]").check()
    desk.locator("[name$=reason]").fill(reason)
    desk.get_by_role("button", name="判定を記録する").click()
    expect(page.locator(f"#desk-{requirement} .mark")).to_be_visible()


def test_3b_the_vendor_corrects_exactly_the_named_field(page, sign_in, story):
    sign_in(page, EMAIL, PASSWORD)
    page.goto(story["proposal"])
    expect(page.get_by_role("main")).to_contain_text("食材の調達の方法を補ってください。")
    page.goto(story["proposal"] + "edit/proposal/")
    assert page.locator("[name=title]:enabled").count() == 0
    page.locator("[name=content]").fill("献立のひな形を共有し、食材は近隣の農協から共同で調達する。")
    page.locator("main form button:not([name])[class*=button]").last.click()
    page.goto(story["proposal"])
    page.get_by_text(re.compile("^補正を提出")).first.click()
    page.locator("form[action$='resubmit/'] button").click()
    expect(page.get_by_role("main")).to_contain_text("審査中")


def test_3c_the_screener_sees_the_difference_and_admits(signed_in_page, story):
    page = signed_in_page("screener")
    page.goto(story["screening"])
    expect(page.locator("body")).to_contain_text("近隣の農協から共同で調達")
    for requirement in ("R1", "R2", "R4"):
        judge(page, requirement, "fit", "補正後の内容を確認した。")
    judge(page, "R3", "exempt", "")
    page.get_by_role("button", name="要件適合と決定する").click()
    expect(page.locator("body")).to_contain_text("要件適合")


# --- 4. An organiser builds the day ---------------------------------------------------------------------------------


def test_4_the_organiser_puts_it_into_the_programme(signed_in_page, page, story):
    desk = signed_in_page("organiser")
    desk.goto("/admin/programme/")
    desk.get_by_role("link", name=re.compile("第2回")).first.click()
    empty = desk.locator("form#places select, select[form=places]")
    option = empty.first.locator("option", has_text=TITLE).get_attribute("value")
    for select in empty.all():
        if select.input_value() == "" and select.locator(f"option[value='{option}']").count():
            select.select_option(option)
            break
    desk.locator("button[form=places]").click()
    desk.wait_for_load_state()
    page.goto("/rounds/")
    page.get_by_role("main").get_by_role("link", name=re.compile("第2回")).first.click()
    story["round"] = re.search(r"/rounds/[\w-]+/", page.url).group(0)
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    expect(page.get_by_role("main")).to_contain_text(VENDOR)


# --- 5. Two officers ask and vote -----------------------------------------------------------------------------------


def test_5_two_officers_see_each_other_within_a_second_over_the_socket(signed_in_page, story):
    first, second = signed_in_page("municipal", 1), signed_in_page("municipal", 2)
    first.goto(story["round"])
    first.get_by_role("main").get_by_role("link", name=re.compile("質疑|質問")).first.click()
    story["room"] = re.search(r"/live/[\w-]+/", first.url).group(0)
    second.goto(story["room"])
    desk = signed_in_page("moderator")
    desk.goto(story["room"] + "moderate/")
    for page in (first, second, desk):
        expect(page.locator("[data-connection-text]")).to_contain_text("自動で更新")
    first.locator("textarea[name=body]").fill(QUESTION)
    first.get_by_role("main").get_by_role("button", name=re.compile("送信")).first.click()
    expect(first.locator("[data-own-list]")).to_contain_text(QUESTION)
    expect(first.locator("[data-own-list]")).to_contain_text("承認待ち")
    expect(second.get_by_role("main")).not_to_contain_text(QUESTION)
    # Other questions of the queue may name this one as similar: it is the item whose own text it is.
    queued = desk.locator(".desk__item", has=desk.locator("[data-part=body]", has_text=QUESTION))
    expect(queued).to_be_visible(timeout=2_000)
    queued.locator("[data-part=publish] button").click()
    for page in (first, second):
        # A list somebody has scrolled in stands still: what is new waits behind a button there.
        fresh = page.locator("[data-questions] article").filter(has_text=QUESTION)
        button = page.locator("[data-new]:visible")
        expect(fresh.or_(button).first).to_be_visible(timeout=2_000)
        if button.is_visible():
            button.click()
        expect(page.locator("[data-questions]")).to_contain_text(QUESTION, timeout=2_000)
    post = second.locator("[data-questions] article").filter(has_text=QUESTION)
    post.locator("button").first.click()
    seen = first.locator("[data-questions] article").filter(has_text=QUESTION).locator(".vote")
    expect(seen).to_contain_text("1", timeout=2_000)


def test_5b_the_same_page_works_without_javascript(new_page, sign_in, demo_account, story):
    page = new_page(java_script_enabled=False)
    sign_in(page, **demo_account("municipal", 3))
    page.goto(story["room"])
    page.locator("textarea[name=body]").fill("スクリプトがなくても質問できますか。")
    page.get_by_role("main").get_by_role("button", name=re.compile("送信")).first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"受付 A-\d{4}"))
    expect(page.get_by_role("main")).to_contain_text("スクリプトがなくても質問できますか。")
    post = page.locator("article").filter(has_text=QUESTION)
    post.locator("button").first.click()
    expect(page.locator("article").filter(has_text=QUESTION).locator(".vote")).to_contain_text("2")


def test_5c_an_officer_who_is_not_registered_is_led_to_the_registration(signed_in_page, story):
    page = signed_in_page("municipal", 4)
    page.goto(story["room"])
    assert re.search(r"/rounds/[\w-]+/(register/)?$", page.url)
    expect(page.get_by_role("main")).to_contain_text("参加申込")


# --- 6. Reviewers score, the organiser decides and publishes --------------------------------------------------------


def score(page, title):
    page.goto("/mypage/reviews/")
    page.get_by_role("main").get_by_role("link", name=title).click()
    for criterion in ("R1", "R2", "R3", "R4"):
        page.locator(f"[name={criterion}]").fill("9")
    for criterion, points in (("problem", "18"), ("effect", "14"), ("feasibility", "13.5"), ("spread", "9")):
        page.locator(f"[name={criterion}]").fill(points)
    main_button(page, "提出する").click()
    page.wait_for_url("**/mypage/reviews/")


def test_6a_the_reviewers_score(signed_in_page):
    first = signed_in_page("reviewer", 1)
    first.goto("/mypage/reviews/")
    first.get_by_role("main").get_by_role("link", name=TITLE).click()
    first.locator("[name=problem]").fill("21")
    main_button(first, "提出する").click()
    expect(first.get_by_role("main")).to_contain_text("0から20までの")
    expect(first.locator("[name=problem]")).to_have_value("21")
    score(first, TITLE)
    score(signed_in_page("reviewer", 2), TITLE)


def test_6b_nothing_is_seen_before_the_publication_and_all_of_it_after(signed_in_page, page, sign_in, story, mailbox):
    desk = signed_in_page("organiser")
    desk.goto("/admin/standings/")
    desk.get_by_role("link", name=re.compile("第2回")).first.click()
    standings = desk.url
    expect(desk.locator("body")).to_contain_text("90.50")
    while desk.locator("form[action*='decide']").count():
        row = desk.locator("tr").filter(has=desk.locator("form[action*='decide']")).first
        is_ours = TITLE in row.inner_text()
        row.locator("summary").click()
        row.locator("[name=outcome]").select_option("selected" if is_ours else "not_selected")
        if row.locator("[name=reason]").count():
            row.locator("[name=reason]").fill("通し試験のため")
        row.get_by_role("button", name="この内容で決定する").click()
        desk.wait_for_load_state()
    sign_in(page, EMAIL, PASSWORD)
    page.goto(story["proposal"])
    expect(page.get_by_role("main")).to_contain_text("要件適合")
    expect(page.get_by_role("main")).not_to_contain_text("選定のお知らせ")
    page.goto("/results/")
    expect(page.get_by_role("main")).not_to_contain_text("第2回")
    desk.goto(standings)
    desk.get_by_role("link", name="公表の確認へ").click()
    desk.locator("[name=confirmation]").fill("公表する")
    desk.get_by_role("button", name="公表する").click()
    expect(desk.get_by_role("main")).to_contain_text(TITLE)
    page.goto("/results/")
    page.get_by_role("main").get_by_role("link", name=re.compile("第2回")).click()
    expect(page.get_by_role("main")).to_contain_text(TITLE)
    expect(page.get_by_role("main")).to_contain_text(VENDOR)
    page.goto(story["proposal"])
    expect(page.get_by_role("main")).to_contain_text("選定")


# --- 7. The recording -----------------------------------------------------------------------------------------------


def test_7_the_archive_shows_the_recording_until_its_deadline_and_the_questions_for_ever(signed_in_page, page, story):
    desk = signed_in_page("organiser", 2)
    desk.goto("/admin/recordings/")
    desk.get_by_role("link", name=re.compile("第1回")).first.click()
    form = desk.locator("section").filter(has_text="避難所の受付").first.locator("form")
    form.locator("[name=youtube]").fill("https://evil.example/watch?v=AAAAAAAAAAA")
    form.get_by_role("button", name="保存する").click()
    expect(desk.locator("body")).to_contain_text("YouTubeの動画のアドレスではありません")
    form = desk.locator("section").filter(has_text="避難所の受付").first.locator("form")
    form.locator("[name=youtube]").fill("https://youtu.be/AAAAAAAAAAA?si=share")
    form.get_by_role("button", name="保存する").click()
    desk.wait_for_load_state()
    desk.get_by_role("link", name="公開ページを見る").click()
    story["archive"] = desk.url
    page.goto(story["archive"])
    player = page.locator("[data-player]").first
    assert page.locator("iframe").count() == 0
    player.get_by_role("button").click()
    frame = player.locator("iframe")
    assert frame.get_attribute("src").startswith("https://www.youtube-nocookie.com/embed/AAAAAAAAAAA")
    assert frame.get_attribute("referrerpolicy") == "strict-origin-when-cross-origin"
    expect(page.get_by_role("main")).to_contain_text("停電が続くとき")
    expect(page.get_by_role("main")).to_contain_text("1台で約2,000人分")
    expect(page.get_by_role("main")).to_contain_text("発表資料（見本）.pdf")
    desk.go_back()
    form = desk.locator("section").filter(has_text="避難所の受付").first.locator("form")
    ended = timezone.localtime() - timedelta(minutes=1)
    form.locator("[name=view_until]").fill(ended.strftime("%Y-%m-%dT%H:%M"))
    form.get_by_role("button", name="保存する").click()
    desk.wait_for_load_state()
    page.goto(story["archive"])
    expect(page.get_by_role("main")).to_contain_text("視聴期間終了")
    assert page.locator("[data-player]").count() == 0
    expect(page.get_by_role("main")).to_contain_text("停電が続くとき")
