"""Fields and ids no form of ours offers, posted to every form that writes: they have no effect at all."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User, Vendor, VendorMembership
from accounts.selectors import vendor_of
from files.models import StoredFile
from pitches import services
from pitches.forms import CallForm
from pitches.models import Attachment, Call, Judgement, Proposal, ScreeningAssignment, SelfCheckAnswer
from tests import factories
from tests.factories import NOW
from tests.pitches.conftest import FIELDS, pdf

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]

FAR = "2099-12-31 23:59"
GROWN = ("version", "updated_at")


@pytest.fixture(autouse=True)
def open_now(call):
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()


@pytest.fixture
def rivals(complete_draft, rival_vendor):
    return services.submit(proposal=complete_draft(user=rival_vendor), user=rival_vendor, at=NOW)


@pytest.fixture
def foreign(rivals, rival_vendor, organiser, call):
    """Forty-odd names that mean something in a row of ours, each with the value an attacker would like."""
    other = factories.make_call(title="別の募集")
    named = {
        "state": "selected", "state_at": FAR, "receipt_number": "R8-AAAA-AAAA", "submitted_at": FAR,
        "released_outcome": "selected", "released_note": "選定", "released_at": FAR, "details_at": FAR,
        "vendor": rivals.vendor_id, "vendor_id": rivals.vendor_id, "call": other.pk, "call_id": other.pk,
        "edition": "2099-1", "rules_number": "99", "copied_from": rivals.pk, "copied_from_id": rivals.pk,
        "source": rivals.public_id, "created_by": rival_vendor.pk, "created_by_id": rival_vendor.pk, "created_at": FAR,
        "updated_at": FAR, "id": rivals.pk, "pk": rivals.pk, "public_id": rivals.public_id, "proposal": rivals.pk,
        "proposal_id": rivals.pk, "user": organiser.pk, "actor": organiser.pk, "at": FAR, "by": rival_vendor.pk,
        "by_id": rival_vendor.pk, "is_reset": "on", "screening_assignment": organiser.pk, "stored": "1",
        "stored__public_id": rivals.attachments.first().stored.public_id, "attachments": "1", "key": "../x",
        "scan": "clean", "sha256": "0" * 64, "expect": "1", "removed_at": FAR, "groups": "organiser",
        "is_staff": "on", "is_superuser": "on", "is_active": "", "vendor__name": "乗っ取り", "call__closes_at": FAR,
        "state__in": "draft", "published_at": FAR, "_state": "selected", "__class__": "Call",
    }  # fmt: skip
    assert len(named) >= 40
    return named


def everything():
    """Every row a foreign field could reach, as values; what is compared before and after."""
    models = (Proposal, Attachment, SelfCheckAnswer, Judgement, ScreeningAssignment, Call, Vendor, VendorMembership)
    rows = {(model.__name__, row["id"]): row for model in models for row in model.objects.values()}
    return rows | {("User", user.pk): (user.is_staff, user.is_superuser, user.email) for user in User.objects.all()}


def changed(before):
    """{(model, id): changed columns, or "new"} since before, without what every saved change makes grow."""
    found = {}
    for key, row in everything().items():
        if key not in before:
            found[key] = "new"
        elif row != before[key]:
            names = {name for name in row if row[name] != before[key][name]} if isinstance(row, dict) else {"rights"}
            found[key] = names - set(GROWN)
    return found


def test_a_page_of_a_draft_takes_its_own_fields_and_no_other(client, vendor, complete_draft, foreign):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "proposal"])
    on_page = {name: FIELDS.get(name, "") for name in client.get(address).context["form"].names}
    before = everything()
    posted = foreign | on_page | {"title": "新しい題", "version": draft.version, "presenter_name": "別のページの項目"}
    assert client.post(address, posted).status_code == 302
    assert changed(before) == {("Proposal", draft.pk): {"title"}}
    draft.refresh_from_db()
    assert draft.version == before["Proposal", draft.pk]["version"] + 1


def test_a_script_gets_no_further(client, vendor, complete_draft, foreign):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "proposal"])
    on_page = {name: FIELDS.get(name, "") for name in client.get(address).context["form"].names}
    before = everything()
    posted = foreign | on_page | {"title": "新しい題", "version": draft.version}
    assert client.post(address, posted, headers={"Accept": "application/json"}).status_code == 200
    assert changed(before) == {("Proposal", draft.pk): {"title"}}
    body = '{"version": 1, "title": "JSONの題", "state": "selected"}'
    answer = client.post(address, body, content_type="application/json", headers={"Accept": "application/json"})
    assert answer.status_code == 422
    assert Proposal.objects.get(pk=draft.pk).title == "新しい題"


@pytest.mark.parametrize("version", ["999999", "2147483647", "2147483648", "0", "-1", "1.5", "１"])
def test_a_version_jump_overwrites_nothing_unseen(client, vendor, complete_draft, version):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "proposal"])
    answer = client.post(address, {"version": version, "title": "飛び越し", "seen": f"title:{'9' * 5000}"})
    assert answer.status_code in {409, 422}
    draft_now = Proposal.objects.get(pk=draft.pk)
    assert (draft_now.title, draft_now.version) == (draft.title, draft.version) == (FIELDS["title"], draft.version)


def test_answers_are_those_of_the_page_whatever_ids_are_posted(client, vendor, complete_draft, rivals, foreign):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "basics"])
    form = client.get(address).context["form"]
    own = {name: form[name].value() or "" for name in form.fields if not name.endswith("-file")}
    theirs = rivals.answers.get(question_id="R1-03")
    before = everything()
    posted = foreign | own | {"R1-03": "no", "R1-03-visibility": "public", "R9-99": "yes", "answers-0-id": theirs.pk}
    assert client.post(address, posted | {"version": draft.version}).status_code == 302
    assert changed(before) == {}


@pytest.mark.parametrize(
    "counters",
    [
        {"TOTAL_FORMS": "1000000", "INITIAL_FORMS": "0"},
        {"TOTAL_FORMS": "-1", "INITIAL_FORMS": "-1"},
        {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1", "0-id": "1", "0-proposal": "1", "0-DELETE": "on"},
        {"TOTAL_FORMS": ["1", "2"], "INITIAL_FORMS": ["0", "9"], "-1-name": "x", "999999-name": "x"},
    ],
)
def test_a_tables_counters_and_row_ids_reach_no_other_row(client, vendor, complete_draft, rivals, counters):
    draft = complete_draft(G01="resident")
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "shared-use"])
    before = everything()
    posted = {f"R1-01-{name}": value for name, value in counters.items()}
    answer = client.post(address, posted | {"version": draft.version})
    assert answer.status_code in {302, 422}
    reached = {key for key in changed(before) if key[0] != "SelfCheckAnswer"} - {("Proposal", draft.pk)}
    own = set(draft.answers.values_list("pk", flat=True))
    assert reached == set() and {pk for name, pk in changed(before) if name == "SelfCheckAnswer"} <= own
    assert client.get(address).status_code == 200


def test_of_two_values_of_one_name_the_last_is_taken_and_both_are_checked(client, vendor, complete_draft):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "proposal"])
    posted = {"title": ["一つめ", "二つめ"], "version": [str(draft.version), "1"], "theme": ["防災", "無い主題"]}
    assert client.post(address, posted).status_code == 422
    assert Proposal.objects.get(pk=draft.pk).title == FIELDS["title"]


def test_an_upload_cannot_name_a_stored_file_an_owner_or_a_question_that_is_not_asked(
    client, vendor, complete_draft, rivals, foreign
):
    draft = complete_draft()
    client.force_login(vendor)
    address = reverse("pitches:attachments", args=[draft.public_id])
    theirs = rivals.attachments.get().stored
    sent = SimpleUploadedFile("図.pdf", pdf("新"))
    assert client.post(address, foreign | {"kind": "slides", "file": sent, "name": "他人.pdf"}).status_code == 302
    new = draft.attachments.latest("pk")
    assert (new.proposal, new.stored.name, new.stored.created_by) == (draft, "図.pdf", vendor)
    assert new.stored != theirs and new.stored.key != "../x" and new.removed_at is None
    count = StoredFile.objects.count()
    for question in ("R3-01", "R9-99", "B-01", "G-01' OR 1=1"):
        sent = SimpleUploadedFile("図.pdf", pdf())
        assert client.post(address, {"kind": "evidence", "question_id": question, "file": sent}).status_code == 422
    assert StoredFile.objects.count() == count and rivals.attachments.count() == 1


def test_nobody_takes_off_or_restores_what_hangs_on_anothers_proposal(client, vendor, complete_draft, rivals):
    """The address names one's own proposal and the other's file, change and kept text."""
    draft = complete_draft()
    client.force_login(vendor)
    theirs = rivals.attachments.get()
    change = rivals.changes.first()
    before = everything()
    for name, more in (("remove_attachment", theirs.stored.public_id), ("restore", change.pk)):
        answer = client.post(reverse(f"pitches:{name}", args=[draft.public_id, more]), {"version": draft.version})
        assert answer.status_code == 404
    assert client.post(reverse("pitches:restore", args=[draft.public_id, 2**70])).status_code == 404
    assert changed(before) == {}


def test_an_application_begins_with_nobody_elses_proposal(client, vendor, call, rivals, foreign):
    client.force_login(vendor)
    address = reverse("pitches:start", args=[call.public_id])
    assert client.post(address, foreign).status_code == 404
    assert client.post(address, {**foreign, "source": ""}).status_code == 302
    begun = Proposal.objects.exclude(pk=rivals.pk).get()
    assert (begun.vendor, begun.call, begun.state, begun.copied_from) == (vendor_of(vendor), call, "draft", None)
    assert (begun.receipt_number, begun.released_outcome, begun.edition) == (None, "", call.edition)


def test_a_submission_and_a_withdrawal_take_nothing_else_from_the_post(client, vendor, complete_draft, foreign):
    draft = complete_draft()
    client.force_login(vendor)
    posted = foreign | {"version": draft.version, "declarations": draft.declarations, "rules": 1}
    assert client.post(reverse("pitches:submit", args=[draft.public_id]), posted).status_code == 302
    sent = Proposal.objects.get(pk=draft.pk)
    assert (sent.state, sent.released_outcome, sent.vendor, sent.copied_from) == ("submitted", "", draft.vendor, None)
    assert sent.receipt_number != foreign["receipt_number"] and sent.submitted_at.year < 2099
    assert client.post(reverse("pitches:withdraw", args=[draft.public_id]), foreign).status_code == 302
    gone = Proposal.objects.get(pk=draft.pk)
    assert (gone.state, gone.receipt_number, gone.released_outcome) == ("withdrawn", sent.receipt_number, "")


def test_a_judgement_is_the_screeners_own_on_the_proposal_of_the_address(
    client, screener, second_screener, submitted, rivals, foreign
):
    proposal = submitted()
    client.force_login(screener)
    typed = {"requirement": "R1", "version": 1, "seen": 0, "status": "fit", "reason": "確認"}
    smuggled = {
        "by": second_screener.pk,
        "actor": second_screener.pk,
        "is_reset": "on",
        "proposal": rivals.pk,
        "at": FAR,
    }
    posted = foreign | {f"R1-{name}": value for name, value in (smuggled | typed).items()} | smuggled
    before = everything()
    assert client.post(reverse("pitches_judge", args=[proposal.public_id]), posted).status_code == 302
    judgement = Judgement.objects.get()
    assert changed(before) == {("Judgement", judgement.pk): "new"}
    assert (judgement.by, judgement.proposal, judgement.is_reset) == (screener, proposal, False)
    assert judgement.at.year < 2099


def test_a_second_opinion_reaches_only_a_judgement_of_the_addressed_proposal(
    client, screener, second_screener, submitted, rivals
):
    proposal = submitted()
    theirs = services.judge(
        proposal=rivals, requirement="R1", status="unfit", reason="無", expect_version=1, actor=screener, at=NOW
    )
    client.force_login(second_screener)
    posted = {"opinion-judgement": theirs.pk, "opinion-opinion": "agree"}
    assert client.post(reverse("pitches_second_opinion", args=[proposal.public_id]), posted).status_code == 404
    assert Judgement.objects.get(pk=theirs.pk).standing == "awaiting"


@pytest.mark.parametrize("who", ["vendor", "rival_vendor", "officer", "editor", "reviewer"])
def test_only_who_screens_can_be_given_a_proposal(client, request, screener, submitted, who, foreign):
    proposal = submitted()
    client.force_login(screener)
    posted = foreign | {"screener": request.getfixturevalue(who).pk, "assigned_by": request.getfixturevalue(who).pk}
    assert client.post(reverse("pitches_assign", args=[proposal.public_id]), posted).status_code == 422
    assert not ScreeningAssignment.objects.exists()


def test_a_correction_opens_only_what_may_be_corrected_and_is_the_screeners(client, screener, submitted, foreign):
    proposal = submitted()
    client.force_login(screener)
    address = reverse("pitches_correct", args=[proposal.public_id])
    good = {"correct-reason": "理由", "correct-deadline_at": "2099-01-05 17:00"}
    for name in ("state", "vendor", "receipt_number", "declarations.0", "R9-99", "version"):
        assert client.post(address, foreign | good | {"correct-fields_named": [name]}).status_code == 422
    assert client.post(address, foreign | good | {"correct-fields_named": ["title"]}).status_code == 302
    asked = proposal.correction_requests.get()
    assert (asked.fields, asked.requested_by, asked.answered_at) == (["title"], screener, None)


def test_actions_on_many_leave_alone_what_the_person_may_not_see(client, screener, complete_draft, rivals, foreign):
    draft = complete_draft()
    client.force_login(screener)
    before = everything()
    posted = foreign | {"action": "assign", "step": "do", "screener": screener.pk}
    posted |= {"proposal": [draft.public_id, str(draft.pk), rivals.public_id, "' OR 1=1"]}
    assert client.post(reverse("pitches_screening_bulk"), posted).status_code == 200
    assert [row.proposal for row in ScreeningAssignment.objects.all()] == [rivals]
    assert [key for key in changed(before) if key[0] != "ScreeningAssignment"] == []


def test_a_call_takes_the_fields_of_its_form(client, organiser, call, foreign):
    client.force_login(organiser)
    address = reverse("pitches_edit_call", args=[call.public_id])
    bound = client.get(address).context["form"]
    posted = {name: bound[name].value() for name in bound.fields if bound[name].value() not in (None, "")}
    moments = {name: bound.fields[name].prepare_value(value) for name, value in posted.items()}
    before = everything()
    # Names the form has are its own; of all others none may arrive.
    posted = {name: value for name, value in foreign.items() if name not in CallForm(call, at=NOW).fields} | moments
    posted |= {"title": "新しい件名", "created_at": FAR, "public_id": "B" * 16}
    answer = client.post(address, posted)
    assert answer.status_code in {302, 422}, answer.status_code
    assert changed(before).get(("Call", call.pk), set()) <= {"title"}
    assert set(changed(before)) <= {("Call", call.pk)}


def test_a_vendors_own_page_changes_no_other_vendor_and_nobodys_rights(client, vendor, rivals, foreign):
    own = vendor_of(vendor)
    client.force_login(vendor)
    before = everything()
    posted = foreign | {
        "kind": "corporation",
        "name": "新しい名",
        "kana": "アタラシイ",
        "memberships": rivals.vendor_id,
    }
    assert client.post(reverse("accounts:vendor"), posted).status_code == 302
    assert set(changed(before)) == {("Vendor", own.pk)}
    assert vendor_of(User.objects.get(pk=vendor.pk)) == own


def test_an_invitation_is_into_ones_own_vendor_whatever_is_posted(client, vendor, rivals, foreign):
    client.force_login(vendor)
    before = everything()
    posted = foreign | {"email": "new@people.example", "invited_by": rivals.created_by_id, "accepted_at": FAR}
    assert client.post(reverse("accounts:people"), posted).status_code == 302
    invitation = vendor_of(vendor).invitations.get()
    assert (invitation.invited_by, invitation.accepted_at) == (vendor, None)
    assert changed(before) == {}


def test_a_sign_up_grants_nothing(client, foreign):
    posted = foreign | {
        "email": "new@people.example", "password1": "long-enough-for-us-1", "password2": "long-enough-for-us-1",
        "last_name": "架空", "first_name": "新",
    }  # fmt: skip
    client.post(reverse("account_signup"), posted)
    new = User.objects.get(email="new@people.example")
    assert (new.is_staff, new.is_superuser, new.groups.count(), vendor_of(new)) == (False, False, 0, None)
