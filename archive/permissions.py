"""Who may do what with recordings and slides, as sentences."""

from accounts.groups import ORGANISER
from accounts.selectors import Person, body_of, has_role
from archive.models import Recording
from files.models import StoredFile
from live.selectors import proposals_in_public_programmes
from pitches.selectors import slides_of_file


def is_organiser(person: Person) -> bool:
    return has_role(person, ORGANISER)


def may_edit(recording: Recording, person: Person) -> bool:
    return is_organiser(person)


def may_read_slides(person: Person, stored: StoredFile) -> bool:
    """Whether a file is slides of a publicly programmed proposal whose vendor lets this person have them.

    公開 is for everyone, 自治体限定 for approved municipal officers, 事務局のみ for nobody here.
    """
    proposal = slides_of_file(stored)
    if proposal is None or not proposals_in_public_programmes().filter(proposal=proposal.pk).exists():
        return False
    if proposal.disclosure == "public":
        return True
    return proposal.disclosure == "municipal" and body_of(person) is not None
