"""What an uploaded file really is, read from its bytes: its name and what the browser claims count for nothing."""

import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from defusedxml import ElementTree
from PIL import Image
from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

PDF = "application/pdf"
PNG, JPEG = "image/png", "image/jpeg"
OFFICE_TYPES = {
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
}
ALLOWED_JA = "PDF、PowerPoint（pptx）、Word（docx）、Excel（xlsx）、PNG、JPEG"

# A zip's own headers say how large it becomes: a document of 50 MB holds pictures that hardly shrink.
UNPACKED_LIMIT = 1024 * 1024 * 1024
RATIO_LIMIT = 200
RATIO_FROM = 10 * 1024 * 1024
ENTRY_LIMIT = 10_000
CONTENT_TYPES_LIMIT = 1024 * 1024
PIXEL_LIMIT = 60_000_000
PDF_VALUE_LIMIT = 1_000_000
PDF_FORBIDDEN = {
    "/JavaScript": "スクリプト",
    "/JS": "スクリプト",
    "/Launch": "外部プログラムの起動",
    "/EmbeddedFiles": "ファイルの埋め込み",
    "/EmbeddedFile": "ファイルの埋め込み",
    "/RichMedia": "埋め込みメディア",
    "/XFA": "動的フォーム",
    "/AA": "自動で動作する設定",
    "/SubmitForm": "フォームの送信",
    "/ImportData": "データの読み込み",
    "/GoToE": "別のファイルを開く動作",
    "/GoToR": "別のファイルを開く動作",
}
ACTIVE_RELATIONS = frozenset({"vbaproject", "oleobject", "control", "activexcontrol", "attachedtemplate", "package"})
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Unacceptable(Exception):
    """A file that is not taken in; the message is Japanese, names the file and says what to do."""


EXTENSIONS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg")} | {
    kind: (extension,) for kind, extension in zip(OFFICE_TYPES.values(), (".pptx", ".docx", ".xlsx"), strict=True)
}


def inspect(path: Path, *, name: str) -> str:
    """Return the content type of a file on disk, found from its content; the name must then bear that type's extension.

    Accepted are PDF, PPTX, DOCX, XLSX, PNG and JPEG. Refused are empty and encrypted files, macros, archives, documents
    that run or carry something, and whatever unpacks to far more than it is. Raises Unacceptable, never anything else.
    """
    try:
        with path.open("rb") as source:
            found = _inspector(source.read(8))(source)
        if not name.lower().endswith(EXTENSIONS[found]):
            # Whoever opens it trusts the name: what is a PDF inside must not start as a program.
            raise _Reason(f"拡張子が中身と合っていません。「{EXTENSIONS[found][0]}」にしてください。")
        return found
    except _Reason as reason:
        raise Unacceptable(f"「{name}」を受け付けられません。{reason}") from reason
    except Exception as error:  # Parsers meet hostile bytes here: whatever they raise, the file is not readable.
        raise Unacceptable(f"「{name}」を受け付けられません。ファイルが壊れているか、読み取れない形式です。") from error


class _Reason(Exception):
    """Why, in Japanese, without the name."""


def _inspector(head: bytes) -> Callable[[BinaryIO], str]:
    if not head:
        raise _Reason("ファイルが空です。")
    if head.startswith(b"%PDF-"):
        return _pdf
    if head.startswith(b"PK\x03\x04"):
        return _office
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return lambda source: _image(source, "PNG", PNG)
    if head.startswith(b"\xff\xd8\xff"):
        return lambda source: _image(source, "JPEG", JPEG)
    if head.startswith(_OLE):
        raise _Reason(
            "パスワード付きの文書か古い形式（doc・xls・ppt）です。パスワードを外し、新しい形式で保存してください。"
        )
    raise _Reason(f"受け付けられる形式は、{ALLOWED_JA}です。")


# --- Pictures ---------------------------------------------------------------------------------------------------


def _image(source: BinaryIO, kind: str, content_type: str) -> str:
    source.seek(0)
    with warnings.catch_warnings():
        # Pillow warns and raises at limits of its own; only the header is read here, against a lower one.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=[kind]) as picture:
                if picture.width * picture.height > PIXEL_LIMIT:
                    raise _Reason("画像の画素数が多すぎます。縮小してください。")
                picture.verify()
        except Image.DecompressionBombError as error:
            raise _Reason("画像の画素数が多すぎます。縮小してください。") from error
    return content_type


# --- Office documents -------------------------------------------------------------------------------------------


