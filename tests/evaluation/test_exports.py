"""The matrix as a file: the same rows as the screen, every cell a text, and on record who took it."""

import csv
import io

import openpyxl
import pytest

from audit.models import Entry
from evaluation import selectors, services
from evaluation.exports import standings_file
from pitches.models import Proposal
from tests.factories import NOW
from workflow.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


@pytest.fixture
def hostile(decided, ours):
    """A proposal whose name would be a formula."""
    Proposal.objects.filter(pk=ours.pk).update(title='=HYPERLINK("https://evil.example","押す")')


def test_the_csv_opens_in_excel_and_says_what_the_screen_says(hostile, call, organiser):
    body = standings_file(selectors.matrix(call, organiser), kind="csv")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["決定"] for row in sorted(rows, key=lambda row: row["受付番号"])] == ["選定", "不選定"]
    assert {row["平均点"] for row in rows} == {"80.00"}
    assert sum(row["提案名"].startswith("'=") for row in rows) == 1


def test_no_cell_of_the_workbook_is_a_formula_or_a_number(hostile, call, organiser):
    book = openpyxl.load_workbook(io.BytesIO(standings_file(selectors.matrix(call, organiser), kind="xlsx")))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert all(cell.hyperlink is None for row in book.active.iter_rows() for cell in row)


def test_taking_it_is_for_organisers_and_on_record(decided, call, organiser, screener):
    with pytest.raises(Refused):
        services.export_standings(call=call, kind="csv", actor=screener, at=NOW)
    services.export_standings(call=call, kind="csv", actor=organiser, at=NOW)
    assert Entry.objects.get(verb="export_standings").actor == organiser.pk
