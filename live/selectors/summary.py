"""A vendor's private summary after the day: numbers by body type, never who, never fewer than three bodies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import LocalGovernment, Vendor
from live.models import PitchSlot, Question, Reaction, Room, Vote
from live.phases import phase_at
from live.selectors.answers import coverage, questions_to, unanswered
from live.selectors.polls import printed, public_polls
from live.suppression import Cell, Row, protect

KINDS = tuple(LocalGovernment.Kind.values)
# Paper slips from the hall: nobody wrote down whose they are.
UNKNOWN = "会場（団体不明）"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the summary: what is counted, in how many and from how many bodies, by body type."""

    label: Any
    row: Row

    def printed(self, kinds: Iterable[str]) -> list[dict[str, Any]]:
        """A cell for each of the kinds: {"kind", "is_kept_back", "count", "bodies"}; a kind nobody is of has nothing.

        Where every kind is kept back, a kind the row does not know is as well, or it would stand out.
        """
        is_all_kept_back = all(cell is None for cell in self.row.cells.values())
        cells = {kind: self.row.cells.get(kind, None if is_all_kept_back else Cell(0, 0)) for kind in kinds}
        return [
            {
                "kind": kind,
                "is_kept_back": cell is None,
                "count": cell.count if cell else 0,
                "bodies": cell.bodies if cell else 0,
            }
            for kind, cell in cells.items()
        ]


Seen = Iterable[tuple[object, str | None, str | None]]  # (what was done, body code, body kind)


def summary_is_open(room: Room, at: datetime) -> bool:
    """Whether the day is over, so that a vendor may read its summary."""
    return phase_at(room, at) not in {Room.Phase.BEFORE, Room.Phase.LIVE}


def summary(vendor: Vendor, room: Room) -> dict[str, Any]:
    """What the room has for one vendor: {"measures", "kinds", "coverage", "unanswered", "polls"}."""
    slots = list(PitchSlot.objects.filter(part__round=room.round_id, proposal__vendor=vendor))
    own = {slot.public_id for slot in slots}
    measures = [*_questions(vendor, room), _votes(vendor, room), *_reactions(slots)]
    # Paper slips from the hall carry no body: where there are any, they have a column of their own.
    is_hall = any(UNKNOWN in measure.row.cells for measure in measures)
    return {
        "kinds": [*KINDS, UNKNOWN] if is_hall else list(KINDS),
        "measures": measures,
        "coverage": coverage(vendor, room),
        "unanswered": list(unanswered(questions_to(vendor, room))),
        # Of polls only what everybody was shown: there is no smaller circle that could be counted out.
        "polls": [
            poll | {"printed": printed(poll, poll["results"])}
            for poll in public_polls(room)
            if poll["slot"] in own and poll["results"] is not None
        ],
    }


def cells_of(seen: Seen) -> dict[str, Cell]:
    """Distinct things and distinct bodies by body type; every type is there, no known body only if there are any."""
    things: dict[str, set[object]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    for thing, code, kind in seen:
        things[kind or UNKNOWN].add(thing)
        if code is not None:
            bodies[kind or UNKNOWN].add(code)
    kinds = [*KINDS, UNKNOWN] if UNKNOWN in things else KINDS
    return {kind: Cell(len(things[kind]), len(bodies[kind])) for kind in kinds}


def _questions(vendor: Vendor, room: Room) -> Iterable[Measure]:
    rows = list(questions_to(vendor, room).values_list("kind", "pk", "organisation", "organisation__kind"))
    for kind, label in ((Question.Kind.QUESTION, _("質問")), (Question.Kind.OPINION, _("意見"))):
        seen = [row[1:] for row in rows if row[0] == kind]
        yield Measure(label, protect(cells_of(seen), is_total_known=True))


def _votes(vendor: Vendor, room: Room) -> Measure:
    """Votes as the room counts them: a person once for a question and those merged into it."""
    head = Coalesce(F("question__merged_into"), F("question"))
    mine = questions_to(vendor, room).values("pk")
    votes = Vote.objects.annotate(head=head).filter(is_on=True, head__in=mine)
    seen = [
        ((head, person), code, kind)
        for head, person, code, kind in votes.values_list("head", "participant", "organisation", "organisation__kind")
    ]
    return Measure(_("同じ質問（共感）"), protect(cells_of(seen), is_total_known=True))


def _reactions(slots: Iterable[PitchSlot]) -> Iterable[Measure]:
    rows = Reaction.objects.filter(slot__in=list(slots), is_on=True).values_list(
        "label", "slot", "participant", "organisation", "organisation__kind"
    )
    by_label: dict[str, list[tuple[object, str, str]]] = defaultdict(list)
    for label, slot, person, code, kind in rows:
        by_label[label].append(((slot, person), code, kind))
    for value, said in Reaction.Label.choices:
        yield Measure(said, protect(cells_of(by_label[value])))
