"""Lives as tables: which steps lead from which states to which, who takes them and what refuses them."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class State:
    """One state: its key in the database and its labels."""

    key: str
    label_ja: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Transition:
    """One step. `who` names a predicate, `refusals` name rules; each room resolves the names to its own functions."""

    step: str
    sources: tuple[str, ...]
    target: str
    label_ja: str
    who: str
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The life of one kind of thing. The first state is the initial one.

    Raises ValueError when it has no states, a name occurs twice, or a transition has no source or an unknown state.
    """

    name: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        keys = [state.key for state in self.states]
        if not keys:
            raise ValueError(f"{self.name}: no states")
        _no_doubles(self.name, "state", keys)
        _no_doubles(self.name, "step", [transition.step for transition in self.transitions])
        for transition in self.transitions:
            if not transition.sources:
                raise ValueError(f"{self.name}.{transition.step}: no source")
            for key in (*transition.sources, transition.target):
                if key not in keys:
                    raise ValueError(f"{self.name}.{transition.step}: unknown state {key!r}")

    @property
    def initial(self) -> str:
        return self.states[0].key

    def state(self, key: str) -> State:
        """The state with this key; KeyError if there is none."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    def label(self, key: str) -> str:
        """The Japanese label of a state."""
        return self.state(key).label_ja

    def transition(self, step: str) -> Transition:
        """The transition of a step; KeyError if the table has none."""
        for transition in self.transitions:
            if transition.step == step:
                return transition
        raise KeyError(step)

    def steps_from(self, key: str) -> tuple[Transition, ...]:
        """The transitions that start in a state, in the order of the table; KeyError if there is no such state."""
        source = self.state(key).key
        return tuple(transition for transition in self.transitions if source in transition.sources)

    def render(self) -> str:
        """The table as Markdown."""
        lines = [
            "| step | 手続き | from | to | who | refused when |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(transition) for transition in self.transitions]
        return "\n".join(lines) + "\n"


def _row(transition: Transition) -> str:
    refusals = "; ".join(name.replace("_", " ") for name in transition.refusals) or "–"
    sources = ", ".join(transition.sources)
    cells = (f"`{transition.step}`", transition.label_ja, sources, transition.target, transition.who, refusals)
    return f"| {' | '.join(cells)} |"


def _no_doubles(table: str, what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ValueError(f"{table}: {what} {name!r} occurs twice")
        seen.add(name)
