"""Questions about people, asked for many of them at once."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from accounts.selectors import PASSWORD_END, signed_out
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stored", ["!short", "pbkdf2_sha256$1000$salt$abcdefghijklmnopqrstuvwxyz"])
def test_a_seat_is_lost_with_its_session_its_password_or_its_person(officer, stored):
    officer.password = stored
    officer.save()
    expires = NOW + timedelta(hours=1)
    Session.objects.create(session_key="here", session_data="", expire_date=expires)
    Session.objects.create(session_key="over", session_data="", expire_date=NOW)
    ending = stored[-PASSWORD_END:]
    seats = [
        ("here", officer.pk, ending),
        ("over", officer.pk, ending),
        ("nowhere", officer.pk, ending),
        ("here", officer.pk, "other"),
        ("here", 0, ending),
    ]
    assert signed_out(seats, NOW) == [1, 2, 3, 4]
    type(officer).objects.update(is_active=False)
    assert signed_out(seats[:1], NOW) == [0]
