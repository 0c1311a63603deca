"""Colleagues of one vendor: invited to an address, joining by their own word, removed at once, never nobody left."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from accounts import services, tokens
from accounts.models import VendorInvitation, VendorMembership
from accounts.selectors import colleagues, vendor_of, waiting_invitations
from audit.models import Entry
from notifications.models import Message
from notifications.worker import work_once
from tests.factories import NOW, make_user, make_vendor, make_vendor_user

ADDRESS = "new@colleague.example"
CODE_LINE = "/invitation/#"


@pytest.fixture
def own(vendor):
    return vendor_of(vendor)


@pytest.fixture
def invite(vendor, own):
    """invite(address): → the token as it stands in the mail."""

    def invite(address=ADDRESS, *, at=NOW):
        services.invite(vendor=own, email=address, actor=vendor, at=at)
        return token_in(Message.objects.latest("pk").body)

    return invite


def token_in(body):
    return body.partition(CODE_LINE)[2].split()[0]


def person_of(address, *, verified=True):
    user = make_user("colleague")
    type(user).objects.filter(pk=user.pk).update(email=address)
    user.refresh_from_db()
    EmailAddress.objects.create(user=user, email=address, verified=verified, primary=True)
    return user


def accept(token, user, *, at=NOW):
    return services.accept_invitation(token_sha256=tokens.sha256(token), user=user, at=at)


@pytest.fixture
def colleague(db):
    return person_of(ADDRESS)


def test_whoever_is_invited_and_accepts_acts_for_the_vendor(invite, own, vendor, colleague):
    assert vendor_of(colleague) is None
    accept(invite(), colleague)
    assert vendor_of(type(colleague).objects.get(pk=colleague.pk)) == own == vendor_of(colleague)
    assert list(waiting_invitations(own)) == []
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["invite_colleague", "join_vendor"]
    told = Message.objects.filter(subject__contains="加わりました").values_list("address", flat=True)
    assert set(told) == {vendor.email, colleague.email}


def test_the_secret_is_in_one_mail_only_and_forgotten_when_it_has_left(invite):
    token = invite()
    assert len(token) == 32
    row = VendorInvitation.objects.get()
    assert token not in str(vars(row)) and row.token_sha256 == tokens.sha256(token)
    assert not any(token in entry.facts for entry in Entry.objects.all())
    assert work_once(at=NOW) == 1
    mail = Message.objects.get()
    assert (mail.state, mail.body) == ("sent", "")


def test_the_mail_names_the_vendor_without_letting_it_speak(vendor, own):
    own.name = "https://evil.example/ を開く会"
    own.save()
    services.invite(vendor=own, email=ADDRESS, actor=vendor, at=NOW)
    mail = Message.objects.get()
    assert (mail.address, mail.recipient) == (ADDRESS, None)
    assert "evil.example" not in mail.body + mail.subject and "evil．example" in mail.body
    assert mail.body.count("http") == 2 + 1, "two of ours, and the one that is no link any more"


def test_pressed_twice_it_is_one_membership(invite, colleague):
    token = invite()
    assert accept(token, colleague) == accept(token, colleague)
    assert VendorMembership.objects.filter(user=colleague).count() == 1


@pytest.mark.parametrize("address", ["New@Colleague.Example", ADDRESS])
def test_case_makes_no_other_address(invite, address):
    assert accept(invite(), person_of(address))


def test_only_the_invited_address_may_accept(invite, outsider):
    token = invite()
    for person in (outsider, person_of("other@colleague.example"), person_of(ADDRESS, verified=False)):
        with pytest.raises(services.Refused, match=ADDRESS):
            accept(token, person)
        assert vendor_of(person) is None


def test_a_link_ends_after_seven_days_and_one_second_before_it_works(invite, colleague):
    token = invite()
    with pytest.raises(services.Refused, match="有効期限"):
        accept(token, colleague, at=NOW + timedelta(days=7))
    assert accept(token, colleague, at=NOW + timedelta(days=7) - timedelta(seconds=1))


def test_a_used_a_revoked_and_a_replaced_link_open_nothing(invite, own, vendor, colleague):
    used = invite()
    accept(used, colleague)
    services.remove_colleague(membership=colleague.vendor_membership, actor=vendor, at=NOW)
    with pytest.raises(services.Refused, match="使用済み"):
        accept(used, type(colleague).objects.get(pk=colleague.pk))
    old = invite()
    services.resend_invitation(invitation=waiting_invitations(own).get(), actor=vendor, at=NOW)
    with pytest.raises(services.Refused, match="新しいメール"):
        accept(old, colleague)
    new = token_in(Message.objects.latest("pk").body)
    services.revoke_invitation(invitation=waiting_invitations(own).get(), actor=vendor, at=NOW)
    with pytest.raises(services.Refused, match="取り消された"):
        accept(new, colleague)
    with pytest.raises(services.Refused, match="招待コードが違います"):
        accept("x" * 32, colleague)


def test_who_acts_for_another_vendor_is_told_so(invite, colleague):
    other = make_vendor("別の会社")
    VendorMembership.objects.create(user=colleague, vendor=other)
    with pytest.raises(services.Refused, match="別の事業者の担当者") as refusal:
        accept(invite(), colleague)
    assert "別の会社" not in str(refusal.value)
    assert vendor_of(colleague) == other


def test_strangers_neither_invite_nor_remove_nor_revoke(invite, own, vendor, rival_vendor, outsider):
    invite()
    invitation = waiting_invitations(own).get()
    for person in (rival_vendor, outsider):
        for act in (
            lambda person=person: services.invite(vendor=own, email=ADDRESS, actor=person, at=NOW),
            lambda person=person: services.resend_invitation(invitation=invitation, actor=person, at=NOW),
            lambda person=person: services.revoke_invitation(invitation=invitation, actor=person, at=NOW),
            lambda person=person: services.remove_colleague(membership=vendor.vendor_membership, actor=person, at=NOW),
        ):
            with pytest.raises(services.NotAllowed):
                act()


def test_a_removed_person_loses_access_at_once_and_the_links_they_sent(own, vendor, make_proposal):
    from pitches.selectors import proposals_of_vendor

    make_proposal(state="draft")
    leaver = make_vendor_user(own)
    assert proposals_of_vendor(leaver).count() == 1
    services.invite(vendor=own, email="leaver@private.example", actor=leaver, at=NOW)
    services.remove_colleague(membership=leaver.vendor_membership, actor=vendor, at=NOW)
    assert proposals_of_vendor(type(leaver).objects.get(pk=leaver.pk)).count() == 0
    assert list(waiting_invitations(own)) == []
    told = Message.objects.filter(subject__contains="なくなりました").values_list("address", flat=True)
    assert set(told) == {leaver.email, vendor.email}
    assert Entry.objects.filter(verb="leave_vendor").count() == 1


def test_the_last_person_neither_leaves_nor_is_outlived_by_an_inactive_one(own, vendor):
    with pytest.raises(services.Refused, match="最後の担当者"):
        services.remove_colleague(membership=vendor.vendor_membership, actor=vendor, at=NOW)
    asleep = make_vendor_user(own, is_active=False)
    with pytest.raises(services.Refused, match="最後の担当者"):
        services.remove_colleague(membership=vendor.vendor_membership, actor=vendor, at=NOW)
    services.remove_colleague(membership=asleep.vendor_membership, actor=vendor, at=NOW)
    assert [membership.user for membership in colleagues(own)] == [vendor]


def test_nobody_is_flooded_with_invitations(invite, own, rival_vendor):
    rivals = vendor_of(rival_vendor)
    for _ in range(3):
        invite()
    with pytest.raises(services.Refused, match="1時間に3通"):
        invite()
    with pytest.raises(services.Refused, match="1時間に3通"):
        services.invite(vendor=rivals, email=ADDRESS.upper(), actor=rival_vendor, at=NOW)
    for hour in (1, 2, 3):
        later = NOW + timedelta(hours=hour, minutes=1)
        for _ in range(2 if hour < 3 else 3):
            invite(at=later)
    with pytest.raises(services.Refused, match="1日に10通"):
        invite(at=NOW + timedelta(hours=5))
    assert invite(at=NOW + timedelta(days=1, hours=4))


def test_a_vendor_sends_twenty_a_day(invite):
    for number in range(20):
        invite(f"person{number}@colleague.example")
    with pytest.raises(services.Refused, match="1日に20通"):
        invite()
    assert invite(at=NOW + timedelta(days=1))


def test_inviting_tells_nobody_whether_an_address_has_an_account(invite, own, vendor, rival_vendor):
    person_of("known@colleague.example")
    for address in ("known@colleague.example", "unknown@colleague.example", rival_vendor.email):
        assert invite(address)
    mails = [message.body.replace(message.address, "*") for message in Message.objects.order_by("pk")]
    assert len({body.replace(token_in(body), "*") for body in mails}) == 1
    with pytest.raises(services.Refused, match="すでに担当者"):
        invite(vendor.email)
