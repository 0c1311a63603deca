"""Records of a day say what the database says, row for row, in every format; and they say no more than was public."""

import csv
import io
import json
import re
import subprocess
from zipfile import ZipFile

import docx
import pytest

from audit.models import Entry
from live import documents, exports
from live.models import Answer, Question
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def told(do, asked, slots, moderator, officer, second_officer, register):
    """A room with an answered, an individually answered, an open, a withheld and a merged question."""
    register(second_officer)
    first = asked(body='停電のときも使えますか。\n=HYPERLINK("http://evil.example")')
    assert do(moderator, "answer.publish", q=first, expect=2, body="予備電源で使えます。")["ok"]
    single = asked(body="個別に聞きたいことがあります。")
    assert do(moderator, "answer.publish", q=single, expect=2, body="内々の見積りは百万円です。")["ok"]
    Answer.objects.filter(question__public_id=single).update(is_individual=True)
    open_one = do(second_officer, "question.ask", body="髙﨑市でも使えますか。", slot=slots[1].public_id)["r"]["q"]
    assert do(moderator, "question.moderate", q=open_one, expect=1, state="public")["ok"]
    secret = do(second_officer, "question.ask", body="承認されない投稿です。")["r"]["q"]
    assert do(moderator, "question.moderate", q=secret, expect=1, state="withheld", reason="重複のため")["ok"]
    merged = do(second_officer, "question.ask", body="停電時はどうなりますか。")["r"]["q"]
    Question.objects.filter(public_id=merged).update(state="merged", merged_into=Question.objects.get(public_id=first))
    return slots[0].part.round.room


def public_rows():
    return list(Question.objects.filter(state="public").order_by("number"))


def texts(room, key):
    """The record as text, by format."""
    record = documents.RECORDS[key](room, at=NOW)
    word = docx.Document(io.BytesIO(exports.word_file(record)))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return {
        "html": documents.record_html(record),
        "docx": "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells]),
        "csv": exports.record_table(record).decode("utf-8-sig"),
    }


@pytest.mark.parametrize("key", ["minutes", "answers"])
def test_every_public_question_is_in_every_format_and_nothing_else(told, key):
    assert [question.number for question in public_rows()] == ["A-0001", "A-0002", "A-0003"]
    assert Question.objects.filter(state="withheld", body="承認されない投稿です。").exists()
    for kind, text in texts(told, key).items():
        for question in public_rows():
            assert question.number in text, kind
            assert question.body.splitlines()[0] in text, kind
        assert "予備電源で使えます。" in text, kind
        assert "A-0005" in text, kind
        for kept in ("承認されない投稿です。", "停電時はどうなりますか。", "内々の見積り", "重複のため"):
            assert kept not in text, kind


def test_the_table_has_one_row_for_each_public_question(told):
    record = documents.answers_collection(told, at=NOW)
    rows = list(csv.DictReader(io.StringIO(exports.record_table(record).decode("utf-8-sig"))))
    stored = {question.number: question for question in public_rows()}
    assert [row["受付番号"] for row in rows] == ["A-0003", "A-0001", "A-0002"]
    for row in rows:
        question = stored[row["受付番号"]]
        assert row["質問・意見"] == question.body
        assert (int(row["同じ質問（人）"]), int(row["同じ質問（団体）"])) == (question.score, question.bodies)
        assert row["投稿者"] == str(question.organisation)
    assert [row["回答方法"] for row in rows] == ["", "書面で回答", "個別に回答"]
    assert rows[1]["統合した投稿"] == "A-0005"


def test_the_table_of_the_minutes_tells_the_day_and_then_each_question(told):
    minutes, answers = (
        list(csv.DictReader(io.StringIO(exports.record_table(build(told, at=NOW)).decode("utf-8-sig"))))
        for build in (documents.minutes, documents.answers_collection)
    )
    kinds = [row["区分"] for row in minutes]
    assert kinds[0] == "概要"
    assert {"参加", "進行", "質問・意見"} <= set(kinds)
    asked = [row for row in minutes if row["区分"] == "質問・意見"]
    assert [{name: row[name] for name in answers[0]} for row in asked] == answers
    [first, *_] = [row for row in minutes if row["区分"] == "進行"]
    assert "提案: " in first["内容"]


