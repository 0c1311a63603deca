"""What people say about themselves: kinds of applicants, checked numbers, bodies that share a name."""

import pytest

from accounts.forms import JoinBodyForm, VendorForm
from tests.factories import make_body

CORPORATION = {"kind": "corporation", "name": "架空髙﨑システム株式会社", "kana": "カクウタカサキシステム"}


@pytest.mark.parametrize("typed", ["", "8000020130001", "８０００－０２０１３－０００１"])
def test_a_corporate_number_is_optional_and_read_in_any_width(db, typed):
    form = VendorForm(CORPORATION | {"corporate_number": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["corporate_number"] in {"", "8000020130001"}
    assert form.cleaned_data["name"] == "架空髙﨑システム株式会社"


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"corporate_number": "8000020130002"}, "corporate_number", "検査数字"),
        ({"corporate_number": "123"}, "corporate_number", "13桁"),
        ({"kind": "individual", "corporate_number": "8000020130001"}, "corporate_number", "個人"),
        ({"kind": "joint"}, "partners", "ほかの応募者名"),
        ({"kind": "robot"}, "kind", "選択"),
        ({"name": "一行目\n二行目"}, "name", "改行"),
        ({"name": "あ\u202eい"}, "name", "制御文字"),
        ({"name": "あ" * 121}, "name", "120"),
        ({"kana": "架空システム"}, "kana", "カタカナ"),
        ({"kana": "カ\u202eナ"}, "kana", "制御文字"),
        ({"phone": "1234"}, "phone", "市外局番"),
        ({"phone": "03-1234-56789012"}, "phone", "市外局番"),
        ({"phone": "電話なし"}, "phone", "市外局番"),
        ({"website": "わが社"}, "website", "URL"),
    ],
)
def test_what_is_wrong_is_said_in_japanese_at_its_field(db, fields, field, words):
    form = VendorForm(CORPORATION | fields)
    assert not form.is_valid()
    assert words in str(form.errors[field])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ｶｸｳｼｽﾃﾑ", "カクウシステム"),
        ("かくう・しすてむ　ぱーと", "カクウ・システム パート"),
        ("ＡＢＣ（カブ）", "ABC(カブ)"),
        ("ヴァーグ ヶ", "ヴァーグ ヶ"),
    ],
)
def test_a_reading_is_kept_in_katakana(db, typed, kept):
    form = VendorForm(CORPORATION | {"kana": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["kana"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("０３－１２３４－５６７８", "03-1234-5678"),
        ("03ー1234ー5678", "03-1234-5678"),
        ("（０３）１２３４−５６７８ 内線１２", "(03)1234-5678 内線12"),
        ("09012345678", "09012345678"),
        ("+81 3 1234 5678", "+81 3 1234 5678"),
    ],
)
def test_a_telephone_number_is_read_in_any_width_and_kept_as_it_is_grouped(db, typed, kept):
    form = VendorForm(CORPORATION | {"phone": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["phone"] == kept


def test_an_individual_needs_no_number(db):
    assert VendorForm(CORPORATION | {"kind": "individual"}).is_valid()


@pytest.fixture
def two_of_one_name(db):
    return make_body(), make_body("342084", "府中市", "広島県")


@pytest.mark.parametrize("typed", ["132063", "東京都府中市", "１３２０６３"])
def test_a_body_is_known_by_its_code_or_its_full_name(two_of_one_name, typed):
    form = JoinBodyForm({"body": typed, "department": "情報政策課"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["body"] == two_of_one_name[0]


@pytest.mark.parametrize(("typed", "words"), [("府中市", "複数の団体"), ("まぼろし市", "該当する団体がありません")])
def test_a_name_that_fits_two_or_none_is_asked_again(two_of_one_name, typed, words):
    form = JoinBodyForm({"body": typed, "department": "情報政策課"})
    assert not form.is_valid() and words in str(form.errors["body"])
