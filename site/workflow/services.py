"""move(): the one door for every change of state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext

from audit.services import chained, record
from core.lifecycle import Transition
from notifications.services import enqueue
from workflow.errors import Refused
from workflow.registry import Attempt, Rules, rules_of
from workflow.signals import moved

M = TypeVar("M", bound=models.Model)


def move(
    subject: M, step: str, *, actor: models.Model | None, at: datetime, facts: Mapping[str, Any] | None = None
) -> M:
    """Take one step in a subject's life, in one transaction.

    Locks the row, checks that the step starts from its present state, that the actor may take it and that no rule
    refuses it; then writes `state` and `state_at`, records the audit entry, queues the mails and sends the signal. All
    of it happens or none does. The row is read again under the lock and returned; the passed instance is refreshed too.

    at is the request's arrival time. facts (JSON-able) go to the rules, the audit entry and the mails.

    Raises workflow.errors.Refused with a Japanese message.
    """
    rules = rules_of(type(subject))
    transition = rules.table.transition(step)
    with chained():
        current = type(subject)._base_manager.select_for_update().get(pk=subject.pk)
        attempt = Attempt(current, step, actor, at, facts or {})
        _check(attempt, transition, rules)
        source = current.state  # type: ignore[attr-defined]
        type(subject)._base_manager.filter(pk=current.pk).update(state=transition.target, state_at=at)
        for copy in (current, subject):
            copy.state, copy.state_at = transition.target, at  # type: ignore[attr-defined]
        entry = record(step, subject=current, actor=actor, at=at, source=source, target=transition.target, facts=facts)
        _notify(attempt, rules, seq=entry.seq)
        moved.send(
            sender=type(subject),
            subject=current,
            step=step,
            source=source,
            target=transition.target,
            actor=actor,
            at=at,
            facts=attempt.facts,
        )
    return current


def why_not(
    subject: models.Model, step: str, *, actor: Any, at: datetime, facts: Mapping[str, Any] | None = None
) -> str | None:
    """The Japanese reason why a step would be refused now, or None; for hiding a button, never for safety."""
    rules = rules_of(type(subject))
    try:
        _check(Attempt(subject, step, actor, at, facts or {}), rules.table.transition(step), rules)
    except Refused as refusal:
        return refusal.message
    return None


def _check(attempt: Attempt, transition: Transition, rules: Rules) -> None:
    if attempt.subject.state not in transition.sources:
        raise Refused(
            "現在の状態（%(state)s）では「%(step)s」はできません。",
            code=Refused.WRONG_STATE,
            state=gettext(rules.table.label(attempt.subject.state)),
            step=gettext(transition.label_ja),
        )
    if not rules.who[transition.who](attempt.subject, attempt.actor):
        raise Refused(
            "「%(step)s」を行う権限がありません。", code=Refused.NOT_ALLOWED, step=gettext(transition.label_ja)
        )
    for name in transition.refusals:
        if reason := rules.refusals[name](attempt):
            raise Refused(reason)


def _notify(attempt: Attempt, rules: Rules, *, seq: int) -> None:
    for notice in rules.notices:
        if notice.step != attempt.step:
            continue
        context = {"subject": attempt.subject, "facts": attempt.facts, "at": attempt.at}
        if notice.context is not None:
            context |= notice.context(attempt)
        for person in notice.to(attempt):
            enqueue(
                notice.template,
                to=person,
                context=context,
                about=attempt.subject,
                topic=notice.topic,
                dedupe_key=f"{seq}:{notice.template}:{person.pk}",
                at=attempt.at,
            )
