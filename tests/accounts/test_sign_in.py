"""The sign-in door: a prefecture behind one address passes, a flood and a guesser do not."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from tests.factories import make_officer

DOOR = "/accounts/login/"
PASSWORD = "only-for-tests-1"


@pytest.fixture(autouse=True)
def nobody_has_tried(db):
    cache.clear()


@pytest.fixture
def officer(db):
    person = make_officer()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.mark.thorough
def test_a_hundred_officers_behind_one_address_sign_in_within_a_minute(client, officer):
    for _ in range(100):
        answer = client.post(DOOR, {"login": officer.email, "password": PASSWORD})
        assert answer.status_code == 302 and answer.url == "/mypage/"
        client.logout()


@pytest.mark.thorough
def test_a_flood_from_one_address_is_turned_away_with_words(client):
    tries = [client.post(DOOR, {}) for _ in range(241)]
    assert tries[239].status_code == 200
    assert tries[240].status_code == 429 and "操作の回数が上限に達しました" in tries[240].content.decode()


def test_after_five_wrong_passwords_the_right_one_waits_too(client, officer):
    for _ in range(5):
        client.post(DOOR, {"login": officer.email, "password": "wrong-word-1"})
    answer = client.post(DOOR, {"login": officer.email, "password": PASSWORD})
    assert answer.status_code == 200 and not answer.wsgi_request.user.is_authenticated
