"""Published facts of the six rounds of fiscal 2019 and 2020; nothing here is invented.

Source: the Cabinet Secretariat's public programme pages.
"""

from datetime import date, datetime, time
from typing import Any

from core.calendar import JST
from live.models import ProgrammeYear, Round

SOURCE = "公開資料に基づく"
THEME_2020 = "次なる感染症対策に備えるために求められる地方自治体のデジタル化とは何か"

YEARS: tuple[dict[str, Any], ...] = (
    {"fiscal_year": 2019},
    {"fiscal_year": 2020, "presenters": 20, "views": 3673, "posts": 462},
)
ROUNDS: tuple[dict[str, Any], ...] = (
    {"year": 2019, "number": 1, "held_on": date(2019, 9, 3), "theme": "AI／AIチャットボット／手続"},
    {
        "year": 2019,
        "number": 2,
        "held_on": date(2019, 9, 26),
        "theme": "住民向け／庁内向けプラットフォーム",
        "form": Round.Form.HYBRID,
        "venue": "東京ユビキタス協創広場CANVAS 2階（東京都中央区新川2-4-7）",
        "opens_at": datetime(2019, 9, 26, 13, 0, tzinfo=JST),
        "closes_at": datetime(2019, 9, 26, 17, 15, tzinfo=JST),
        "feedback_until": datetime(2019, 10, 4, 17, 0, tzinfo=JST),
        "presenters": 9,
    },
    {"year": 2019, "number": 3, "held_on": date(2019, 10, 24), "theme": "教育／医療／防災／環境／マイナンバーカード"},
    {
        "year": 2020,
        "number": 1,
        "held_on": date(2020, 8, 31),
        "theme": THEME_2020,
        "form": Round.Form.ONLINE,
        "presenters": 7,
    },
    {
        "year": 2020,
        "number": 2,
        "held_on": date(2020, 9, 7),
        "theme": THEME_2020,
        "form": Round.Form.ONLINE,
        "presenters": 6,
    },
    {
        "year": 2020,
        "number": 3,
        "held_on": date(2020, 9, 10),
        "theme": THEME_2020,
        "form": Round.Form.ONLINE,
        "presenters": 7,
    },
)
LABELS = {2019: "令和元年度", 2020: "令和2年度"}
# The videos of fiscal 2020 could be watched until this day.
VIEWING_ENDED_ON = date(2020, 9, 17)


def load() -> int:
    """Write the facts, new or corrected; returns the number of rounds. Safe to repeat."""
    years = {
        facts["fiscal_year"]: ProgrammeYear.objects.update_or_create(
            fiscal_year=facts["fiscal_year"], defaults={**facts, "source_note": SOURCE}
        )[0]
        for facts in YEARS
    }
    for facts in ROUNDS:
        fields = {name: value for name, value in facts.items() if name not in {"year", "number"}}
        held_on = fields["held_on"]
        if facts["year"] == 2020:
            fields["view_until"] = datetime.combine(VIEWING_ENDED_ON, time(23, 59, 59), JST)
        Round.objects.update_or_create(
            programme_year=years[facts["year"]],
            number=facts["number"],
            defaults={
                **fields,
                "title": f"{LABELS[facts['year']]} 第{facts['number']}回 自治体ピッチ",
                "is_historical": True,
                "source_note": SOURCE,
                "programme_published_at": datetime.combine(held_on, time(0), JST),
            },
        )
    return len(ROUNDS)
