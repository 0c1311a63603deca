"""What a question looks like to everyone, to its asker and to the moderators, as JSON-able dicts."""

from typing import Any

from accounts.models import LocalGovernment
from core.playtime import clock
from live.lifecycle import QUESTION_TABLE
from live.models import Answer, Question


def public_shape(question: Question) -> dict[str, Any]:
    """What everyone in the room sees of a public question; the asker only as far as the asker allowed.

    "scene" is where in the recording it is asked about, as people write it, or None.
    """
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
        "scene": None if question.offset_ms is None else clock(question.offset_ms),
        "asked_at": question.asked_at.isoformat(),
        "version": question.version,
        "counts": [question.score, question.bodies],
        "answer": None if answer is None else answer_shape(answer, for_everyone=True),
    }


def shown_name(question: Question) -> str:
    """Who asked, as the asker chose to be shown; nobody who asked by a paper slip has an account here."""
    is_slip = question.source == Question.Source.VENUE
    return signature(question.naming, question.organisation, "" if is_slip else question.author.get_full_name())


def signature(naming: str, body: LocalGovernment | None, name: str) -> str:
    """How a question is signed: 匿名, the body alone, or body and name; without a body it is the venue's."""
    if naming == Question.Naming.ANONYMOUS:
        return "匿名"
    shown = str(body) if body else "会場"
    return f"{shown} {name}" if naming == Question.Naming.NAMED and name else shown


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
    """What moderators see: the public shape, the state with its reason, and who really asked.

    "into" tells what it was merged into: {"id", "no"} or None; "original" what was written before a moderator's hand.
    """
    target = question.merged_into
    return own_shape(question) | {
        "author": f"{question.organisation or '会場'} {question.author}",
        "into": {"id": target.public_id, "no": target.number} if target is not None else None,
    }


def own_shape(question: Question) -> dict[str, Any]:
    """What askers see of their own question: its state and the reason, wherever it stands.

    "into" names the question it was merged into, by its id only while that one is public; "original" is what the asker
    wrote where a moderator mended the wording, else "". "withdrawable" says nothing of
    the phase: after the end nothing is taken back.
    """
    answer, target = getattr(question, "answer", None), question.merged_into
    is_merged = question.state == "merged" and target is not None
    return public_shape(question) | {
        "original": question.original_body,
        "into": {"id": target.public_id if target.state == "public" else None, "no": target.number}
        if is_merged and target is not None
        else None,
        "state": question.state,
        "state_label": QUESTION_TABLE.label(question.state),
        "reason": question.reason,
        "withdrawable": answer is None and question.state != "withdrawn",
        "answer": None if answer is None else answer_shape(answer, for_everyone=False),
    }
