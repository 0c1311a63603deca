"""What participants get beyond asking and voting: similar questions, search, what became of the own question."""

import gzip
import html as markup
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from live.models import Question, Room, Round, Vote
from live.views.links import linked
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def shown(html):
    """The public ids of the questions the page lists, in order."""
    posts = html.split("data-questions>")[1].split("</ul>")[0]
    return re.findall(r'<li data-question="([^"]+)"', posts)


TYPED = {"command_id": "a-form-0001", "kind": "question", "naming": "body_only", "body": "停電時でも利用できますか？"}


# --- Similar questions --------------------------------------------------------------------------------------------


def test_a_similar_question_comes_back_once_with_everything_typed(visit, page, asked, second_officer, register, slots):
    question = asked()
    register(second_officer)
    browser = visit(second_officer)
    typed = TYPED | {"naming": "anonymous", "slot": slots[1].public_id}
    response = browser.post(page, typed)
    html = response.content.decode()
    assert response.status_code == 200
    assert "似た質問があります" in html
    assert "このまま送信する" in html
    assert f'form="alike-{question}"' in html
    assert "停電時でも利用できますか？</textarea>" in html
    assert f'<option value="{slots[1].public_id}" selected>' in html
    assert (
        'value="anonymous"'
        in re.search(r"<input[^>]*checked[^>]*anonymous|<input[^>]*anonymous[^>]*checked[^>]*>", html)[0]
    )
    assert Question.objects.count() == 1
    assert browser.post(page, typed | {"confirmed": "1"}).status_code == 302
    assert Question.objects.count() == 2


def test_whoever_has_no_script_is_told_at_the_top_that_nothing_was_sent(visit, page, asked, second_officer, register):
    asked()
    register(second_officer)
    html = visit(second_officer).post(page, TYPED).content.decode()
    top = html.split('class="room"')[0]
    assert '<a href="#ask-heading">質問はまだ送信されていません。似た質問があります</a>' in top
    assert f'action="{page}#ask-heading"' in html
    # Sent at last, the page opens at its top, where the receipt is said.
    assert visit(second_officer).post(page, TYPED | {"confirmed": "1"})["Location"] == f"{page}#main"


def test_the_button_beside_a_similar_question_votes_for_it(visit, page, asked, second_officer, register):
    question = asked()
    register(second_officer)
    browser = visit(second_officer)
    browser.post(page, TYPED)
    browser.post(f"{page}vote/", {"command_id": "a-vote-0001", "q": question, "on": "1"})
    assert Vote.objects.get().question.public_id == question


def test_a_question_like_no_other_is_not_held_up(visit, page, asked, second_officer, register):
    asked()
    register(second_officer)
    assert visit(second_officer).post(page, TYPED | {"body": "費用の目安を教えてください。"}).status_code == 302


def test_only_public_questions_are_found_to_be_similar(visit, page, asked, do, moderator, second_officer, register):
    pending = asked(body="停電のときの料金は", publish=False)
    hidden = asked(body="停電のときも使えますか。個人名")
    do(moderator, "question.moderate", q=hidden, expect=2, state="hidden", reason="個人名を含むため")
    public = asked(body="停電のときも使えますか。")
    merged = asked(body="停電のときも使えますか？", at=NOW + timedelta(minutes=5))
    do(moderator, "question.merge", **{"from": merged, "into": public, "expect": [2, 2]})
    register(second_officer)
    browser = visit(second_officer)
    for body in ("停電のときも使えますか。", "停電のときの料金は", "停電のときも使えますか。個人名"):
        found = browser.get(f"{page}similar", {"body": body}).json()["similar"]
        assert {question["id"] for question in found} <= {public}
        assert "個人名" not in str(found)
        html = browser.post(page, TYPED | {"body": body}).content.decode()
        for secret in (pending, hidden, merged):
            assert secret not in html
    assert browser.get(f"{page}similar", {"body": "停電のときも使えますか。"}).json()["similar"][0]["id"] == public


