"""A call that is to be published later is nobody's but the organisers' until then."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pitches import services
from tests.factories import make_call
from workflow.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrows():
    now = timezone.now()
    return make_call(
        title="カナリア募集",
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=9),
        published_at=now + timedelta(days=1),
    )


@pytest.mark.parametrize("who", [None, "vendor", "officer", "screener", "organiser"])
def test_only_organisers_find_it_before_its_time(tomorrows, client, request, who):
    if who:
        client.force_login(request.getfixturevalue(who))
    status = client.get(reverse("pitches:call", args=[tomorrows.public_id])).status_code
    assert status == (200 if who == "organiser" else 404)
    assert "カナリア募集" not in client.get("/call/").content.decode()
    assert "カナリア募集" not in client.get("/").content.decode()


def test_nobody_applies_before_its_time(tomorrows, vendor):
    with pytest.raises(Refused):
        services.start_proposal(call=tomorrows, user=vendor, at=timezone.now())
    services.start_proposal(call=tomorrows, user=vendor, at=tomorrows.published_at)
