"""Input no honest form sends, to every address of this room that takes input: always an answer, never a 500."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from pitches.forms.questions import AnswersForm
from pitches.pages import FIELDS, PAGES
from tests.factories import NOW

pytestmark = pytest.mark.thorough

NASTY = (
    "\x00",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\u202e逆",
    "a" * 3_000,
    "が" * 5_000,
    "👨‍👩‍👧‍👦" * 300,
    "{{ 7*7 }}<script>alert(1)</script>",
    "-1",
    "1e999",
    "99999999999999999999",
    "９９９",
    "javascript:alert(1)",
    "http://[",
    "9999-99-99 99:99",
    "2026-11-24 24:00",
    "0001-01-01 00:00",
    "9999-12-31 24:00",
)


@pytest.fixture(autouse=True)
def open_now(call):
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()


@pytest.fixture
def draft(complete_draft):
    return complete_draft(G01="resident")


@pytest.mark.parametrize("page", [page.key for page in PAGES])
def test_a_page_survives_it(client, vendor, draft, page):
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, page])
    form = client.get(address).context["form"]
    names = [*form.fields] if isinstance(form, AnswersForm) else [*FIELDS, "declarations"]
    for text in NASTY:
        posted = dict.fromkeys(names, text)
        for question, rows in getattr(form, "row_sets", {}).items():
            posted |= {f"{question}-TOTAL_FORMS": "1", f"{question}-INITIAL_FORMS": "0"}
            posted |= {f"{question}-0-{name}": text for name in rows.empty_form.fields if name != "DELETE"}
        draft.refresh_from_db()
        answer = client.post(address, posted | {"version": draft.version})
        assert answer.status_code in {302, 422}
        assert "<script>alert" not in answer.content.decode()


def test_a_script_gets_an_answer_to_it(client, vendor, draft):
    client.force_login(vendor)
    address = reverse("pitches:edit", args=[draft.public_id, "proposal"])
    for text in NASTY:
        draft.refresh_from_db()
        posted = dict.fromkeys(FIELDS, text) | {"version": draft.version}
        answer = client.post(address, posted, headers={"Accept": "application/json"})
        assert answer.status_code in {200, 422} and answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("counter", ["-1", "x", "", "1000000", "９"])
def test_the_counters_of_a_table_survive_it(client, vendor, draft, counter):
    client.force_login(vendor)
    posted = {"version": draft.version}
    for question in ("R1-01", "R1-05"):
        posted |= {f"{question}-TOTAL_FORMS": counter, f"{question}-INITIAL_FORMS": counter}
    answer = client.post(reverse("pitches:edit", args=[draft.public_id, "shared-use"]), posted)
    assert answer.status_code in {302, 422}


def test_an_upload_survives_it(client, vendor, draft):
    client.force_login(vendor)
    address = reverse("pitches:attachments", args=[draft.public_id])
    for text in NASTY:
        for more in ({"kind": text, "question_id": text}, {"kind": "slides"}):
            posted = {"file": SimpleUploadedFile(text[:300] or "x", text.encode())} | more
            assert client.post(address, posted).status_code == 422


@pytest.mark.parametrize("text", NASTY[::3])
def test_the_screening_desk_survives_it(client, organiser, submitted, text):
    proposal = submitted()
    client.force_login(organiser)
    judgement = dict.fromkeys(("R1-version", "R1-status", "R1-reason", "R1-requirement", "R1-private_note"), text)
    correction = dict.fromkeys(("correct-fields_named", "correct-reason", "correct-deadline_at"), text)
    for name, posted in (("judge", judgement), ("correct", correction), ("reject", {"reject-reason": text})):
        answer = client.post(reverse(f"pitches_{name}", args=[proposal.public_id]), posted)
        assert answer.status_code in {302, 422}
    named = {"correct-fields_named": ["title"], "correct-reason": "理由", "correct-deadline_at": text}
    assert client.post(reverse("pitches_correct", args=[proposal.public_id]), named).status_code in {302, 422}


@pytest.mark.parametrize("text", [NASTY[0], NASTY[2], NASTY[3], *NASTY[-4:]])
def test_the_form_of_a_call_survives_it(client, organiser, text):
    client.force_login(organiser)
    names = (
        "title",
        "fiscal_year",
        "summary",
        "guidance",
        "themes",
        "edition",
        "opens_at",
        "closes_at",
        "published_at",
    )
    address = reverse("pitches_new_call")
    assert client.post(address, dict.fromkeys(names, text)).status_code == 422
    good = {
        "title": "件名",
        "fiscal_year": "2026",
        "summary": "概要",
        "edition": "2026-1",
        "opens_at": "2026-11-01 09:00",
        "closes_at": "2026-12-01 17:00",
    }
    for name in names:
        assert client.post(address, good | {name: text}).status_code in {302, 422}
    assert client.get(reverse("pitches_calls")).status_code == 200
    assert client.get(reverse("pitches:calls")).status_code == 200
    assert client.get(reverse("pitches_screening"), {"call": text}).status_code == 200
