"""The records of a day: 議事録 and 質問回答集, built once and printed as a page, a PDF, a Word file or a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from core.calendar import format_date_ja, format_deadline, to_jst
from live import selectors
from live.models import PitchSlot, Room
from live.selectors import Attendance, Chapter, Exchange
from live.suppression import KEPT_BACK, Cell, protect_alone
from printing.press import render_pdf


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of texts under its heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A question that has no answer: which one it is, in one line, and its words."""

    about: str
    body: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record: a heading, lines of text, facts by name, exchanges, quotes, tables; printed in this order."""

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    quotes: tuple[Quote, ...] = ()
    grids: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record; grid is what its table file holds, row for row what the sections tell."""

    key: str
    title: str
    round_title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    grid: Grid
    note: str = ""
    state: str = ""


TITLES = {"minutes": "議事録", "answers": "質問回答集"}
EXCHANGE_HEAD = (
    "提案",
    "受付番号",
    "種類",
    "受付方法",
    "受付日時",
    "投稿者",
    "質問・意見",
    "同じ質問（人）",
    "同じ質問（団体）",
    "統合した投稿",
    "回答",
    "回答方法",
    "回答日時",
)


def answers_collection(room: Room, *, at: datetime) -> Record:
    """質問回答集: every public question of the room with its answer, pitch by pitch."""
    chapters = selectors.chapters(room)
    sections = tuple(
        Section(
            chapter.title,
            lines=() if chapter.exchanges else ("質問・意見はありませんでした。",),
            exchanges=chapter.exchanges,
        )
        for chapter in chapters
    )
    return Record(
        key="answers",
        title=TITLES["answers"],
        round_title=room.round.title,
        facts=(*_facts(room), *_sums(chapters)),
        sections=sections,
        grid=_exchange_grid(chapters),
        note="公開された質問・意見だけを、公開されたとおりに載せています。個別に回答した質問の回答は載せていません。",
        state=_as_of(at),
    )


def minutes(room: Room, *, at: datetime) -> Record:
    """議事録: the day as it went, who took part in which way, every public question with its answer, what is open."""
    chapters = selectors.chapters(room)
    waiting = [(chapter, each) for chapter in chapters for each in chapter.exchanges if each.is_waiting]
    facts = (*_facts(room), *_sums(chapters))
    day, polls = (_attendance(room), _running(room)), _polls(room)
    return Record(
        key="minutes",
        title=TITLES["minutes"],
        round_title=room.round.title,
        facts=facts,
        sections=(
            *day,
            *(_spoken(number, chapter) for number, chapter in enumerate(chapters, 1)),
            *polls,
            _waiting(room, waiting),
        ),
        grid=_minutes_grid(facts, (*day, *polls), chapters),
        note="質問・意見は公開されたものを載せています。時刻は日本時間です。",
        state=_as_of(at),
    )


RECORDS = {"minutes": minutes, "answers": answers_collection}


def record_html(record: Record) -> str:
    """The page a record's PDF is printed from."""
    return render_to_string("live/records/record_pdf.html", {"record": record})


def record_pdf(record: Record) -> bytes:
    """The record as PDF. Raises printing.press.PressError."""
    return render_pdf(record_html(record))


# --- Parts ------------------------------------------------------------------------------------------------------


def _facts(room: Room) -> tuple[tuple[str, str], ...]:
    round = room.round
    hours = f"{_clock(round.opens_at)}〜{_clock(round.closes_at)}" if round.opens_at and round.closes_at else ""
    facts = (
        ("開催日", f"{format_date_ja(round.held_on)} {hours}".strip()),
        ("開催方法", round.get_form_display()),
        ("会場", round.venue),
        ("テーマ", round.theme),
        ("フィードバック期限", format_deadline(round.feedback_until) if round.feedback_until else ""),
        ("回答期限", format_deadline(round.answers_until) if round.answers_until else ""),
    )
    return tuple((name, said) for name, said in facts if said)


def _sums(chapters: Sequence[Chapter]) -> tuple[tuple[str, str], ...]:
    exchanges = [each for chapter in chapters for each in chapter.exchanges]
    answered = sum(1 for each in exchanges if each.answered_at is not None)
    waiting = sum(1 for each in exchanges if each.is_waiting)
    return (("公開した質問・意見", f"{len(exchanges)}件（回答済み{answered}件、未回答の質問{waiting}件）"),)


def _attendance(room: Room) -> Section:
    rows = tuple((each.mode, *_printable(each)) for each in selectors.attendance(room.round))
    return Section("参加", grids=(Grid(("参加方法", "参加申込", "団体"), rows),))


