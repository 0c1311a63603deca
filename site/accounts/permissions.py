"""Who may do what with people, as sentences."""

from accounts.groups import ADMIN_ROLES, ORGANISER
from accounts.selectors import Person, body_of, has_role, vendor_of


def is_organiser(person: Person) -> bool:
    return has_role(person, ORGANISER)


def may_approve_members(person: Person) -> bool:
    return is_organiser(person)


def may_enter_admin(person: Person) -> bool:
    return has_role(person, *ADMIN_ROLES)


def acts_for_a_vendor(person: Person) -> bool:
    return vendor_of(person) is not None


def is_municipal_officer(person: Person) -> bool:
    return body_of(person) is not None
