"""The last seconds: on every way of writing what decides is the moment passed in, exactly, and nothing else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.selectors import vendor_of
from files.models import StoredFile
from pitches import services
from pitches.models import Call, Extension, Proposal
from pitches.rules import accepts_from
from tests.factories import NOW, make_call
from tests.pitches.conftest import pdf
from workflow.errors import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

# Two seconds before the deadline, its last microsecond, the deadline itself, and after: (from the deadline, accepted).
AROUND = tuple(
    (timedelta(microseconds=each), each < 0)
    for each in (-2_000_000, -1_000_000, -1_000, -1, 0, 1, 1_000, 1_000_000, 2_000_000)
)


def accepted(write) -> bool:
    try:
        write()
    except Refused:
        return False
    return True


@pytest.fixture
def code(call, vendor, organiser):
    """The access code of a window that is two days longer."""
    until_at = call.closes_at + timedelta(days=2)
    wanted = {"call": call, "vendor": vendor_of(vendor), "until_at": until_at, "reason": "障害"}
    return services.issue_extension(**wanted, actor=organiser, at=NOW)[1]


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_starting(call, vendor, after, is_in_time):
    at = call.closes_at + after
    assert accepted(lambda: services.start_proposal(call=call, user=vendor, at=at)) is is_in_time
    assert Proposal.objects.count() == int(is_in_time)


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_starting_from_an_earlier_proposal(call, vendor, submitted, after, is_in_time):
    source, next_call = submitted(), make_call(title="次の募集")
    at, files = next_call.closes_at + after, StoredFile.objects.count()
    assert accepted(lambda: services.start_from(call=next_call, source=source, user=vendor, at=at)) is is_in_time
    assert Proposal.objects.filter(call=next_call).count() == int(is_in_time)
    assert StoredFile.objects.count() == files + int(is_in_time)


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_submitting(call, vendor, complete_draft, after, is_in_time):
    draft = complete_draft()
    assert accepted(lambda: services.submit(proposal=draft, user=vendor, at=call.closes_at + after)) is is_in_time
    draft = Proposal.objects.get()
    assert (draft.state, draft.receipt_number is not None) == (("submitted" if is_in_time else "draft"), is_in_time)


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_submitting_inside_ones_own_longer_window(call, vendor, complete_draft, code, after, is_in_time):
    draft, until_at = complete_draft(), call.closes_at + timedelta(days=2)
    services.redeem_extension(call=call, code=code, user=vendor, at=NOW)
    assert accepted(lambda: services.submit(proposal=draft, user=vendor, at=until_at + after)) is is_in_time


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_redeeming(call, vendor, code, after, is_in_time):
    at = call.closes_at + timedelta(days=2) + after
    assert accepted(lambda: services.redeem_extension(call=call, code=code, user=vendor, at=at)) is is_in_time
    assert (Extension.objects.get().used_at is not None) is is_in_time


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_handing_in_a_correction(vendor, submitted, ask_correction, after, is_in_time):
    asked = ask_correction(submitted(), ["content"])
    proposal = Proposal.objects.get()
    assert accepted(lambda: services.resubmit(proposal=proposal, user=vendor, at=asked.deadline_at + after)) is (
        is_in_time
    )
    assert proposal.versions.count() == 1 + int(is_in_time)


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_handing_in_the_details(call, vendor, selected, answer_details, after, is_in_time):
    due_at = NOW + timedelta(days=40)
    proposal = answer_details(selected(is_told=True))
    Call.objects.filter(pk=call.pk).update(details_due_at=due_at)
    at = due_at + after
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert accepted(lambda: services.hand_in_details(proposal=proposal, user=vendor, at=at)) is is_in_time


@pytest.mark.parametrize(("after", "_is_in_time"), AROUND)
def test_a_draft_is_written_on_and_taken_back_at_any_time_and_none_of_it_is_a_submission(
    call, vendor, complete_draft, attach, after, _is_in_time
):
    draft, at = complete_draft(), call.closes_at + after
    saved = services.save_fields(proposal=draft, fields={"title": "遅"}, expect=draft.version, user=vendor, at=at)
    attachment = services.attach(proposal=saved, chunks=[pdf("遅")], name="遅.pdf", kind="other", user=vendor, at=at)
    services.remove_attachment(attachment=attachment, user=vendor, at=at)
    assert services.withdraw(proposal=saved, user=vendor, at=at).receipt_number is None
    assert Proposal.objects.get().versions.count() == 0


# --- The deadline moves while a form is open ------------------------------------------------------------------------


@pytest.fixture
def move_deadline(call, organiser):
    """move_deadline(moment): as an organiser does while vendors have their pages open."""

    def move(closes_at):
        services.save_call(
            call=call,
            fields={"closes_at": closes_at},
            reason="障害のため",
            actor=organiser,
            at=NOW + timedelta(hours=2),
        )
        return Call.objects.get(pk=call.pk)

    return move


def test_an_open_form_submits_until_the_later_deadline_once_its_vendor_has_seen_the_change(
    call, vendor, complete_draft, move_deadline
):
    draft, old = complete_draft(), call.closes_at
    assert draft.call.rules_number == 1  # What the open page read: the row as it was.
    move_deadline(old + timedelta(days=3))
    with pytest.raises(Refused, match="条件が変わりました"):
        services.submit(proposal=draft, user=vendor, at=old, rules=1)
    assert services.submit(proposal=draft, user=vendor, at=old, rules=2).state == "submitted"


@pytest.mark.parametrize(("after", "is_in_time"), AROUND)
def test_an_open_form_is_refused_from_the_earlier_deadline_on(
    call, vendor, complete_draft, move_deadline, after, is_in_time
):
    draft, earlier = complete_draft(), call.closes_at - timedelta(days=9)
    assert draft.call.closes_at > earlier
    move_deadline(earlier)
    assert accepted(lambda: services.submit(proposal=draft, user=vendor, at=earlier + after, rules=2)) is is_in_time


@pytest.mark.parametrize("days", [-9, 9])
def test_a_start_asks_the_call_as_it_stands_and_not_as_the_page_read_it(call, vendor, submitted, move_deadline, days):
    source, read = submitted(), Call.objects.get(pk=call.pk)
    moved = move_deadline(call.closes_at + timedelta(days=days))
    last = moved.closes_at - timedelta(seconds=1)
    for at, is_in_time in ((last, True), (moved.closes_at, False)):
        started = accepted(lambda at=at: services.start_proposal(call=read, user=vendor, at=at))
        copied = accepted(lambda at=at: services.start_from(call=read, source=source, user=vendor, at=at))
        assert (started, copied) == (is_in_time, is_in_time)
        # What was begun in time is found again by a later press: that is no start.
        Proposal.objects.filter(state="draft").delete()


def test_a_longer_window_is_one_vendors_alone(call, vendor, rival_vendor, code):
    services.redeem_extension(call=call, code=code, user=vendor, at=NOW)
    assert accepts_from(call, vendor_of(vendor), call.closes_at)
    assert not accepts_from(call, vendor_of(rival_vendor), call.closes_at)


# --- An upload that is still coming in when the deadline passes -----------------------------------------------------


def test_a_slow_upload_across_the_deadline_is_kept_with_the_draft_and_opens_nothing_twenty_of_twenty(
    call, vendor, complete_draft
):
    """One rule: a file belongs to its draft whenever its last byte comes; a submission is in time or it is not."""
    draft, before = complete_draft(), call.closes_at - timedelta(seconds=2)
    whole = pdf("遅い回線")
    came_to = set()
    for number in range(20):
        at = before + timedelta(milliseconds=200 * number)

        cut = 1 + number * len(whole) // 20
        chunks = iter((whole[:cut], whole[cut:]))

        attachment = services.attach(
            proposal=draft,
            chunks=chunks,
            name=f"{number}.pdf",
            kind="other",
            user=vendor,
            at=at,
        )
        is_submitted = accepted(lambda: services.submit(proposal=draft, user=vendor, at=call.closes_at))
        came_to.add((attachment.stored.size, attachment.stored.sha256, is_submitted))
    assert len(came_to) == 1 and came_to.pop()[2] is False
    assert draft.attachments.count() == 1 + 20


def test_the_rule_stands_where_files_are_added(client, call, vendor, complete_draft):
    draft = complete_draft()
    client.force_login(vendor)
    page = client.get(reverse("pitches:edit", args=[draft.public_id, "files"])).content.decode()
    assert "送信が締切をまたいだファイルは下書きに残りますが、そのあとの提出はできません。" in page
