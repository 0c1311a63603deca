"""Who becomes what: vendors at once, officers by their body's own list or an organiser's word, roles on record."""

import pytest
from allauth.account.models import EmailAddress

from accounts import groups, services
from accounts.models import LocalGovernment, MailDomain, MunicipalMembership, Vendor
from accounts.selectors import bodies_matching, body_of, has_role, standing, vendor_of
from audit.models import Entry
from tests.factories import NOW, make_body, make_user

VENDOR = {"kind": "corporation", "name": "架空工房", "kana": "カクウコウボウ"}


@pytest.fixture
def newcomer(db):
    """Somebody who has just signed up and shown that the address is theirs."""
    user = make_user("newcomer")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_registering_a_vendor_and_correcting_it_makes_one(newcomer):
    services.save_vendor(user=newcomer, fields=VENDOR, at=NOW)
    services.save_vendor(user=newcomer, fields=VENDOR | {"name": "架空大工房"}, at=NOW)
    assert Vendor.objects.get().name == vendor_of(newcomer).name == "架空大工房"
    assert [entry.verb for entry in Entry.objects.order_by("seq")] == ["register_vendor", "update_vendor"]


@pytest.mark.parametrize("domain", ["people.example", "PEOPLE.example"])
def test_the_bodys_own_list_of_domains_vouches_at_once(newcomer, domain):
    body = make_body()
    MailDomain.objects.create(body=body, domain=domain)
    services.join_body(user=newcomer, body=body, department="情報政策課", at=NOW)
    assert body_of(newcomer) == body


@pytest.mark.parametrize("change", [{"verified": False}, {"email": "another@elsewhere.example"}])
def test_an_address_nobody_has_verified_vouches_for_nothing(newcomer, change):
    EmailAddress.objects.update(**change)
    MailDomain.objects.create(body=make_body(), domain="people.example")
    services.join_body(user=newcomer, body=make_body(), department="情報政策課", at=NOW)
    assert body_of(newcomer) is None


def test_organisers_keep_the_list_of_domains(organiser, screener):
    listed = services.add_mail_domain(body=make_body(), domain="City.Example", actor=organiser, at=NOW)
    assert listed.domain == "city.example"
    for act in (
        lambda: services.add_mail_domain(body=make_body(), domain="x.example", actor=screener, at=NOW),
        lambda: services.remove_mail_domain(listed=listed, actor=screener, at=NOW),
    ):
        with pytest.raises(services.NotAllowed):
            act()
    services.remove_mail_domain(listed=listed, actor=organiser, at=NOW)
    assert not MailDomain.objects.exists()


@pytest.mark.parametrize("domain", ["example", "other.example", "le.example"])
def test_no_other_domain_vouches_for_anyone(newcomer, domain):
    body = make_body()
    MailDomain.objects.create(body=body, domain=domain)
    membership = services.join_body(user=newcomer, body=body, department="情報政策課", at=NOW)
    assert membership.state == MunicipalMembership.State.PENDING and body_of(newcomer) is None


def test_lg_jp_alone_admits_nobody(db):
    officer = make_user("officer")
    officer.email = "someone@city.fuchu.lg.jp"
    officer.save()
    services.join_body(user=officer, body=make_body(), department="税務課", at=NOW)
    assert body_of(officer) is None


def test_another_bodys_domain_vouches_for_that_body_alone(newcomer):
    MailDomain.objects.create(body=make_body("342084", "府中市", "広島県"), domain="people.example")
    services.join_body(user=newcomer, body=make_body(), department="税務課", at=NOW)
    assert body_of(newcomer) is None


@pytest.mark.parametrize("approve", [True, False])
def test_an_organiser_decides_what_no_list_vouched_for(newcomer, organiser, approve):
    body = make_body()
    membership = services.join_body(user=newcomer, body=body, department="税務課", at=NOW)
    services.decide_membership(membership=membership, approve=approve, body_code=body.code, actor=organiser, at=NOW)
    newcomer.__dict__.pop("_standing", None)
    assert (body_of(newcomer) == body) is approve


@pytest.mark.parametrize("person", ["screener", "moderator", "editor", "officer", "outsider"])
def test_nobody_else_decides(newcomer, request, person):
    membership = services.join_body(user=newcomer, body=make_body(), department="税務課", at=NOW)
    with pytest.raises(services.NotAllowed):
        services.decide_membership(
            membership=membership,
            approve=True,
            body_code=membership.body_id,
            actor=request.getfixturevalue(person),
            at=NOW,
        )


def test_moving_to_another_body_starts_over(newcomer, organiser):
    first = services.join_body(user=newcomer, body=make_body(), department="税務課", at=NOW)
    services.decide_membership(membership=first, approve=True, body_code=first.body_id, actor=organiser, at=NOW)
    other = make_body("342084", "府中市", "広島県")
    moved = services.join_body(user=newcomer, body=other, department="税務課", at=NOW)
    assert (moved.body, moved.state, moved.decided_by) == (other, MunicipalMembership.State.PENDING, None)
    assert body_of(newcomer) is None


def test_a_role_is_granted_once_and_recorded_once(newcomer, organiser):
    for _press in range(2):
        services.grant_role(user=newcomer, role=groups.REVIEWER, actor=organiser, at=NOW)
    assert has_role(newcomer, groups.REVIEWER)
    assert Entry.objects.filter(verb="grant_role", subject_id=str(newcomer.pk)).count() == 1
    with pytest.raises(ValueError, match="emperor"):
        services.grant_role(user=newcomer, role="emperor", actor=organiser, at=NOW)


def test_an_inactive_person_has_no_standing(organiser):
    assert has_role(organiser, groups.ORGANISER)
    organiser.is_active = False
    assert standing(organiser).roles == frozenset()


def test_the_register_holds_1788_bodies_and_may_be_loaded_again(db):
    assert services.load_local_governments() == services.load_local_governments() == 1788
    assert LocalGovernment.objects.count() == 1788
    assert {body.code for body in bodies_matching("府中市")} == {"132063", "342084"}


def test_approving_one_body_never_approves_another(newcomer, organiser):
    seen = services.join_body(user=newcomer, body=make_body(), department="税務課", at=NOW)
    services.join_body(user=newcomer, body=make_body("342084", "府中市", "広島県"), department="税務課", at=NOW)
    with pytest.raises(services.Changed):
        services.decide_membership(membership=seen, approve=True, body_code="132063", actor=organiser, at=NOW)
    newcomer.__dict__.pop("_standing", None)
    assert body_of(newcomer) is None


def test_what_a_domain_vouched_for_ends_with_the_address_and_with_the_list(newcomer, organiser):
    listed = services.add_mail_domain(body=make_body(), domain="people.example", actor=organiser, at=NOW)
    services.join_body(user=newcomer, body=make_body(), department="税務課", at=NOW)
    assert body_of(newcomer) is not None
    type(newcomer).objects.filter(pk=newcomer.pk).update(email="leaver@private.example")
    assert body_of(type(newcomer).objects.get(pk=newcomer.pk)) is None
    type(newcomer).objects.filter(pk=newcomer.pk).update(email="back@people.example")
    assert body_of(type(newcomer).objects.get(pk=newcomer.pk)) is not None
    services.remove_mail_domain(listed=listed, actor=organiser, at=NOW)
    assert body_of(type(newcomer).objects.get(pk=newcomer.pk)) is None
