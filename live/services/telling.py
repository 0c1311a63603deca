"""Mails of the question room: to askers when they are answered, to vendors and organisers when something waits."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from accounts.groups import ORGANISER
from accounts.models import User, Vendor
from accounts.selectors import people_of_vendor, people_with_role, vendor_of
from core.calendar import format_deadline
from live.models import Answer, AnswerDraft, Question, Room
from live.phases import ANSWERING, phase_at
from live.selectors import drafts_waiting, questions_to, to_do, vendors_of
from notifications.models import Message
from notifications.services import compose_on_leaving, drop_unsent, enqueue, enqueue_on_leaving, has_left, told_until

# A slip is mended within a minute; what is mended goes out once.
ASKER_HOLD = timedelta(minutes=1)
# On the day itself vendors hear their questions; afterwards they come in crowds: one mail about all of half an hour.
MAILED = ANSWERING - {Room.Phase.LIVE}
VENDOR_HOLD = timedelta(minutes=30)
REMIND_BEFORE = timedelta(days=2)
# The secretariat learns at once that answers wait, and again at most every half hour.
SECRETARIAT_GAP = timedelta(minutes=30)
ANSWERED, HANDED_IN, MENDED, QUESTIONS, REMINDER = "answered", "handed_in", "mended", "questions", "reminder"


def tell_askers(question: Question, answer: Answer, *, at: datetime) -> None:
    """Send the written answer to whoever asked, and once each to those whose question was merged into this one.

    An answer for the asker alone stays with the asker.
    """
    untell_askers(question)
    asked = [question, *(_merged(question) if not answer.is_individual else ())]
    for each in _one_each(asked):
        _tell_asker(each, question, answer, at)


def tell_merged_askers(target: Question, children: Iterable[Question], *, at: datetime) -> None:
    """Send those who asked what was just merged into a question the answer that is there already, once each.

    However often a question is merged and separated again, nobody gets the same answer twice.
    """
    answer = Answer.objects.filter(question=target, is_individual=False).first()
    if answer is None:
        return
    untold = (
        each for each in children if not has_left(about=each, topic=ANSWERED, to=each.author, since=answer.published_at)
    )
    for child in _one_each(untold, besides=target.author_id):
        _tell_asker(child, target, answer, at)


def untell_askers(question: Question) -> None:
    """Let the mails with an answer go nowhere, as far as they have not left: it is taken back, or another now."""
    for each in (question, *_merged(question)):
        drop_unsent(about=each, topic=ANSWERED, to=each.author)


def untell(question: Question) -> None:
    """Let all mails about an answer that is taken back go nowhere, as far as they have not left."""
    untell_askers(question)
    for person in _people(question):
        drop_unsent(about=question, topic=MENDED, to=person)


def _one_each(asked: Iterable[Question], *, besides: int | None = None) -> Iterable[Question]:
    """Of questions the first of each author, of one (pk) none."""
    told = {besides}
    for each in asked:
        if each.author_id not in told:
            told.add(each.author_id)
            yield each


def _merged(question: Question) -> Iterable[Question]:
    return question.merged.filter(state="merged").select_related("author").order_by("pk")


def _tell_asker(asked: Question, question: Question, answer: Answer, at: datetime) -> None:
    """Send the answer to a question to the author of one of those that asked it.

    A paper slip was handed in by nobody who has a mailbox here.
    """
    if not answer.body or asked.source == Question.Source.VENUE or not asked.author.is_active:
        return
    enqueue(
        "mail/live/answered",
        to=asked.author,
        context={"asked": asked, "question": question, "answer": answer, "room": question.room},
        at=at,
        dedupe_key=f"answered:{asked.pk}:{asked.version}:{question.pk}:{question.version}",
        about=asked,
        topic=ANSWERED,
        hold=ASKER_HOLD,
    )


def tell_vendor_of_return(question: Question, draft: AnswerDraft, *, at: datetime) -> None:
    """Tell a vendor's people that their answer came back, and why."""
    for person in _people(question):
        enqueue(
            "mail/live/returned",
            to=person,
            context={"question": question, "draft": draft, "room": question.room},
            at=at,
            dedupe_key=f"returned:{question.pk}:{draft.version}:{person.pk}",
            about=question,
            topic="returned",
        )


