"""Figures about a call's screening: the funnel, pass rates, where unfinished drafts are empty, time to submission.

Drafts are their vendors' own: of them only aggregates over several vendors are told, and no cell in which fewer than
three vendors stand on either side.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import Person
from core.requirements import REQUIREMENT_KEYS, edition, is_empty, requirement_applies
from pitches.lifecycle import PASSED
from pitches.models import Call, Proposal
from pitches.pages import PAGES
from pitches.permissions import screens
from pitches.selectors.board import MARKS, BoardRow, screening_board
from pitches.selectors.proposals import label_of

FEWEST = 3
MET = frozenset({"fit", "conditional"})
SPANS = (
    (1, gettext_lazy("1日未満")),
    (3, gettext_lazy("1〜3日")),
    (7, gettext_lazy("3〜7日")),
    (14, gettext_lazy("7〜14日")),
    (None, gettext_lazy("14日以上")),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure with its share of a whole in percent; count None means it is not told, share is 0 then."""

    label: str
    count: int | None
    share: int = 0


@dataclass(frozen=True, slots=True)
class PassRate:
    """How one requirement was judged: judged proposals to which it applies, of them met, in percent; every mark."""

    label: str
    judged: int
    met: int
    share: int
    marks: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The page of figures; what tells of drafts is None where too few vendors have unfinished ones."""

    funnel: Sequence[Bar]
    rates: Sequence[PassRate]
    stuck_pages: Sequence[Bar] | None
    stuck_questions: Sequence[Bar] | None
    spans: Sequence[Bar]
    median_hours: int | None

    @property
    def by_mark(self) -> list[tuple[str, list[int | None]]]:
        """(mark, how many proposals bear it in each requirement), in the order of the requirements."""
        return [
            (bars[0].label, [bar.count for bar in bars]) for bars in zip(*(r.marks for r in self.rates), strict=True)
        ]


def screening_figures(person: Person, *, call: Call | None, on: date) -> Statistics | None:
    """The figures of one call or of all, for people who screen; None for everybody else."""
    if not screens(person):
        return None
    proposals = Proposal.objects.filter(call=call) if call is not None else Proposal.objects.all()
    rows = screening_board(person, call=call, on=on)
    drafts = _unfinished(proposals)
    moments = proposals.exclude(submitted_at=None).values_list("created_at", "submitted_at")
    waited = [(submitted - created) / timedelta(hours=1) for created, submitted in moments if submitted]
    return Statistics(
        _funnel(proposals),
        [_rate(key, rows) for key in REQUIREMENT_KEYS],
        _stuck(drafts, _empty_pages, [str(page.label) for page in PAGES]),
        _stuck(drafts, _empty_names, None),
        _spans(waited),
        round(median(waited)) if waited else None,
    )


def _funnel(proposals: QuerySet[Proposal]) -> list[Bar]:
    """Counts of proposals; selected are those a publication has released, whatever has been decided since."""
    states = Counter(proposals.values_list("state", flat=True))
    submitted = proposals.exclude(receipt_number=None).count()
    whole = proposals.count()
    selected = proposals.filter(released_outcome="selected").exclude(state="withdrawn").count()
    counts = (
        (_("下書きの作成"), whole),
        (_("提出"), submitted),
        (_("補正中"), states["correcting"]),
        (_("要件適合"), sum(states[state] for state in PASSED)),
        (_("要件不適合"), states["ineligible"]),
        (_("選定（公表済み）"), selected),
        (_("取下げ"), proposals.filter(state="withdrawn").exclude(receipt_number=None).count()),
    )
    return [Bar(label, count, _percent(count, whole)) for label, count in counts]


def _rate(key: str, rows: Sequence[BoardRow]) -> PassRate:
    marks = Counter(row.marks[key] for row in rows)
    applying = len(rows) - marks["exempt"]
    judged, met = applying - marks["open"], sum(marks[mark] for mark in MET)
    known = edition(rows[0].proposal.edition).requirement(key) if rows else None
    label = known.label_ja if known is not None else key
    bars = [Bar(str(MARKS[mark]), marks[mark], _percent(marks[mark], len(rows))) for mark in MARKS]
    return PassRate(label, judged, met, _percent(met, judged), bars)


# --- Unfinished drafts ------------------------------------------------------------------------------------------


def _unfinished(proposals: QuerySet[Proposal]) -> list[Proposal]:
    return list(proposals.filter(state="draft").prefetch_related("answers").order_by("pk"))


def _stuck(
    drafts: Sequence[Proposal], empty: Callable[[Proposal], Iterable[str]], order: Sequence[str] | None
) -> list[Bar] | None:
    """How many vendors left each thing empty. A cell with one or two vendors on either side is not told."""
    vendors = {draft.vendor_id for draft in drafts}
    if len(vendors) < FEWEST:
        return None
    lacking: dict[str, set[int]] = {}
    for draft in drafts:
        for name in empty(draft):
            lacking.setdefault(name, set()).add(draft.vendor_id)
    names = order if order is not None else sorted(lacking, key=lambda name: -len(lacking[name]))
    bars = [_told(name, len(lacking.get(name, ())), len(vendors)) for name in names]
    # Of a list in the order of its figures, an untold one would tell by its place.
    return bars if order is not None else sorted((b for b in bars if b.count), key=lambda b: (-(b.count or 0), b.label))


def _told(label: str, count: int, whole: int) -> Bar:
    is_small = 0 < count < FEWEST or 0 < whole - count < FEWEST
    return Bar(label, None) if is_small else Bar(label, count, _percent(count, whole))


def _empty_pages(draft: Proposal) -> Iterable[str]:
    names = set(_empty_names(draft))
    known = edition(draft.edition)
    for page in PAGES:
        asked = [*page.required, *(question.id for question in known.of(page.group))] if page.group else page.required
        if names & {label_of(draft, name) for name in asked}:
            yield str(page.label)


def _empty_names(draft: Proposal) -> Iterable[str]:
    """The labels of required fields and of required questions that apply and are empty."""
    answers = {answer.question_id: answer.value for answer in draft.answers.all()}
    for page in PAGES:
        for name in page.required:
            if not getattr(draft, name):
                yield label_of(draft, name)
    for question in edition(draft.edition).applicable(answers, "A"):
        is_asked = question.is_required and requirement_applies(question.requirement, answers)
        if is_asked and is_empty(answers.get(question.id)):
            yield label_of(draft, question.id)


# --- Time -------------------------------------------------------------------------------------------------------


def _spans(waited: Sequence[float]) -> list[Bar]:
    counted: Counter[str] = Counter(_span(each) for each in waited)
    return [Bar(str(label), counted[str(label)], _percent(counted[str(label)], len(waited))) for _days, label in SPANS]


def _span(hours: float) -> str:
    return next(str(label) for days, label in SPANS if days is None or hours < 24 * days)


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
