"""Finding published proposals by what their answers say: facets, their counts and a search, as pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.requirements import Badge
from core.text import fold

# The facet in which every chosen value must hold; in the others one of them is enough.
ALL_OF = "badge"
FACETS: Mapping[str, Any] = {
    "theme": _("テーマ"),
    "work": _("対象業務"),
    ALL_OF: _("要件の答え"),
    "stage": _("開発の段階"),
    "delivery": _("提供形態"),
    "call": _("募集"),
}
# What a badge is called where it stands for every proposal that bears it; the badge itself may carry a number.
BADGE_LABELS: Mapping[str, str] = {
    "bodies": "導入団体あり",
    "lgwan": "LGWAN対応",
    "kept_in_japan": "国内保管",
    "no_personal_information": "個人情報なし",
    "isms": "ISMS",
    "portable": "データ持ち出し可（CSV）",
    "small_body": "小規模団体向け",
    "law_confirmed": "法令確認済み",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One published proposal as the list shows it. values: facet → ((key, label), …); text is what a search reads."""

    public_id: str
    title: str
    tagline: str
    vendor: str
    theme: str
    stage: str
    badges: Sequence[Badge]
    released_at: datetime
    values: Mapping[str, Sequence[tuple[str, str]]]
    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many entries it would leave beside the other choices, and whether it is chosen."""

    key: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet with its options, most frequent first."""

    key: str
    label: str
    options: Sequence[Option]

    @property
    def has_choice(self) -> bool:
        return any(option.is_chosen for option in self.options)


def narrowed(entries: Iterable[Entry], chosen: Mapping[str, Sequence[str]], query: str = "") -> list[Entry]:
    """The entries for which every facet's choice holds and that contain every word of the query, in their order.

    Words are folded (width, case, kana) and matched anywhere: Japanese has no spaces to split on.
    """
    words = fold(query).split()
    return [
        entry
        for entry in entries
        if all(_holds(entry, facet, keys) for facet, keys in chosen.items())
        and all(word in entry.text for word in words)
    ]


def facets_of(entries: Sequence[Entry], chosen: Mapping[str, Sequence[str]], query: str = "") -> list[Facet]:
    """Every facet with more than one value, or a choice, counted beside the choices in the others."""
    found = []
    for facet, label in FACETS.items():
        others = {key: keys for key, keys in chosen.items() if key != facet or facet == ALL_OF}
        options = _options(facet, entries, narrowed(entries, others, query), chosen.get(facet, ()))
        if len(options) > 1 or any(option.is_chosen for option in options):
            found.append(Facet(facet, str(label), options))
    return found


def _holds(entry: Entry, facet: str, keys: Sequence[str]) -> bool:
    own = {key for key, _label in entry.values.get(facet, ())}
    wanted = set(keys)
    if not wanted:
        return True
    return wanted <= own if facet == ALL_OF else bool(wanted & own)


def _options(facet: str, entries: Iterable[Entry], left: Iterable[Entry], chosen: Sequence[str]) -> list[Option]:
    labels = {key: label for entry in entries for key, label in entry.values.get(facet, ())}
    counts = dict.fromkeys(labels, 0)
    for entry in left:
        for key, _label in entry.values.get(facet, ()):
            counts[key] += 1
    options = [Option(key, label, counts[key], key in chosen) for key, label in labels.items()]
    return sorted(options, key=lambda option: (-option.count, option.label))


def search_text(parts: Iterable[Any]) -> str:
    """What a search reads of an entry, folded."""
    return fold("\n".join(str(part) for part in parts if part))
