"""Office documents: no macros, no objects, nothing from elsewhere, and nothing that unpacks without end."""

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from defusedxml import ElementTree

from files.inspection.reasons import ALLOWED_JA, BROKEN_JA, PAGES_COUNTED, Found, Reason

_PPTX, _DOCX, _XLSX = (
    f"application/vnd.openxmlformats-officedocument.{kind}"
    for kind in ("presentationml.presentation", "wordprocessingml.document", "spreadsheetml.sheet")
)
OFFICE_TYPES = {f"{kind}.main+xml": kind for kind in (_PPTX, _DOCX, _XLSX)}

# A zip's own headers say how large it becomes: a document of 50 MB holds pictures that hardly shrink.
UNPACKED_LIMIT = 1024 * 1024 * 1024
RATIO_LIMIT = 200
RATIO_FROM = 10 * 1024 * 1024
ENTRY_LIMIT = 10_000
DIRECTORY_LIMIT = 4 * 1024 * 1024
PART_LIMIT = 1024 * 1024
CHART_TABLE_LIMIT = 16 * 1024 * 1024
_CHUNK = 1024 * 1024

ACTIVE_RELATIONS = frozenset(
    {
        "vbaproject",
        "oleobject",
        "control",
        "activexcontrol",
        "attachedtemplate",
        "package",
        "externallink",
        "afchunk",
        "subdocument",
        "xlmacrosheet",
        "xlintlmacrosheet",
        "frame",
    }
)
# What no part of a document is called, and what Windows would start or unpack.
_PASSENGERS = (
    *(".exe", ".dll", ".scr", ".com", ".pif", ".cpl", ".msi", ".msp", ".jar", ".lnk", ".url"),
    *(".bat", ".cmd", ".ps1", ".js", ".jse", ".vbs", ".vbe", ".wsf", ".hta", ".htm", ".html", ".mht", ".mhtml"),
    *(".zip", ".7z", ".rar", ".cab", ".gz", ".tar", ".iso", ".img"),
    *(".pdf", ".doc", ".xls", ".ppt", ".docm", ".xlsm", ".pptm", ".xlsb"),
)
_DOCUMENTS = (".docx", ".xlsx", ".pptx")
_MACRO = "マクロを含んでいます。マクロのない形式（pptx・docx・xlsx）で保存してください。"
_OUTSIDE = "外部の参照、または埋め込みを含んでいます。取り除いて保存し直してください。"
_DDE_JA = "外部のプログラムを呼び出す設定（DDE）を含んでいます。取り除いて保存し直してください。"
_END = b"PK\x05\x06"
_END_64 = b"PK\x06\x07"
# Where one of these stands in a part, the part is read; elsewhere its bytes are only looked over.
_NEEDLES = re.compile(rb"<!DOCTYPE|<!ENTITY|instrText|fldSimple|ddeLink|</?(?:\w+:)?f[ />]|\x00")
_OVERLAP = 64
_DDE_FIELD = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)
_DDE_FORMULA = re.compile(r"[\w.'\]]\s*\|[^|]*!")
_STRING_LITERAL = re.compile(r'"[^"]*"')


def inspect_office(source: BinaryIO, *, is_inner: bool = False) -> Found:
    """Say which document it is, and its slides. is_inner: the table behind a chart, which carries nothing itself."""
    _check_directory(source)
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        _check_size(entries)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Reason("パスワードで暗号化されています。パスワードを外してください。")
        names = [entry.filename.lower() for entry in entries]
        if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in f"/{name}" for name in names):
            raise Reason(_MACRO)
        if any("/embeddings/" in f"/{name}" and name.endswith(".bin") for name in names):
            raise Reason("別のファイルが埋め込まれています。埋め込みを外すか、図として貼り付けてください。")
        _check_names(names)
        if "[Content_Types].xml" not in archive.namelist():
            raise Reason(f"ZIPは受け付けていません。受け付けられる形式は、{ALLOWED_JA}です。")
        kind = _office_type(archive)
        slides = _check_relations(archive, is_inner=is_inner)
        _check_parts(archive)
        return Found(kind, min(slides, PAGES_COUNTED) if kind == _PPTX else None)


def _check_names(names: list[str]) -> None:
    """Refuse parts that would land elsewhere when somebody unpacks them, and files that ride along."""
    for name in names:
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise Reason(BROKEN_JA)
        if name.endswith(_PASSENGERS) or (name.endswith(_DOCUMENTS) and "/embeddings/" not in f"/{name}"):
            raise Reason("別のファイルが埋め込まれています。埋め込みを外すか、図として貼り付けてください。")


def _check_directory(source: BinaryIO) -> None:
    """Read how many entries the archive says it has before anything reads them all: 70,000 names cost much memory."""
    source.seek(0, io.SEEK_END)
    size = source.tell()
    source.seek(max(0, size - 66_000))
    tail = source.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < 22:
        raise Reason(BROKEN_JA)
    count, directory = struct.unpack("<HI", tail[place + 10 : place + 16])
    is_zip64 = tail[max(0, place - 20) : place].startswith(_END_64)
    if is_zip64 or count > ENTRY_LIMIT or directory > DIRECTORY_LIMIT:
        raise Reason("展開すると非常に大きくなるファイルです。")
    source.seek(0)


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to far more than it is, from the headers alone: nothing is unpacked to find out."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    is_bomb = unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * max(packed, 1)
    if len(entries) > ENTRY_LIMIT or unpacked > UNPACKED_LIMIT or is_bomb:
        raise Reason("展開すると非常に大きくなるファイルです。")


