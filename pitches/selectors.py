"""Questions to this room: calls, proposals and their screening, and who sees what of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.selectors import Person, vendor_of
from core.requirements import REQUIREMENT_KEYS, edition, needs_look, requirement_applies
from files.models import StoredFile
from pitches.differences import Change, changes
from pitches.lifecycle import PROPOSAL_TABLE
from pitches.models import Attachment, Call, Judgement, Proposal, ProposalVersion
from pitches.pages import PAGES, ApplicationPage, missing_on
from pitches.permissions import manages_calls, screens
from pitches.rules import answers_of, latest_judgements, open_correction

__all__ = ["Call", "Proposal", "open_correction"]

OUTCOMES = {"selected": "選定", "reserve": "補欠", "not_selected": "不選定"}
UNTOLD = frozenset({"selected", "reserve", "not_selected", "presented"})

# --- Calls ------------------------------------------------------------------------------------------------------


def calls_visible_to(person: Person) -> QuerySet[Call]:
    """Published calls; organisers see those in preparation as well."""
    calls = Call.objects.order_by("-opens_at")
    return calls if manages_calls(person) else calls.filter(published_at__isnull=False)


def public_calls(at: datetime) -> QuerySet[Call]:
    """Calls everyone may read at this moment, newest first."""
    return Call.objects.filter(published_at__lte=at).order_by("-opens_at")


def open_calls(at: datetime) -> list[Call]:
    """Public calls whose window is open, the one that closes first on top."""
    return list(public_calls(at).filter(opens_at__lte=at, closes_at__gt=at).order_by("closes_at"))


# --- Proposals --------------------------------------------------------------------------------------------------


def visible_to(person: Person) -> QuerySet[Proposal]:
    """The proposals a person may open: a vendor its own; screeners and organisers all that were submitted."""
    proposals = Proposal.objects.select_related("call", "vendor")
    if screens(person):
        return proposals.exclude(receipt_number=None)
    vendor = vendor_of(person)
    return proposals.filter(vendor=vendor) if vendor is not None else proposals.none()


def proposals_of_vendor(person: Person) -> QuerySet[Proposal]:
    """The proposals of the vendor the person acts for, newest first; drafts included."""
    vendor = vendor_of(person)
    own = Proposal.objects.select_related("call", "vendor").order_by("-created_at")
    return own.filter(vendor=vendor) if vendor is not None else own.none()


def proposals_for_programme(call: Call) -> QuerySet[Proposal]:
    """The proposals an organiser may place into a programme: those that passed screening and were not turned down."""
    placeable = ("eligible", "selected", "presented")
    return (
        Proposal.objects.filter(call=call, state__in=placeable).select_related("vendor").order_by("submitted_at", "pk")
    )


def proposals_for_panel(call: Call) -> QuerySet[Proposal]:
    """The proposals the panel scores: all that passed screening, in whatever decision they are by now."""
    states = ("eligible", "selected", "reserve", "not_selected", "presented")
    return Proposal.objects.filter(call=call, state__in=states).select_related("vendor").order_by("submitted_at", "pk")


def shown_state(proposal: Proposal) -> tuple[str, str]:
    """(key, Japanese label) of what the vendor may know of its proposal's state.

    A decision that no publication has released looks like what it was before: eligible.
    """
    if proposal.state in UNTOLD and not proposal.released_outcome:
        return "eligible", PROPOSAL_TABLE.label("eligible")
    if proposal.state in UNTOLD and proposal.state != "presented":
        return proposal.released_outcome, OUTCOMES[proposal.released_outcome]
    return proposal.state, PROPOSAL_TABLE.label(proposal.state)


@dataclass(frozen=True, slots=True)
class Progress:
    """One page of an application: the page, how many required things are missing, whether it is open for editing."""

    page: ApplicationPage
    missing: int
    is_open: bool
    is_exempt: bool


def progress(proposal: Proposal) -> list[Progress]:
    """Every page with what is missing; while correcting, only pages with a named field are open."""
    answers = answers_of(proposal)
    named = _named(proposal)
    found = []
    for page in PAGES:
        is_exempt = page.group in REQUIREMENT_KEYS and not requirement_applies(page.group, answers)
        is_named = named is None or any(name in named for name in _names_on(page, proposal))
        is_open = proposal.state in {"draft", "correcting"} and is_named
        found.append(Progress(page, 0 if is_exempt else missing_on(page, proposal, answers), is_open, is_exempt))
    return found


def _named(proposal: Proposal) -> frozenset[str] | None:
    request = open_correction(proposal) if proposal.state == "correcting" else None
    return frozenset(request.fields) if request is not None else None


def _names_on(page: ApplicationPage, proposal: Proposal) -> tuple[str, ...]:
    if page.key == "files":
        return (*page.fields, "files")
    if page.key == "confirm":
        return ()
    return page.fields or tuple(question.id for question in edition(proposal.edition).of(page.group))


def editable_names(proposal: Proposal) -> frozenset[str] | None:
    """The fields and questions open for editing now: None means all, an empty set none."""
    if proposal.state == "draft":
        return None
    return _named(proposal) or frozenset()


def attachments(proposal: Proposal) -> QuerySet[Attachment]:
    """The files on a proposal now."""
    return proposal.attachments.filter(removed_at=None).select_related("stored")


def label_of(proposal: Proposal, name: str) -> str:
    """What people call a field, a question or the files of a proposal."""
    if name == "files":
        return "添付資料"
    if name in {field.name for field in Proposal._meta.get_fields() if hasattr(field, "verbose_name")}:
        return str(Proposal._meta.get_field(name).verbose_name)
    question = edition(proposal.edition).question(name)
    return f"{question.id} {question.text_ja}"


# --- Screening --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One proposal on the screening board: its newest judgement per requirement (None: not judged yet), exemptions."""

    proposal: Proposal
    judgements: Mapping[str, Judgement | None]
    exempt: frozenset[str]
    looks: int
    has_open_correction: bool


