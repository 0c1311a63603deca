"""Two windows, two colleagues, one draft: everything typed is saved or shown, and nothing is overwritten unseen."""

from datetime import timedelta

import pytest

from accounts.models import VendorMembership
from accounts.selectors import vendor_of
from core.requirements import CURRENT, edition
from pitches import selectors, services
from pitches.models import DraftChange, Proposal
from pitches.services import applying, saving
from pitches.snapshots import content_of
from tests.factories import NOW, make_user
from workflow.errors import Refused

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def colleague(vendor):
    person = make_user("colleague")
    VendorMembership.objects.create(user=person, vendor=vendor_of(vendor))
    return person


@pytest.fixture
def draft(call, vendor):
    return services.start_proposal(call=call, user=vendor, at=NOW)


@pytest.fixture
def save(draft):
    def save(user, expect=1, *, older=None, at=NOW, **fields):
        return services.save_fields(proposal=draft, fields=fields, expect=expect, older=older, user=user, at=at)

    return save


@pytest.fixture
def answer(draft):
    def answer(user, expect=1, at=NOW, **parts):
        return services.save_answers(proposal=draft, answers={"R1-02": parts}, expect=expect, user=user, at=at)

    return answer


def _now():
    return Proposal.objects.get()


def test_two_people_on_different_fields_lose_nothing(save, vendor, colleague):
    save(vendor, title="題", tagline="")
    save(colleague, title="", tagline="紹介")
    assert (_now().title, _now().tagline, _now().version) == ("題", "紹介", 3)


def test_of_one_field_changed_twice_the_stored_text_stays_and_the_rest_is_saved(save, vendor, colleague):
    save(vendor, title="先", problem="")
    with pytest.raises(services.StaleVersion) as stale:
        save(colleague, title="後", problem="課題", at=LATER)
    [conflict] = stale.value.conflicts
    assert (conflict.name, conflict.stored, conflict.typed, conflict.by) == ("title", "先", "後", vendor)
    assert conflict.at == NOW
    assert (_now().title, _now().problem) == ("先", "課題")


def test_clearing_a_field_somebody_wrote_in_is_a_conflict_too(save, vendor, colleague):
    save(vendor, title="題")
    save(vendor, expect=2, title="直した題")
    with pytest.raises(services.StaleVersion):
        save(colleague, expect=2, title="")
    assert _now().title == "直した題"


def test_a_version_nobody_can_have_seen_overwrites_nothing(save, vendor, colleague):
    save(vendor, title="題")
    with pytest.raises(services.StaleVersion):
        save(colleague, expect=99, title="先回り")
    assert _now().title == "題"


def test_a_single_field_last_seen_earlier_is_merged_from_there(save, vendor, colleague):
    save(vendor, title="題")
    with pytest.raises(services.StaleVersion):
        save(colleague, expect=2, older={"title": 1}, title="別の題")
    assert save(colleague, expect=2, older={"title": 1}, tagline="紹介").tagline == "紹介"
    assert save(colleague, expect=3, title="決めた題").title == "決めた題"


def test_the_parts_of_one_answer_are_merged_apart(answer, vendor, colleague):
    answer(vendor, value="shared", remarks="")
    answer(colleague, value=None, remarks="備考")
    stored = _now().answers.get(question_id="R1-02")
    assert (stored.value, stored.remarks, stored.visibility) == ("shared", "備考", "public")
    with pytest.raises(services.StaleVersion) as stale:
        answer(colleague, value="custom")
    assert [conflict.name for conflict in stale.value.conflicts] == ["R1-02.value"]


def test_a_table_is_one_value(draft, vendor, colleague):
    def save(user, *works):
        value = [{"work": work} for work in works]
        answers = {"R1-01": {"value": value}}
        return services.save_answers(proposal=draft, answers=answers, expect=1, user=user, at=NOW)

    save(vendor, "防災")
    with pytest.raises(services.StaleVersion):
        save(colleague, "防災", "窓口")
    assert _now().answers.get(question_id="R1-01").value == [{"work": "防災"}]


def test_a_visibility_alone_is_kept(answer, vendor):
    answer(vendor, visibility="secretariat")
    assert _now().answers.get(question_id="R1-02").visibility == "secretariat"


def test_seventy_seven_answers_cost_as_many_queries_as_one(draft, vendor, django_assert_num_queries):
    ids = [question.id for question in edition(CURRENT).questions]
    assert len(ids) == 77
    for number, chosen in enumerate((ids[:1], ids), 1):
        answers = {each: {"remarks": f"備考{number}"} for each in chosen}
        with django_assert_num_queries(11):
            services.save_answers(proposal=draft, answers=answers, expect=number, user=vendor, at=NOW)
    assert _now().answers.count() == 77


# --- History ------------------------------------------------------------------------------------------------------


def test_the_history_says_who_changed_what_from_what_to_what(save, answer, vendor, colleague):
    save(vendor, title="題")
    save(colleague, expect=2, title="直した題", at=LATER)
    answer(vendor, expect=3, value="shared", at=LATER)
    rows = selectors.draft_history(_now(), vendor)
    assert ("提案名", "題", "直した題", colleague.get_full_name()) in [(r.label, r.before, r.after, r.by) for r in rows]
    assert any(row.label.startswith("R1-02") and row.after.startswith("全団体") for row in rows), [
        r.after for r in rows
    ]


