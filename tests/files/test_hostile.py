"""Files made to do harm, opened as uploads are: in the child, within its limits, with a listener that hears nothing."""

import io
import socket
import struct
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from files.examination import Examiner
from files.inspection import Unacceptable
from tests.files.conftest import photo

pytestmark = pytest.mark.thorough

SITE = Path(__file__).resolve().parents[2] / "site"
TYPES = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": f"{TYPES}wordprocessingml.document.main+xml",
    "xlsx": f"{TYPES}spreadsheetml.sheet.main+xml",
    "pptx": f"{TYPES}presentationml.presentation.main+xml",
}
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


@pytest.fixture(scope="module")
def examiner():
    examiner = Examiner(1)
    yield examiner
    examiner.close()


@pytest.fixture
def examined(examiner, tmp_path):
    """examined(body, name): what the child says, a Found or the words of the refusal, at most ten seconds later."""

    def examined(body, name):
        path = tmp_path / "upload"
        path.write_bytes(body)
        began = time.monotonic()
        try:
            return examiner.examine(path, name=name)
        except Unacceptable as refusal:
            return str(refusal)
        finally:
            assert time.monotonic() - began < 10

    return examined


@pytest.fixture
def canary():
    """A listener on the loopback; `heard` are those who came."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen():
            while True:
                try:
                    line, address = listener.accept()
                except OSError:
                    return
                heard.append(address)
                line.close()

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], heard


def office(kind, *parts, relations="", method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{MAIN[kind]}"/></Types>')
        if relations:
            archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, body in parts:
            archive.writestr(name, body)
    return target.getvalue()


def relation(kind, target, mode=' TargetMode="External"'):
    return f'<Relationship Type="{RELATION}{kind}" Target="{target}"{mode}/>'


def pdf(*objects, root=b"<</Type/Catalog/Pages 2 0 R>>", more=b""):
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate([root, pages, b"<</Type/Page/Parent 2 0 R%s>>" % more, *objects], 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    return (
        body + head + table + b"trailer\n<</Root 1 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, len(body))
    )


# --- What it is called and what it is -----------------------------------------------------------------------------

PE = b"MZ" + bytes(62) + b"PE\0\0" + bytes(200)
DISGUISED = {
    "nothing": b"",
    "one byte": b"%",
    "a program": PE,
    "a page": b"<!DOCTYPE html><script>alert(1)</script>",
    "a drawing": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><foreignObject/></svg>",
    "xml": b"<?xml version='1.0'?><a/>",
    "cut": pdf()[:-200],
    "a webp": b"RIFF\x24\0\0\0WEBPVP8 " + bytes(30),
    "a heic": b"\0\0\0\x18ftypheic" + bytes(30),
    "a gif that is a script": b"GIF89a/*" + bytes(10) + b"*/=1;alert(1)",
    "a page before a pdf": b"<html><script>1</script>" + pdf(),
    "a program before a pdf": PE + pdf(),
}


@pytest.mark.parametrize("sample", DISGUISED)
@pytest.mark.parametrize("extension", ["pdf", "png", "docx"])
def test_what_is_called_something_else_is_refused(examined, sample, extension):
    assert "受け付けられません" in examined(DISGUISED[sample], f"図.{extension}")


@pytest.mark.parametrize("name", ["図.pdf.exe", ".htaccess", ".pdf.svg", "図", "図.PDF.html", "pdf"])
def test_a_good_file_under_a_wrong_name_is_refused(examined, name):
    assert examined(pdf(), "図.pdf").pages == 1
    assert "拡張子" in examined(pdf(), name)


def test_a_file_that_is_two_things_at_once_is_refused(examined):
    archive = office("docx")
    assert "2つの形式" in examined(pdf() + archive, "図.pdf")
    assert "2つの形式" in examined(photo("PNG") + archive, "図.png")
    assert "2つの形式" in examined(photo("JPEG") + archive, "図.jpg")
    stored = office("docx", ("a.txt", pdf()), method=zipfile.ZIP_STORED)
    assert "2つの形式" in examined(stored[:30] + stored[30:], "文書.docx")


def test_a_page_hidden_in_a_pdf_stays_a_pdf(examined):
    """Documented: the first bytes decide, and it leaves as an attachment no browser may guess about."""
    hidden = pdf().replace(b"%PDF-1.7\n", b"%PDF-1.7\n%<html><script>alert(1)</script>\n")
    assert examined(hidden, "図.pdf").content_type == "application/pdf"


# --- PDF ----------------------------------------------------------------------------------------------------------

CATALOG = b"<</Type/Catalog/Pages 2 0 R%s>>"
ACTING = {
    "runs a script when opened": {"root": CATALOG % b"/OpenAction<</S/JavaScript/JS(x)>>"},
    "runs a script in disguise": {"root": CATALOG % b"/OpenAction<</S/J#61vaScript/J#53(x)>>"},
    "goes to a page and then runs": {
        "root": CATALOG % b"/OpenAction<</S/GoTo/D[3 0 R/Fit]/Next<</S/URI/URI(http://x)>>>>"
    },
    "starts a program": {"more": b"/Annots[<</A<</S/Launch/F(cmd.exe)>>>>]"},
    "sends a form": {"more": b"/Annots[<</A<</S/SubmitForm/F(http://x)>>>>]"},
    "acts when the page is shown": {"more": b"/AA<</O<</S/URI/URI(http://x)>>>>"},
    "carries a file": {"root": CATALOG % b"/Names<</EmbeddedFiles<</Names[(a)<<>>]>>>>"},
    "opens another file": {"more": b"/Annots[<</A<</S/GoToR/F(\\\\\\\\evil\\\\share)>>>>]"},
    "holds a dynamic form": {"root": CATALOG % b"/AcroForm<</XFA[(a)(b)]>>"},
    "imports data": {"more": b"/Annots[<</A<</S/ImportData/F(x)>>>>]"},
}


@pytest.mark.parametrize("sample", ACTING)
def test_a_pdf_that_does_something_is_refused(examined, sample):
    assert "PDFです" in (said := examined(pdf(**ACTING[sample]), "図.pdf")) or "OpenAction" in said


def test_a_link_in_a_pdf_is_only_a_link(examined):
    assert examined(pdf(more=b"/Annots[<</A<</S/URI/URI(https://example.jp)>>>>]"), "図.pdf").pages == 1


def test_a_pdf_whose_table_lies_is_read_all_the_same_or_refused(examined):
    whole = pdf(**ACTING["starts a program"])
    for broken in (whole.replace(b"startxref\n", b"startxref\n9"), whole[: whole.index(b"xref\n0")], whole[:-5]):
        assert isinstance(examined(broken, "図.pdf"), str)


def test_pages_are_counted_up_to_a_hundred_thousand(examined):
    count = 100_000
    kids = b" ".join(b"%d 0 R" % (number + 4) for number in range(count))
    pages = b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids)
    many = pdf(*[b"<</Type/Page>>"] * count).replace(b"<</Type/Pages/Kids[3 0 R]/Count 1>>", pages)
    assert examined(many, "図.pdf").pages == 100_000


# --- Office -------------------------------------------------------------------------------------------------------

FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
DDE = {
    "in one run": '<w:instrText>DDEAUTO c:\\windows\\cmd.exe "/k calc"</w:instrText>',
    "spread over runs": '<w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\x "y"</w:instrText>',
    "as characters by number": "<w:instrText>&#68;&#x44;E c:\\x</w:instrText>",
    "in another prefix": '<x:instrText xmlns:x="w">dde c:\\x</x:instrText>',
    "as a simple field": '<w:fldSimple w:instr=" DDE excel c:\\x r1"/>',
}


def document(inner):
    return f'<w:document xmlns:w="w">{FIELD.format("begin")}<w:r>{inner}</w:r>{FIELD.format("end")}</w:document>'


@pytest.mark.parametrize("sample", DDE)
@pytest.mark.parametrize("part", ["word/document.xml", "word/footer1.xml"])
def test_a_field_that_calls_a_program_is_refused(examined, sample, part):
    assert "DDE" in examined(office("docx", (part, document(DDE[sample]))), "文書.docx")


def test_other_fields_stay(examined):
    page = "<w:instrText>PAGE</w:instrText></w:r><w:r><w:instrText>\\* MERGEFORMAT</w:instrText><w:t>DDE</w:t>"
    assert examined(office("docx", ("word/document.xml", document(page))), "文書.docx").pages is None


@pytest.mark.parametrize("formula", ["cmd|' /C calc'!A0", "MSEXCEL|'\\\\..\\\\x'!''", "1+cmd|x!a"])
def test_a_formula_that_calls_a_program_is_refused(examined, formula):
    sheet = f"<worksheet><c><f>{formula}</f></c></worksheet>"
    assert "DDE" in examined(office("xlsx", ("xl/worksheets/sheet1.xml", sheet)), "表.xlsx")


def test_a_bar_in_a_text_is_no_call(examined):
    sheet = '<worksheet><c><f>IF(A1="a|b!c","○|","×!")&amp;Sheet2!A1</f></c></worksheet>'
    assert examined(office("xlsx", ("xl/worksheets/sheet1.xml", sheet)), "表.xlsx").pages is None


CARRYING = {
    "a link to a program": ("xlsx", ("xl/externalLinks/externalLink1.xml", "<externalLink><ddeLink/></externalLink>")),
    "a macro": ("xlsx", ("xl/vbaProject.bin", b"x")),
    "an object": ("docx", ("word/embeddings/oleObject1.bin", b"x")),
    "a program": ("docx", ("word/media/a.exe", PE)),
    "an archive": ("docx", ("word/media/a.zip", b"PK")),
    "a document": ("docx", ("word/media/a.docx", b"PK")),
    "a part that lands elsewhere": ("docx", ("../../etc/cron.d/x", b"x")),
    "a part at the root": ("docx", ("/etc/x", b"x")),
    "a part of Windows": ("docx", ("..\\..\\x", b"x")),
    "a type of its own": ("docx", ("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
    "another width": ("docx", ("word/document.xml", document(DDE["in one run"]).encode("utf-16"))),
}


@pytest.mark.parametrize("sample", CARRYING)
def test_a_document_that_carries_something_is_refused(examined, sample):
    kind, part = CARRYING[sample]
    assert isinstance(examined(office(kind, part), f"文書.{kind}"), str)


OUTSIDE = ["attachedTemplate", "image", "oleObject", "externalLink", "externalLinkPath", "subDocument", "aFChunk"]


@pytest.mark.parametrize("kind", OUTSIDE)
def test_a_document_that_fetches_something_is_refused_and_fetches_nothing(examined, canary, kind):
    port, heard = canary
    body = office("docx", relations=relation(kind, f"http://127.0.0.1:{port}/x"))
    assert "外部の参照" in examined(body, "文書.docx")
    assert heard == []


@pytest.mark.parametrize("kind", ["externalLink", "aFChunk", "attachedTemplate", "package"])
def test_what_lies_inside_to_be_fetched_or_run_is_refused_too(examined, kind):
    assert "外部の参照" in examined(office("docx", relations=relation(kind, "x.xml", "")), "文書.docx")


def test_nothing_is_asked_of_any_other_host(examined, canary):
    port, heard = canary
    url = f"http://127.0.0.1:{port}/x"
    entity = f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{url}"> %b; <!ENTITY c SYSTEM "{url}">]><a>&c;</a>'
    for part in ("word/document.xml", "[Content_Types].xml", "word/_rels/a.xml.rels"):
        assert isinstance(examined(office("docx", (part, entity)), "文書.docx"), str)
    assert isinstance(examined(office("docx", ("word/document.xml", f'<a xmlns:xi="x" href="{url}"/>')), "a.pdf"), str)
    assert examined(office("docx", relations=relation("hyperlink", url)), "文書.docx").pages is None
    assert examined(pdf(more=b"/Annots[<</A<</S/URI/URI(%s)>>>>]" % url.encode()), "図.pdf").pages == 1
    assert heard == []
    socket.create_connection(("127.0.0.1", port)).close()
    until = time.monotonic() + 5
    while not heard and time.monotonic() < until:
        pass
    assert heard, "the listener hears whoever comes"


def test_a_billion_laughs_are_refused(examined):
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE a [<!ENTITY l0 "ha">{lines}]><a>&l9;</a>'
    for part in ("word/document.xml", "[Content_Types].xml", "word/_rels/a.xml.rels"):
        assert isinstance(examined(office("docx", (part, laughs)), "文書.docx"), str)


def test_a_chart_may_keep_its_table_and_nothing_else(examined):
    """PowerPoint keeps a workbook behind every chart: it is looked into by the same rules."""
    row = relation("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx", "")
    rels = ("ppt/charts/_rels/chart1.xml.rels", f"<Relationships>{row}</Relationships>")
    good = office("xlsx", ("xl/worksheets/sheet1.xml", "<worksheet><c><f>SUM(A1:A2)</f></c></worksheet>"))
    for table, is_accepted in (
        (good, True),
        (office("xlsx", ("xl/vbaProject.bin", b"x")), False),
        (office("xlsx", ("xl/worksheets/sheet1.xml", "<worksheet><f>cmd|'x'!A1</f></worksheet>")), False),
        (office("xlsx", rels, ("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx", good)), False),
        (PE, False),
    ):
        slides = office("pptx", rels, ("ppt/embeddings/Microsoft_Excel_Sheet1.xlsx", table))
        assert isinstance(examined(slides, "発表.pptx"), str) is not is_accepted


def test_slides_are_counted(examined):
    rows = "".join(relation("slide", f"slides/slide{n}.xml", "") for n in range(1, 13))
    parts = ("ppt/_rels/presentation.xml.rels", f"<Relationships>{rows}</Relationships>")
    assert examined(office("pptx", parts), "発表.pptx").pages == 12


# --- Size, time and memory ----------------------------------------------------------------------------------------


def bomb(size=256 * 1024 * 1024):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{MAIN["docx"]}"/></Types>')
        with archive.open("word/document.xml", "w") as part:
            for _ in range(size // 1_048_576):
                part.write(bytes(1_048_576))
    return target.getvalue()


def _lying_bomb():
    """Its directory says ten bytes; what is packed is a mebibyte of zeros."""
    body = bytearray(office("docx", ("word/document.xml", bytes(1_048_576))))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = body.rfind(mark)
        body[found + place : found + place + 4] = struct.pack("<I", 10)
    return bytes(body)


def _crowded():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(65_000):
            archive.writestr(f"{number:05}{'n' * 240}", b"")
    return target.getvalue()


BOMBS = {
    "256 MiB of zeros": bomb,
    "65,000 entries": _crowded,
    "a directory that lies": _lying_bomb,
    "a bomb in a bomb": lambda: office("docx", ("word/a.zip", bomb(1_048_576)), ("word/b.zip", bomb(1_048_576))),
}
MEASURED = """
import resource, sys, time
from pathlib import Path
from files.inspection import Unacceptable, inspect
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.monotonic()
try:
    inspect(Path(sys.argv[1]), name="文書.docx")
