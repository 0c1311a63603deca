"""The merge, as pure functions: whoever left a field alone undoes nothing, two changes of one field are a conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pitches.merging import merge, owners, part_name, split_name

VALUE = st.sampled_from(["", "A", "B"])


@pytest.mark.parametrize(
    ("seen", "stored", "typed", "take", "conflicts"),
    [
        ("A", "A", "A", {}, ()),
        ("A", "A", "B", {"title": "B"}, ()),
        ("A", "B", "A", {}, ()),
        ("A", "B", "B", {}, ()),
        ("A", "B", "C", {}, ("title",)),
        (None, None, [{"work": "防災"}], {"title": [{"work": "防災"}]}, ()),
        ([1], [1, 2], [2], {}, ("title",)),
    ],
)
def test_every_way_three_texts_can_differ(seen, stored, typed, take, conflicts):
    merged = merge({"title": typed}, {"title": stored}, {"title": seen})
    assert (dict(merged.take), merged.conflicts) == (take, conflicts)


def test_what_nobody_changed_since_is_taken():
    assert dict(merge({"title": "新"}, {"title": "旧"}, {}).take) == {"title": "新"}


@given(seen=VALUE, stored=VALUE, typed=VALUE)
def test_nothing_another_person_changed_is_ever_overwritten(seen, stored, typed):
    merged = merge({"title": typed}, {"title": stored}, {"title": seen})
    if stored != seen:
        assert not merged.take
    elif typed != seen:
        assert merged.take == {"title": typed}


def test_names_tell_fields_from_parts_of_answers():
    assert split_name(part_name("R1-02", "plan")) == ("R1-02", "plan")
    assert split_name("title") == ("title", "")
    assert owners({"R1-02.value": 1, "R1-02.plan": 2, "title": 3}) == ["R1-02", "title"]
