"""Running the day: who is on stage, by which clock, and what one slip of the finger must not do to the record."""

import re
from datetime import timedelta

import pytest

from live import selectors, services
from live.models import PitchSlot, Room
from tests.factories import NOW
from workflow.errors import Refused

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def run(room, moderator):
    """Do one thing to the stage, so many minutes after the beginning."""

    def run(what, slot, minutes, **more):
        services_of = {
            "start": services.start_pitch,
            "questions": services.begin_questions,
            "end": services.end_pitch,
            "back": services.take_back_start,
        }
        services_of[what](room=room, slot=slot, actor=moderator, at=NOW + minutes * MINUTE, **more)

    return run


def times(slot):
    """When a slot began, when its questions did, and when it ended, in minutes after the beginning."""
    now = PitchSlot.objects.get(pk=slot.pk)
    moments = (now.started_at, now.qa_started_at, now.presented_at)
    return tuple(None if moment is None else (moment - NOW) / MINUTE for moment in moments)


def on_stage():
    return Room.objects.get().stage_slot_id


def test_whoever_comes_on_stage_ends_who_stood_there(run, slots, room):
    first, second = slots
    run("start", first, 0)
    run("start", second, 20)
    assert (times(first), times(second)) == ((0, None, 20), (20, None, None))
    assert on_stage() == second.pk
    room.refresh_from_db()
    assert selectors.next_slot(room, selectors.slots_of(room.round)) is None


def test_the_same_press_twice_is_one(run, slots):
    run("start", slots[0], 0)
    run("start", slots[0], 3)
    assert times(slots[0]) == (0, None, None)


def test_who_comes_back_goes_on_by_their_clock_unless_it_begins_anew(run, slots):
    run("start", slots[0], 0)
    run("questions", slots[0], 8)
    run("end", slots[0], 12)
    run("start", slots[0], 13)
    assert times(slots[0]) == (0, 8, None)
    run("start", slots[0], 60, anew=True)
    assert times(slots[0]) == (60, None, None)


def test_a_start_is_taken_back_with_what_it_ended(run, slots):
    first, second = slots
    run("start", first, 0)
    run("start", second, 9)
    run("back", second, 10)
    assert (times(first), times(second)) == ((0, None, None), (None, None, None))
    assert on_stage() == first.pk
    # What was there before that start is known no more.
    with pytest.raises(Refused, match="2分"):
        run("back", first, 10)


def test_all_of_a_start_is_taken_back(run, slots):
    first, second = slots
    run("start", first, 0)
    run("questions", first, 8)
    run("end", first, 18)
    run("start", second, 20)
    run("start", first, 25, anew=True)
    run("back", first, 26)
    assert (times(first), times(second)) == ((0, 8, 18), (20, None, None))
    assert on_stage() == second.pk
    run("start", first, 30)
    run("back", first, 31)
    assert (times(first), times(second)) == ((0, 8, 18), (20, None, None))
    with pytest.raises(Refused, match="2分"):
        run("back", second, 32)


def test_after_two_minutes_it_was_no_slip(run, slots):
    run("start", slots[0], 0)
    with pytest.raises(Refused, match="2分"):
        run("back", slots[0], 2.1)
    assert on_stage() == slots[0].pk


def test_questions_begin_once(run, slots):
    run("start", slots[0], 0)
    run("questions", slots[0], 7)
    run("questions", slots[0], 9)
    assert times(slots[0]) == (0, 7, None)
    assert selectors.pitch_times(PitchSlot.objects.get(pk=slots[0].pk)) == (NOW + 7 * MINUTE, NOW + 17 * MINUTE)


@pytest.mark.parametrize("what", ["questions", "end", "back"])
def test_who_looks_at_an_old_page_changes_nothing(run, slots, what):
    first, second = slots
    run("start", first, 0)
    run("start", second, 1)
    before = times(first), times(second)
    with pytest.raises(Refused, match="ほかの人が登壇を変更しました"):
        run(what, first, 1)
    assert (times(first), times(second)) == before


@pytest.mark.parametrize("what", ["start", "questions", "end", "back"])
def test_only_moderators_run_the_day(room, slots, run, officer, what):
    run("start", slots[0], 0)
    verbs = {
        "start": services.start_pitch,
        "questions": services.begin_questions,
        "end": services.end_pitch,
        "back": services.take_back_start,
    }
    with pytest.raises(Refused, match="権限"):
        verbs[what](room=room, slot=slots[0], actor=officer, at=NOW)
    with pytest.raises(Refused, match="権限"):
        services.set_screen(room=room, shows_wanted=False, actor=officer, at=NOW)


