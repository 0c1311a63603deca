"""What the services of a vendor refuse before they write: strangers, closed proposals, fields nobody asked for."""

from collections.abc import Iterable

from django.utils.translation import gettext

from accounts.models import User
from pitches.models import Proposal
from pitches.permissions import is_its_vendor
from pitches.rules import details_are_open, open_names
from pitches.selectors import shown_state
from workflow.errors import Refused

EDITABLE = frozenset({"draft", "correcting"})


def check_state(proposal: Proposal, state: str) -> None:
    """Refuse in the words the vendor may know: the state itself may be a decision nobody has released."""
    if proposal.state != state:
        raise Refused(
            "現在の状態（%(state)s）では、この操作はできません。",
            code=Refused.WRONG_STATE,
            state=gettext(shown_state(proposal)[1]),
        )


def check_editable(proposal: Proposal, user: User) -> None:
    if not is_its_vendor(proposal, user):
        raise Refused("この提案を編集する権限がありません。", code=Refused.NOT_ALLOWED)
    if proposal.state not in EDITABLE and not details_are_open(proposal):
        raise Refused("提出済みの提案は変更できません。", code=Refused.WRONG_STATE)


def check_named(proposal: Proposal, names: Iterable[str]) -> None:
    """While correcting, only what the request named is open; after a selection, only what is asked then."""
    opened = open_names(proposal)
    others = sorted(set(names) - opened) if opened is not None else []
    if others and proposal.state != "correcting":
        raise Refused("選定後に変更できるのは、選定後の質問だけです: %(names)s", names="、".join(others))
    if others:
        raise Refused("補正を求められていない項目は変更できません: %(names)s", names="、".join(others))