def test_one_sitting_is_one_row_and_coming_back_to_the_start_is_none(save, vendor):
    for number, title in enumerate(("題", "題名", "題名案"), 1):
        save(vendor, expect=number, title=title, at=NOW + timedelta(seconds=number))
    save(vendor, expect=4, tagline="試し")
    save(vendor, expect=5, tagline="")
    [row] = selectors.draft_history(_now(), vendor)
    assert (row.before, row.after) == ("", "題名案")


def test_nobody_but_the_vendors_people_reads_the_history(save, vendor, rival_vendor, screener, organiser):
    save(vendor, title="題")
    assert selectors.draft_history(_now(), vendor)
    for stranger in (rival_vendor, screener, organiser):
        assert selectors.draft_history(_now(), stranger) == []
        assert selectors.change_of(_now(), stranger, DraftChange.objects.get().pk) is None


def test_history_is_no_part_of_what_is_submitted(save, vendor):
    save(vendor, title="カナリア旧題")
    save(vendor, expect=2, title="新しい題")
    assert DraftChange.objects.filter(after="カナリア旧題").exists()
    assert "カナリア" not in str(content_of(_now()))


def test_what_was_there_before_comes_back_as_a_change_of_its_own(save, answer, vendor, colleague):
    save(vendor, title="題")
    save(colleague, expect=2, title="誤って直した")
    answer(vendor, expect=3, value="shared")
    wrong = DraftChange.objects.get(name="title", version=3)
    services.restore(change=wrong, expect=4, user=vendor, at=LATER)
    assert _now().title == "題"
    services.restore(change=DraftChange.objects.get(name="R1-02.value"), expect=5, user=vendor, at=LATER)
    assert _now().answers.get(question_id="R1-02").value is None
    assert [change.by for change in DraftChange.objects.filter(name="title")] == [vendor, colleague, vendor]


def test_nothing_comes_back_over_what_was_written_since(save, vendor, colleague):
    save(vendor, title="題")
    save(colleague, expect=2, title="直した題")
    with pytest.raises(services.StaleVersion):
        services.restore(change=DraftChange.objects.get(version=2), expect=2, user=vendor, at=LATER)
    assert _now().title == "直した題"


def test_a_rival_brings_nothing_back(save, vendor, rival_vendor):
    save(vendor, title="題")
    with pytest.raises(Refused, match="権限"):
        services.restore(change=DraftChange.objects.get(), expect=2, user=rival_vendor, at=LATER)


def test_of_changes_that_go_on_for_ever_the_newest_are_kept_and_an_older_page_is_asked(
    save, vendor, colleague, draft, monkeypatch
):
    monkeypatch.setattr(saving, "KEPT_CHANGES", 10)
    for number in range(1, 60):
        save(vendor, expect=number, title=f"題{number}")
    assert draft.changes.count() <= 10 + saving.LOOK_EVERY
    # Whoever saw the draft before what is kept may have read anything: what differs is shown and not overwritten.
    with pytest.raises(services.StaleVersion) as stale:
        save(colleague, expect=2, title="題1", tagline="")
    (conflict,) = stale.value.conflicts
    assert (conflict.name, conflict.stored, conflict.typed) == ("title", "題59", "題1")
    assert save(colleague, expect=60, title="題60").title == "題60"


def test_what_a_page_from_before_all_kept_changes_typed_is_asked_also_where_nobody_is_named(save, vendor, draft):
    for number in range(1, 5):
        save(vendor, expect=number, title=f"題{number}")
    draft.changes.all().delete()
    with pytest.raises(services.StaleVersion) as stale:
        save(vendor, expect=1, title="別の題")
    assert (stale.value.conflicts[0].by, _now().title) == (None, "題4")


def test_a_history_reads_only_the_texts_it_shows(save, vendor, draft, django_assert_num_queries):
    for number in range(1, 4):
        save(vendor, expect=number, title=f"題{number}", at=NOW + timedelta(hours=number))
    with django_assert_num_queries(2):
        rows = selectors.draft_history(draft, vendor)
    assert [(row.before, row.after, row.can_restore) for row in rows] == [
        ("題2", "題3", True),
        ("題1", "題2", False),
        ("", "題1", False),
    ]


def test_drafts_of_one_vendor_have_an_end(call, vendor, rival_vendor, monkeypatch):
    monkeypatch.setattr(applying, "PROPOSALS_A_CALL", 2)
    for _ in range(2):
        begun = services.start_proposal(call=call, user=vendor, at=NOW)
        services.save_fields(proposal=begun, fields={"title": "題"}, expect=1, user=vendor, at=NOW)
    services.withdraw(proposal=begun, user=vendor, at=NOW)
    with pytest.raises(Refused, match="2件まで"):
        services.start_proposal(call=call, user=vendor, at=NOW)
    assert services.start_proposal(call=call, user=rival_vendor, at=NOW).state == "draft"
