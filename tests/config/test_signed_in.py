"""Whose session a request carries, asked before its body is read."""

import pytest
from django.test import Client

from config.frontdoor import is_signed_in, session_cookie

pytestmark = pytest.mark.django_db(transaction=True)


def scope_with(cookie):
    return {"type": "http", "headers": [(b"cookie", cookie.encode())]}


@pytest.fixture
def cookie(vendor):
    client = Client()
    client.force_login(vendor)
    return f"sessionid={client.session.session_key}"


async def test_a_signed_in_person_is_known(cookie):
    assert await is_signed_in(scope_with(cookie))


async def test_a_person_who_was_disabled_is_not(cookie, vendor):
    vendor.is_active = False
    await vendor.asave()
    assert not await is_signed_in(scope_with(cookie))


async def test_a_session_ends_with_the_password_it_was_opened_with(cookie, vendor):
    vendor.set_password("another-password-1")
    await vendor.asave()
    assert not await is_signed_in(scope_with(cookie))


@pytest.mark.parametrize("cookie", ["", "sessionid=", "sessionid=unknown", "sessionid=a;b;\x00", "other=1"])
async def test_anything_else_is_a_stranger(cookie):
    assert not await is_signed_in(scope_with(cookie))


def test_a_request_without_cookies_has_no_session():
    assert session_cookie({"type": "http", "headers": []}) == ""
