"""Japanese dates: JST, eras, fiscal years, business days and deadlines at 17:00."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jpholiday

JST = ZoneInfo("Asia/Tokyo")
WEEKDAYS = "月火水木金土日"
OFFICE_CLOSES = time(17, 0)
# (first day, name), newest first. Source: 元号を改める政令.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
_WRITTEN_DATE = re.compile(r"(?:(?P<era>令和|平成|昭和)(?P<era_year>元|\d{1,2})年|(?P<year>\d{4})[-/.年])(?P<rest>.*)")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = re.compile(r"(\d{1,2})[:時](\d{2})分?|(\d{1,2})時")


def to_jst(at: datetime) -> datetime:
    """An aware moment on the clock of Japan."""
    return at.astimezone(JST)


def era_year(on: date) -> str:
    """「令和8年」, 「令和元年」; the Western year before 昭和."""
    for first, name in ERAS:
        if on >= first:
            year = on.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}年"
    return f"{on.year}年"


def format_date_ja(on: date, *, era: bool = True) -> str:
    """「令和8年11月24日（火）」, or 「2026年11月24日（火）」."""
    year = era_year(on) if era else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日（{WEEKDAYS[on.weekday()]}）"


def format_deadline(at: datetime) -> str:
    """「令和8年11月24日（2026年・火）17:00」: both calendars, Japan's clock."""
    local = to_jst(at)
    on = local.date()
    return f"{era_year(on)}{on.month}月{on.day}日（{on.year}年・{WEEKDAYS[on.weekday()]}）{local:%H:%M}"


def parse_date(typed: str) -> date:
    """The day in 「2026-11-24」, 「2026/11/24」, 「2026年11月24日」 or 「令和8年11月24日」; full-width digits are read.

    Raises ValueError for anything else, for days no calendar has, and for days an era does not reach back to.
    """
    written = _WRITTEN_DATE.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    month_and_day = _MONTH_AND_DAY.fullmatch(written["rest"]) if written else None
    if written is None or month_and_day is None:
        raise ValueError(f"not a date: {typed!r}")
    month, day = (int(part) for part in month_and_day.groups())
    if not written["era"]:
        return date(int(written["year"]), month, day)
    first = next(first for first, name in ERAS if name == written["era"])
    years = 1 if written["era_year"] == "元" else int(written["era_year"])
    on = date(first.year + years - 1, month, day)
    if years < 1 or on < first:
        raise ValueError(f"before {written['era']} began: {typed!r}")
    return on


def parse_moment(on: date, clock: str) -> datetime:
    """The moment Japan's clocks show 「17:00」, 「17時」 or 「24:00」 on a day; 24:00 ends it. Raises ValueError."""
    shaped = _CLOCK.fullmatch(unicodedata.normalize("NFKC", clock).strip())
    if shaped is None:
        raise ValueError(f"not a time: {clock!r}")
    hour, minute = int(shaped[1] or shaped[3]), int(shaped[2] or 0)
    if (hour, minute) == (24, 0):
        return datetime.combine(on + timedelta(days=1), time(0), JST)
    return datetime.combine(on, time(hour, minute), JST)


def fiscal_year(on: date) -> int:
    """The fiscal year (1 April to 31 March) a day belongs to."""
    return on.year if on.month >= 4 else on.year - 1


def fiscal_year_label(year: int) -> str:
    """「令和8年度」, 「令和元年度」, 「平成30年度」: the era is that of 31 December of the year."""
    return f"{era_year(date(year, 12, 31))}度"


def is_business_day(on: date) -> bool:
    """Whether public offices are open: not on weekends, holidays, nor 29 December to 3 January.

    Source: 行政機関の休日に関する法律, article 1.
    """
    year_end = (on.month, on.day) >= (12, 29) or (on.month, on.day) <= (1, 3)
    return on.weekday() < 5 and not year_end and not jpholiday.is_holiday(on)


def next_business_day(on: date, *, days: int = 1) -> date:
    """The day `days` business days after a day."""
    while days > 0:
        on += timedelta(days=1)
        days -= is_business_day(on)
    return on


def default_deadline(on: date) -> datetime:
    """17:00 in Japan on that day."""
    return datetime.combine(on, OFFICE_CLOSES, JST)


def deadline_warning(at: datetime) -> str | None:
    """A Japanese warning about a deadline that municipal practice would not expect, or None."""
    local = to_jst(at)
    on = local.date()
    if not is_business_day(on):
        name = jpholiday.is_holiday_name(on) or ("土日" if on.weekday() >= 5 else "年末年始")
        return f"締切が閉庁日（{name}）です。開庁日の17:00をお勧めします。"
    if local.time() != OFFICE_CLOSES:
        return "締切が17:00ではありません。自治体の業務時間に合わせ、17:00をお勧めします。"
    return None


def remaining_ja(delta: timedelta) -> str:
    """How long is left, rounded down: 「あと3日」, 「あと1日5時間」, 「あと5時間12分」, 「締め切りました」."""
    minutes, days = int(delta.total_seconds()) // 60, delta.days
    if delta <= timedelta(0):
        return "締め切りました"
    if days >= 2:
        return f"あと{days}日"
    if days == 1:
        return f"あと1日{minutes // 60 - 24}時間"
    if minutes >= 60:
        return f"あと{minutes // 60}時間{minutes % 60}分"
    return f"あと{minutes}分" if minutes else "あと1分未満"


def is_open(opens_at: datetime, closes_at: datetime, at: datetime) -> bool:
    """Whether a window is open: from opens_at on, up to but not including closes_at."""
    return opens_at <= at < closes_at
