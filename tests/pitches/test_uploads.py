"""A file on its way onto a proposal: names, ceilings, and what becomes of one a scanner finds something in."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import vendor_of
from files import signals
from files.models import StoredFile
from notifications.models import Message
from pitches import selectors, services
from pitches.models import Attachment
from pitches.selectors import proposal_of_file
from tests.factories import NOW, make_call, make_vendor_user
from tests.pitches.conftest import pdf
from workflow.errors import Refused

KANA = "あ" * 120


def _find(stored):
    """A scanner has found something in it."""
    StoredFile.objects.filter(pk=stored.pk).update(scan="infected", finding="Tests.Eicar")
    stored.refresh_from_db()
    signals.infected.send(sender=StoredFile, stored=stored, at=NOW)


@pytest.fixture
def draft(call, complete_draft):
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()
    return complete_draft()


# --- Infected -----------------------------------------------------------------------------------------------------


def test_an_infected_file_no_longer_answers_and_people_are_told(draft, vendor, organiser, rival_vendor):
    colleague = make_vendor_user(vendor_of(vendor))
    attachment = draft.attachments.get(question_id="R4-03")
    assert draft.answers.get(question_id="R4-03").value == [attachment.stored.public_id]
    _find(attachment.stored)
    assert draft.answers.get(question_id="R4-03").value is None
    with pytest.raises(Refused, match="R4-03"):
        services.submit(proposal=draft, user=vendor, at=NOW)
    told = set(Message.objects.values_list("address", flat=True))
    assert told == {vendor.email, colleague.email, organiser.email}
    mail = Message.objects.get(recipient=vendor)
    assert "添付されていないものとして扱われます" in mail.body and attachment.stored.name in mail.body
    assert "ウイルス" in mail.subject
    assert draft.title not in Message.objects.get(recipient=organiser).body, "a draft is nobody else's"


def test_an_infected_file_of_no_question_is_left_out_of_what_is_submitted(draft, vendor, attach):
    slides = attach(draft, kind="slides", name="発表.pdf")
    _find(slides.stored)
    submitted = services.submit(proposal=draft, user=vendor, at=NOW)
    assert [file["question"] for file in selectors.newest_version(submitted).content["files"]] == ["R4-03"]


def test_found_after_submission_it_may_be_replaced_in_whatever_correction_comes(
    draft, vendor, screener, attach, ask_correction
):
    submitted = services.submit(proposal=draft, user=vendor, at=NOW)
    _find(submitted.attachments.get().stored)
    assert submitted.answers.get(question_id="R4-03").value, "what was submitted stays what was submitted"
    ask_correction(submitted, ["title"])
    correcting = type(submitted).objects.get()
    services.remove_attachment(attachment=correcting.attachments.get(), user=vendor, at=NOW)
    attach(correcting, "R4-03", name="新しい図.pdf")
    again = services.resubmit(proposal=correcting, user=vendor, at=NOW)
    assert again.state == "submitted"
    assert [file["name"] for file in selectors.newest_version(again).content["files"]] == ["新しい図.pdf"]


def test_the_page_says_what_became_of_a_file(client, vendor, draft, settings):
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "files"])
    stored = draft.attachments.get().stored
    link = reverse("files:download", args=[stored.public_id])
    assert link in client.get(address).content.decode()
    settings.CLAMD_SOCKET = "/nowhere"
    page = client.get(address).content.decode()
    assert "検査中" in page and link not in page
    _find(stored)
    page = client.get(address).content.decode()
    assert "添付されていないものとして扱われます" in page and link not in page


def test_a_scanner_faster_than_the_proposal_is_listened_to(draft, attach, monkeypatch):
    """It found something before the file hung on anything: whoever attaches it is told on the spot."""
    from pitches.services import attaching

    really = attaching.take_in

    def scanned_at_once(*args, **kwargs):
        stored = really(*args, **kwargs)
        _find(stored)
        return stored

    monkeypatch.setattr(attaching, "take_in", scanned_at_once)
    with pytest.raises(Refused, match="ウイルス"):
        attach(draft, name="図2.pdf")
    assert draft.attachments.count() == 1 and StoredFile.objects.count() == 1


# --- Ceilings -----------------------------------------------------------------------------------------------------


def test_files_taken_off_still_count_for_their_vendor(draft, attach, vendor, settings):
    body = pdf("別の版")
    settings.UPLOAD_VENDOR_MAX_BYTES = selectors.size_stored_for(draft.vendor_id) + 2 * len(body)
    for _ in range(2):
        services.remove_attachment(attachment=attach(draft, body=body, kind="other"), user=vendor, at=NOW)
    with pytest.raises(Refused, match="外したものを含む"):
        attach(draft, body=body, kind="other")
    assert StoredFile.objects.count() == 3


def test_the_ceiling_is_each_vendors_own_and_spans_its_proposals(call, draft, attach, rival_vendor, vendor, settings):
    settings.UPLOAD_VENDOR_MAX_BYTES = selectors.size_stored_for(draft.vendor_id)
    second = services.start_proposal(call=make_call(title="別の募集"), user=vendor, at=NOW)
    with pytest.raises(Refused):
        attach(second, kind="other")
    rivals = services.start_proposal(call=call, user=rival_vendor, at=NOW)
    attach(rivals, user=rival_vendor, body=pdf())


@pytest.mark.thorough
def test_two_hundred_files_are_as_good_as_one(draft, attach):
    for number in range(200):
        attach(draft, kind="other", name=f"図{number}.pdf")
    assert selectors.attachments(draft).count() == 201


# --- Names, through the form --------------------------------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sent", "status", "kept"),
    [
        (f"{KANA}.pdf", 302, f"{KANA}.pdf"),
        ("../../../etc/passwd.pdf", 302, "passwd.pdf"),
        ("..\\..\\boot.pdf", 302, "boot.pdf"),
        ("%2e%2e%2fx.pdf", 302, "%2e%2e%2fx.pdf"),
        ("CON.pdf", 302, "CON.pdf"),
        ("か\u3099.pdf", 302, "が.pdf"),
        ("㈱①髙﨑𠮷葛\U000e0100.pdf", 302, "㈱①髙﨑𠮷葛\U000e0100.pdf"),
        ("fdp\u202e.pdf", 302, "fdp.pdf"),
        ("a\u200bb.pdf", 302, "ab.pdf"),
        ("<i>x.pdf", 302, "ix.pdf"),
        (f"x.{KANA}", 422, None),
        (f"x.{'a' * 300}", 422, None),
        ("図.pdf.exe", 422, None),
        (".pdf", 422, None),
        ("図.pdf.", 302, "図.pdf"),
        ("..", 422, None),
    ],
)
def test_every_name_gets_an_answer(client, vendor, draft, sent, status, kept):
    client.force_login(vendor)
    upload = SimpleUploadedFile("x.pdf", pdf())
    upload._name = sent  # The browser's words, as they are: Django's test file would tidy them first.
    posted = {"file": upload, "kind": "other"}
    answer = client.post(reverse("pitches:attachments", args=[draft.public_id]), posted)
    assert answer.status_code == status
    found = Attachment.objects.filter(kind="other").select_related("stored").first()
    assert (found.stored.name if found else None) == kept
    if found:
        given = client.get(reverse("files:download", args=[found.stored.public_id]))
        assert given.status_code == 200


def test_what_is_not_handed_in_yet_is_its_vendors_alone(client, submitted, ask_correction, attach, vendor, screener):
    proposal = submitted()
    ask_correction(proposal, ["R4-03"])
    added = attach(proposal, "R4-03", body=pdf("追加")).stored

    def status(person):
        client.force_login(person)
        return client.get(reverse("files:download", args=[added.public_id])).status_code

    assert [status(person) for person in (vendor, screener)] == [200, 404]
    services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(hours=4))
    assert [status(person) for person in (vendor, screener)] == [200, 200]


def test_a_reviewer_has_no_evidence_that_waits_to_be_handed_in_after_the_selection(
    selected, answer_details, attach, vendor
):
    proposal = selected(is_told=True)
    added = attach(proposal, "R1-04", body=pdf("選定後")).stored
    assert proposal_of_file(added) is None
    answer_details(proposal)
    services.hand_in_details(proposal=proposal, user=vendor, at=NOW + timedelta(hours=6))
    assert proposal_of_file(added) == proposal


def test_a_file_that_was_handed_in_and_taken_off_later_is_kept_for_the_screeners_alone(
    client, complete_draft, attach, vendor, screener, ask_correction
):
    draft = complete_draft()
    slides = attach(draft)
    proposal = services.submit(proposal=draft, user=vendor, at=NOW)
    ask_correction(proposal, ["files"])
    services.remove_attachment(attachment=slides, user=vendor, at=NOW)
    address = reverse("files:download", args=[slides.stored.public_id])
    for person, status in ((screener, 200), (vendor, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
