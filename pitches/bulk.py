"""What can be done to many proposals at once, as a table of words: key and label of each action."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

ASSIGN, ADMIT, CORRECT, EXEMPT = "assign", "admit", "correct", "exempt"


@dataclass(frozen=True, slots=True)
class Action:
    """One action on many proposals; asks says whether it needs more than the proposals themselves."""

    key: str
    label: Any
    asks: bool


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        action.key: action
        for action in (
            Action(ASSIGN, _("担当を割り当てる"), asks=True),
            Action(CORRECT, _("補正を依頼する"), asks=True),
            Action(EXEMPT, _("③を「対象外」と判定する"), asks=False),
            Action(ADMIT, _("要件適合と決定する"), asks=False),
        )
    }
)
