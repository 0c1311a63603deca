"""Who may see and do what on a panel, as sentences."""

from accounts.groups import ORGANISER, REVIEWER
from accounts.selectors import Person, has_role
from evaluation.models import Assessment, Conflict
from files.models import StoredFile
from pitches.permissions import is_its_vendor
from pitches.selectors import PASSED, proposal_of_file


def is_organiser(person: Person) -> bool:
    return has_role(person, ORGANISER)


def is_its_reviewer(assessment: Assessment, person: Person) -> bool:
    """The assigned reviewer, as long as no conflict of interest is declared, nor plain: acting for its vendor."""
    return (
        assessment.reviewer_id == person.pk
        and has_role(person, REVIEWER)
        and not is_its_vendor(assessment.proposal, person)
        and not Conflict.objects.filter(reviewer=assessment.reviewer_id, proposal=assessment.proposal_id).exists()
    )


def may_reopen(assessment: Assessment, person: Person) -> bool:
    return is_organiser(person)


def may_read_attachment(person: Person, stored: StoredFile) -> bool:
    """Whether the person reviews the proposal the file hangs on."""
    proposal = proposal_of_file(stored)
    if proposal is None or not has_role(person, REVIEWER):
        return False
    assessment = Assessment.objects.filter(proposal=proposal, reviewer=person.pk).first()
    return assessment is not None and proposal.state in PASSED and is_its_reviewer(assessment, person)
