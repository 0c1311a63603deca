"""Times inside a recording are read as people type them, and written as they read them."""

import json
from pathlib import Path

import pytest

from core.playtime import MOST_MS, clock, milliseconds

# The same cases for the browser's side: tests/live/js/playtime.test.mjs.
CASES = json.loads((Path(__file__).parents[1] / "live" / "cases" / "playtime.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("typed", "seconds"), CASES["times"])
def test_what_people_type(typed, seconds):
    assert milliseconds(typed) == seconds * 1000
    assert milliseconds(clock(seconds * 1000)) == seconds * 1000


@pytest.mark.parametrize("typed", ["", *CASES["no_times"]])
def test_what_is_no_time(typed):
    assert milliseconds(typed) is None


def test_twelve_hours_are_the_most():
    assert milliseconds("12:00:00") == MOST_MS
