"""Applying again: what was said before is there, what changed is marked, what expired is said and blocks nothing."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.requirements import CURRENT, edition, needs_renewal
from files.store import discard, path_of
from pitches import reading, selectors, services
from pitches.declarations import DECLARATIONS
from pitches.models import Attachment, Proposal
from tests.factories import NOW, make_call
from workflow.errors import Refused

LATER = NOW + timedelta(days=2)


@pytest.fixture
def next_call(db):
    return make_call(title="令和8年度 第2回 自治体ピッチ", opens_at=NOW, closes_at=timezone.now() + timedelta(days=900))


@pytest.fixture
def earlier(submitted):
    return submitted(G01="resident")


@pytest.fixture
def again(earlier, next_call, vendor):
    return services.start_from(call=next_call, source=earlier, user=vendor, at=LATER)


@pytest.fixture
def web(client, vendor):
    client.force_login(vendor)
    return client


def _to(name, proposal, *args):
    return reverse(f"pitches:{name}", args=[proposal.public_id, *args])


def test_fields_answers_and_evidence_are_there_and_declarations_are_not(earlier, again):
    again.refresh_from_db()
    assert (again.title, again.state, again.copied_from, again.version) == (earlier.title, "draft", earlier, 1)
    assert earlier.declarations and again.declarations == []
    for answer in earlier.answers.exclude(question_id="R4-03"):
        assert again.answers.get(question_id=answer.question_id).value == answer.value
    old, new = (each.attachments.get(question_id="R4-03").stored for each in (earlier, again))
    assert old.sha256 == new.sha256 and old.public_id != new.public_id
    assert path_of(old.key).samefile(path_of(new.key)), "the same bytes cost no disk"
    assert again.answers.get(question_id="R4-03").value == [new.public_id]


def test_a_copy_lacks_nothing_but_the_declarations(again, vendor):
    with pytest.raises(Refused, match="同意・誓約"):
        services.submit(proposal=again, user=vendor, at=LATER)
    assert services.submit(proposal=again, user=vendor, at=LATER, declarations=list(DECLARATIONS)).receipt_number


def test_pressed_twice_it_is_one_copy_and_a_blank_start_stays_another(earlier, again, next_call, vendor):
    assert services.start_from(call=next_call, source=earlier, user=vendor, at=LATER) == again
    blank = services.start_proposal(call=next_call, user=vendor, at=LATER)
    assert blank != again and blank.title == ""
    assert Attachment.objects.filter(proposal=again).count() == 1


@pytest.mark.parametrize("who", ["rival_vendor", "screener", "outsider"])
def test_nobody_begins_with_anothers_proposal(request, client, earlier, next_call, who):
    stranger = request.getfixturevalue(who)
    with pytest.raises(Refused, match="貴社"):
        services.start_from(call=next_call, source=earlier, user=stranger, at=LATER)
    assert not selectors.earlier_proposals(stranger).exists()
    client.force_login(stranger)
    answer = client.post(reverse("pitches:start", args=[next_call.public_id]), {"source": earlier.public_id})
    assert (answer.status_code, Proposal.objects.count()) == (404 if who == "rival_vendor" else 302, 1)


def test_a_draft_is_nothing_to_begin_with(complete_draft, next_call, vendor):
    draft = complete_draft()
    with pytest.raises(Refused):
        services.start_from(call=next_call, source=draft, user=vendor, at=LATER)


def test_a_closed_call_takes_no_copy_and_keeps_no_file(earlier, next_call, vendor):
    with pytest.raises(Refused, match="受付期間外"):
        services.start_from(call=next_call, source=earlier, user=vendor, at=next_call.closes_at)
    assert Proposal.objects.count() == 1


def test_a_copy_that_fails_leaves_no_file_behind(earlier, next_call, vendor, settings, monkeypatch):
    folder = path_of("00").parent.parent
    before = sorted(path.name for path in folder.rglob("*") if path.is_file())

    def fail(*args, **options):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("pitches.services.copying.record", fail)
    with pytest.raises(RuntimeError):
        services.start_from(call=next_call, source=earlier, user=vendor, at=LATER)
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == before
    assert Proposal.objects.count() == 1


def test_what_the_new_call_does_not_take_is_named(earlier, next_call, vendor):
    next_call.themes = ["子育て"]
    next_call.file_types = ["png"]
    next_call.save()
    again = services.start_from(call=next_call, source=earlier, user=vendor, at=LATER)
    assert again.theme == "" and not again.attachments.exists()
    assert selectors.left_behind(again) == ["図.pdf", "テーマ「防災」"]


# --- What changed --------------------------------------------------------------------------------------------------


def test_nothing_is_marked_before_something_changes(again):
    assert selectors.changes_since_last_time(again, as_written=True) == frozenset()


def test_what_differs_is_marked_to_the_vendor_while_it_writes_and_to_screeners_once_submitted(web, again, vendor):
    again = services.save_fields(proposal=again, fields={"effect": "実績"}, expect=1, user=vendor, at=LATER)
    answers = {"R1-02": {"value": "custom"}}
    again = services.save_answers(proposal=again, answers=answers, expect=2, user=vendor, at=LATER)
    assert selectors.changes_since_last_time(again, as_written=True) == {"effect", "R1-02"}
    assert selectors.changes_since_last_time(again) == frozenset()
    page = web.get(_to("edit", again, "shared-use")).content.decode()
    assert page.count("前回から変更あり") == 1
    assert "期待できる効果" in web.get(_to("proposal", again)).content.decode()
    services.submit(proposal=again, user=vendor, at=LATER, declarations=list(DECLARATIONS))
    assert selectors.changes_since_last_time(again) == {"effect", "R1-02"}


def test_exchanged_evidence_is_a_change(again, attach):
    from tests.pitches.conftest import pdf

    attach(again, "R4-03", body=pdf("新しい図"))
    assert selectors.changes_since_last_time(again, as_written=True) == {"R4-03"}


def test_answers_of_the_second_stage_are_brought_along_and_shown_to_nobody_before_they_are_asked(
    selected, answer_details, next_call, vendor
):
    source = answer_details(selected(is_told=True))
    services.hand_in_details(proposal=source, user=vendor, at=NOW + timedelta(hours=8))
    again = services.start_from(call=next_call, source=source, user=vendor, at=LATER)
    assert again.answers.filter(question_id="R1-04").exists()
    again = services.submit(proposal=again, user=vendor, at=LATER, declarations=list(DECLARATIONS))
    assert "R1-04" not in again.versions.get().content["answers"]
    assert "R1-04" not in str(reading.reading_of(again))
    assert selectors.changes_since_last_time(again) == frozenset()


# --- What is out of date --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "column", "day", "is_old"),
    [
        ("R3-05", "expires_on", "2026-06-30", True),
        ("R3-05", "expires_on", "2026-07-01", False),
        ("R4-06", "restored_on", "2025-06-30", True),
        ("R4-06", "restored_on", "2025-07-01", False),
    ],
)
def test_a_certificate_or_a_test_is_out_of_date_after_its_day(question, column, day, is_old):
    found = needs_renewal(edition(CURRENT).question(question), [{column: day}], date(2026, 7, 1))
    assert bool(found) == is_old


def test_looks_that_are_not_about_dates_ask_for_no_renewal():
    known = edition(CURRENT)
    assert needs_renewal(known.question("R1-02"), "custom", date(2026, 7, 1)) is None


def test_what_is_out_of_date_is_said_at_the_question_and_at_the_end_and_blocks_nothing(web, again, vendor):
    rows = [{"rto": "4時間", "restored_on": "2020-01-01"}]
    again = services.save_answers(proposal=again, answers={"R4-06": {"value": rows}}, expect=1, user=vendor, at=LATER)
    [renewal] = selectors.renewals(again, date(2026, 7, 1))
    assert (renewal.question, renewal.page) == ("R4-06", "support")
    assert renewal.reason in web.get(_to("edit", again, "support")).content.decode()
    confirm = web.get(_to("edit", again, "confirm")).content.decode()
    assert renewal.reason in confirm and f"{_to('edit', again, 'support')}#q-R4-06" in confirm
    assert services.submit(proposal=again, user=vendor, at=LATER, declarations=list(DECLARATIONS)).receipt_number


# --- Over plain HTTP ------------------------------------------------------------------------------------------------


def test_the_call_offers_what_was_submitted_before(web, earlier, next_call):
    page = web.get(reverse("pitches:call", args=[next_call.public_id])).content.decode()
    assert f'<option value="{earlier.public_id}"' in page
    for _press in range(2):
        answer = web.post(reverse("pitches:start", args=[next_call.public_id]), {"source": earlier.public_id})
        again = Proposal.objects.get(call=next_call)
        assert answer.url == _to("edit", again, "proposal") and again.title == earlier.title


def test_a_file_that_is_gone_from_the_disk_does_not_stop_an_application_from_being_made_again(
    complete_draft, vendor, call
):
    source = services.submit(proposal=complete_draft(), user=vendor, at=NOW)
    discard(source.attachments.get().stored.key)
    begun = services.start_from(call=call, source=source, user=vendor, at=NOW)
    assert (begun.title, begun.attachments.count()) == (source.title, 0)