def _printable(each: Attendance) -> tuple[str, str]:
    """People and bodies, unless so few bodies tell which they are: minutes go from hand to hand."""
    if protect_alone(Cell(each.people, each.bodies)) is None:
        return KEPT_BACK, KEPT_BACK
    return f"{each.people}人", f"{each.bodies}団体"


def _running(room: Room) -> Section:
    rows = tuple(
        (
            f"{_clock(slot.starts_at)}〜{_clock(slot.ends_at)}",
            _clock(slot.started_at),
            _clock(slot.presented_at),
            selectors.pitch_title(slot),
        )
        for slot in selectors.slots_of(room.round)
    )
    head = ("予定", "開始", "終了", "提案")
    return Section("進行", grids=(Grid(head, rows),)) if rows else Section("進行", lines=("登壇枠はありません。",))


def _spoken(number: int, chapter: Chapter) -> Section:
    title = f"{number}. {chapter.title}"
    return Section(title, lines=(*_presenter(chapter.slot), *_silence(chapter)), exchanges=chapter.exchanges)


def _silence(chapter: Chapter) -> tuple[str, ...]:
    return () if chapter.exchanges else ("質問・意見はありませんでした。",)


def _presenter(slot: PitchSlot | None) -> tuple[str, ...]:
    if slot is None or slot.started_at is None:
        return ()
    ended = f"、{_clock(slot.presented_at)}に終了" if slot.presented_at else ""
    return (f"{_clock(slot.started_at)}に発表を開始{ended}。",)


def _polls(room: Room) -> tuple[Section, ...]:
    """Polls whose results everybody was shown, with the numbers as they were shown."""
    shown = [
        (poll, printed)
        for poll in selectors.public_polls(room)
        if (printed := selectors.printed(poll, poll["results"])) is not None
    ]
    return tuple(
        Section(
            f"アンケート　{poll['prompt']}",
            lines=(f"{printed['n']}人が回答。{_mean(printed)}",),
            grids=(Grid(("回答", "数"), _poll_rows(printed)),) if _poll_rows(printed) else (),
        )
        for poll, printed in shown
    )


def _mean(printed: Mapping[str, Any]) -> str:
    return f"平均{printed['mean']}。" if printed["mean"] is not None else ""


def _poll_rows(printed: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((str(label), str(many)) for label, many, *_share in (printed["bars"] or printed["words"] or ()))


def _waiting(room: Room, waiting: Sequence[tuple[Chapter, Exchange]]) -> Section:
    if not waiting:
        return Section("未回答の質問", lines=("ありません。",))
    due = f"回答期限は{format_deadline(room.round.answers_until)}です。" if room.round.answers_until else ""
    # No table: the printer measures every cell of one against every other, and a day leaves hundreds of questions open.
    quotes = tuple(Quote(f"{each.number}　{chapter.title}", each.body) for chapter, each in waiting)
    return Section("未回答の質問", lines=(due,) if due else (), quotes=quotes)


def _exchange_grid(chapters: Sequence[Chapter]) -> Grid:
    rows = tuple(
        (
            chapter.title,
            each.number,
            each.kind,
            each.source,
            _moment(each.asked_at),
            each.by,
            each.body,
            str(each.people),
            str(each.bodies),
            "、".join(each.merged),
            each.answer,
            each.answered_how,
            _moment(each.answered_at),
        )
        for chapter in chapters
        for each in chapter.exchanges
    )
    return Grid(EXCHANGE_HEAD, rows)


def _minutes_grid(facts: Sequence[tuple[str, str]], sections: Sequence[Section], chapters: Sequence[Chapter]) -> Grid:
    """The minutes as one table: the day first, each of its facts a row, then each question; 区分 tells them apart."""
    rows = [("概要", name, said) for name, said in facts]
    for section in sections:
        rows += [(section.title, "", line) for line in section.lines]
        for grid in section.grids:
            for first, *others in grid.rows:
                named = zip(grid.head[1:], others, strict=True)
                rows.append((section.title, first, "、".join(f"{name}: {said}" for name, said in named if said)))
    nothing = ("",) * len(EXCHANGE_HEAD)
    spoken = [("質問・意見", "", "", *row) for row in _exchange_grid(chapters).rows]
    return Grid(("区分", "項目", "内容", *EXCHANGE_HEAD), (*((*row, *nothing) for row in rows), *spoken))


def _clock(at: datetime | None) -> str:
    return f"{to_jst(at):%H:%M}" if at else ""


def _moment(at: datetime | None) -> str:
    return f"{to_jst(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _as_of(at: datetime) -> str:
    return f"{format_deadline(at)}現在"
