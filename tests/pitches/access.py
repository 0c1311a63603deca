"""Who may open or do what with a proposal and all that hangs on it, in each state: the policy as a table, by hand.

A row names a thing's address and, state by state, whom it lets in and the status they get. Whoever is not named gets
what they would get for a thing that does not exist.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.urls import reverse

STATES = ("draft", "submitted", "correcting", "eligible", "embargoed", "published", "withdrawn")
ROLES = (
    "anonymous", "outsider", "vendor", "colleague", "former_colleague", "rival_vendor", "officer", "reviewer",
    "screener", "organiser", "moderator", "editor",
)  # fmt: skip
ALWAYS = " ".join(STATES)
ONCE_SUBMITTED = "submitted correcting eligible embargoed published withdrawn"
OWN = "vendor colleague"
SCREENING = "screener organiser"
EVERYONE = " ".join(ROLES)
NOTHING = "A" * 16

Things = SimpleNamespace
LetIn = Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: its address (taking the proposal's id and its own), how it is asked, and state → (roles, status)."""

    address: str
    let_in: LetIn
    own: Callable[[Things], tuple[Any, ...]] = lambda things: ()
    method: str = "get"
    posted: Mapping[str, Any] = field(default_factory=dict)
    of_proposal: bool = True
    is_printed: bool = False

    def url(self, things: Things) -> str:
        proposal = (things.proposal,) if self.of_proposal else ()
        return reverse(self.address, args=[*proposal, *self.own(things)])

    def expected(self, state: str, role: str) -> int | None:
        """The status this role gets in this state; None for what one who is not let in gets."""
        roles, status = self.let_in.get(state, ("", 0))
        return status if role in roles.split() else None


def to(roles: str, states: str = ALWAYS, status: int = 200, **other: tuple[str, int]) -> LetIn:
    """These roles, in these states, with this status; other: state=(roles, status) where a state differs."""
    return dict.fromkeys(states.split(), (roles, status)) | other


# What an address answers where its page is closed: it leads back to the proposal, or says why not.
TABLE: dict[str, Row] = {
    "proposal": Row("pitches:proposal", to(OWN)),
    "page": Row("pitches:edit", to(OWN, status=302, draft=(OWN, 200), correcting=(OWN, 200)), lambda t: ("proposal",)),
    # What is sent to a page that has closed is kept, and said to be (409).
    "save": Row(
        "pitches:edit",
        to(OWN, status=409, draft=(OWN, 422), correcting=(OWN, 422)),
        lambda t: ("proposal",),
        "post",
        {"title": "別の題"},
    ),
    "history": Row("pitches:history", to(OWN)),
    "restore": Row(
        "pitches:restore",
        to(OWN, status=422, draft=(OWN, 409), correcting=(OWN, 409), published=(OWN, 409)),
        lambda t: (t.change,),
        "post",
    ),
    "draft as text": Row("pitches:text", to(OWN)),
    "kept text": Row("pitches:kept_text", to(OWN), lambda t: (t.kept,)),
    "upload": Row("pitches:attachments", to(OWN, status=302, draft=(OWN, 422), correcting=(OWN, 422)), method="post"),
    "take a file off": Row("pitches:remove_attachment", to(OWN, status=302), lambda t: (t.slides,), "post"),
    "submit": Row("pitches:submit", to(OWN, status=422), method="post"),
    "resubmit": Row(
        "pitches:resubmit",
        to(OWN, status=422, submitted=(OWN, 302), correcting=(OWN, 302)),
        method="post",
    ),
    "hand in": Row("pitches:hand_in", to(OWN, status=422), method="post"),
    "withdraw": Row("pitches:withdraw", to(OWN, status=302), method="post"),
    "receipt": Row("pitches:receipt", to(OWN, ONCE_SUBMITTED), is_printed=True),
    "own sheet": Row("pitches:own_requirement_sheet", to(OWN, ONCE_SUBMITTED), is_printed=True),
    "result notice": Row("pitches:result_notice", to(OWN, "published"), is_printed=True),
    # --- files
    "slides": Row(
        "files:download",
        to(f"{OWN} {SCREENING}", ONCE_SUBMITTED, draft=(OWN, 200), published=(f"{OWN} {SCREENING} officer", 200)),
        lambda t: (t.slides,),
        of_proposal=False,
    ),
    "evidence for the secretariat": Row(
        "files:download",
        to(f"{OWN} {SCREENING}", ONCE_SUBMITTED, draft=(OWN, 200)),
        lambda t: (t.evidence,),
        of_proposal=False,
    ),
    # It was never handed in, and its own vendor has put it away: its bytes are nobody's.
    "a file taken off": Row("files:download", to(""), lambda t: (t.taken_off,), of_proposal=False),
    # --- for everyone once a publication has said so
    "published page": Row("pitches:published", to(EVERYONE, "published")),
    "briefing": Row("pitches:briefing", to(EVERYONE, "published"), is_printed=True),
    "published sheet": Row("pitches:requirement_sheet", to(EVERYONE, "published"), is_printed=True),
    # --- screening
    "desk": Row("pitches_screening_proposal", to(SCREENING, ONCE_SUBMITTED)),
    "judge": Row("pitches_judge", to(SCREENING, ONCE_SUBMITTED, 422), method="post", posted={"R1-requirement": "R1"}),
    "second opinion": Row(
        "pitches_second_opinion",
        to(SCREENING, ONCE_SUBMITTED, 422),
        method="post",
        posted={"opinion-judgement": "judgement"},
    ),
    "assign": Row("pitches_assign", to(SCREENING, ONCE_SUBMITTED, 422), method="post"),
    "ask for a correction": Row("pitches_correct", to(SCREENING, ONCE_SUBMITTED, 422), method="post"),
    "admit": Row("pitches_admit", to(SCREENING, ONCE_SUBMITTED, 302), method="post"),
    "reject": Row("pitches_reject", to(SCREENING, ONCE_SUBMITTED, 422), method="post"),
    "confirm a rejection": Row("pitches_confirm_rejection", to(SCREENING, ONCE_SUBMITTED, 302), method="post"),
    # --- what is the vendor's or the call's
    "extension": Row(
        "pitches_revoke_extension",
        to("organiser", status=302),
        lambda t: (t.call, t.extension),
        "post",
        of_proposal=False,
    ),
    "invitation": Row(
        "accounts:revoke_invitation", to(OWN, status=302), lambda t: (t.invitation,), "post", of_proposal=False
    ),
    "invitation again": Row(
        "accounts:resend_invitation", to(OWN, status=302), lambda t: (t.invitation,), "post", of_proposal=False
    ),
    "membership": Row(
        "accounts:remove_colleague", to(OWN, status=302), lambda t: (t.membership,), "post", of_proposal=False
    ),
}
