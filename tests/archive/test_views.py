"""The archive's pages and the organiser's desk beside them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import body_of
from archive.models import Recording
from live.models import Registration, Room
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, round):
    return lambda: client.get(reverse("archive:round", args=[round.public_id]))


def test_the_player_waits_for_a_click(page, recorded):
    recorded(view_until=timezone.now() + timedelta(days=7))
    text = page().content.decode()
    assert 'data-player="https://www.youtube-nocookie.com/embed/AAAAAAAAAAA"' in text
    assert "<iframe" not in text
    assert "https://www.youtube.com/watch?v=AAAAAAAAAAA" in text
    assert "停電のときも使えますか。" in text


def test_beside_a_recording_whoever_takes_part_asks_about_that_pitch(page, client, recorded, slot, officer):
    recorded(view_until=timezone.now() + timedelta(days=7))
    assert "この発表について質問する" not in page().content.decode()
    body = body_of(officer)
    Registration.objects.create(round=slot.part.round, user=officer, body=body, mode="later", registered_at=NOW)
    client.force_login(officer)
    room = reverse("live:room", args=[Room.objects.get().public_id])
    assert f'href="{room}?to={slot.public_id}#ask-heading"' in page().content.decode()


def test_after_the_deadline_the_address_is_gone_and_the_question_stays(page, recorded):
    recorded(view_until=timezone.now() - timedelta(seconds=1))
    text = page().content.decode()
    assert "AAAAAAAAAAA" not in text
    assert "視聴期間終了" in text
    assert "停電のときも使えますか。" in text


def test_the_qr_code_ends_with_the_window(client, recorded):
    recording = recorded(view_until=timezone.now() + timedelta(days=7))
    url = reverse("archive:qr", args=[recording.public_id])
    assert client.get(url)["Content-Type"] == "image/svg+xml"
    Recording.objects.update(view_until=timezone.now() - timedelta(seconds=1))
    assert client.get(url).status_code == 404


@pytest.fixture
def desk(client, organiser, round):
    client.force_login(organiser)
    return lambda **posted: client.post(reverse("archive_recordings_save", args=[round.public_id]), posted)


def test_a_pasted_address_becomes_a_published_recording(desk, slot):
    response = desk(
        slot=slot.public_id,
        youtube="https://youtu.be/AAAAAAAAAAA?si=x",
        view_from="2026-06-01T18:00",
        view_until="2026-07-09T17:00",
        captions="none",
        publish="1",
    )
    assert response.status_code == 302
    recording = Recording.objects.get()
    assert (recording.youtube_id, recording.state) == ("AAAAAAAAAAA", "published")
    assert recording.check_note.startswith("未確認")


def test_a_wrong_address_comes_back_with_what_was_typed(desk, slot):
    typed = "https://evil.example/watch?v=AAAAAAAAAAA"
    response = desk(slot=slot.public_id, youtube=typed, view_from="2026-06-01T18:00", captions="none", publish="1")
    assert response.status_code == 422
    assert "YouTubeの動画のアドレスではありません" in response.content.decode()
    assert typed in response.content.decode()
    assert not Recording.objects.exists()


def test_a_window_that_ends_before_it_begins_is_refused_at_its_field(desk, slot):
    response = desk(
        slot=slot.public_id,
        youtube="AAAAAAAAAAA",
        view_from="2026-06-02T18:00",
        view_until="2026-06-01T18:00",
        captions="none",
    )
    assert response.status_code == 422
    assert "視聴期限は公開開始より後" in response.content.decode()
