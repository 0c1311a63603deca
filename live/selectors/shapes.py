"""What a question looks like to everyone, to its asker and to the moderators, as JSON-able dicts."""

from typing import Any

from live.lifecycle import QUESTION_TABLE
from live.models import Answer, Question


def public_shape(question: Question) -> dict[str, Any]:
    """What everyone in the room sees of a public question; the asker only as far as the asker allowed."""
    answer = getattr(question, "answer", None)
    return {
        "id": question.public_id,
        "no": question.number,
        "kind": question.kind,
        "body": question.body,
        "by": shown_name(question),
        "slot": question.slot.public_id if question.slot else None,
        "vendor": question.slot.proposal.vendor.name if question.slot and question.slot.proposal else None,
        "source": question.source,
        "asked_at": question.asked_at.isoformat(),
        "version": question.version,
        "counts": [question.score, question.bodies],
        "answer": None if answer is None else answer_shape(answer, for_everyone=True),
    }


def shown_name(question: Question) -> str:
    """Who asked, as the asker chose to be shown: name and body, the body alone, or 匿名."""
    if question.naming == Question.Naming.ANONYMOUS:
        return "匿名"
    body = str(question.organisation) if question.organisation else "会場"
    if question.naming == Question.Naming.BODY_ONLY or question.source == Question.Source.VENUE:
        return body
    return f"{body} {question.author.get_full_name()}"


def answer_shape(answer: Answer, *, for_everyone: bool) -> dict[str, Any]:
    """An answer; of an individual one, everybody but the asker and the staff sees only that it was given."""
    is_kept_back = for_everyone and answer.is_individual
    return {
        "body": "" if is_kept_back else answer.body,
        "oral": answer.is_oral,
        "individual": answer.is_individual,
        "from_vendor": answer.is_from_vendor,
        "at": answer.published_at.isoformat(),
    }


def staff_shape(question: Question) -> dict[str, Any]:
    """What moderators see: the public shape, the state with its reason, and who really asked."""
    return own_shape(question) | {"author": f"{question.organisation or '会場'} {question.author}"}


def own_shape(question: Question) -> dict[str, Any]:
    """What askers see of their own question: its state and the reason, wherever it stands."""
    answer = getattr(question, "answer", None)
    return public_shape(question) | {
        "state": question.state,
        "state_label": QUESTION_TABLE.label(question.state),
        "reason": question.reason,
        "answer": None if answer is None else answer_shape(answer, for_everyone=False),
    }
