"""Facets and search over entries: one of several, all of several, counts beside the other choices."""

import pytest

from core.requirements import Badge
from core.text import fold
from pitches.facets import Entry, facets_of, narrowed
from tests.factories import NOW


def entry(name, *, theme="防災", badges=(), text=""):
    return Entry(
        public_id=name,
        title=name,
        tagline="",
        vendor="",
        theme=theme,
        stage="",
        badges=[Badge(key, key, "G-01") for key in badges],
        released_at=NOW,
        values={"theme": [(theme, theme)], "badge": [(key, key.upper()) for key in badges]},
        text=fold(text),
    )


ENTRIES = [
    entry("a", badges=("lgwan", "isms"), text="避難所受付システム"),
    entry("b", badges=("lgwan",), text="スマホで受付"),
    entry("c", theme="子育て", badges=("isms",), text="ＡＩ相談"),
]


@pytest.mark.parametrize(
    ("chosen", "query", "left"),
    [
        ({}, "", "abc"),
        ({"theme": ["防災"]}, "", "ab"),
        ({"theme": ["防災", "子育て"]}, "", "abc"),
        ({"badge": ["lgwan", "isms"]}, "", "a"),
        ({"theme": ["ない"]}, "", ""),
        ({}, "受付", "ab"),
        ({}, "ai 相談", "c"),
        ({}, "ｽﾏﾎ", "b"),
        ({"badge": ["isms"]}, "受付", "a"),
    ],
)
def test_choices_narrow_down(chosen, query, left):
    assert "".join(each.public_id for each in narrowed(ENTRIES, chosen, query)) == left


def test_an_option_counts_what_it_would_leave_beside_the_other_choices():
    theme, badge = facets_of(ENTRIES, {"theme": ["防災"], "badge": ["isms"]})
    assert {option.key: option.count for option in theme.options} == {"防災": 1, "子育て": 1}
    assert {option.key: (option.count, option.is_chosen) for option in badge.options} == {
        "isms": (1, True),
        "lgwan": (1, False),
    }


def test_a_facet_with_a_single_value_is_left_out_unless_chosen():
    only = ENTRIES[:2]
    assert [facet.key for facet in facets_of(only, {})] == ["badge"]
    assert [facet.key for facet in facets_of(only, {"theme": ["防災"]})] == ["theme", "badge"]
