"""Why a file is not taken in, and what is known of one that is."""

from dataclasses import dataclass

ALLOWED_JA = "PDF、PowerPoint（pptx）、Word（docx）、Excel（xlsx）、PNG、JPEG"
BROKEN_JA = "ファイルが壊れているか、読み取れない形式です。"
# More pages than anybody reads are not counted one by one.
PAGES_COUNTED = 100_000


class Reason(Exception):
    """Why, in Japanese, without the file's name."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is: its content type, and its pages (PDF) or slides (PPTX), None where nobody can count them."""

    content_type: str
    pages: int | None = None
