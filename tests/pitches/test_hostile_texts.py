"""Scripts, template syntax and formulas in every text people write here: shown as text, wherever it is shown."""

import csv
import io
import re
from html.parser import HTMLParser

import openpyxl
import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.selectors import vendor_of
from files.exports import table_file
from files.models import StoredFile
from notifications.models import Message
from pitches import services
from pitches.models import CorrectionRequest, Judgement, Proposal, SelfCheckAnswer
from pitches.snapshots import content_of
from tests.factories import NOW

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]

VECTORS = (
    "<script>alert(7331)</script>", "</script><script>alert(7331)</script>", "<img src=x onerror=alert(7331)>",
    "<svg onload=alert(7331)>", "<svg><script>alert(7331)</script></svg>", '"><script>alert(7331)</script>',
    "'><img src=x onerror=alert(7331)>", '" onmouseover="alert(7331)', "' onfocus='alert(7331)' autofocus='",
    "` onerror=alert(7331) `", "<iframe src=javascript:alert(7331)>", '<a href="javascript:alert(7331)">押す</a>',
    "<body onload=alert(7331)>", "<details open ontoggle=alert(7331)>", "<video><source onerror=alert(7331)>",
    "<math><mtext></form><form><mglyph><svg><mtext>", "<input autofocus onfocus=alert(7331)>",
    "<base href=//x.example>",
    "<meta http-equiv=refresh content=0>", "<link rel=attachment href=file:///etc/passwd>",
    "<style>@import'//x';</style>",
    "<object data=data:text/html,7331>", "<embed src=//x.example>", "<form action=//x><button>送信",
    "<!--><img src=x>-->",
    "<![CDATA[<script>alert(7331)</script>]]>", "<?xml version='1.0'?><x>",
    "&lt;script&gt;alert(7331)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(7331)&#62;", "</textarea><script>alert(7331)</script>",
    "</title><svg onload=alert(7331)>",
    "</option></select><script>7331</script>", "\\u003cscript\\u003ealert(7331)", "＜script＞alert(7331)＜/script＞",
    "{{ 7331*7 }}", "{% debug %}", "{% include '/etc/passwd' %}", "${7331*7}", "#{7331*7}", "<%= 7331*7 %>",
    "{0.__class__.__mro__}", "%(message)s %s %n", "{{constructor.constructor('alert(7331)')()}}",
    "javascript:alert(7331)",
)  # fmt: skip
PRINTED = (VECTORS[0], VECTORS[2], VECTORS[19], VECTORS[34], VECTORS[40])
HARMLESS = "ふつうの文"
TEXTS = (
    "title", "tagline", "problem", "audience", "work", "content", "difference", "effect", "wishes", "presenter_name",
    "presenter_kana", "presenter_title", "equipment", "accommodation", "contact_name", "contact_phone",
)  # fmt: skip
PUBLIC_PAGES = ("pitches:catalogue", "pitches:published")
OWN_PAGES = ("pitches:proposals", "pitches:proposal", "pitches:history", "mypage", "accounts:vendor", "accounts:people")
DESK_PAGES = ("pitches_screening", "pitches_screening_proposal", "pitches_screening_statistics")


