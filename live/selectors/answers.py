"""Written answers on their way: a vendor's inbox, what waits for the secretariat, and how much is answered."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Vendor
from accounts.selectors import Person, vendor_of
from core.calendar import to_jst
from core.playtime import clock
from live.models import AnswerDraft, Question, Room, Round, Vote
from live.permissions import moderates, presents_in
from live.phases import phase_at
from live.selectors.rounds import rounds_presented_by, rounds_visible_to
from live.selectors.shapes import answer_shape, shown_name

# Keys of a question's way to its answer, in the order a vendor reads them, with their labels.
STAGES = {
    "open": _("未回答"),
    "draft": _("下書き"),
    "returned": _("差し戻し"),
    "submitted": _("確認待ち"),
    "revising": _("修正の下書き"),
    "published": _("公開済み"),
    "individual": _("個別に回答済み"),
}

# Questions whose answer waits for the secretariat.
HANDED_IN = Q(state="public", draft__submitted_at__isnull=False)


def questions_to(vendor: Vendor, room: Room) -> QuerySet[Question]:
    """The public questions of a room that were asked of a vendor, oldest first."""
    asked = room.questions.filter(state="public", slot__proposal__vendor=vendor)
    return asked.select_related("slot__proposal", "organisation").order_by("asked_at", "pk")


def unanswered(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Of some questions those that wait for an answer; an opinion waits for none."""
    return questions.filter(answer=None, kind=Question.Kind.QUESTION)


