"""A list is searched, narrowed and ordered on the server as in the browser: the same cases for both."""

import json
from pathlib import Path

import pytest

from core.text import bigram_similarity, fold
from live.views.listing import Choice, chosen, listed, matches

CASES = json.loads((Path(__file__).parent / "cases" / "folding.json").read_text(encoding="utf-8"))


def question(number, **changes):
    return {
        "id": str(number),
        "no": f"A-000{number}",
        "body": "質問",
        "slot": None,
        "vendor": None,
        "by": "匿名",
        "asked_at": f"2026-07-01T10:0{number}",
        "counts": [0, 0],
        "answer": None,
    } | changes


def ids(questions):
    return [each["id"] for each in questions]


@pytest.mark.parametrize(("one", "other"), CASES["same"])
def test_width_case_and_kana_kind_make_no_difference(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), CASES["different"])
def test_kanji_make_one(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("one", "other", "how"), CASES["likeness"])
def test_likeness_is_what_the_browser_says(one, other, how):
    assert round(bigram_similarity(one, other), 4) == how


@pytest.mark.parametrize(("words", "is_found"), CASES["listed"])
def test_every_word_is_looked_for(words, is_found):
    it = question(7, body="防災アプリはLGWANで使えますか。", vendor="見本システム株式会社", by="東京都府中市")
    assert matches(it, Choice(words=words)) is is_found


def test_a_list_is_narrowed_and_ordered():
    answer = {"body": "はい"}
    everything = [question(1, slot="s1"), question(2, slot="s2", counts=[5, 1]), question(3, slot="s1", answer=answer)]
    assert ids(listed(everything, Choice())) == ["2", "1", "3"]
    assert ids(listed(everything, Choice(order="new"))) == ["3", "2", "1"]
    assert ids(listed(everything, Choice(order="old", slot="s1"))) == ["1", "3"]
    assert ids(listed(everything, Choice(slot="s1", is_unanswered=True))) == ["1"]


def test_an_address_that_makes_no_sense_lists_everything():
    assert chosen({"sort": "nonsense", "open": "2"}) == Choice()
    assert len(chosen({"q": "長" * 5000}).words) == 100


def test_an_address_holds_the_whole_choice():
    choice = Choice(order="new", slot="s1", is_unanswered=True, words="防災 & 避難")
    from django.http import QueryDict

    assert chosen(QueryDict(choice.query[1:])) == choice
