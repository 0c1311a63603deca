"""One link, several presses, on rows that really lock."""

import pytest
from django.db import connection

from accounts import services, tokens
from accounts.models import VendorInvitation, VendorMembership
from accounts.selectors import colleagues, vendor_of, waiting_invitations
from audit.selectors import broken_at
from notifications.models import Message
from tests.accounts.test_colleagues import ADDRESS, person_of, token_in
from tests.at_once import at_once
from tests.factories import NOW, make_vendor_user

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
MANY = 8


@pytest.fixture(autouse=True)
def really_locking():
    assert connection.vendor == "postgresql", "SQLite cannot prove any of this"


def _invited(vendor, address=ADDRESS):
    services.invite(vendor=vendor_of(vendor), email=address, actor=vendor, at=NOW)
    return tokens.sha256(token_in(Message.objects.latest("pk").body))


def _accept(token_sha256, user):
    return services.accept_invitation(token_sha256=token_sha256, user=user, at=NOW)


def test_many_presses_are_one_membership_and_one_mail_each(vendor):
    colleague, token = person_of(ADDRESS), _invited(vendor)
    joined = at_once(*[lambda: _accept(token, colleague) for _ in range(MANY)])
    assert len({membership.pk for membership in joined}) == 1
    assert Message.objects.filter(subject__contains="加わりました").count() == 2
    assert broken_at() is None


def test_two_people_with_one_link_are_one_colleague(vendor):
    """The second has the address without having shown that it is theirs."""
    right, wrong, token = person_of(ADDRESS), person_of("b@colleague.example"), _invited(vendor)
    results = at_once(*[lambda person=person: _accept(token, person) for person in (right, wrong) * 4])
    assert sum(isinstance(result, services.Refused) for result in results) == 4
    assert {membership.user for membership in colleagues(vendor_of(vendor))} == {vendor, right}


def test_one_person_invited_by_two_vendors_joins_one(vendor, rival_vendor):
    colleague = person_of(ADDRESS)
    links = [_invited(vendor), _invited(rival_vendor)]
    results = at_once(*[lambda link=link: _accept(link, colleague) for link in links])
    assert sum(isinstance(result, services.Refused) for result in results) == 1
    assert VendorMembership.objects.filter(user=colleague).count() == 1


def test_a_revoked_link_or_a_colleague_never_both_ways(vendor):
    colleague, token = person_of(ADDRESS), _invited(vendor)
    invitation = VendorInvitation.objects.get()
    joined, revoked = at_once(
        lambda: _accept(token, colleague),
        lambda: services.revoke_invitation(invitation=invitation, actor=vendor, at=NOW),
    )
    invitation.refresh_from_db()
    assert isinstance(joined, services.Refused) is bool(invitation.revoked_at)
    assert isinstance(revoked, services.Refused) is bool(invitation.accepted_at)


def test_of_two_who_leave_at_once_one_stays(vendor):
    other = make_vendor_user(vendor_of(vendor))
    results = at_once(
        *[
            lambda person=person: services.remove_colleague(membership=person.vendor_membership, actor=person, at=NOW)
            for person in (vendor, other)
        ]
    )
    assert sum(isinstance(result, services.Refused) for result in results) == 1
    assert VendorMembership.objects.filter(user__in=[vendor, other]).count() == 1


def test_the_cap_holds_under_parallel_invitations(vendor):
    own = vendor_of(vendor)
    results = at_once(*[lambda: services.invite(vendor=own, email=ADDRESS, actor=vendor, at=NOW) for _ in range(MANY)])
    assert sum(isinstance(result, services.Refused) for result in results) == MANY - 3
    assert waiting_invitations(own).count() == 1