def test_a_word_file_is_dressed_in_one_face_and_counts_its_pages(told):
    content = exports.word_file(documents.minutes(told, at=NOW))
    parts = ZipFile(io.BytesIO(content))
    styles = parts.read("word/styles.xml").decode()
    for name in ("Normal", "Title", "Heading1", "Heading2"):
        style = re.search(rf'<w:style [^>]*w:styleId="{name}".*?</w:style>', styles, re.DOTALL)[0]
        assert "Theme=" not in style
        assert "themeColor" not in style
        assert 'w:eastAsia="BIZ UDPGothic"' in style
        assert '<w:color w:val="1A1A1C"/>' in style
    assert 'w:eastAsia="ja-JP"' in styles
    footer = next(parts.read(name).decode() for name in parts.namelist() if name.startswith("word/footer"))
    assert re.findall('w:instr="([A-Z]+)"', footer) == ["PAGE", "NUMPAGES"]
    running = docx.Document(io.BytesIO(content)).tables[2]
    assert [cell.text for cell in running.rows[0].cells] == ["予定", "開始", "終了", "提案"]
    widths = [cell.width.mm for cell in running.rows[1].cells]
    assert widths[1] < 20 < 80 < widths[3]


def test_a_question_whose_slot_was_emptied_stays_in_the_record(told, slots):
    slots[1].proposal = None
    slots[1].save()
    assert "髙﨑市でも使えますか。" in texts(told, "answers")["csv"]


def test_the_minutes_name_what_is_still_unanswered(told):
    waiting = documents.minutes(told, at=NOW).sections[-1]
    assert waiting.title == "未回答の質問"
    assert [(quote.about[:6], quote.body) for quote in waiting.quotes] == [("A-0003", "髙﨑市でも使えますか。")]
    # A table of hundreds of rows is what the printer takes a minute for.
    assert waiting.grids == ()


def test_an_opinion_waits_for_no_answer(told):
    Question.objects.filter(number="A-0003").update(kind="opinion")
    assert documents.minutes(told, at=NOW).sections[-1].lines == ("ありません。",)


def test_a_room_without_questions_has_records_too(room):
    for key in documents.RECORDS:
        assert "質問・意見はありませんでした。" in texts(room, key)["docx"]


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["minutes", "answers"])
def test_the_pdf_holds_the_same_words(told, client, moderator, key, tmp_path):
    client.force_login(moderator)
    answer = client.get(f"/live/{told.public_id}/records/{key}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    (tmp_path / "record.pdf").write_bytes(answer.content)
    text = subprocess.run(["pdftotext", tmp_path / "record.pdf", "-"], capture_output=True, check=True).stdout.decode()
    for question in public_rows():
        assert question.number in text
    assert "髙﨑市でも使えますか。" in text
    assert "承認されない投稿です。" not in text


def test_the_secretariat_takes_every_post_and_leaves_a_trace(told, client, moderator):
    Question.objects.filter(number="A-0005").update(state="withdrawn")
    client.force_login(moderator)
    answer = client.get(f"/live/{told.public_id}/records/posts.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["受付番号"], row["状態"], row["統合先"]) for row in rows] == [
        ("A-0001", "公開中", ""),
        ("A-0002", "公開中", ""),
        ("A-0003", "公開中", ""),
        ("A-0004", "保留", ""),
        ("A-0005", "取下げ", "A-0001"),
    ]
    assert rows[3]["理由"] == "重複のため"
    entry = Entry.objects.filter(verb="export_posts").get()
    assert (entry.actor, json.loads(entry.facts)) == (moderator.pk, {"what": "posts.csv"})


@pytest.mark.parametrize("who", ["officer", "vendor", "reviewer"])
@pytest.mark.parametrize("path", ["", "minutes/", "answers.csv", "posts.csv"])
def test_records_are_the_secretariats(told, client, request, who, path):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/live/{told.public_id}/records/{path}").status_code == 404


@pytest.mark.parametrize("path", ["nothing/", "minutes.exe", "nothing.csv", "posts.exe", "posts.docx"])
def test_a_record_nobody_keeps_is_not_found(told, client, moderator, path):
    client.force_login(moderator)
    assert client.get(f"/live/{told.public_id}/records/{path}").status_code == 404


@pytest.mark.parametrize("key", ["minutes", "answers"])
def test_more_questions_ask_no_more_of_the_database(told, key, django_assert_num_queries, asked):
    with django_assert_num_queries(3 if key == "answers" else 6):
        documents.RECORDS[key](told, at=NOW)
    for number in range(3):
        Question.objects.create(
            room=told,
            number=f"A-01{number:02d}",
            body="同じ数の問い合わせ",
            author=Question.objects.first().author,
            state="public",
            state_at=NOW,
            asked_at=NOW,
        )
    with django_assert_num_queries(3 if key == "answers" else 6):
        documents.RECORDS[key](told, at=NOW)
