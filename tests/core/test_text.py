"""Text keeps every kanji people wrote, loses what attacks, and is compared by what it says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import (
    UnsafeText,
    bigram_similarity,
    csv_safe,
    fold,
    graphemes,
    reject_unsafe,
    safe_file_name,
    single_line,
    to_nfc,
    unlinked,
    whole_number,
)

IVS = "葛\U000e0100"
KEPT = f"㈱①髙﨑𠮷{IVS}"
CONTROLS = ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\x85", "\x9f"]
BIDI = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
SURROGATE = chr(0xD800)

# --- What people wrote ------------------------------------------------------------------------------------------


def test_composed_form_keeps_the_kanji_of_names() -> None:
    assert to_nfc(KEPT) == KEPT
    assert to_nfc("か\u3099") == "が"


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("か\u3099", 1), (IVS, 1), ("𠮷", 1), ("👨‍👩‍👧‍👦", 1), ("🇯🇵", 1), ("a\nb", 3)]
)
def test_characters_are_counted_as_people_count_them(text: str, count: int) -> None:
    assert graphemes(text) == count


def test_a_safe_text_comes_back_trimmed_and_composed() -> None:
    assert reject_unsafe(f" \u3000{KEPT}\n ", multiline=False) == KEPT
    assert reject_unsafe("か\u3099", multiline=False) == "が"


def test_line_ends_are_made_one_kind() -> None:
    assert reject_unsafe("一\r\n二\r三\u2028四\n五", multiline=True) == "一\n二\n三\n四\n五"


@pytest.mark.parametrize("between", ["\n", "\r\n", "\r", "\t", "\u2028", "\u2029"])
def test_one_line_has_no_line_ends(between: str) -> None:
    with pytest.raises(UnsafeText, match="改行やタブ"):
        reject_unsafe(f"一{between}二", multiline=False)


@pytest.mark.parametrize("multiline", [True, False])
@pytest.mark.parametrize("unsafe", [*CONTROLS, SURROGATE, "\ufffe", "\uffff", "\ufdd0", "\U0010ffff"])
def test_control_characters_are_refused(unsafe: str, multiline: bool) -> None:
    with pytest.raises(UnsafeText, match="制御文字"):
        reject_unsafe(f"a{unsafe}b", multiline=multiline)


@pytest.mark.parametrize("unsafe", BIDI)
def test_characters_that_turn_the_text_around_are_refused(unsafe: str) -> None:
    with pytest.raises(UnsafeText, match="文字の向き"):
        reject_unsafe(f"a{unsafe}b", multiline=True)


def test_an_emoji_family_is_welcome() -> None:
    assert reject_unsafe("👨‍👩‍👧‍👦", multiline=False) == "👨‍👩‍👧‍👦"


@given(st.text(st.characters(exclude_categories=())), st.booleans())
def test_what_is_accepted_once_is_accepted_unchanged(text: str, multiline: bool) -> None:
    try:
        accepted = reject_unsafe(text, multiline=multiline)
    except UnsafeText:
        return
    assert reject_unsafe(accepted, multiline=multiline) == accepted
    assert accepted.encode().decode() == accepted


def test_a_mail_subject_is_one_line() -> None:
    assert single_line("件名\r\nBcc: all@example.jp\u2028次\x00") == "件名 Bcc: all@example.jp 次"


# --- Comparing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ", "abc"),
        ("ｶﾞｲﾄﾞ", "がいど"),
        ("ガイド", "がいど"),
        ("①", "1"),
        (" 府中市\u3000", "府中市"),
        ("Straße", "STRASSE"),
    ],
)
def test_width_case_and_kana_make_no_difference_in_a_search(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_different_kanji_stay_different_in_a_search() -> None:
    assert fold("髙橋") != fold("高橋")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_alike_questions_are_alike() -> None:
    asked = "LGWAN環境でも利用できますか？"
    assert bigram_similarity(asked, "ＬＧＷＡＮ環境でも、利用できますか") == 1.0
    assert bigram_similarity(asked, "LGWAN環境から利用できますか") > 0.7
    assert bigram_similarity(asked, "費用はいくらですか") < 0.3
    assert bigram_similarity(asked, "") == 0.0


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("費用の目安を教えてください。", "費用はどのくらいかかりますか。", True),
        ("停電のときも使えますか。", "停電時でも利用できますか？", True),
        ("標準仕様書2.0への対応時期を教えてください。", "標準仕様書２．０の対応時期はいつですか", True),
        ("防災アプリと連携できますか。", "防災ｱﾌﾟﾘとの連携は可能ですか。", True),
        ("費用の目安を教えてください。", "標準仕様書2.0への対応時期を教えてください。", False),
        ("停電のときも使えますか。", "スマホでも使えますか。", False),
        ("職員の研修はありますか。", "導入事例はありますか。", False),
        ("セキュリティ対策について教えてください。", "他自治体の導入実績を教えてください。", False),
    ],
)
def test_what_all_questions_share_makes_none_alike(one: str, other: str, is_alike: bool) -> None:
    assert (bigram_similarity(one, other) >= 0.4) is is_alike


@given(st.text(), st.text())
def test_likeness_is_mutual_and_between_nothing_and_all(one: str, other: str) -> None:
    assert bigram_similarity(one, other) == bigram_similarity(other, one)
    assert 0.0 <= bigram_similarity(one, other) <= 1.0


# --- Names and cells --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("提案書.pdf", "提案書.pdf"),
        (f"{KEPT}.pdf", f"{KEPT}.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\資料.pdf", "資料.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ("a\u200eb.pdf", "ab.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        (" \u3000資料.pdf\u3000", "資料.pdf"),
        (".htaccess", "htaccess"),
        (f"a{SURROGATE}.pdf", "a.pdf"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("\x00", "file"),
    ],
)
def test_a_file_keeps_its_name_without_what_attacks(name: str, kept: str) -> None:
    assert safe_file_name(name) == kept


def test_a_long_name_keeps_its_extension_and_whole_characters() -> None:
    assert safe_file_name(f"{IVS * 100}.pptx") == f"{IVS * 100}.pptx"
    assert safe_file_name(f"{IVS * 130}.pptx") == f"{IVS * 117}.pptx"


def test_a_long_latin_name_is_cut_at_two_hundred_characters() -> None:
    assert safe_file_name("a" * 300 + ".pdf") == "a" * 196 + ".pdf"


@given(st.text(st.characters(exclude_categories=()), max_size=400))
def test_every_name_is_safe_to_keep_and_stays_what_it_is(name: str) -> None:
    kept = safe_file_name(name)
    assert kept
    assert graphemes(kept) <= 200
    assert len(kept) <= 240
    assert not set(kept) & {"/", "\\", '"', *BIDI}
    assert not {unicodedata.category(character) for character in kept} & {"Cc", "Cs"}
    assert kept not in {".", ".."}
    assert safe_file_name(kept) == kept


@pytest.mark.parametrize("cell", ["=1+1", "+81", "-1", "@SUM", "\tx", "\rx", " =1", "＝1", "＠x"])
def test_a_cell_that_could_be_a_formula_is_quoted(cell: str) -> None:
    assert csv_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "提案", "1-2", "a=b", "03-1234"])
def test_a_plain_cell_stays_as_it_is(cell: str) -> None:
    assert csv_safe(cell) == cell


def test_a_name_in_a_mail_to_strangers_holds_no_link() -> None:
    assert unlinked("【至急】https://evil.example/x 株式会社") == "【至急】https：／／evil．example/x 株式会社"
    assert unlinked("A.I.研究所 a@b.jp\r\nBcc: x") == "A．I．研究所 a＠b．jp Bcc: x"


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("7", 7), ("007", 7), ("999999999", 999_999_999), ("1000000000", None), ("", None), ("-1", None)]
    + [(text, None) for text in ("+1", " 7", "1_0", "1.0", "１２", "²", "٣", "x", "1\n")],
)
def test_a_whole_number_is_plain_digits_and_not_too_many(text, number):
    assert whole_number(text) == number
