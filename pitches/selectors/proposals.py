"""Questions about proposals: whose they are, what their vendor may know of them, what is missing."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.selectors import Person, vendor_of
from core.requirements import REQUIREMENT_KEYS, edition, missing, requirement_applies
from pitches.lifecycle import PASSED, PROPOSAL_TABLE
from pitches.models import Call, Proposal, SelfCheckAnswer
from pitches.pages import DETAIL_PAGES, FIELDS, PAGES, ApplicationPage, field_label, missing_on
from pitches.permissions import screens
from pitches.rules import answers_of, details_are_asked, details_are_open, open_names

OUTCOMES = {"selected": "選定", "reserve": "補欠", "not_selected": "不選定"}
UNTOLD = frozenset({"selected", "reserve", "not_selected", "presented"})


def visible_to(person: Person) -> QuerySet[Proposal]:
    """The proposals a person may open: a vendor its own; screeners and organisers all others that were submitted.

    Whoever screens and acts for a vendor as well does not screen that vendor's, nor reads what is said of them inside.
    """
    proposals = Proposal.objects.select_related("call", "vendor")
    if screens(person):
        return proposals.exclude(receipt_number=None).exclude(vendor__memberships__user=person.pk)
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
    return Proposal.objects.filter(call=call, state__in=PASSED).select_related("vendor").order_by("submitted_at", "pk")


def shown_state(proposal: Proposal) -> tuple[str, str]:
    """(key, Japanese label) of what the vendor may know of its proposal's state.

    A decision that no publication has released looks like what it was before: eligible.
    """
    if proposal.state in UNTOLD and not proposal.released_outcome:
        return "eligible", PROPOSAL_TABLE.label("eligible")
    if proposal.state in UNTOLD and proposal.state != "presented":
        return proposal.released_outcome, OUTCOMES[proposal.released_outcome]
    return proposal.state, PROPOSAL_TABLE.label(proposal.state)


def all_pages() -> tuple[ApplicationPage, ...]:
    """Every page of an application, in order."""
    return (*PAGES, *DETAIL_PAGES)


def pages_of(proposal: Proposal) -> tuple[ApplicationPage, ...]:
    """The pages of an application, and those of the details once the vendor knows that it is selected."""
    return all_pages() if details_are_asked(proposal) else PAGES


@dataclass(frozen=True, slots=True)
class Progress:
    """One page of an application: the page, how many required things are missing, whether it is open for editing.

    is_blank: of its questions none has to be answered yet, and none is.
    """

    page: ApplicationPage
    missing: int
    is_open: bool
    is_exempt: bool
    is_blank: bool


def progress(proposal: Proposal) -> list[Progress]:
    """Every page with what is missing; while correcting, only pages with a named field are open."""
    answers = answers_of(proposal)
    named = open_names(proposal)
    found = []
    for page in pages_of(proposal):
        is_exempt = page.group in REQUIREMENT_KEYS and not requirement_applies(page.group, answers)
        is_open = page.stage == "A" if named is None else any(name in named for name in _names_on(page, proposal))
        is_open = is_open or (page.key == "details-confirm" and details_are_open(proposal))
        missing = 0 if is_exempt else missing_on(page, proposal, answers)
        asked = _questions_on(page, proposal) if page.group and not (is_exempt or missing) else ()
        is_blank = bool(asked) and not any(answers.get(name) for name in asked)
        found.append(Progress(page, missing, is_open, is_exempt, is_blank))
    return found


def _names_on(page: ApplicationPage, proposal: Proposal) -> tuple[str, ...]:
    if page.key == "files":
        # Evidence for a question is uploaded there as well.
        return (*page.fields, "files", *_questions_on(page, proposal))
    if page.key == "confirm":
        return ()
    return page.fields or _questions_on(page, proposal)


def _questions_on(page: ApplicationPage, proposal: Proposal) -> tuple[str, ...]:
    questions = edition(proposal.edition).questions
    return tuple(q.id for q in questions if q.stage == page.stage and page.group in ("", q.requirement))


def editable_names(proposal: Proposal) -> frozenset[str] | None:
    """The fields and questions open for editing now: None means all, an empty set none."""
    return open_names(proposal)


def label_of(proposal: Proposal, name: str) -> str:
    """What people call a field, a question or the files of a proposal."""
    if name == "files":
        return "添付資料"
    if name in FIELDS:
        return field_label(name)
    question = edition(proposal.edition).question(name)
    return f"{question.id} {question.text_ja}"


def stored_answers(proposal: Proposal) -> dict[str, SelfCheckAnswer]:
    """question id → the stored answer row, with its value, evidence and visibility."""
    return {answer.question_id: answer for answer in proposal.answers.all()}


def why_closed(proposal: Proposal) -> str:
    """Why a page of a proposal is not open, in words its vendor may know: a pending decision does not show."""
    return f"現在の状態（{shown_state(proposal)[1]}）では、このページの内容を変更できません。"


@dataclass(frozen=True, slots=True)
class Missing:
    """What one page still lacks: the page, and (label, anchor) of each field and question that is empty on it."""

    page: ApplicationPage
    names: tuple[tuple[str, str], ...]


def missing_list(proposal: Proposal) -> list[Missing]:
    """Every page with something a submission needs and does not have yet, in the order of the application."""
    stage = "B" if details_are_asked(proposal) else "A"
    questions = missing(edition(proposal.edition), answers_of(proposal), stage)
    found = []
    for page in DETAIL_PAGES if stage == "B" else PAGES:
        names = [(label_of(proposal, f), f"field-{f}") for f in page.required if not getattr(proposal, f)]
        names += [(q.id, f"q-{q.id}") for q in questions if page.group and q.requirement == page.group]
        if names:
            found.append(Missing(page, tuple(names)))
    return found


def unfinished_proposals(call: Call) -> QuerySet[Proposal]:
    """Submitted proposals of a call on which screening has not ended."""
    return Proposal.objects.filter(call=call, state__in=("submitted", "correcting"))
