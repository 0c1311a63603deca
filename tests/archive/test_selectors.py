"""The archive: recordings inside their window, questions for ever, nothing before it is published."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from archive import selectors, services
from archive.models import Recording
from config.seeding import facts
from files.services import keep
from pitches.models import Attachment
from tests.archive.conftest import DAY
from tests.factories import NOW
from workflow.errors import Refused

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def replay(round, at=NOW, person=NOBODY):
    return selectors.replays(round, person, at)[0]


def test_a_published_recording_is_shown_inside_its_window(round, recorded):
    recording = recorded()
    assert replay(round).recording == recording
    assert selectors.viewable_recording(recording.public_id, NOW) == recording


def test_the_window_opens_at_its_moment_and_ends_before_its_last(round, recorded):
    until = NOW + timedelta(days=7)
    recorded()
    assert replay(round, DAY - timedelta(microseconds=1)).recording is None
    assert replay(round, DAY).recording is not None
    assert replay(round, until - timedelta(microseconds=1)).recording is not None
    assert replay(round, until).recording is None


def test_no_scene_is_behind_the_end_of_the_recording(round, recorded):
    recording = recorded()
    for seconds, shown in ((None, 754_000), (1200, 754_000), (600, 600_000)):
        recording.duration_s = seconds
        recording.save()
        assert [question["offset_ms"] for question in replay(round).questions] == [shown]


def test_after_the_window_the_questions_stay(round, recorded):
    recorded()
    after = replay(round, NOW + timedelta(days=400))
    assert after.is_over
    assert [question["body"] for question in after.questions] == ["停電のときも使えますか。"]
    assert after.questions[0]["offset_ms"] == 754_000


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_an_unpublished_recording_is_nowhere(round, recorded, organiser, state):
    recording = recorded(publish=state == "withdrawn")
    if state == "withdrawn":
        services.withdraw_recording(recording=recording, actor=organiser, at=NOW)
    assert replay(round).recording is None
    assert selectors.viewable_recording(recording.public_id, NOW) is None


def test_only_organisers_register(round, slot, moderator, vendor):
    for person in (moderator, vendor):
        with pytest.raises(Refused):
            services.register_recording(round=round, slot=slot, youtube_id="A" * 11, fields={}, actor=person, at=NOW)
    assert not Recording.objects.exists()


def test_registering_again_replaces(round, recorded):
    recorded()
    recorded(publish=False, title="差し替え")
    assert Recording.objects.get().title == "差し替え"


def test_a_round_out_of_sight_has_no_page(round):
    assert selectors.round_in_archive(round.public_id, NOW) == round
    assert selectors.round_in_archive(round.public_id, DAY - timedelta(days=1)) is None
    type(round).objects.update(programme_published_at=None)
    assert selectors.round_in_archive(round.public_id, NOW) is None


def test_the_six_published_rounds_are_listed_with_their_figures(db):
    facts.load()
    years = selectors.past_years(NOW)
    assert [(entry.label, len(entry.rounds)) for entry in years] == [("令和2年度", 3), ("令和元年度", 3)]
    assert (years[0].year.presenters, years[0].year.views, years[0].year.posts) == (20, 3673, 462)
    assert [round.presenters for round in years[0].rounds] == [7, 6, 7]
    assert all(round.source_note == "公開資料に基づく" for entry in years for round in entry.rounds)


@pytest.fixture
def slides(slot):
    stored = keep([b"%PDF-slides"], name="資料.pdf", content_type="application/pdf", limit=99, by=None, at=NOW)
    Attachment.objects.create(proposal=slot.proposal, stored=stored, kind="slides", added_at=NOW)
    return stored


@pytest.mark.parametrize(
    ("disclosure", "who", "readable"),
    [
        ("public", None, True),
        ("municipal", None, False),
        ("municipal", "outsider", False),
        ("municipal", "rival_vendor", False),
        ("municipal", "officer", True),
        ("secretariat", "officer", False),
    ],
)
def test_slides_go_to_whom_their_vendor_lets_have_them(round, slot, slides, client, request, disclosure, who, readable):
    type(slot.proposal).objects.update(disclosure=disclosure)
    person = request.getfixturevalue(who) if who else NOBODY
    assert bool(replay(round, person=person).slides) is readable
    if who:
        client.force_login(person)
    assert client.get(f"/files/{slides.public_id}/").status_code == (200 if readable else 404)


def test_slides_leave_with_the_programme(round, slot, slides, client):
    assert client.get(f"/files/{slides.public_id}/").status_code == 200
    type(round).objects.update(programme_published_at=None)
    assert client.get(f"/files/{slides.public_id}/").status_code == 404


def test_served_files_are_attachments_that_nothing_keeps(slot, slides, client):
    response = client.get(f"/files/{slides.public_id}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert "filename*=utf-8''" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content) == b"%PDF-slides"
