"""PDF documents: nothing that runs, fetches, sends or carries something."""

import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from files.inspection.reasons import BROKEN_JA, PAGES_COUNTED, Found, Reason

PDF = "application/pdf"
VALUE_LIMIT = 1_000_000
FORBIDDEN = {
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


def inspect_pdf(source: BinaryIO) -> Found:
    """Say how many pages it has. Raises Reason for what is forbidden or encrypted, or has absurdly many parts."""
    source.seek(0)
    pages = 0
    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted:
            raise Reason("パスワードで保護されています。パスワードを外してください。")
        root = reader.trailer["/Root"].get_object()
        if not isinstance(root, DictionaryObject) or "/Pages" not in root:
            raise Reason(BROKEN_JA)
        if "/OpenAction" in root and _acts(root["/OpenAction"].get_object()):
            raise Reason("開いたときに動作する設定（OpenAction）があります。設定を外して保存し直してください。")
        for dictionary in _dictionaries(reader):
            _check_dictionary(dictionary)
            # Counted on the way: flattening the page tree would cost as much as the whole walk once more.
            pages += dictionary.get("/Type") == "/Page"
    except (PdfReadError, struct.error) as error:
        raise Reason(BROKEN_JA) from error
    if not pages:
        raise Reason(BROKEN_JA)
    return Found(PDF, min(pages, PAGES_COUNTED))


def _acts(action: Any) -> bool:
    """Whether an OpenAction does something: going to a page, as every word processor writes it, is only a view."""
    return isinstance(action, DictionaryObject) and ("/Next" in action or action.get("/S") not in (None, "/GoTo"))


def _check_dictionary(dictionary: DictionaryObject) -> None:
    for key in dictionary:
        if key in FORBIDDEN and not _is_empty(dictionary.raw_get(key)):
            raise Reason(f"{FORBIDDEN[key]}（{key[1:]}）を含むPDFです。取り除いて保存し直してください。")
    for key in ("/S", "/Type", "/Subtype"):
        value = dictionary.raw_get(key) if key in dictionary else None
        if isinstance(value, str) and value in FORBIDDEN:
            raise Reason(f"{FORBIDDEN[value]}（{value[1:]}）を含むPDFです。取り除いて保存し直してください。")


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
        if count > VALUE_LIMIT:
            raise Reason("部品が多すぎるPDFです。画像として書き出すか、分けてください。")
        if isinstance(each, DictionaryObject):
            yield each
            waiting.extend(each.raw_get(key) for key in each)
        elif isinstance(each, ArrayObject):
            waiting.extend(list.__iter__(each))