except Unacceptable as refusal:
    seconds = time.monotonic() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("sample", BOMBS)
def test_a_bomb_costs_a_second_and_fifty_megabytes_at_most(tmp_path, sample):
    path = tmp_path / "bomb"
    path.write_bytes(BOMBS[sample]())
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], env={"PYTHONPATH": str(SITE)}, capture_output=True, check=True
    )
    seconds, kibibytes = measured.stdout.split()
    assert float(seconds) <= 1 and int(kibibytes) <= 50 * 1024


def _png_of(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def test_a_picture_of_900_megapixels_is_refused_before_it_is_decoded(examined):
    assert "画素数" in examined(_png_of(30_000, 30_000), "図.png")


@pytest.mark.parametrize("cut", [3, 20, 100, 400])
def test_half_a_picture_is_no_picture(examined, cut):
    for kind, name in (("JPEG", "図.jpg"), ("PNG", "図.png")):
        noisy = io.BytesIO()
        Image.effect_noise((64, 64), 50).save(noisy, kind)
        assert isinstance(examined(noisy.getvalue()[:-cut] if cut > 20 else noisy.getvalue()[:cut], name), str)


def test_a_file_too_heavy_to_look_into_is_refused_and_the_next_one_is_not(tmp_path):
    heavy, light = tmp_path / "heavy", tmp_path / "light"
    formulas = "<worksheet>" + "<f>a</f>" * 4_000_000 + "</worksheet>"
    heavy.write_bytes(office("xlsx", ("xl/worksheets/sheet1.xml", formulas), method=zipfile.ZIP_STORED))
    light.write_bytes(pdf())
    examiner = Examiner(1, seconds=1)
    try:
        with pytest.raises(Unacceptable, match="複雑すぎて"):
            examiner.examine(heavy, name="表.xlsx")
        assert examiner.examine(light, name="図.pdf").pages == 1
    finally:
        examiner.close()


def test_a_child_that_was_killed_is_replaced(tmp_path):
    path = tmp_path / "light"
    path.write_bytes(pdf())
    examiner = Examiner(1)
    try:
        assert examiner.examine(path, name="図.pdf").pages == 1
        killed = examiner._all[0]._child.running()
        killed.kill()
        killed.wait()
        assert examiner.examine(path, name="図.pdf").pages == 1
    finally:
        examiner.close()