def test_what_is_similar_follows_the_room_and_is_taken_apart_once_for_each_state_of_it(
    visit, page, asked, do, moderator, second_officer, register
):
    question = asked(body="停電のときも使えますか。")
    register(second_officer)
    browser = visit(second_officer)

    def found(body):
        return [alike["id"] for alike in browser.get(f"{page}similar", {"body": body}).json()["similar"]]

    assert found("停電のときも使えますか。") == [question]
    with CaptureQueriesContext(connection) as queries:
        assert found("停電の時も使えますか。") == [question]
    assert [query["sql"].count("IN (") for query in queries if 'FROM "live_question"' in query["sql"]] == [1]

    do(moderator, "question.edit", q=question, expect=2, body="費用の目安を教えてください。")
    assert found("停電のときも使えますか。") == []
    assert found("費用の目安を教えてください。") == [question]
    do(moderator, "question.moderate", q=question, expect=3, state="hidden", reason="個人名を含むため")
    assert found("費用の目安を教えてください。") == []


def test_in_the_week_after_each_pitch_has_its_recording_its_reactions_and_its_question(
    visit, page, round, slots, officer, register
):
    register(officer)
    Round.objects.filter(pk=round.pk).update(held_on=timezone.localdate())
    asked_of = f'href="?to={slots[0].public_id}#ask-heading"'
    recording = f'href="/archive/{round.public_id}/#s-{slots[0].public_id}"'
    for phase, shown in (("live", False), ("feedback", True), ("closed", True)):
        Room.objects.update(phase=phase)
        html = visit(officer).get(page).content.decode()
        section = html.split('aria-labelledby="recordings-heading"')[1].split("</section>")[0]
        assert (" hidden" not in section.split(">")[0]) is shown
        assert recording in section
        if phase == "feedback":
            assert asked_of in section
            assert section.count('data-reactions="') == len(slots)


def test_a_question_of_another_day_says_which(visit, page, asked, officer):
    asked(at=NOW)
    html = visit(officer).get(page).content.decode()
    assert re.search(rf'data-part="asked"><time[^>]*>{NOW.month}/{NOW.day} \d\d:\d\d<', html)


def test_at_most_five_are_named_and_an_endless_text_finds_none(visit, page, asked, officer):
    for number in range(7):
        asked(body=f"停電のときも使えますか。{number}", at=NOW + timedelta(minutes=2 * number))
    browser = visit(officer)
    assert len(browser.get(f"{page}similar", {"body": "停電のときも使えますか。"}).json()["similar"]) == 5
    assert browser.get(f"{page}similar", {"body": "停電のときも使えますか。" * 80}).json()["similar"] == []
    assert browser.get(f"{page}similar").json()["similar"] == []


# --- The list -----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(asked, do, slots, officer, moderator):
    """Three public questions in the order they were asked, the second answered."""
    ids = []
    bodies = ["防災アプリと連携できますか。", "費用の目安を教えてください。", "ﾎﾞｳｻｲ訓練で使えますか。"]
    for number, body in enumerate(bodies):
        question = asked(body=body, at=NOW + timedelta(minutes=2 * number))
        Question.objects.filter(public_id=question).update(slot=slots[number % 2])
        ids.append(question)
    do(moderator, "answer.publish", q=ids[1], expect=2, body="月額です。", at=timezone.now())
    return ids


def test_a_search_finds_words_of_two_characters_however_they_are_typed(visit, page, three, officer):
    browser = visit(officer)
    for words, found in [
        ("防災", [0]),
        ("アプリ", [0]),
        ("ｱﾌﾟﾘ", [0]),
        ("ボウサイ", [2]),
        ("月額", [1]),
        ("a-0002", [1]),
    ]:
        assert shown(browser.get(page, {"q": words}).content.decode()) == [three[place] for place in found], words
    html = browser.get(page, {"q": "鉄道"}).content.decode()
    assert shown(html) == []
    assert "条件に合う質問はありません。" in html


