"""Dates are written as Japan writes them, and deadlines fall when offices are open."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import (
    JST,
    deadline_warning,
    default_deadline,
    fiscal_year,
    fiscal_year_label,
    format_date_ja,
    format_deadline,
    is_business_day,
    is_open,
    next_business_day,
    parse_date,
    parse_moment,
    remaining_ja,
    to_jst,
)

# --- Writing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "written"),
    [
        (date(2026, 11, 24), "令和8年11月24日（火）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(1926, 12, 25), "昭和元年12月25日（土）"),
        (date(1926, 12, 24), "1926年12月24日（金）"),
    ],
)
def test_a_date_bears_its_era(on: date, written: str) -> None:
    assert format_date_ja(on) == written


def test_a_date_can_be_written_in_the_western_year() -> None:
    assert format_date_ja(date(2026, 11, 24), era=False) == "2026年11月24日（火）"


def test_a_deadline_is_written_in_both_calendars_on_the_clock_of_japan() -> None:
    assert format_deadline(datetime(2026, 11, 24, 8, 0, tzinfo=UTC)) == "令和8年11月24日（2026年・火）17:00"


def test_the_day_in_japan_may_be_the_next() -> None:
    assert to_jst(datetime(2026, 11, 24, 15, 30, tzinfo=UTC)).date() == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("left", "written"),
    [
        (timedelta(days=3, hours=23), "あと3日"),
        (timedelta(days=2), "あと2日"),
        (timedelta(days=1, hours=23, minutes=59), "あと1日23時間"),
        (timedelta(days=1), "あと1日0時間"),
        (timedelta(hours=5, minutes=12, seconds=59), "あと5時間12分"),
        (timedelta(minutes=12), "あと12分"),
        (timedelta(seconds=59), "あと1分未満"),
        (timedelta(microseconds=1), "あと1分未満"),
        (timedelta(0), "締め切りました"),
        (timedelta(seconds=-1), "締め切りました"),
        (timedelta(days=-400), "締め切りました"),
    ],
)
def test_what_is_left_is_never_more_than_there_is(left: timedelta, written: str) -> None:
    assert remaining_ja(left) == written


# --- Reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-24",
        "2026/11/24",
        "2026.11.24",
        "2026年11月24日",
        "令和8年11月24日",
        "令和８年１１月２４日",
        " 2026-11-24",
    ],
)
def test_a_date_is_read_however_it_is_written(typed: str) -> None:
    assert parse_date(typed) == date(2026, 11, 24)


def test_the_first_year_of_an_era_is_read() -> None:
    assert parse_date("令和元年5月1日") == date(2019, 5, 1)
    assert parse_date("令和1年5月1日") == date(2019, 5, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "明日",
        "2026-02-29",
        "2026-13-01",
        "0000-01-01",
        "11/24",
        "20261124",
        "令和元年4月30日",
        "令和0年5月1日",
        "2026-11-24T00:00",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_date(typed)


@given(st.dates(min_value=date(1868, 1, 1), max_value=date(2099, 12, 31)))
def test_a_written_date_is_read_back(on: date) -> None:
    assert parse_date(on.isoformat()) == on
    assert parse_date(format_date_ja(on).partition("（")[0]) == on


@pytest.mark.parametrize("clock", ["17:00", "17時", "17時00分", "１７：００"])
def test_a_clock_is_read_however_it_is_written(clock: str) -> None:
    assert parse_moment(date(2026, 11, 24), clock) == datetime(2026, 11, 24, 17, 0, tzinfo=JST)


@pytest.mark.parametrize("clock", ["24:00", "24時"])
def test_twenty_four_o_clock_ends_the_day(clock: str) -> None:
    assert parse_moment(date(2026, 12, 31), clock) == datetime(2027, 1, 1, 0, 0, tzinfo=JST)


@pytest.mark.parametrize("clock", ["24:01", "25:00", "17:60", "5pm", "", "17:0"])
def test_what_no_clock_shows_is_refused(clock: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(date(2026, 11, 24), clock)


# --- Years and days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "year"), [(date(2026, 3, 31), 2025), (date(2026, 4, 1), 2026), (date(2027, 1, 1), 2026)]
)
def test_a_fiscal_year_begins_in_april(on: date, year: int) -> None:
    assert fiscal_year(on) == year


@pytest.mark.parametrize(
    ("year", "label"), [(2026, "令和8年度"), (2020, "令和2年度"), (2019, "令和元年度"), (2018, "平成30年度")]
)
def test_a_fiscal_year_bears_its_era(year: int, label: str) -> None:
    assert fiscal_year_label(year) == label


@pytest.mark.parametrize(
    ("on", "open_"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 23), False),  # 勤労感謝の日
        (date(2026, 9, 22), False),  # 国民の休日 between two holidays
        (date(2020, 7, 23), False),  # 海の日, moved for the Olympics
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),  # a Monday, no holiday: the offices' own rest
        (date(2028, 1, 4), True),
    ],
)
def test_offices_are_closed_on_weekends_holidays_and_around_new_year(on: date, open_: bool) -> None:
    assert is_business_day(on) is open_


def test_the_next_business_day_passes_over_a_long_weekend() -> None:
    assert next_business_day(date(2026, 11, 20)) == date(2026, 11, 24)
    assert next_business_day(date(2026, 12, 28)) == date(2027, 1, 4)


def test_five_business_days_later_passes_over_two_weekends() -> None:
    assert next_business_day(date(2026, 11, 20), days=5) == date(2026, 11, 30)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2040, 1, 1)), st.integers(1, 8))
def test_the_next_business_day_is_later_and_open(on: date, days: int) -> None:
    found = next_business_day(on, days=days)
    assert found > on
    assert is_business_day(found)
    assert sum(is_business_day(on + timedelta(days=each)) for each in range(1, (found - on).days + 1)) == days


# --- Deadlines --------------------------------------------------------------------------------------------------


def test_a_deadline_is_at_five_in_japan() -> None:
    assert default_deadline(date(2026, 11, 24)) == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_an_ordinary_deadline_needs_no_warning() -> None:
    assert deadline_warning(default_deadline(date(2026, 11, 24))) is None


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (default_deadline(date(2026, 11, 23)), "閉庁日（勤労感謝の日）"),
        (default_deadline(date(2026, 11, 22)), "閉庁日（土日）"),
        (default_deadline(date(2026, 12, 30)), "閉庁日（年末年始）"),
        (datetime(2026, 11, 24, 23, 59, tzinfo=JST), "17:00ではありません"),
        (datetime(2026, 11, 24, 17, 0, 1, tzinfo=JST), "17:00ではありません"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "17:00ではありません"),
    ],
)
def test_an_unusual_deadline_is_warned_of(at: datetime, words: str) -> None:
    warning = deadline_warning(at)
    assert warning is not None
    assert words in warning


def test_a_window_is_open_from_its_first_moment_up_to_but_not_at_its_last() -> None:
    opens_at, closes_at = default_deadline(date(2026, 11, 2)), default_deadline(date(2026, 11, 24))
    tick = timedelta(microseconds=1)
    assert not is_open(opens_at, closes_at, opens_at - tick)
    assert is_open(opens_at, closes_at, opens_at)
    assert is_open(opens_at, closes_at, closes_at - tick)
    assert not is_open(opens_at, closes_at, closes_at)