def _check_relations(archive: zipfile.ZipFile, *, is_inner: bool) -> int:
    """Refuse documents whose parts point outside (but for hyperlinks) or to macros, objects, controls, templates.

    Returns the number of slides. The table of figures that PowerPoint and Word keep behind a chart is let in, after it
    was looked into by the same rules.
    """
    slides = 0
    for entry in archive.infolist():
        if not entry.filename.lower().endswith(".rels"):
            continue
        for relation in ElementTree.fromstring(_read(archive, entry, PART_LIMIT)).iter():
            kind = relation.get("Type", "").rpartition("/")[2].lower()
            is_outside = relation.get("TargetMode", "").lower() == "external" and kind != "hyperlink"
            if kind == "package" and "/charts/_rels/" in f"/{entry.filename}" and not is_outside and not is_inner:
                _check_chart_table(archive, relation.get("Target", ""))
            elif is_outside or kind in ACTIVE_RELATIONS:
                raise Reason(_OUTSIDE)
            slides += kind == "slide" and entry.filename == "ppt/_rels/presentation.xml.rels"
    return slides


def _check_chart_table(archive: zipfile.ZipFile, target: str) -> None:
    name = target.rpartition("/")[2]
    found = [entry for entry in archive.infolist() if entry.filename.endswith(f"/embeddings/{name}")]
    if not name.lower().endswith(".xlsx") or len(found) != 1:
        raise Reason(_OUTSIDE)
    inspect_office(io.BytesIO(_read(archive, found[0], CHART_TABLE_LIMIT)), is_inner=True)


def _office_type(archive: zipfile.ZipFile) -> str:
    declared = _read(archive, archive.getinfo("[Content_Types].xml"), PART_LIMIT)
    kinds = [part.get("ContentType", "") for part in ElementTree.fromstring(declared).iter()]
    if any(word in kind.lower() for kind in kinds for word in ("macroenabled", "vbaproject", "macrosheet")):
        raise Reason(_MACRO)
    found = {OFFICE_TYPES[kind] for kind in kinds if kind in OFFICE_TYPES}
    if len(found) != 1:
        raise Reason(f"受け付けられる形式は、{ALLOWED_JA}です。")
    return found.pop()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    if entry.file_size > limit:
        raise Reason("部品が大きすぎる文書です。内容を分けて保存し直してください。")
    with archive.open(entry) as part:
        return part.read(limit)


# --- Fields and formulas ----------------------------------------------------------------------------------------


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Look over every XML part; those that declare a type of their own, or call another program, are refused."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".vml")):
            continue
        found = set(_needles(archive, entry))
        if b"\x00" in found:
            # Office writes UTF-8; any other width would hide from the lines below what a program still reads.
            raise Reason(BROKEN_JA)
        if found & {b"<!DOCTYPE", b"<!ENTITY"}:
            raise Reason("文書の中に、認められない宣言（DOCTYPE）があります。保存し直してください。")
        if found:
            _Fields(archive, entry).check()


def _needles(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    before = b""
    for chunk in _chunks(archive, entry):
        yield from set(_NEEDLES.findall(before + chunk))
        before = chunk[-_OVERLAP:]


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


class _Fields:
    """The field instructions (Word) and formulas (Excel) of one part, joined as the program joins them."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._archive, self._entry = archive, entry
        self._instructions: list[str] = []
        self._formula: list[str] | None = None
        self._is_instruction = False

    def check(self) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        for chunk in _chunks(self._archive, self._entry):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        self._close_field()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "ddeLink":
            raise Reason(_DDE_JA)
        if local == "fldSimple":
            said = " ".join(value for key, value in attributes.items() if key.rpartition(":")[2] == "instr")
            self._refuse_field(said)
        elif local == "fldChar":
            self._close_field()
        elif local == "instrText":
            self._is_instruction = True
        elif local == "f":
            self._formula = []

    def _end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "instrText":
            self._is_instruction = False
        elif local == "f" and self._formula is not None:
            if _DDE_FORMULA.search(_STRING_LITERAL.sub('""', "".join(self._formula))):
                raise Reason(_DDE_JA)
            self._formula = None

    def _text(self, text: str) -> None:
        if self._is_instruction:
            self._instructions.append(text)
        elif self._formula is not None:
            self._formula.append(text)

    def _close_field(self) -> None:
        """A field's instruction may be spread over any number of runs: 「DD」「EAUTO」 is DDEAUTO."""
        self._refuse_field("".join(self._instructions))
        self._instructions.clear()

    @staticmethod
    def _refuse_field(said: str) -> None:
        if _DDE_FIELD.search(said):
            raise Reason(_DDE_JA)

    @staticmethod
    def _doctype(*_: object) -> None:
        raise Reason(BROKEN_JA)
