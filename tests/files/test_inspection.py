"""Files made here, byte by byte, and what the inspection makes of them: their names lie, their content counts."""

import io
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from files.inspection import EXTENSIONS, Unacceptable, inspect
from files.inspection import pdf as pdf_rules

OOXML = "application/vnd.openxmlformats-officedocument"
PPTX, DOCX, XLSX = (
    f"{OOXML}.presentationml.presentation",
    f"{OOXML}.wordprocessingml.document",
    f"{OOXML}.spreadsheetml.sheet",
)


def _pdf(change=None, *, password=""):
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=100, height=100)
    if change is not None:
        change(writer)
    if password:
        writer.encrypt(password)
    writer.write(target)
    return target.getvalue()


def _office(main=f"{PPTX}.main+xml", *, more=(), content_types=True):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if content_types:
            archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        for name, body in more:
            archive.writestr(name, body)
    return target.getvalue()


def _xlsx():
    target = io.BytesIO()
    Workbook().save(target)
    return target.getvalue()


def _picture(kind):
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, kind)
    return target.getvalue()


def _png_that_claims(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _opens_with(action):
    def change(writer):
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(action), NameObject("/JS"): TextStringObject("")}
            if action == "/JavaScript"
            else {NameObject("/S"): NameObject(action)}
        )

    return change


def _names_script(writer):
    """A script in the document's name tree, run when it is opened."""
    names = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a")])})
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): names})


def _hides_script(writer):
    """A script two arrays deep, in a page's annotation."""
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    annotation = DictionaryObject({NameObject("/A"): writer._add_object(action)})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([ArrayObject([writer._add_object(annotation)])])


ACCEPTED = {
    "pdf": (_pdf, "application/pdf"),
    "pdf that opens at a page": (lambda: _pdf(_opens_with("/GoTo")), "application/pdf"),
    "pptx": (_office, PPTX),
    "docx": (lambda: _office(f"{DOCX}.main+xml"), DOCX),
    "xlsx": (_xlsx, XLSX),
    "png": (lambda: _picture("PNG"), "image/png"),
    "jpeg": (lambda: _picture("JPEG"), "image/jpeg"),
}
REFUSED = {
    "nothing": (lambda: b"", "空です"),
    "html": (lambda: b"<!doctype html><script>1</script>", "形式は"),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "形式は"),
    "gif": (lambda: _picture("GIF"), "形式は"),
    "zip": (lambda: _office(more=[("a.txt", "a")], content_types=False), "ZIP"),
    "old office or password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "パスワード"),
    "macro part": (lambda: _office(more=[("ppt/vbaProject.bin", b"x")]), "マクロ"),
    "macro type": (
        lambda: _office("application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        "マクロ",
    ),
    "embedded object": (lambda: _office(more=[("word/embeddings/oleObject1.bin", b"x")]), "埋め込"),
    "zip bomb": (lambda: _office(more=[("ppt/media/a.bin", b"\0" * 30_000_000)]), "非常に大きく"),
    "other ooxml": (lambda: _office("application/vnd.ms-visio.drawing.main+xml"), "形式は"),
    "cut zip": (lambda: _office()[:-30], "壊れている"),
    "encrypted pdf": (lambda: _pdf(password="x"), "パスワード"),
    "pdf that acts when opened": (lambda: _pdf(_opens_with("/JavaScript")), "OpenAction"),
    "pdf that launches": (lambda: _pdf(_opens_with("/Launch")), "OpenAction"),
    "pdf with a hidden script": (lambda: _pdf(_hides_script), "スクリプト"),
    "pdf with script names": (lambda: _pdf(_names_script), "スクリプト"),
    "pdf that carries a file": (lambda: _pdf(lambda writer: writer.add_attachment("a.txt", b"a")), "埋め込み"),
    "cut pdf": (lambda: b"%PDF-1.7\n" + b"\0" * 50, "壊れている"),
    "picture of many pixels": (lambda: _png_that_claims(8_000, 8_000), "画素"),
    "picture of absurdly many pixels": (lambda: _png_that_claims(60_000, 60_000), "画素"),
    "cut png": (lambda: _picture("PNG")[:40], "壊れている"),
}


@pytest.fixture
def inspected(tmp_path):
    def inspected(body, name="見本.pdf"):
        path = tmp_path / "file"
        path.write_bytes(body)
        return inspect(path, name=name)

    return inspected


@pytest.mark.parametrize("sample", ACCEPTED)
def test_what_is_accepted_is_named_by_its_content(inspected, sample):
    make, content_type = ACCEPTED[sample]
    for extension in EXTENSIONS[content_type]:
        assert inspected(make(), name=f"図面{extension.upper()}").content_type == content_type


@pytest.mark.parametrize("sample", ACCEPTED)
@pytest.mark.parametrize("name", ["見積.hta", "見積.html", "run.bat", "x.lnk", "evil.pdf.exe", "macro.docm", "図面"])
def test_a_name_that_would_start_something_is_refused(inspected, sample, name):
    make, _ = ACCEPTED[sample]
    with pytest.raises(Unacceptable, match="拡張子"):
        inspected(make(), name=name)


@pytest.mark.parametrize("sample", REFUSED)
def test_what_is_refused_is_refused_in_japanese_and_by_name(inspected, sample):
    make, words = REFUSED[sample]
    with pytest.raises(Unacceptable, match=words) as refusal:
        inspected(make(), name="図面.pdf")
    assert "「図面.pdf」" in str(refusal.value)


def test_an_encrypted_entry_is_refused(inspected):
    body = bytearray(_office(more=[("ppt/a.xml", "a")]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = body.find(mark)
        while place >= 0:
            body[place + offset] |= 1
            place = body.find(mark, place + 4)
    with pytest.raises(Unacceptable, match="暗号化"):
        inspected(bytes(body))


def test_a_bomb_is_found_without_unpacking_it(inspected, monkeypatch):
    body = _office(more=[("ppt/media/a.bin", b"\0" * 30_000_000)])
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(Unacceptable, match="非常に大きく"):
        inspected(body)


def test_a_pdf_of_absurdly_many_parts_is_refused(inspected, monkeypatch):
    body = _pdf()
    assert inspected(body)
    monkeypatch.setattr(pdf_rules, "VALUE_LIMIT", 3)
    with pytest.raises(Unacceptable, match="部品が多すぎる"):
        inspected(body)
