"""What was said in a room, as the records of the day print it: pitches in order, each with its public questions."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from core.calendar import format_deadline
from live.lifecycle import QUESTION_TABLE
from live.models import PitchSlot, Question, Registration, Room, Round
from live.selectors.rooms import public_questions
from live.selectors.rounds import pitch_title, slots_of
from live.selectors.shapes import shown_name


@dataclass(frozen=True, slots=True)
class Exchange:
    """One public question, as it was shown, with what was answered; an individual answer keeps its text to itself."""

    number: str
    kind: str
    source: str
    asked_at: datetime
    by: str
    body: str
    people: int
    bodies: int
    merged: tuple[str, ...]
    answer: str
    answered_how: str
    answered_at: datetime | None

    @property
    def about(self) -> str:
        """When and how it came, who asked the same, and what was merged into it, in one line."""
        said = [f"{format_deadline(self.asked_at)}　{self.source}"]
        if self.people:
            said.append(f"{self.people}人・{self.bodies}団体が同じ質問")
        if self.merged:
            said.append(f"統合した投稿 {'、'.join(self.merged)}")
        return "　".join(said)

    @property
    def answer_heading(self) -> str:
        """「回答（書面で回答） 令和8年…」; nothing while there is no answer."""
        return f"回答（{self.answered_how}）　{format_deadline(self.answered_at)}" if self.answered_at else ""

    @property
    def is_waiting(self) -> bool:
        """Whether somebody still owes an answer: opinions ask for none."""
        return self.answered_at is None and self.kind == str(Question.Kind.QUESTION.label)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One pitch, or None for what was addressed to the session as a whole, with its exchanges in order of asking."""

    slot: PitchSlot | None
    exchanges: tuple[Exchange, ...]

    @property
    def title(self) -> str:
        return pitch_title(self.slot)


@dataclass(frozen=True, slots=True)
class Attendance:
    """How many took part in one way: people, and the distinct bodies they came from."""

    mode: str
    people: int
    bodies: int


def chapters(room: Room) -> list[Chapter]:
    """Every pitch of the round in order, then the questions to nobody in particular if there are any."""
    asked: dict[int | None, list[Exchange]] = {}
    merged = Prefetch("merged", queryset=Question.objects.filter(state="merged").order_by("number"))
    for question in public_questions(room).prefetch_related(merged):
        asked.setdefault(question.slot_id, []).append(_exchange(question))
    found = [Chapter(slot, tuple(asked.pop(slot.pk, ()))) for slot in slots_of(room.round)]
    # A slot that was emptied afterwards still has its questions: none of them may drop out of the record.
    rest = sorted((each for group in asked.values() for each in group), key=lambda each: (each.asked_at, each.number))
    return [*found, Chapter(None, tuple(rest))] if rest else found


def _exchange(question: Question) -> Exchange:
    answer = getattr(question, "answer", None)
    return Exchange(
        number=question.number,
        kind=question.get_kind_display(),
        source=question.get_source_display(),
        asked_at=question.asked_at,
        by=shown_name(question),
        body=question.body,
        people=question.score,
        bodies=question.bodies,
        merged=tuple(each.number for each in question.merged.all()),
        answer="" if answer is None or answer.is_individual else answer.body,
        answered_how="" if answer is None else _how(is_individual=answer.is_individual, is_oral=answer.is_oral),
        answered_at=None if answer is None else answer.published_at,
    )


def _how(*, is_individual: bool, is_oral: bool) -> str:
    if is_individual:
        return "個別に回答"
    return "口頭で回答" if is_oral else "書面で回答"


def posts_by_state(room: Room) -> list[tuple[str, int]]:
    """(state in words, how many) of every post of the room, in the order of the states' table."""
    counted = Counter(room.questions.values_list("state", flat=True))
    return [(state.label_ja, counted[state.key]) for state in QUESTION_TABLE.states if counted[state.key]]


def attendance(round: Round) -> list[Attendance]:
    """People and bodies registered in each of the three ways of taking part."""
    registered = Registration.objects.filter(round=round, cancelled_at=None).values_list("mode", "body_id")
    ways: dict[str, list[str]] = {mode: [] for mode in Registration.Mode.values}
    for mode, body in registered:
        ways[mode].append(body)
    return [
        Attendance(str(Registration.Mode(mode).label), len(bodies), len(set(bodies))) for mode, bodies in ways.items()
    ]


def every_post(room: Room) -> list[Question]:
    """Every post in every state, withdrawn ones too, by receipt number; for the secretariat's own table alone."""
    posts = room.questions.select_related("answer", "slot__proposal__vendor", "organisation", "author", "merged_into")
    return list(posts.order_by("number"))
