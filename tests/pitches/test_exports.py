"""Files taken out of screening: the rows of the board, every cell a text, on record who took them."""

import csv
import io
import json

import openpyxl
import pytest
from django.urls import reverse

from audit.models import Entry
from files.exports import CUT, table_file
from pitches import selectors, services
from pitches.exports import EXPORTS, export_file
from pitches.models import Proposal
from tests.factories import NOW, make_vendor_user
from workflow.errors import Refused

pytestmark = pytest.mark.thorough


@pytest.fixture
def board(submitted, judge_all, screener):
    """Two proposals, one judged and with a title that would be a formula."""
    first = submitted(user=make_vendor_user(), title='=HYPERLINK("https://evil.example","押す")')
    submitted(user=make_vendor_user(), title="二つめ")
    judge_all(first)
    return selectors.screening_board(screener, on=NOW.date())


def _csv(board, table):
    return list(csv.DictReader(io.StringIO(export_file(table, board, kind="csv").decode("utf-8-sig"), newline="")))


def test_the_matrix_says_what_the_board_says(board):
    rows = _csv(board, "matrix")
    assert [row["提案名"] for row in rows] == ['\'=HYPERLINK("https://evil.example","押す")', "二つめ"]
    assert [(row["R1"], row["R3"]) for row in rows] == [("適合", "対象外"), ("未判定", "対象外")]
    assert rows[0]["受付番号"] == board[0].proposal.receipt_number and rows[0]["状態"] == "審査中"


def test_every_answer_that_applies_is_a_row_of_its_own(board):
    rows = _csv(board, "answers")
    firsts = {row["番号"]: row for row in rows if row["提案名"] == "二つめ"}
    assert firsts["R1-02"]["回答"] == "全団体で1つの環境（データは論理分離）"
    assert {"G-01", "R1-01", "R4-03"} <= set(firsts) and not any(name.startswith("R3") for name in firsts)
    assert "図.pdf（SHA-256 " in firsts["R4-03"]["証跡の内容"]


def test_judgements_are_listed_with_their_reasons_and_notes(board):
    rows = _csv(board, "judgements")
    assert [row["要件"] for row in rows] == ["R1", "R2", "R3", "R4"]
    assert rows[0]["理由の区分"] == "その他" and rows[0]["事務局内メモ"] == "カナリア内部メモ"


@pytest.mark.parametrize("table", EXPORTS)
def test_a_workbook_holds_texts_and_nothing_that_acts(board, table):
    book = openpyxl.load_workbook(io.BytesIO(export_file(table, board, kind="xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)


@pytest.mark.parametrize("table", EXPORTS)
def test_of_nothing_there_is_a_heading(table):
    assert export_file(table, [], kind="csv").decode("utf-8-sig").splitlines() == [",".join(EXPORTS[table].head)]
    assert json.loads(export_file(table, [], kind="json")) == []
    assert openpyxl.load_workbook(io.BytesIO(export_file(table, [], kind="xlsx"))).active.max_row == 1


def test_csv_lines_end_as_excel_wants_and_json_keeps_texts_as_they_are():
    body = table_file(["名前"], [["=1+1"], ["二行\nの文"]], kind="csv", sheet="表")
    assert body == b"\xef\xbb\xbf" + '名前\r\n\'=1+1\r\n"二行\nの文"\r\n'.encode()
    assert json.loads(table_file(["名前"], [["=1+1"]], kind="json", sheet="表")) == [{"名前": "=1+1"}]


def test_a_cell_too_long_for_a_workbook_says_so():
    body = table_file(["本文"], [["あ" * 40_000]], kind="xlsx", sheet="表")
    cell = openpyxl.load_workbook(io.BytesIO(body)).active["A2"].value
    assert len(cell) == 32_767 and cell.endswith(CUT)


# --- The pages ----------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_a_download_respects_the_filter_and_goes_on_record(client, board, screener):
    client.force_login(screener)
    page = client.get(reverse("pitches_screening_exports") + "?q=二つめ").content.decode()
    assert "絞り込みに合う1件" in page
    answer = client.post(reverse("pitches_screening_export", args=["matrix", "csv"]) + "?q=二つめ")
    assert "二つめ" in answer.content.decode() and "HYPERLINK" not in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    entry = Entry.objects.get(verb="export_screening")
    assert entry.actor == screener.pk and '"proposals":1' in entry.facts.replace(" ", "")


@pytest.mark.thorough
@pytest.mark.parametrize("parts", [("matrix", "exe"), ("secrets", "csv")])
def test_what_does_not_exist_cannot_be_taken(client, board, screener, parts):
    client.force_login(screener)
    assert client.post(reverse("pitches_screening_export", args=parts)).status_code == 404
    assert not Entry.objects.filter(verb="export_screening").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("person", ["vendor", "rival_vendor", "reviewer", "moderator", "officer", "outsider", "editor"])
def test_whoever_does_not_screen_takes_nothing(client, request, board, person):
    actor = request.getfixturevalue(person)
    client.force_login(actor)
    assert Proposal.objects.count() == 2
    for answer in (
        client.get(reverse("pitches_screening_exports")),
        client.post(reverse("pitches_screening_export", args=["answers", "json"])),
        client.get(reverse("pitches_screening_statistics")),
    ):
        assert answer.status_code in {302, 403} and "二つめ" not in answer.content.decode()
    with pytest.raises(Refused):
        services.record_export(table="matrix", kind="csv", rows=1, query="", actor=actor, at=NOW)


def test_a_screener_takes_no_decision_nobody_was_told_of(board, screener, organiser):
    Proposal.objects.filter(pk=board[0].proposal.pk).update(state="not_selected")
    for person, is_told in ((screener, False), (organiser, True)):
        rows = selectors.screening_board(person, on=NOW.date())
        assert ("不選定" in export_file("matrix", rows, kind="json").decode()) == is_told
