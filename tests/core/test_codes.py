"""Numbers with a check digit are believed only when the digit is right."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.codes import (
    ALPHABET,
    InvalidCode,
    check_body_code,
    check_corporate_number,
    corporate_number_of_body,
    is_receipt_number,
    make_receipt_number,
)

REFERENCE = Path(__file__).parents[2] / "site" / "accounts" / "reference" / "local_governments.csv"
ENTROPY = bytes.fromhex("0123456789abcdef")

# --- 全国地方公共団体コード ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "010006",
        "011002",
        "131016",
        "141003",
        "281000",
        "012131",  # remainder 0
        "012271",
        "012050",  # remainder 1
        "012220",
    ],
)
def test_a_body_code_with_the_right_digit_is_believed(code: str) -> None:
    assert check_body_code(code) == code


@pytest.mark.parametrize("typed", ["１３１０１６", "13101-6", " 131016 ", "13101－6", "131 016"])
def test_a_body_code_is_read_however_it_is_typed(typed: str) -> None:
    assert check_body_code(typed) == "131016"


def test_a_wrong_check_digit_is_refused() -> None:
    with pytest.raises(InvalidCode, match="検査数字"):
        check_body_code("131017")


@pytest.mark.parametrize("typed", ["", "13101", "1310160", "13101X", "千代田区", "²31016x"])
def test_what_is_no_body_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidCode, match="6桁"):
        check_body_code(typed)


def test_all_1788_bodies_have_a_right_code() -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as source:
        codes = [row["code"] for row in csv.DictReader(source)]
    assert len(codes) == 1788
    assert [check_body_code(code) for code in codes] == codes


# --- 法人番号 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["8000020130001", "8000020131016", "9000020011002"])
def test_a_corporate_number_with_the_right_digit_is_believed(number: str) -> None:
    assert check_corporate_number(number) == number


@pytest.mark.parametrize("typed", ["８００００２０１３０００１", "8-0000-2013-0001", " 8000020130001"])
def test_a_corporate_number_is_read_however_it_is_typed(typed: str) -> None:
    assert check_corporate_number(typed) == "8000020130001"


@pytest.mark.parametrize("typed", ["1000020130001", "0000020130001", "8000020130002"])
def test_a_wrong_corporate_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidCode, match="検査数字"):
        check_corporate_number(typed)


@pytest.mark.parametrize("typed", ["", "000020130001", "80000201300010", "T8000020130001"])
def test_what_is_no_corporate_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidCode, match="13桁"):
        check_corporate_number(typed)


@pytest.mark.parametrize(
    ("code", "number"), [("130001", "8000020130001"), ("131016", "8000020131016"), ("011002", "9000020011002")]
)
def test_a_body_has_a_corporate_number_of_its_own(code: str, number: str) -> None:
    assert corporate_number_of_body(code) == number


def test_a_wrong_body_has_none() -> None:
    with pytest.raises(InvalidCode):
        corporate_number_of_body("131017")


# --- 受付番号 ---------------------------------------------------------------------------------------------------


def test_a_receipt_number_has_a_year_and_eight_characters() -> None:
    number = make_receipt_number(2026, ENTROPY)
    assert number == "R8-4J2P-M4DR"
    assert is_receipt_number(number)


def test_the_alphabet_holds_nothing_people_confuse() -> None:
    assert set(ALPHABET).isdisjoint("01ILOUZ")
    assert len(set(ALPHABET)) == len(ALPHABET) == 29


@pytest.mark.parametrize(("year", "entropy"), [(2018, ENTROPY), (2026, b""), (2026, ENTROPY[:7])])
def test_a_receipt_number_needs_a_year_of_reiwa_and_enough_randomness(year: int, entropy: bytes) -> None:
    with pytest.raises(ValueError, match="receipt number"):
        make_receipt_number(year, entropy)


@given(st.integers(2019, 2040), st.binary(min_size=8, max_size=16))
def test_every_number_made_is_recognised_however_it_is_typed(year: int, entropy: bytes) -> None:
    number = make_receipt_number(year, entropy)
    assert is_receipt_number(number)
    assert is_receipt_number(f" {number.lower().replace('-', '')}\u3000")


@given(st.binary(min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 28))
def test_one_wrong_character_is_betrayed(entropy: bytes, place: int, step: int) -> None:
    number = make_receipt_number(2026, entropy)
    at = [index for index, character in enumerate(number) if index > 2 and character != "-"][place]
    wrong = ALPHABET[(ALPHABET.index(number[at]) + step) % len(ALPHABET)]
    assert not is_receipt_number(number[:at] + wrong + number[at + 1 :])


@given(st.binary(min_size=8, max_size=8), st.integers(0, 5))
def test_two_exchanged_characters_are_betrayed(entropy: bytes, place: int) -> None:
    drawn = make_receipt_number(2026, entropy)[3:].replace("-", "")
    exchanged = drawn[:place] + drawn[place + 1] + drawn[place] + drawn[place + 2 :]
    assert is_receipt_number(f"R8-{exchanged}") is (exchanged == drawn)


@pytest.mark.parametrize("typed", ["", "R8", "R8-4J2P-M4D", "8-4J2P-M4DR", "R9-4J2P-M4DR", "R8-4J2P-M4DR-2", "受付"])
def test_what_is_no_receipt_number_is_not_taken_for_one(typed: str) -> None:
    assert not is_receipt_number(typed)