def test_the_list_is_narrowed_and_ordered_without_a_script(visit, page, three, officer, slots):
    browser = visit(officer)
    assert shown(browser.get(page, {"sort": "new"}).content.decode()) == three[::-1]
    assert shown(browser.get(page, {"sort": "old"}).content.decode()) == three
    assert shown(browser.get(page, {"sort": "old", "open": "1"}).content.decode()) == [three[0], three[2]]
    html = browser.get(page, {"sort": "old", "slot": slots[1].public_id}).content.decode()
    assert shown(html) == [three[1]]
    # The links of the order keep what was chosen.
    assert f"?sort=new&amp;slot={slots[1].public_id}" in html


@pytest.mark.parametrize("address", ["?sort=nonsense", "?slot=nowhere", "?q=%00", "?open=maybe", "?q=" + "%F0%9F" * 9])
def test_no_address_breaks_the_page(visit, page, three, officer, address):
    assert visit(officer).get(page + address).status_code == 200


def test_a_vote_comes_back_to_the_list_as_it_was_narrowed(visit, page, asked, second_officer, register):
    question = asked()
    register(second_officer)
    browser = visit(second_officer)
    html = browser.get(page, {"sort": "new", "q": "停電"}).content.decode()
    listed = re.search('name="list" value="([^"]*)"', html)[1].replace("&amp;", "&")
    vote = {"command_id": "a-vote-0001", "q": question, "on": "1"}
    answer = browser.post(f"{page}vote/", vote | {"list": listed})
    assert answer["Location"] == f"{page}?sort=new&q=%E5%81%9C%E9%9B%BB#q-{question}"
    answer = browser.post(f"{page}vote/", vote | {"list": "//evil.example/?sort=nonsense&next=//evil.example"})
    assert answer["Location"] == f"{page}?sort=votes#q-{question}"


# --- The day ------------------------------------------------------------------------------------------------------


def hidden(html, mark):
    """Whether the element with a mark is hidden."""
    return " hidden" in re.search(f"<[^>]*{mark}[^>]*>", html)[0]


def test_who_presents_and_what_is_answered_is_said_while_the_day_runs(
    visit, page, room, slots, asked, do, moderator, second_officer, register
):
    question = asked(body="停電のときも使えますか。")
    do(moderator, "stage.pin", q=question)
    register(second_officer)
    browser = visit(second_officer)
    Room.objects.filter(pk=room.pk).update(phase="live", stage_slot=slots[0])
    html = browser.get(page).content.decode()
    assert not hidden(html, "data-on-stage")
    assert not hidden(html, "data-pinned")
    assert (
        "停電のときも使えますか。"
        in html.split("data-pinned ")[0].split("いま取り上げている質問")[1].split("</div>")[0]
    )
    assert 'class="post post--pinned"' in html
    for phase in ("before", "feedback", "closed"):
        Room.objects.filter(pk=room.pk).update(phase=phase)
        html = browser.get(page).content.decode()
        assert hidden(html, "data-on-stage"), phase
        assert "post--pinned" not in html


def test_a_question_addressed_to_nobody_is_said_to_be_for_all_unless_somebody_is_on_stage(
    visit, page, room, slots, officer, register
):
    register(officer)
    browser = visit(officer)
    Room.objects.filter(pk=room.pk).update(phase="live", stage_slot=None)
    assert '<option value="" selected>全体あて</option>' in browser.get(page).content.decode()
    Room.objects.filter(pk=room.pk).update(stage_slot=slots[0])
    vendor = slots[0].proposal.vendor.name
    assert f'<option value="" selected>いま発表中の提案（{vendor}）</option>' in browser.get(page).content.decode()


