"""Words are used for one thing each, and none claims what a pitch is not."""

import pytest

from core import terms
from core.requirements import CURRENT, JUDGEMENTS, edition, render_markdown
from core.terms import FORBIDDEN_WORDS, TERMS, forbidden_in


@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_two_things_share_a_word(language: str) -> None:
    words = [getattr(term, language) for term in TERMS.values()]
    assert sorted(words) == sorted(set(words))


def test_no_key_is_given_twice() -> None:
    groups = [group for name, group in vars(terms).items() if name.startswith("_") and isinstance(group, tuple)]
    assert sum(len(group) for group in groups) == len(TERMS) == 88


def test_a_term_is_found_by_its_name_in_code() -> None:
    assert TERMS["selected"].ja == "選定"


def test_judgements_are_called_as_the_terms_say() -> None:
    assert {key: (state.label_ja, state.label_en) for key, state in JUDGEMENTS.items()} == {
        key: (TERMS[key].ja, TERMS[key].en) for key in JUDGEMENTS
    }


def test_no_term_claims_funding_procurement_or_a_seal() -> None:
    assert set(FORBIDDEN_WORDS) == {"採択", "落札", "受注", "認定"}
    assert [term.key for term in TERMS.values() if forbidden_in(f"{term.ja} {term.note}")] == []


def test_forbidden_words_are_found() -> None:
    assert forbidden_in("採択された提案の受注者") == ("採択", "受注")


def test_the_self_check_uses_no_forbidden_word_but_in_a_proper_name() -> None:
    document = render_markdown(edition(CURRENT))
    assert forbidden_in(document) == ("認定",)
    assert forbidden_in(document, except_for=["ASPIC情報開示認定"]) == ()
