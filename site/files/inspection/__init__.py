"""What an uploaded file really is, read from its bytes: its name and what the browser claims count for nothing.

Rule for files that are two things at once: the first bytes decide, the name must agree with them, whatever else is also
an archive is refused, and what is served is an attachment that no browser may take for another type.
"""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from files.inspection.office import OFFICE_TYPES, inspect_office
from files.inspection.pdf import PDF, inspect_pdf
from files.inspection.pictures import JPEG, PNG, inspect_picture
from files.inspection.reasons import ALLOWED_JA, BROKEN_JA, Found, Reason

EXTENSIONS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg")} | {
    kind: (extension,) for kind, extension in zip(OFFICE_TYPES.values(), (".pptx", ".docx", ".xlsx"), strict=True)
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Readers of PDF look for its mark in this many bytes, wherever else the file begins.
_PDF_MARK_WITHIN = 1024

__all__ = ["EXTENSIONS", "JPEG", "PDF", "PNG", "Found", "Unacceptable", "inspect"]


class Unacceptable(Exception):
    """A file that is not taken in; the message is Japanese, names the file and says what to do."""


def inspect(path: Path, *, name: str) -> Found:
    """Say what a file on disk is, from its content; the name must then bear that type's extension.

    Accepted are PDF, PPTX, DOCX, XLSX, PNG and JPEG. Refused are empty and encrypted files, macros, archives, documents
    that run, fetch or carry something, and whatever unpacks to far more than it is. Raises Unacceptable, never anything
    else. Time and memory are bounded by the caller: see files.examination.
    """
    try:
        with path.open("rb") as source:
            found = _inspector(source)(source)
        if not name.lower().endswith(EXTENSIONS[found.content_type]):
            # Whoever opens it trusts the name: what is a PDF inside must not start as a program.
            wanted = EXTENSIONS[found.content_type][0]
            raise Reason(f"拡張子が中身と合っていません。「{wanted}」にしてください。")
        return found
    except Reason as reason:
        raise Unacceptable(f"「{name}」を受け付けられません。{reason}") from reason
    except Exception as error:  # Parsers meet hostile bytes here: whatever they raise, the file is not readable.
        raise Unacceptable(f"「{name}」を受け付けられません。{BROKEN_JA}") from error


def _inspector(source: BinaryIO) -> Callable[[BinaryIO], Found]:
    head = source.read(_PDF_MARK_WITHIN)
    if not head:
        raise Reason("ファイルが空です。")
    if head.startswith(_OLE):
        raise Reason(
            "パスワード付きの文書か古い形式（doc・xls・ppt）です。パスワードを外し、新しい形式で保存してください。"
        )
    if head.startswith(b"PK\x03\x04"):
        if b"%PDF-" in head:
            raise Reason("2つの形式を兼ねるファイルは受け付けていません。")
        return inspect_office
    inspector = _of_marks(head)
    if zipfile.is_zipfile(source):
        raise Reason("2つの形式を兼ねるファイルは受け付けていません。")
    return inspector


def _of_marks(head: bytes) -> Callable[[BinaryIO], Found]:
    if head.startswith(b"%PDF-"):
        return inspect_pdf
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return lambda source: inspect_picture(source, "PNG", PNG)
    if head.startswith(b"\xff\xd8\xff"):
        return lambda source: inspect_picture(source, "JPEG", JPEG)
    raise Reason(f"受け付けられる形式は、{ALLOWED_JA}です。")