def tell_vendor_of_mending(question: Question, answer: Answer, *, is_reworded: bool, at: datetime) -> None:
    """Tell a vendor's people that the secretariat published their answer in other words, or for others, and which."""
    for person in _people(question):
        enqueue(
            "mail/live/mended",
            to=person,
            context={"question": question, "answer": answer, "room": question.room, "is_reworded": is_reworded},
            at=at,
            dedupe_key=f"mended:{question.pk}:{question.version}:{person.pk}",
            about=question,
            topic=MENDED,
            hold=ASKER_HOLD,
        )


def tell_secretariat_of_answers(room: Room, *, at: datetime) -> None:
    """Tell the organisers that answers wait for them."""
    for person in people_with_role(ORGANISER):
        enqueue_on_leaving(HANDED_IN, about=room, to=person, at=at, gap=SECRETARIAT_GAP)


def answers_to_tell(message: Message, at: datetime) -> dict[str, Any] | None:
    """What a mail about answers that wait says when it leaves; None where they were published or taken back."""
    room = Room.objects.select_related("round").filter(pk=message.about_id).first()
    if room is None or message.recipient is None:
        return None
    waiting = drafts_waiting(message.recipient, room)
    return {"questions": waiting, "room": room} if waiting else None


compose_on_leaving(HANDED_IN, "mail/live/handed_in", answers_to_tell)


def tell_vendor_of_questions(question: Question, *, at: datetime) -> None:
    """After the day, tell a vendor of the questions published since its last mail, all of half an hour in one."""
    if question.state == "public" and phase_at(question.room, at) in MAILED:
        for person in _people(question):
            enqueue_on_leaving(QUESTIONS, about=question.room, to=person, at=at, hold=VENDOR_HOLD)


def questions_to_tell(message: Message, at: datetime) -> dict[str, Any] | None:
    """What a mail about new questions says when it leaves; None where they were hidden or answered, or time is up."""
    room = Room.objects.select_related("round").filter(pk=message.about_id).first()
    vendor = vendor_of(message.recipient) if message.recipient is not None else None
    if room is None or vendor is None or phase_at(room, at) not in MAILED:
        return None
    new = list(to_do(questions_to(vendor, room)).filter(state_at__gte=told_until(message)))
    return _list(new, vendor, room) if new else None


compose_on_leaving(QUESTIONS, "mail/live/questions", questions_to_tell)


def remind_vendors(*, at: datetime) -> int:
    """Remind vendors of what is unanswered, two days before the deadline and once; returns how many mails were new."""
    ending = Room.objects.select_related("round").filter(
        round__answers_until__gt=at,
        round__answers_until__lte=at + REMIND_BEFORE,
        round__programme_published_at__isnull=False,
    )
    return sum(_remind(room, vendor, at) for room in ending for vendor in vendors_of(room))


def _remind(room: Room, vendor: Vendor, at: datetime) -> int:
    open_questions = list(to_do(questions_to(vendor, room)))
    if not open_questions:
        return 0
    sent = [
        enqueue(
            "mail/live/reminder",
            to=person,
            context=_list(open_questions, vendor, room),
            at=at,
            dedupe_key=f"reminder:{room.pk}:{room.round.answers_until}:{person.pk}",
            about=room,
            topic=REMINDER,
        )
        for person in people_of_vendor(vendor)
    ]
    return sum(message is not None for message in sent)


def _list(questions: list[Question], vendor: Vendor, room: Room) -> dict[str, Any]:
    until = room.round.answers_until
    return {
        "questions": questions,
        "vendor": vendor,
        "room": room,
        "until": format_deadline(until) if until is not None else "",
    }


def _people(question: Question) -> Iterable[User]:
    slot = question.slot
    return people_of_vendor(slot.proposal.vendor) if slot is not None and slot.proposal is not None else ()
