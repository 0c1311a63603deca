"""Check digits and numbers: 全国地方公共団体コード, 法人番号 and our own 受付番号."""

import re
import unicodedata

# No letter that people take for a digit, or for another. A prime number of characters: only then does the check
# character betray every single wrong one and every two exchanged.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
_RECEIPT = re.compile(f"R([1-9][0-9]?)-?([{ALPHABET}]{{4}})-?([{ALPHABET}]{{4}})")


class InvalidCode(ValueError):
    """A number that cannot be right; the message is Japanese, for display."""


def _digits(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).translate({ord(c): None for c in " -‐−ー　"})


def check_body_code(typed: str) -> str:
    """Return the six digits of a 全国地方公共団体コード; full-width digits and hyphens are accepted.

    Source: MIC, 全国地方公共団体コード仕様: check = (11 - (6a+5b+4c+3d+2e) mod 11) mod 10. Raises InvalidCode.
    """
    code = _digits(typed)
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise InvalidCode("団体コードは6桁の数字で入力してください。")
    total = sum(weight * int(digit) for weight, digit in zip((6, 5, 4, 3, 2), code, strict=False))
    if int(code[5]) != (11 - total % 11) % 10:
        raise InvalidCode("団体コードの検査数字が合いません。番号を確認してください。")
    return code


def corporate_check_digit(base: str) -> int:
    """The check digit of a 12-digit base number: 9 - (sum of digits weighted 1, 2, 1, 2 … from the right) mod 9.

    Source: ordinance on corporate numbers (法人番号の指定等に関する省令), article 2.
    """
    total = sum((2 if place % 2 else 1) * int(digit) for place, digit in enumerate(reversed(base)))
    return 9 - total % 9


def check_corporate_number(typed: str) -> str:
    """Return the thirteen digits of a 法人番号; full-width digits and hyphens are accepted. Raises InvalidCode."""
    number = _digits(typed)
    if len(number) != 13 or not (number.isascii() and number.isdigit()):
        raise InvalidCode("法人番号は13桁の数字で入力してください。")
    if int(number[0]) != corporate_check_digit(number[1:]):
        raise InvalidCode("法人番号の検査数字が合いません。番号を確認してください。")
    return number


def check_phone(typed: str) -> str:
    """A telephone number with half-width digits and plain hyphens, grouped as it was typed; 内線 may follow.

    A number in Japan has 10 or 11 digits from 0 on, one from abroad starts with + and has 8 to 15. Raises InvalidCode.
    """
    number = re.sub("[\u2010-\u2015\u2212ー－]", "-", unicodedata.normalize("NFKC", typed)).strip()
    main, _, extension = number.partition("内線")
    digits = re.sub(r"[-() ]", "", main)
    is_good = re.fullmatch(r"0\d{9,10}", digits) or re.fullmatch(r"\+\d{8,15}", digits)
    if not is_good or not re.fullmatch(r"[-: ]?\d{0,8}\)?", extension.strip()):
        raise InvalidCode("電話番号を、市外局番から数字とハイフンで入力してください（例: 03-1234-5678）。")
    return number


def corporate_number_of_body(code: str) -> str:
    """The 法人番号 of a local government, derived from its code: check digit + 000020 + code."""
    base = f"000020{check_body_code(code)}"
    return f"{corporate_check_digit(base)}{base}"


def make_receipt_number(fiscal_year: int, entropy: bytes) -> str:
    """A 受付番号 that is no counter: "R8-7K3F-92QX", the year of 令和, seven drawn characters and one that checks all.

    entropy is at least 8 random bytes, of which 34 bits are used; the caller's unique constraint rules out the rest.
    """
    if fiscal_year < 2019 or len(entropy) < 8:
        raise ValueError("a receipt number needs a fiscal year of 令和 and 8 random bytes")
    number, year, drawn = int.from_bytes(entropy, "big"), fiscal_year - 2018, ""
    for _ in range(7):
        number, place = divmod(number, len(ALPHABET))
        drawn += ALPHABET[place]
    drawn += _check_character(year, drawn)
    return f"R{year}-{drawn[:4]}-{drawn[4:]}"


def is_receipt_number(typed: str) -> bool:
    """Whether a text is a 受付番号 with the right check character; case, width and missing hyphens are forgiven."""
    shaped = _RECEIPT.fullmatch(unicodedata.normalize("NFKC", typed).strip().upper())
    if shaped is None:
        return False
    drawn = shaped[2] + shaped[3]
    return drawn[7] == _check_character(int(shaped[1]), drawn[:7])


def _check_character(year: int, drawn: str) -> str:
    total = year + sum((place + 2) * ALPHABET.index(character) for place, character in enumerate(drawn))
    return ALPHABET[total % len(ALPHABET)]


def make_access_code(entropy: bytes) -> str:
    """An access code such as "7K3F9-92QXA-…": 30 drawn characters, over 128 bits, in groups of five.

    entropy is at least 32 random bytes.
    """
    if len(entropy) < 32:
        raise ValueError("an access code needs 32 random bytes")
    number, drawn = int.from_bytes(entropy, "big"), ""
    for _ in range(30):
        number, place = divmod(number, len(ALPHABET))
        drawn += ALPHABET[place]
    return "-".join(drawn[start : start + 5] for start in range(0, 30, 5))


def plain_access_code(typed: str) -> str:
    """What was typed as an access code, in the form that is compared: case, width, blanks and hyphens are forgiven."""
    return _digits(typed).strip().upper()