def to_do(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Of some questions those a vendor has something to do about: unanswered, and no answer handed in."""
    return unanswered(questions).filter(draft__submitted_at=None)


def vendors_of(room: Room) -> list[Vendor]:
    """The vendors that present in a room's round, in the order of the programme."""
    slots = room.round.parts.filter(slots__proposal__isnull=False).order_by("number", "slots__position")
    order = list(dict.fromkeys(slots.values_list("slots__proposal__vendor", flat=True)))
    vendors = Vendor.objects.in_bulk(order)
    return [vendors[pk] for pk in order]


def vendor_in(person: Person, room: Room) -> Vendor | None:
    """The vendor whose inbox in a room is the person's, if it presents there."""
    return vendor_of(person) if presents_in(person, room.round) else None


def inbox(vendor: Vendor, room: Room) -> list[dict[str, Any]]:
    """A vendor's questions as its people see them; three queries at any size.

    First what there is to do, then what waits for the secretariat, then the rest; in each the most wanted first.

    The asker is known only as far as the asker allowed, a body that voted only where its vote was named.
    """
    named = Vote.objects.filter(is_on=True, is_named=True).select_related("organisation")
    rows = (
        questions_to(vendor, room)
        .select_related("slot__proposal__vendor", "organisation", "author", "answer__by", "draft__by")
        .prefetch_related(
            Prefetch("votes", queryset=named),
            Prefetch("merged__votes", queryset=named),
        )
    )
    shapes = [inbox_shape(question) for question in rows]
    return sorted(shapes, key=lambda shape: (_rank(shape), -shape["counts"][0], shape["asked_at"]))


def _rank(shape: dict[str, Any]) -> int:
    return 0 if shape["is_to_do"] else 1 if shape["stage"] == "submitted" else 2


def inbox_shape(question: Question) -> dict[str, Any]:
    """One question as the vendor it is addressed to sees it."""
    answer, draft = getattr(question, "answer", None), getattr(question, "draft", None)
    key = stage_of(question)
    is_unanswered = answer is None and key != "submitted" and question.kind == Question.Kind.QUESTION
    return {
        "id": question.public_id,
        "no": question.number,
        "kind": question.kind,
        "is_slip": question.source == Question.Source.VENUE,
        "body": question.body,
        "by": shown_name(question),
        "pitch": question.slot.proposal.title if question.slot and question.slot.proposal else "",
        "scene": None if question.offset_ms is None else clock(question.offset_ms),
        "asked_at": question.asked_at,
        "counts": [question.score, question.bodies],
        "voters": _voters(question),
        "stage": key,
        "stage_label": STAGES[key],
        "is_unanswered": is_unanswered,
        # What came back wants a word as well, be it of a correction or of an opinion.
        "is_to_do": is_unanswered or key == "returned",
        "answer": None if answer is None else answer_shape(answer, for_everyone=False) | {"at": answer.published_at},
        "draft": draft_shape(draft, answer),
    }


def _voters(question: Question) -> list[str]:
    """The bodies that let their vote be named, here or on what was merged into this."""
    counted = (question, *question.merged.all())
    return sorted({str(vote.organisation) for each in counted for vote in each.votes.all()})


def draft_shape(draft: AnswerDraft | None, answer: Any = None) -> dict[str, Any]:
    """The draft, or the empty one that writing starts from: after an answer, that answer's text."""
    if draft is None:
        body, is_individual = (answer.body, answer.is_individual) if answer is not None else ("", False)
        return {"version": 0, "body": body, "individual": is_individual, "by": "", "reason": "", "at": None}
    return {
        "version": draft.version,
        "body": draft.body,
        "individual": draft.is_individual,
        "by": str(draft.by),
        "reason": draft.returned_reason,
        "at": draft.updated_at,
        "submitted_at": draft.submitted_at,
    }


def stage_of(question: Question) -> str:
    """A key of STAGES: where a question stands on its way to an answer."""
    answer, draft = getattr(question, "answer", None), getattr(question, "draft", None)
    if draft is not None and draft.submitted_at is not None:
        return "submitted"
    if draft is not None and draft.returned_reason:
        return "returned"
    if draft is not None and draft.published_at is None and draft.body:
        return "draft" if answer is None else "revising"
    if answer is not None:
        return "individual" if answer.is_individual else "published"
    return "open"


def orphaned_drafts(vendor: Vendor, room: Room) -> list[AnswerDraft]:
    """What was written to questions that are no longer public; the question itself is not shown again."""
    drafts = AnswerDraft.objects.filter(question__room=room, question__slot__proposal__vendor=vendor)
    return list(drafts.exclude(question__state="public").exclude(body="").select_related("question", "by"))


def coverage(vendor: Vendor, room: Room) -> tuple[int, int]:
    """(answered, addressed) of a vendor's public questions; opinions need no answer."""
    counted = questions_to(vendor, room).filter(kind=Question.Kind.QUESTION)
    found = counted.aggregate(answered=Count("pk", filter=Q(answer__isnull=False)), addressed=Count("pk"))
    return found["answered"], found["addressed"]


def coverage_of(items: list[dict[str, Any]]) -> tuple[int, int]:
    """The same of an inbox that was read already."""
    counted = [item for item in items if item["kind"] == Question.Kind.QUESTION]
    return sum(item["answer"] is not None for item in counted), len(counted)


def percent(answered: int, addressed: int) -> int | None:
    """How much of what was asked is answered, rounded down; None where nothing was asked."""
    return answered * 100 // addressed if addressed else None


def drafts_waiting(person: Person, room: Room) -> list[Question]:
    """Questions whose answer was handed in and waits for the secretariat, longest waiting first; for moderators."""
    if not moderates(person):
        return []
    waiting = room.questions.filter(HANDED_IN)
    related = waiting.select_related("draft__by", "answer", "slot__proposal__vendor", "organisation", "author")
    return list(related.order_by("draft__submitted_at", "pk"))


def rounds_in_hand(person: Person, at: datetime) -> list[tuple[Round, int]]:
    """For moderators, (round, answers that wait) of what is coming or not over yet, next first."""
    if not moderates(person):
        return []
    waiting_in = dict(Question.objects.filter(HANDED_IN).values_list("room").annotate(Count("pk")))
    found = []
    for round in rounds_visible_to(person).filter(is_historical=False).select_related("room").reverse():
        room = getattr(round, "room", None)
        waiting = waiting_in.get(room.pk, 0) if room is not None else 0
        is_coming = round.programme_published_at is not None and round.held_on >= to_jst(at).date()
        is_open = room is not None and round.held_on < to_jst(at).date() and phase_at(room, at) != Room.Phase.CLOSED
        if is_coming or is_open or waiting:
            found.append((round, waiting))
    return found


def rounds_to_answer_in(person: Person) -> list[tuple[Round, int]]:
    """(round, questions to do something about) of every public round the person's vendor presents in, newest first."""
    vendor = vendor_of(person)
    return [
        (round, to_do(questions_to(vendor, round.room)).count() if vendor and hasattr(round, "room") else 0)
        for round in rounds_presented_by(person)
    ]


def answering(person: Person, room: Room) -> list[dict[str, Any]]:
    """For moderators, each presenting vendor with how much it answered and what is unanswered; two queries."""
    if not moderates(person):
        return []
    rows: dict[int, dict[str, Any]] = {
        vendor.pk: {"vendor": vendor, "addressed": 0, "answered": 0, "waiting": []} for vendor in vendors_of(room)
    }
    asked = room.questions.filter(state="public", kind=Question.Kind.QUESTION, slot__proposal__isnull=False)
    for question in asked.select_related("answer", "draft", "slot__proposal").order_by("asked_at", "pk"):
        assert question.slot is not None and question.slot.proposal is not None
        row = rows[question.slot.proposal.vendor_id]
        row["addressed"] += 1
        if getattr(question, "answer", None) is not None:
            row["answered"] += 1
        else:
            row["waiting"].append({"question": question, "stage_label": STAGES[stage_of(question)]})
    return list(rows.values())


def asked_of_everybody(person: Person, room: Room) -> list[Question]:
    """For moderators, unanswered public questions to the session as a whole: the secretariat answers those itself."""
    if not moderates(person):
        return []
    waiting = unanswered(room.questions.filter(state="public", slot__proposal=None))
    return list(waiting.select_related("organisation", "author").order_by("asked_at", "pk"))


def is_anything_asked(room: Room) -> bool:
    """Whether there is any public question: where there is none, nothing is answered either."""
    return room.questions.filter(state="public", kind=Question.Kind.QUESTION).exists()


def answers_are_due(room: Room, at: datetime) -> bool:
    """Whether the deadline for answers has passed."""
    return room.round.answers_until is not None and at >= room.round.answers_until