def test_a_closed_room_has_no_button_that_would_be_refused(visit, page, room, asked, second_officer, register):
    asked()
    register(second_officer)
    browser = visit(second_officer)
    assert "data-vote " in browser.get(page).content.decode()
    Room.objects.filter(pk=room.pk).update(phase="closed")
    html = browser.get(page).content.decode()
    assert "data-vote " not in html
    assert "data-kept hidden" in html


# --- The own question ---------------------------------------------------------------------------------------------


def own_part(html):
    return html.split('id="own"')[1].split("</section>")[0]


def test_the_asker_reads_what_became_of_each_question(visit, page, asked, do, moderator, officer):
    stays = asked()
    goes = asked(body="停電時でも利用できますか？")
    edited = asked(body="費用わ？")
    do(moderator, "question.merge", **{"from": goes, "into": stays, "expect": [2, 2]})
    do(moderator, "question.edit", q=edited, expect=2, body="費用は？")
    html = own_part(visit(officer).get(page).content.decode())
    assert f'href="#q-{stays}"' in html
    assert "同じ内容の質問に統合されました。" in html
    assert "モデレーターが表記を整えました" in html
    assert "費用わ？" in html


def test_the_asker_reads_to_whom_and_under_which_name_a_question_went(visit, page, slots, do, officer, register):
    register(officer)
    do(officer, "question.ask", body="匿名の意見です。", kind="opinion", naming="anonymous", slot=slots[1].public_id)
    html = own_part(visit(officer).get(page).content.decode())
    assert slots[1].proposal.vendor.name in html
    assert "表示名: 匿名" in html
    assert not hidden(html, 'data-part="opinion"')


def test_nobody_is_offered_to_vote_for_their_own_question(visit, page, asked, officer, second_officer, register):
    question = asked()
    register(second_officer)
    for person, is_mine in ((officer, True), (second_officer, False)):
        html = visit(person).get(page).content.decode()
        assert hidden(html, f'id="vote-{question}"') == is_mine
        assert hidden(html, 'data-part="mine"') != is_mine


def test_addresses_in_an_answer_are_links_and_nothing_else_is_markup(visit, page, asked, do, moderator, officer):
    question = asked(body="資料は https://question.example/ ですか。")
    body = "資料はhttps://answer.example/a?b=1&c=2をご覧ください。<script>alert(1)</script>"
    do(moderator, "answer.publish", q=question, expect=2, body=body)
    html = visit(officer).get(page).content.decode()
    address = "https://answer.example/a?b=1&amp;c=2"
    link = f'<a href="{address}" rel="noopener nofollow ugc">{address}</a>'
    assert f"資料は{link}をご覧ください。&lt;script&gt;" in html
    assert 'href="https://question.example' not in html


def test_an_address_ends_where_its_text_goes_on():
    cases = json.loads((Path(__file__).parent / "cases/links.json").read_text(encoding="utf-8"))
    for text, pieces in cases["pieces"]:
        found = markup.unescape(re.sub("<a[^>]*>|</a>", "|", str(linked(text)))).strip("|")
        assert found.split("|") == pieces


def test_an_individual_answer_is_read_by_its_asker_alone(
    visit, page, asked, do, moderator, officer, second_officer, register
):
    question = asked()
    do(moderator, "answer.publish", q=question, expect=2, body="貴団体には特別に。", individual=True)
    register(second_officer)
    assert "貴団体には特別に。" in own_part(visit(officer).get(page).content.decode())
    other = visit(second_officer)
    for address in (page, f"{page}state", f"{page}events?after=0&cv=0", f"{page}similar?body=停電のときも使えますか。"):
        html = other.get(address).content.decode()
        assert "特別に" not in html
    assert "質問した方に個別に回答しました。" in other.get(page).content.decode()


