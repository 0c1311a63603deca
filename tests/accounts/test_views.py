"""The pages on which a person becomes a vendor or an officer."""

import pytest
from django.urls import reverse

from accounts.models import MunicipalMembership, Vendor
from tests.factories import make_body


@pytest.fixture
def web(client, outsider):
    client.force_login(outsider)
    return client


@pytest.mark.parametrize("name", ["accounts:vendor", "accounts:body"])
def test_a_visitor_is_led_to_the_sign_in_page(client, db, name):
    assert client.get(reverse(name)).url.startswith("/accounts/login/")


def test_registering_a_vendor_leads_to_ones_own_page(web):
    posted = {"kind": "individual", "name": "架空 花子", "kana": "カクウハナコ"}
    assert web.post(reverse("accounts:vendor"), posted).url == reverse("mypage")
    assert Vendor.objects.get().kind == "individual"


def test_what_is_wrong_comes_back_with_what_was_typed(web):
    answer = web.post(reverse("accounts:vendor"), {"kind": "corporation", "name": "残る名前"})
    assert answer.status_code == 422 and "残る名前" in answer.content.decode()
    assert not Vendor.objects.exists()


def test_asking_to_act_for_a_body_waits_for_the_secretariat(web):
    make_body()
    answer = web.post(reverse("accounts:body"), {"body": "132063", "department": "情報政策課"}, follow=True)
    assert "事務局が確認するまで" in answer.content.decode()
    assert MunicipalMembership.objects.get().state == "pending"


def test_a_vendor_corrects_its_own_and_no_other_vendor(client, vendor, rival_vendor):
    client.force_login(vendor)
    client.post(reverse("accounts:vendor"), {"kind": "corporation", "name": "新しい社名", "kana": "アタラシイ"})
    names = set(Vendor.objects.values_list("name", flat=True))
    assert names == {"新しい社名", "ライバル工房（架空）"}