def _office(source: BinaryIO) -> str:
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        _check_size(entries)
        if any(entry.flag_bits & 1 for entry in entries):
            raise _Reason("パスワードで暗号化されています。パスワードを外してください。")
        names = [entry.filename.lower() for entry in entries]
        if any(name.endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in f"/{name}" for name in names):
            raise _Reason("マクロを含んでいます。マクロのない形式（pptx・docx・xlsx）で保存してください。")
        if any("/embeddings/" in f"/{name}" and name.endswith(".bin") for name in names):
            raise _Reason("別のファイルが埋め込まれています。埋め込みを外すか、図として貼り付けてください。")
        if "[Content_Types].xml" not in archive.namelist():
            raise _Reason(f"ZIPは受け付けていません。受け付けられる形式は、{ALLOWED_JA}です。")
        _check_relations(archive)
        return _office_type(archive)


def _check_relations(archive: zipfile.ZipFile) -> None:
    """Refuse documents whose parts point outside (but for hyperlinks) or to macros, objects, controls, templates."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith(".rels"):
            continue
        with archive.open(entry) as part:
            relations = ElementTree.fromstring(part.read(CONTENT_TYPES_LIMIT))
        for relation in relations.iter():
            kind = relation.get("Type", "").rpartition("/")[2].lower()
            is_outside = relation.get("TargetMode", "").lower() == "external" and kind != "hyperlink"
            if is_outside or kind in ACTIVE_RELATIONS:
                raise _Reason("外部の参照、または埋め込みを含んでいます。取り除いて保存し直してください。")


def _office_type(archive: zipfile.ZipFile) -> str:
    with archive.open("[Content_Types].xml") as part:
        declared = part.read(CONTENT_TYPES_LIMIT)
    kinds = [part.get("ContentType", "") for part in ElementTree.fromstring(declared).iter()]
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in kinds):
        raise _Reason("マクロを含んでいます。マクロのない形式（pptx・docx・xlsx）で保存してください。")
    found = {OFFICE_TYPES[kind] for kind in kinds if kind in OFFICE_TYPES}
    if len(found) != 1:
        raise _Reason(f"受け付けられる形式は、{ALLOWED_JA}です。")
    return found.pop()


def _check_size(entries: list[zipfile.ZipInfo]) -> None:
    """Refuse what would unpack to far more than it is, from the headers alone: nothing is unpacked to find out."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    is_bomb = unpacked > RATIO_FROM and unpacked > RATIO_LIMIT * max(packed, 1)
    if len(entries) > ENTRY_LIMIT or unpacked > UNPACKED_LIMIT or is_bomb:
        raise _Reason("展開すると非常に大きくなるファイルです。")


# --- PDF --------------------------------------------------------------------------------------------------------


def _pdf(source: BinaryIO) -> str:
    source.seek(0)
    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            raise _Reason("パスワードで保護されています。パスワードを外してください。")
        root = reader.trailer["/Root"].get_object()
        if not isinstance(root, DictionaryObject) or "/Pages" not in root:
            raise _Reason("ファイルが壊れているか、読み取れない形式です。")
        if "/OpenAction" in root and _acts(root["/OpenAction"].get_object()):
            raise _Reason("開いたときに動作する設定（OpenAction）があります。設定を外して保存し直してください。")
        for dictionary in _dictionaries(reader):
            _check_dictionary(dictionary)
    except (PdfReadError, struct.error) as error:
        raise _Reason("ファイルが壊れているか、読み取れない形式です。") from error
    return PDF


def _acts(action: Any) -> bool:
    """Whether an OpenAction does something: going to a page, as every word processor writes it, is only a view."""
    return isinstance(action, DictionaryObject) and ("/Next" in action or action.get("/S") not in (None, "/GoTo"))


def _check_dictionary(dictionary: DictionaryObject) -> None:
    for key in dictionary:
        if key in PDF_FORBIDDEN and not _is_empty(dictionary.raw_get(key)):
            raise _Reason(f"{PDF_FORBIDDEN[key]}（{key[1:]}）を含むPDFです。取り除いて保存し直してください。")
    for key in ("/S", "/Type", "/Subtype"):
        value = dictionary.raw_get(key) if key in dictionary else None
        if isinstance(value, str) and value in PDF_FORBIDDEN:
            raise _Reason(f"{PDF_FORBIDDEN[value]}（{value[1:]}）を含むPDFです。取り除いて保存し直してください。")


def _is_empty(value: Any) -> bool:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found is None or (isinstance(found, DictionaryObject | ArrayObject) and not found)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary reachable from the trailer, each once; a document of absurdly many is refused."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if (each.idnum, each.generation) in seen:
                continue
            seen.add((each.idnum, each.generation))
            each = each.get_object()
        count += 1
        if count > PDF_VALUE_LIMIT:
            raise _Reason("部品が多すぎるPDFです。画像として書き出すか、分けてください。")
        if isinstance(each, DictionaryObject):
            yield each
            waiting.extend(each.raw_get(key) for key in each)
        elif isinstance(each, ArrayObject):
            waiting.extend(list.__iter__(each))
