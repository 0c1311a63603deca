"""Japanese text as it arrives and as it is compared: normal forms, lengths, unsafe characters, safe names and cells."""

import re
import unicodedata

import regex

NAME_GRAPHEMES = 200
# Bytes on disk lie under random keys: only the row and the reader set a limit to a name, and they count characters.
NAME_POINTS = 240

_GRAPHEME = regex.compile(r"\X")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Direction marks: harmless in prose, misleading in a file name.
_MARKS = frozenset("\u061c\u200e\u200f")
_SPACES = " \t\n\r\u3000\u00a0"
_HIRAGANA = re.compile("[ぁ-ゖ]")
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


class UnsafeText(ValueError):
    """A text with characters that no honest form sends; the message is Japanese, for display."""


def to_nfc(text: str) -> str:
    """Composed form; 﨑, 髙, variation selectors and 𠮷 stay what they are."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The key for searching and comparing only: width, case and kana kind folded. Never stored as what people wrote."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_KATAKANA).strip(_SPACES)


def graphemes(text: str) -> int:
    """How many characters people count: が in two code points is one, and so is a family emoji."""
    return len(_GRAPHEME.findall(text))


def reject_unsafe(text: str, *, multiline: bool) -> str:
    """Return the text trimmed (U+3000 too), in NFC, with LF line ends; one line unless multiline.

    Raises UnsafeText for control characters, bidirectional overrides, lone surrogates and noncharacters (U+FFFE).
    """
    cleaned = re.sub("\r\n|\r|\u2028|\u2029", "\n", text).strip(_SPACES)
    for character in cleaned:
        if character in "\n\t":
            if not multiline:
                raise UnsafeText("改行やタブは使えません。")
        elif character in _BIDI:
            raise UnsafeText("文字の向きを変える制御文字は使えません。")
        elif unicodedata.category(character) in {"Cc", "Cs"} or _is_no_character(character):
            raise UnsafeText("使えない文字（制御文字）が含まれています。")
    return to_nfc(cleaned)


def _is_no_character(character: str) -> bool:
    """Whether Unicode keeps the code point from ever being a character: XML, and with it every Office file, breaks."""
    return 0xFDD0 <= ord(character) <= 0xFDEF or ord(character) & 0xFFFE == 0xFFFE


def single_line(text: str) -> str:
    """The text without any character that could end a header line; for mail subjects."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()


def to_katakana(text: str) -> str:
    """A reading in full-width katakana, however it was typed (ｶﾅ, かな); Latin letters and digits become half-width.

    Raises UnsafeText when anything else is in it, kanji above all.
    """
    reading = unicodedata.normalize("NFKC", text)
    reading = re.sub("[ぁ-ゖ]", lambda kana: chr(ord(kana[0]) + 0x60), reading)
    if not re.fullmatch(r"[ァ-ヺー・ヽヾ A-Za-z0-9()&.,'’/+-]*", reading):
        raise UnsafeText("カタカナで入力してください。")
    return reading


def unlinked(text: str) -> str:
    """A name somebody chose, as it may stand in a mail to strangers: nothing in it becomes a link to click on."""
    spread = re.sub(r"(?<=\w)\.(?=\w)", "．", single_line(text))
    return spread.replace("://", "：／／").replace("@", "＠")


def safe_file_name(name: str) -> str:
    """A file's own name for keeping and giving back: NFC, no path, no control or bidi characters, never empty.

    At most 200 characters as people count and 240 code points, shortened before the extension. ㈱ ① 髙 﨑 𠮷 and
    variation selectors are kept.
    """
    base = to_nfc(name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = "".join(character for character in base if _may_be_in_a_name(character)).strip(_SPACES + ".") or "file"
    stem, dot, extension = kept.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = kept, "", ""
    room = NAME_POINTS - len(f"{dot}{extension}")
    count = NAME_GRAPHEMES - graphemes(f"{dot}{extension}")
    return f"{_shortened(stem, count, room)}{dot}{extension}"


def _may_be_in_a_name(character: str) -> bool:
    return (
        character not in _BIDI | _MARKS
        and unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}
        and character not in '"<>|:*?'
    )


def _shortened(text: str, count: int, room: int) -> str:
    """As many whole characters as fit: a kanji never loses its variation selector."""
    kept = ""
    for character in _GRAPHEME.findall(text)[:count]:
        room -= len(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip(_SPACES) or "file"


def bigram_similarity(one: str, other: str) -> float:
    """How alike two texts are by shared pairs of characters, 0.0 to 1.0; Japanese has no spaces to split on."""
    return likeness(bigrams(one), bigrams(other))


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """How alike two texts are by their pairs of characters, 0.0 to 1.0."""
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters that tell a text from others, folded.

    Pairs with hiragana are endings and particles, which all questions share (を教えてください): they count only
    in a text that has no other pairs. live/static/live/likeness.js does the same.
    """
    # Kana kinds are told apart here, before fold() makes them one.
    kept = re.sub(r"[\s\u3000、。，．,.!?！？「」]", "", unicodedata.normalize("NFKC", text).casefold())
    pairs = [kept[i : i + 2] for i in range(len(kept) - 1)]
    telling = [pair for pair in pairs if not _HIRAGANA.search(pair)]
    return frozenset(fold(pair) for pair in telling or pairs)


def whole_number(text: str, *, digits: int = 9) -> int | None:
    """The number that plain ASCII digits say, at most so many of them; None for anything else.

    int() alone would also read 「１２」, 「 7 」 and 「1_0」, and would take a minute over a hundred thousand digits.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def csv_safe(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: with a leading = + - @ (full width too), tab, CR or LF it gets a '."""
    return f"'{cell}" if cell.lstrip(" \u3000")[:1] in set("=+-@＝＋－＠\t\r\n") and cell else cell