class Shape(HTMLParser):
    """A page as a browser builds it: its elements with the names of their attributes, and apart from them its texts."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements, self.texts = [], []
        self.feed(page)
        self.text = "\n".join(self.texts)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, tuple(name for name, _value in attrs)))
        self.texts += [value for _name, value in attrs if value]

    def handle_data(self, data):
        self.texts.append(data)

    def handle_comment(self, data):
        self.elements.append(("comment", data))


@pytest.fixture
def proposal(selected, ask_correction):
    return selected(is_told=True)


@pytest.fixture
def write(proposal, screener, vendor):
    """write(text): put it everywhere a text can stand, as if every form had let it through."""

    def write(text):
        Proposal.objects.filter(pk=proposal.pk).update(
            **{name: text[: Proposal._meta.get_field(name).max_length or 999] for name in TEXTS}, released_note=text
        )
        # What stands between two works makes two facets of them.
        Proposal.objects.filter(pk=proposal.pk).update(work=re.sub("[、,，/／・]", "", text))
        own = vendor_of(vendor)
        type(own).objects.filter(pk=own.pk).update(
            name=text, kana=text, partners=text, address=text, representative=text
        )
        type(vendor).objects.filter(pk=vendor.pk).update(last_name=text[:30], first_name=text[:30])
        SelfCheckAnswer.objects.update(remarks=text, plan=text, evidence_reason=text, visibility="public")
        SelfCheckAnswer.objects.filter(question_id="R1-01").update(value=[{"body_name": text, "work": text}])
        StoredFile.objects.update(name=f"{text}.pdf")
        Judgement.objects.update(reason=text, evidence=text, vendor_note=text, private_note=text)
        CorrectionRequest.objects.update(reason=text)
        proposal.changes.update(before=text, after=text)
        written = Proposal.objects.get(pk=proposal.pk)
        written.versions.update(content=content_of(written))
        return written

    return write


def address(name, proposal):
    takes = name not in {"pitches:catalogue", "pitches:proposals", "mypage", "accounts:vendor", "accounts:people"}
    return reverse(name, args=[proposal.public_id] if takes and name not in DESK_PAGES[::2] else [])


def test_no_text_adds_an_element_or_an_attribute_to_any_page(client, proposal, write, vendor, screener, officer):
    readers = ((None, PUBLIC_PAGES), (officer, PUBLIC_PAGES), (vendor, OWN_PAGES), (screener, DESK_PAGES))
    plain, shown = {}, set()
    for text in (HARMLESS, *VECTORS):
        write(text)
        for person, pages in readers:
            client.logout()
            if person is not None:
                client.force_login(person)
            for name in pages:
                answer = client.get(address(name, proposal))
                assert answer.status_code == 200, name
                shape = Shape(answer.content.decode())
                expected = plain.setdefault((person, name), shape.elements)
                assert shape.elements == expected, f"{text!r} changed {name}"
                assert str(7331 * 7) not in shape.text, f"{text!r} was worked out on {name}"
                shown |= {(name, text)} if text[:30] in shape.text else set()
    # Nothing was proved by leaving it out: these pages show what was written, letter by letter.
    for name in ("pitches:published", "pitches:proposal", "pitches_screening_proposal", "pitches:history"):
        assert [text for text in VECTORS if (name, text) not in shown] == [], name


@pytest.mark.parametrize(
    "parameter", ["q", "theme", "badge", "work", "stage", "page", "sort", "state", "call", "screener"]
)
def test_no_search_and_no_facet_in_an_address_adds_an_element(client, proposal, screener, parameter):
    client.force_login(screener)
    for name in ("pitches:catalogue", "pitches_screening"):
        url = reverse(name)
        plain = Shape(client.get(url, {parameter: HARMLESS}).content.decode()).elements
        for text in VECTORS:
            shape = Shape(client.get(url, {parameter: text}).content.decode())
            assert shape.elements == plain, f"{text!r} as {parameter} changed {name}"
            assert str(7331 * 7) not in shape.text


def test_paper_and_mail_say_it_letter_by_letter(client, proposal, write, vendor, ask_correction, submitted, screener):
    client.force_login(vendor)
    for text in PRINTED:
        written = write(text)
        reader = PdfReader(io.BytesIO(client.get(reverse("pitches:briefing", args=[written.public_id])).content))
        printed = "".join("".join(page.extract_text() for page in reader.pages).split())
        assert "".join(text.split()) in printed and str(7331 * 7) not in printed
        assert not reader.attachments and not any("/Annots" in page for page in reader.pages)
    together = "\n".join(VECTORS)
    Message.objects.all().delete()
    again = submitted(title="<script>alert(7331)</script>")
    services.request_correction(
        proposal=again, fields=["title"], reason=together, deadline_at=NOW.replace(month=8), actor=screener, at=NOW
    )
    asked = Message.objects.filter(recipient=vendor).latest("pk")
    assert [text for text in VECTORS if text not in asked.body] == []
    assert "\n" not in asked.subject and "&lt;script" not in asked.body.replace(VECTORS[27], "")


CELLS = (
    "=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "＋1", "－1",
    "＠SUM(A1)", "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://x.example","押す")', "0312345678", "007", "12345678901234567890", "2026-01-02", "1e5", "TRUE",
    "#REF!", "😀", "二行\nの文", '"引用"', ",区切り;", "'=1", *VECTORS,
)  # fmt: skip


def test_every_cell_that_leaves_is_a_text_and_none_begins_as_a_formula():
    rows = [[cell] for cell in CELLS]
    book = openpyxl.load_workbook(io.BytesIO(table_file(["=見出し"], rows, kind="xlsx", sheet="表")))
    cells = [row[0] for row in book.active.iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"} and not any(cell.hyperlink for cell in cells)
    body = table_file(["=見出し"], rows, kind="csv", sheet="表")
    assert body.startswith(b"\xef\xbb\xbf")
    read = [row[0] for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))]
    assert len(read) == 1 + len(CELLS)
    assert [cell for cell in read if cell.lstrip(" \t\r\n").startswith(tuple("=+-@＝＋－＠"))] == []
    for cell in ("0312345678", "007", "12345678901234567890", "2026-01-02", "1e5", "😀"):
        assert cell in read and cell in [each.value for each in cells]
