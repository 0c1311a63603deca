"""Which table, people, refusals and notices rule the life of each model."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from core.lifecycle import Table


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one step, as the refusals see it. facts is what the caller adds: reasons, named fields, files."""

    subject: Any
    step: str
    actor: Any
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """Who is told of a step, and with which mail.

    template is a path below templates/ without extension, e.g. "mail/pitches/submitted". to returns users. A newer
    notice about the same subject and topic replaces one that has not left yet.
    """

    step: str
    template: str
    to: Callable[[Attempt], Iterable[Any]]
    topic: str = ""
    context: Callable[[Attempt], Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything move() needs to know about one model."""

    table: Table
    who: Mapping[str, Callable[[Any, Any], bool]]
    refusals: Mapping[str, Callable[[Attempt], str | None]] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()

    def __post_init__(self) -> None:
        for transition in self.table.transitions:
            if transition.who not in self.who:
                raise ValueError(f"{self.table.name}.{transition.step}: nobody is called {transition.who!r}")
            unknown = set(transition.refusals) - set(self.refusals)
            if unknown:
                raise ValueError(f"{self.table.name}.{transition.step}: no such refusals {sorted(unknown)}")


_rules: dict[type[models.Model], Rules] = {}


def register(model: type[models.Model], rules: Rules) -> None:
    """Put a model under rules; called once, by its room's AppConfig.ready()."""
    _rules[model] = rules


def rules_of(model: type[models.Model]) -> Rules:
    """The rules a model lives by; KeyError if none were registered."""
    return _rules[model]


def registered() -> Mapping[type[models.Model], Rules]:
    """Every model under rules, for tests and documentation."""
    return dict(_rules)
