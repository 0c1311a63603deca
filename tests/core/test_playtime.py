"""Times inside a recording are read as people type them, and written as they read them."""

import pytest

from core.playtime import MOST_MS, clock, milliseconds


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("12:34", 754),
        ("０：０５", 5),
        (" 1:02:03 ", 3723),
        ("12分34秒", 754),
        ("12分", 720),
        ("1時間2分3秒", 3723),
        ("90:00", 5400),
    ],
)
def test_what_people_type(typed, seconds):
    assert milliseconds(typed) == seconds * 1000
    assert milliseconds(clock(seconds * 1000)) == seconds * 1000


@pytest.mark.parametrize("typed", ["", "12", "abc", "12:60", "1:60:00", "-1:00", "12:34:56:78", "13:00:00", "9" * 20])
def test_what_is_no_time(typed):
    assert milliseconds(typed) is None


def test_twelve_hours_are_the_most():
    assert milliseconds("12:00:00") == MOST_MS
