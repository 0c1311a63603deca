"""The page of a vendor's people, and the two pages an invited person walks through."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import VendorInvitation
from accounts.selectors import colleagues, vendor_of
from notifications.models import Message
from tests.accounts.test_colleagues import ADDRESS, person_of, token_in
from tests.factories import make_vendor_user

PEOPLE = "/mypage/vendor/people/"


@pytest.fixture
def web(client, vendor):
    client.force_login(vendor)
    return client


@pytest.fixture
def token(vendor):
    services.invite(vendor=vendor_of(vendor), email=ADDRESS, actor=vendor, at=timezone.now())
    return token_in(Message.objects.get().body)


def test_only_people_of_a_vendor_have_this_page(client, outsider, organiser):
    for person in (outsider, organiser):
        client.force_login(person)
        assert client.get(PEOPLE).status_code == 404


def test_inviting_shows_who_is_invited_and_until_when(web):
    page = web.post(PEOPLE, {"email": ADDRESS}, follow=True).content.decode()
    assert ADDRESS in page and "招待中" in page and "令和" in page


@pytest.mark.parametrize("typed", ["", "だれか", "a@b", "a@b.example\r\nBcc: c@d.example", "x" * 250 + "@a.example"])
def test_what_is_no_address_is_said_at_the_field(web, typed):
    answer = web.post(PEOPLE, {"email": typed})
    assert answer.status_code == 422 and "＊" in answer.content.decode()
    assert not Message.objects.exists()


def test_sending_again_and_revoking(web, vendor, token):
    first = VendorInvitation.objects.get()
    web.post(reverse("accounts:resend_invitation", args=[first.public_id]))
    second = VendorInvitation.objects.latest("pk")
    assert second != first and second.is_open(timezone.now())
    page = web.post(reverse("accounts:revoke_invitation", args=[second.public_id]), follow=True).content.decode()
    assert "取り消しました" in page and ADDRESS not in page
    again = web.post(reverse("accounts:resend_invitation", args=[second.public_id]), follow=True).content.decode()
    assert "取り消されています" in again


def test_of_another_vendor_nothing_is_there(client, rival_vendor, vendor, token):
    client.force_login(rival_vendor)
    invitation = VendorInvitation.objects.get()
    assert ADDRESS not in client.get(PEOPLE).content.decode()
    for name, value in (
        ("resend_invitation", invitation.public_id),
        ("revoke_invitation", invitation.public_id),
        ("remove_colleague", vendor.vendor_membership.pk),
    ):
        assert client.post(reverse(f"accounts:{name}", args=[value])).status_code == 404


def test_removing_and_leaving(web, vendor):
    other = make_vendor_user(vendor_of(vendor))
    page = web.post(reverse("accounts:remove_colleague", args=[other.vendor_membership.pk]), follow=True)
    assert "担当者から外しました" in page.content.decode()
    page = web.post(reverse("accounts:remove_colleague", args=[vendor.vendor_membership.pk]), follow=True)
    assert "最後の担当者" in page.content.decode()
    make_vendor_user(vendor_of(vendor))
    left = web.post(reverse("accounts:remove_colleague", args=[vendor.vendor_membership.pk]), follow=True)
    assert left.redirect_chain[-1][0] == reverse("mypage") and "外れました" in left.content.decode()
    assert web.get(PEOPLE).status_code == 404


def test_the_mails_link_asks_nothing_of_who_only_opens_it(client, token):
    """A mail scanner visits every address; the code behind the # does not even reach us."""
    for _ in range(3):
        assert client.get("/invitation/").status_code == 200
        assert client.get("/invitation/accept/").url == "/invitation/"
    assert VendorInvitation.objects.get().is_open(timezone.now())


def test_a_new_person_is_led_through_sign_in_and_joins(client, vendor, token):
    colleague = person_of(ADDRESS)
    assert client.post("/invitation/", {"token": f" {token[:10]}\n{token[10:]} "}).url == "/invitation/accept/"
    page = client.get("/invitation/accept/").content.decode()
    assert "架空システム株式会社" in page and "?next=/invitation/accept/" in page
    assert "担当者になる</button>" not in page
    assert client.post("/invitation/accept/").status_code == 200, "nobody joins before saying who they are"
    colleague.set_password("only-for-tests-1")
    colleague.save()
    signed_in = client.post(
        "/accounts/login/", {"login": ADDRESS, "password": "only-for-tests-1", "next": "/invitation/accept/"}
    )
    assert signed_in.url == "/invitation/accept/"
    assert "担当者になる</button>" in client.get("/invitation/accept/").content.decode()
    assert client.post("/invitation/accept/").url == reverse("mypage")
    assert {membership.user for membership in colleagues(vendor_of(vendor))} == {vendor, colleague}
    assert client.get("/invitation/accept/").url == "/invitation/"


def test_somebody_who_signs_up_first_comes_back_to_the_invitation(client, vendor, token, mailoutbox):
    client.post("/invitation/", {"token": token})
    posted = {
        "email": ADDRESS,
        "password1": "only-for-tests-1",
        "password2": "only-for-tests-1",
        "last_name": "架空",
        "first_name": "花子",
        "next": "/invitation/accept/",
    }
    client.post("/accounts/signup/", posted)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mailoutbox[-1].body)[0]
    verified = client.post("/accounts/confirm-email/", {"code": code}, follow=True)
    assert verified.redirect_chain[-1][0] == "/invitation/accept/", verified.redirect_chain
    assert "testserver" not in mailoutbox[-1].body and mailoutbox[-1].subject == f"【自治体ピッチ】確認コード {code}"
    client.post("/invitation/accept/")
    assert EmailAddress.objects.get(email=ADDRESS).user.vendor_membership.vendor == vendor_of(vendor)


def test_the_wrong_account_is_told_which_one_is_meant(client, outsider, token):
    client.force_login(outsider)
    client.post("/invitation/", {"token": token})
    page = client.get("/invitation/accept/").content.decode()
    assert f"この招待は {ADDRESS} あてです" in page and "ログアウト" in page
    assert client.post("/invitation/accept/").status_code == 409


@pytest.mark.parametrize("typed", ["", "x", "\x00", "あ" * 40, "%s", "a" * 101])
def test_a_wrong_code_is_said_at_the_field(client, db, typed):
    answer = client.post("/invitation/", {"token": typed})
    assert answer.status_code == 422 and "＊" in answer.content.decode()


@pytest.mark.parametrize(("extra", "queries"), [(0, 7), (2, 7)])
def test_the_page_asks_as_little_for_three_as_for_one(web, vendor, extra, queries, django_assert_num_queries):
    for number in range(extra):
        make_vendor_user(vendor_of(vendor))
        services.invite(vendor=vendor_of(vendor), email=f"p{number}@colleague.example", actor=vendor, at=timezone.now())
    web.get(PEOPLE)
    with django_assert_num_queries(queries):
        web.get(PEOPLE)