@pytest.mark.parametrize(("released", "after"), [("selected", "presented"), ("", "selected")])
def test_the_end_of_a_pitch_moves_only_what_was_published(run, slots, released, after):
    """A pending decision shows nowhere, not even in what the day does to a proposal; who comes back ends again."""
    proposals = type(slots[0].proposal).objects
    proposals.filter(pk=slots[0].proposal.pk).update(state="selected", released_outcome=released)
    for minutes, slot in enumerate(PitchSlot.objects.order_by("position")):
        run("start", slot, minutes)
    run("start", slots[0], 5)
    run("end", slots[0], 6)
    states = [slot.proposal.state for slot in PitchSlot.objects.order_by("position")]
    assert states == [after, "eligible"]


def test_a_new_pitch_leaves_nothing_of_the_last_one_on_the_screens(run, slots, room, moderator, asked, do):
    run("start", slots[0], 0)
    poll = do(moderator, "poll.save", kind="single", prompt="使いたいですか", options=["はい", "いいえ"])["r"]["poll"]
    do(moderator, "poll.open", poll=poll, expect=1)
    do(moderator, "poll.stage", poll=poll, on=True)
    run("start", slots[1], 20)
    now = Room.objects.get()
    assert (now.stage_poll, now.stage_question) == (None, None)
    do(moderator, "stage.pin", q=asked())
    run("end", slots[1], 40)
    assert Room.objects.get().stage_question is None


def test_a_phase_is_set_by_moderators_and_told(room, moderator, officer):
    with pytest.raises(Refused):
        services.set_phase(room=room, phase="closed", actor=officer, at=NOW)
    services.set_phase(room=room, phase="live", actor=moderator, at=NOW)
    room.refresh_from_db()
    assert room.phase == "live"
    assert [frame["k"] for frame in selectors.events_after(room, "pub", 0, limit=9)] == ["phase.set"]


def test_a_phase_that_somebody_else_set_meanwhile_is_not_set_over(room, moderator):
    services.set_phase(room=room, phase="feedback", actor=moderator, at=NOW)
    with pytest.raises(Refused, match="フィードバック期間"):
        services.set_phase(room=room, phase="live", seen="before", actor=moderator, at=NOW)
    assert Room.objects.get().phase == "feedback"


# --- The console's plain buttons ------------------------------------------------------------------------------------


@pytest.fixture
def press(client, moderator, page):
    client.force_login(moderator)

    def press(**fields):
        return client.post(f"{page}moderate/run/", fields, follow=True).content.decode()

    return press


def test_the_day_is_run_by_plain_buttons(press, slots, room):
    first, second = slots
    html = press(act="next", next=first.public_id)
    assert on_stage() == first.pk
    assert "質疑に移る" in html
    assert "開始を取り消す" in html
    assert "質疑に移る" not in press(act="questions", slot=first.public_id)
    html = press(act="next", slot=first.public_id, next=second.public_id)
    assert on_stage() == second.pk
    assert "発表済み" in html
    assert "ほかの人が登壇を変更しました" in press(act="end", slot=first.public_id)
    press(act="end", slot=second.public_id)
    assert on_stage() is None
    assert "質問を出しません" in press(act="empty")
    assert Room.objects.get().shows_wanted is False
    assert "自動で出さない" in press(act="wanted")


def test_what_follows_the_day_is_asked_for_without_the_queue(client, press, page, slots, asked, officer, vendor):
    asked(body="列に並ぶ質問", publish=False)
    press(act="start", slot=slots[0].public_id)
    fields = {"act": "questions", "slot": slots[0].public_id}
    pressed = client.post(f"{page}moderate/run/", fields, headers={"X-Requested-With": "fetch"})
    for answer in (pressed, client.get(f"{page}moderate/day/")):
        html = answer.content.decode()
        assert answer.status_code == 200
        assert re.findall(r'id="([\w-]+)"[^>]* data-fresh', html) == ["desk-now", "running", "phases", "screen"]
        assert "質疑に移る" not in html
        assert "列に並ぶ質問" not in html
    assert "列に並ぶ質問" in client.get(f"{page}moderate/").content.decode()
    for person in (officer, vendor):
        client.force_login(person)
        assert client.get(f"{page}moderate/day/").status_code == 404


@pytest.mark.parametrize(
    "fields", [{}, {"act": "start"}, {"act": "nonsense"}, {"act": "end", "slot": "x"}, {"phase": "x"}]
)
def test_what_no_button_says_is_not_found(press, fields):
    assert "見つかりません" in press(**fields)