def screening_board(person: Person, *, call: Call | None = None) -> list[BoardRow]:
    """Every submitted proposal with its four requirements, oldest receipt first; five queries at any size."""
    newest_first = ProposalVersion.objects.order_by("-number")
    proposals = (
        visible_to(person)
        .exclude(receipt_number=None)
        .prefetch_related(
            "answers",
            "correction_requests",
            Prefetch("versions", newest_first),
            Prefetch("judgements", Judgement.objects.order_by("at")),
        )
        .order_by("submitted_at", "pk")
    )
    if not screens(person):
        return []
    if call is not None:
        proposals = proposals.filter(call=call)
    return [_board_row(proposal) for proposal in proposals]


def _board_row(proposal: Proposal) -> BoardRow:
    versions = list(proposal.versions.all())
    newest = versions[0].pk if versions else None
    judged = {j.requirement: j for j in proposal.judgements.all() if j.version_id == newest}
    answers = {answer.question_id: answer.value for answer in proposal.answers.all()}
    questions = edition(proposal.edition).applicable(answers, "A")
    return BoardRow(
        proposal,
        {key: judged.get(key) for key in REQUIREMENT_KEYS},
        frozenset(key for key in REQUIREMENT_KEYS if not requirement_applies(key, answers)),
        sum(1 for question in questions if needs_look(question, answers.get(question.id))),
        any(request.answered_at is None for request in proposal.correction_requests.all()),
    )


def judgements_now(proposal: Proposal) -> dict[str, Judgement]:
    """requirement key → the judgement that counts now."""
    return latest_judgements(proposal)


def difference(proposal: Proposal) -> list[Change]:
    """What the newest submitted version changed against the one before it; nothing for a first submission."""
    newest = list(proposal.versions.order_by("-number")[:2])
    return changes(newest[1].content, newest[0].content) if len(newest) == 2 else []


def newest_version(proposal: Proposal) -> ProposalVersion | None:
    """What was submitted last."""
    return proposal.versions.order_by("-number").first()


def stored_answers(proposal: Proposal) -> dict[str, Any]:
    """question id → the stored answer row, with its value, evidence and visibility."""
    return {answer.question_id: answer for answer in proposal.answers.all()}


def proposal_of_file(stored: StoredFile) -> Proposal | None:
    """The submitted proposal a file is attached to now, for rooms that grant its reading."""
    attachment = Attachment.objects.select_related("proposal").filter(stored=stored, removed_at=None).first()
    return attachment.proposal if attachment is not None and attachment.proposal.state != "draft" else None


def slides_of_file(stored: StoredFile) -> Proposal | None:
    """The proposal a file is the present slides of, for rooms that grant their reading."""
    found = Attachment.objects.select_related("proposal").filter(
        stored=stored, removed_at=None, kind=Attachment.Kind.SLIDES
    )
    attachment = found.first()
    return (
        attachment.proposal
        if attachment is not None and attachment.proposal.state not in {"draft", "withdrawn"}
        else None
    )


def slides_of(proposals: Iterable[int]) -> dict[int, list[Attachment]]:
    """proposal pk → its slides now."""
    found: dict[int, list[Attachment]] = {}
    slides = Attachment.objects.filter(proposal__in=proposals, removed_at=None, kind=Attachment.Kind.SLIDES)
    for attachment in slides.select_related("stored", "proposal").order_by("added_at"):
        found.setdefault(attachment.proposal_id, []).append(attachment)
    return found
