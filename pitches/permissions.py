"""Who may do what with a proposal, as sentences."""

from accounts.groups import MODERATOR, ORGANISER, SCREENER
from accounts.selectors import Person, has_role, vendor_of
from files.models import StoredFile
from pitches.models import Attachment, Proposal


def is_its_vendor(proposal: Proposal, person: Person) -> bool:
    vendor = vendor_of(person)
    return vendor is not None and proposal.vendor_id == vendor.pk


def may_screen(proposal: Proposal, person: Person) -> bool:
    """Nobody screens what their own vendor has handed in, whatever role they hold."""
    return screens(person) and not is_its_vendor(proposal, person)


def screens(person: Person) -> bool:
    return has_role(person, SCREENER, ORGANISER)


def decides(proposal: Proposal, person: Person) -> bool:
    return has_role(person, ORGANISER) and not is_its_vendor(proposal, person)


def manages_calls(person: Person) -> bool:
    return has_role(person, ORGANISER)


def may_run_the_day(proposal: Proposal, person: Person) -> bool:
    return has_role(person, MODERATOR, ORGANISER)


def may_read_attachment(person: Person, stored: StoredFile) -> bool:
    """Whether a file is an attachment the person may have: its vendor's own, or any submitted one for screeners.

    A removed attachment is kept for the record and served to screeners alone; what was put on and not handed in yet is
    for its vendor alone.
    """
    attachment = Attachment.objects.select_related("proposal").filter(stored=stored).first()
    if attachment is None:
        return False
    if is_its_vendor(attachment.proposal, person):
        return attachment.removed_at is None
    return screens(person) and was_handed_in(attachment.proposal, stored)


def was_handed_in(proposal: Proposal, stored: StoredFile) -> bool:
    """Whether a file is part of anything its vendor has handed in; until then it is the vendor's own."""
    contents = proposal.versions.values_list("content", flat=True)
    return any(file["id"] == stored.public_id for content in contents for file in content["files"])