def test_the_original_wording_is_on_nobody_elses_page(
    visit, page, asked, do, moderator, officer, second_officer, register
):
    question = asked(body="山田さんに聞きたい")
    do(moderator, "question.edit", q=question, expect=2, body="担当の方に聞きたい")
    register(second_officer)
    assert "山田" in visit(officer).get(page).content.decode()
    browser = visit(second_officer)
    for address in (page, f"{page}?q=山田", f"{page}state", f"{page}events?after=0&cv=0"):
        html = browser.get(address).content.decode().replace('value="山田"', "")
        assert "山田" not in html, address
    assert "担当の方に聞きたい" in browser.get(page).content.decode()


def test_a_vote_tells_the_vendor_the_body_and_stops_telling(visit, page, asked, second_officer, register):
    question = asked()
    register(second_officer)
    browser = visit(second_officer)
    browser.post(f"{page}vote/", {"command_id": "a-vote-0001", "q": question, "on": "1"})
    assert not Vote.objects.get().is_named
    # The hidden field of the form says 0 now, for the button that takes the vote back; this is another button.
    browser.post(f"{page}vote/", {"command_id": "a-vote-0002", "q": question, "on": "0", "named": "1"})
    assert (Vote.objects.get().is_on, Vote.objects.get().is_named) == (True, True)
    assert "団体名を事業者に伝えています。" in browser.get(page).content.decode()
    browser.post(f"{page}vote/", {"command_id": "a-vote-0003", "q": question, "on": "0", "named": "0"})
    assert (Vote.objects.get().is_on, Vote.objects.get().is_named) == (True, False)


def test_whoever_is_shut_out_reads_why_and_finds_no_form(visit, page, asked, do, moderator, officer):
    question = asked()
    do(moderator, "person.ban", q=question, reason="同じ投稿のくり返し")
    html = visit(officer).get(page).content.decode()
    assert "同じ投稿のくり返し" in html
    assert "data-ask>" not in html


def test_emoji_without_end_are_refused_in_words_and_kept(visit, page, officer, register):
    register(officer)
    family = "👨‍👩‍👧‍👦" * 200
    response = visit(officer).post(page, TYPED | {"body": family})
    assert response.status_code == 422
    assert "データの量が多すぎます" in response.content.decode()
    assert family in response.content.decode()


def test_many_short_emoji_are_counted_as_people_count_them(visit, page, officer, register):
    register(officer)
    assert visit(officer).post(page, TYPED | {"body": "が゙👍🏽" * 100}).status_code == 302


# --- Slow lines ---------------------------------------------------------------------------------------------------


def test_a_room_of_a_hundred_questions_fits_a_slow_line(visit, page, room, slots, officer, register):
    register(officer)
    room.questions.bulk_create(
        Question(
            room=room,
            number=f"A-{number:04d}",
            slot=slots[number % 2],
            body=f"{number}番目の質問です。人口{number * 997}人の団体でも、{number}か月で導入できますか。" * 2,
            author=officer,
            state="public",
            state_at=NOW,
            asked_at=NOW + timedelta(seconds=number),
        )
        for number in range(100)
    )
    response = visit(officer).get(page, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    assert len(shown(html)) == 100
    files = {finders.find(path.split("?")[0]) for path in re.findall(r'(?:href|src)="/static/([^"]+)"', html)}
    modules = {str(path) for path in (Path(settings.CHECKOUT) / "live/static/live").glob("*.js")}
    weight = len(response.content) + sum(
        len(gzip.compress(Path(file).read_bytes())) for file in files | modules if file
    )
    assert weight <= 150_000


def test_mypage_leads_into_the_room_and_offers_the_rounds_not_registered_for(visit, page, officer, register, round):
    register(officer)
    later = timezone.localdate() + timedelta(days=30)
    Round.objects.filter(pk=round.pk).update(held_on=later)
    Round.objects.create(
        programme_year=round.programme_year, number=9, title="第9回", held_on=later, programme_published_at=NOW
    )
    html = visit(officer).get("/mypage/").content.decode()
    assert f'href="{page}"' in html
    assert re.findall(r"「([^「」]+)」の参加申込へ", html) == ["第9回"]
