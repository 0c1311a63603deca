"""The venue code: read as people type it, silent about rooms that are not public."""

import pytest

from live.models import Room
from live.models.room import CODE_LETTERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def coded(room):
    Room.objects.filter(pk=room.pk).update(code="7KPM2X")
    return room


@pytest.mark.parametrize("typed", ["7KPM2X", "7kpm2x", "７ＫＰＭ２Ｘ", " 7KP M2X "])
def test_a_code_leads_to_its_room(client, coded, typed):
    assert client.get("/r/", {"code": typed}).headers["Location"] == f"/live/{coded.public_id}/"


def test_the_address_of_a_code_leads_there_too(client, coded):
    assert client.get("/r/7kpm2x/").headers["Location"] == f"/live/{coded.public_id}/"


@pytest.mark.parametrize("typed", ["AAAAAA", "7KPM2", "\u202e7KPM2X", "x" * 50])
def test_a_wrong_code_is_told_and_stays_in_its_field(client, coded, typed):
    answer = client.get("/r/", {"code": typed})
    assert answer.status_code == 422
    assert "＊" in answer.content.decode()


def test_the_code_of_a_programme_being_built_leads_nowhere(client, coded):
    coded.round.programme_published_at = None
    coded.round.save()
    assert client.get("/r/7KPM2X/").status_code == 422


def test_every_room_has_a_code_of_its_own_without_look_alikes(room):
    assert len(room.code) == 6
    assert set(room.code) <= set(CODE_LETTERS)
    assert not set("01OIL") & set(CODE_LETTERS)
