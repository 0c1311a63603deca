"""Published proposals: only what was released, each answer only as far as it goes, pictures only redrawn."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from audit.models import Entry
from core.requirements import CURRENT, edition
from live.models import Part, PitchSlot, ProgrammeYear, Round
from pitches import services
from pitches.models import Proposal, SelfCheckAnswer
from pitches.rules import answers_of
from pitches.selectors import catalogue, published
from tests.factories import NOW, make_vendor_user

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

SECRETS = {"R1-02": "カナリア事務局", "R1-03": "カナリア自治体", "R1-09": "カナリア公開"}


def release(proposal, outcome="selected", note=""):
    Proposal.objects.filter(pk=proposal.pk).update(state=outcome)
    services.release(outcomes={proposal.pk: (outcome, note)}, at=NOW + timedelta(days=30))
    proposal.refresh_from_db()
    return proposal


@pytest.fixture
def with_levels(complete_draft, vendor):
    """A submitted proposal with one remark of each level of disclosure, not released yet."""
    draft = complete_draft()
    levels = {"R1-02": "secretariat", "R1-03": "municipal", "R1-09": "public"}
    for question, level in levels.items():
        SelfCheckAnswer.objects.filter(proposal=draft, question_id=question).update(
            remarks=SECRETS[question], visibility=level
        )
    return services.submit(proposal=draft, user=vendor, at=NOW + timedelta(hours=1))


def without_tokens(answer):
    """A page without the token against forged posts, which no two pages share."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())


def read(client, person, proposal):
    client.logout()
    if person is not None:
        client.force_login(person)
    return client.get(reverse("pitches:published", args=[proposal.public_id]))


@pytest.mark.parametrize("state", ["submitted", "eligible", "reserve", "not_selected", "selected", "withdrawn"])
def test_nothing_is_published_before_it_is_released(client, submitted, state, organiser):
    proposal = submitted()
    Proposal.objects.filter(pk=proposal.pk).update(state=state)
    assert read(client, organiser, proposal).status_code == read(client, None, proposal).status_code == 404
    assert catalogue() == []


@pytest.mark.parametrize(("outcome", "status"), [("selected", 200), ("reserve", 404), ("not_selected", 404)])
def test_only_what_was_selected_is_published(client, submitted, outcome, status):
    proposal = release(submitted(), outcome)
    assert read(client, None, proposal).status_code == status
    assert len(catalogue()) == (status == 200)


def test_a_reserve_moved_up_waits_for_a_release_of_its_own(client, submitted):
    proposal = release(submitted(), "reserve")
    Proposal.objects.filter(pk=proposal.pk).update(state="selected")
    assert read(client, None, proposal).status_code == 404


def test_a_proposal_withdrawn_after_its_release_is_gone(client, submitted, vendor):
    proposal = release(submitted())
    assert read(client, None, proposal).status_code == 200
    services.withdraw(proposal=proposal, user=vendor, at=NOW + timedelta(days=31))
    assert read(client, None, proposal).status_code == 404
    assert proposal.title not in client.get(reverse("pitches:catalogue")).content.decode()


def test_an_answer_goes_as_far_as_its_vendor_lets_it(client, with_levels, officer, outsider, rival_vendor):
    proposal = release(with_levels)
    for person, seen in (
        (None, {"カナリア公開"}),
        (outsider, {"カナリア公開"}),
        (rival_vendor, {"カナリア公開"}),
        (officer, {"カナリア公開", "カナリア自治体"}),
    ):
        page = read(client, person, proposal).content.decode()
        assert {word for word in SECRETS.values() if word in page} == seen


def test_contacts_are_for_municipal_officers(client, submitted, officer, rival_vendor):
    proposal = release(submitted())
    assert "hanako@vendor.example" in read(client, officer, proposal).content.decode()
    for person in (None, rival_vendor):
        assert "hanako@vendor.example" not in read(client, person, proposal).content.decode()


def test_a_badge_names_its_source_and_shows_the_answer_only_where_it_may(client, submitted, officer):
    proposal = release(submitted())
    page = read(client, None, proposal).content.decode()
    assert "個人情報なし" in page and "G-01" in page and "事業者の自己申告です" in page
    badge = next(each for each in published(proposal.public_id, officer).badges if each.badge.source_question == "G-01")
    assert badge.answer.startswith("取り扱わない")


def test_evidence_and_slides_follow_their_disclosure(client, complete_draft, attach, vendor, officer):
    draft = complete_draft()
    slides = attach(draft, name="発表.pdf").stored
    evidence = draft.attachments.get(question_id="R4-03").stored
    SelfCheckAnswer.objects.filter(proposal=draft, question_id="R4-03").update(visibility="secretariat")
    proposal = services.submit(proposal=draft, user=vendor, at=NOW)

    def status(person, stored):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client.get(reverse("files:download", args=[stored.public_id])).status_code

    assert [status(person, slides) for person in (None, officer)] == [404, 404]
    release(proposal)
    assert [status(person, slides) for person in (None, officer)] == [404, 200]
    assert [status(person, evidence) for person in (None, officer)] == [404, 404]


def test_the_public_gets_a_picture_only_redrawn(client, complete_draft, attach, vendor, officer):
    picture, target, exif = Image.new("RGB", (40, 30), "green"), io.BytesIO(), Image.Exif()
    exif[0x010E] = "CANARY-35.6895N"
    picture.save(target, "JPEG", exif=exif)
    assert b"CANARY" in target.getvalue()
    draft = complete_draft()
    stored = attach(draft, body=target.getvalue(), name="図.jpg").stored
    release(services.submit(proposal=draft, user=vendor, at=NOW))
    address = reverse("files:download", args=[stored.public_id])
    client.force_login(vendor)
    assert b"CANARY" in b"".join(client.get(address))
    client.force_login(officer)
    public = client.get(address)
    body = b"".join(public)
    assert public.status_code == 200 and Image.open(io.BytesIO(body)).size == (40, 30) and b"CANARY" not in body


def test_a_crowd_that_reads_what_is_public_leaves_no_rows_behind(client, complete_draft, attach, vendor, officer):
    draft = complete_draft()
    services.save_fields(proposal=draft, fields={"disclosure": "public"}, expect=draft.version, user=vendor, at=NOW)
    stored = attach(draft, name="発表.pdf").stored
    release(services.submit(proposal=draft, user=vendor, at=NOW))
    address, read = reverse("files:download", args=[stored.public_id]), Entry.objects.filter(verb="read_file")
    assert (client.get(address).status_code, read.count()) == (200, 0)
    client.force_login(officer)
    assert (client.get(address).status_code, read.count()) == (200, 1)


def test_what_screening_has_not_passed_is_not_published(submitted, judge_all, vendor, ask_correction, screener):
    proposal = submitted()
    judge_all(proposal)
    ask_correction(proposal, ["R1-02"])
    proposal.refresh_from_db()
    changed = {"R1-02": {"value": "custom", "remarks": "カナリア補正"}}
    services.save_answers(proposal=proposal, answers=changed, expect=proposal.version, user=vendor, at=NOW)
    services.resubmit(proposal=proposal, user=vendor, at=NOW + timedelta(hours=4))
    release(proposal)
    assert "カナリア補正" not in str(published(proposal.public_id, screener))
    assert published(proposal.public_id, screener).as_of == NOW + timedelta(hours=1)


def test_the_list_costs_the_same_at_any_length(client, submitted, django_assert_num_queries):
    address = reverse("pitches:catalogue")
    release(submitted())
    with django_assert_num_queries(3):
        client.get(address)
    for _more in range(2):
        release(submitted(user=make_vendor_user()))
    with django_assert_num_queries(3):
        page = client.get(address).content.decode()
    assert "3件" in page


def test_the_list_is_searched_and_narrowed_down(client, submitted):
    release(submitted(title="避難所受付の共同利用"))
    release(submitted(user=make_vendor_user(), title="子育て相談の窓口"))
    address = reverse("pitches:catalogue")
    page = client.get(address, {"q": "避難所"}).content.decode()
    assert "避難所受付の共同利用" in page and "子育て相談の窓口" not in page
    page = client.get(address, {"badge": "no_personal_information", "q": "\x00'\""}).content.decode()
    assert "条件に合う提案はありません" in page


def test_hidden_rows_change_nothing_anybody_else_sees(client, submitted, make_proposal):
    release(submitted())
    address = reverse("pitches:catalogue")
    before = without_tokens(client.get(address))
    for state in ("draft", "submitted", "eligible", "selected", "not_selected"):
        make_proposal(state=state, title="カナリア非公開")
    assert without_tokens(client.get(address)) == before


@pytest.mark.parametrize("name", ["briefing", "requirement_sheet"])
def test_each_document_is_one_page_and_as_discreet_as_the_page(client, with_levels, officer, name):
    proposal = release(with_levels)
    for person, sees_contact in ((None, False), (officer, True)):
        client.logout()
        if person is not None:
            client.force_login(person)
        answer = client.get(reverse(f"pitches:{name}", args=[proposal.public_id]))
        assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
        reader = PdfReader(io.BytesIO(answer.content))
        text = "".join(page.extract_text() for page in reader.pages)
        assert len(reader.pages) == 1
        assert "避難所受付の共同利用" in text and "カナリア事務局" not in text
        assert ("hanako@vendor.example" in text) is (sees_contact and name == "briefing")


def test_the_fullest_sheet_is_still_one_page(client, complete_draft, vendor):
    long = "あ" * 790
    draft = complete_draft(G01="mynumber", G05=["internet", "lgwan"], G06="write", G07="generate", R202="local_rules")
    assert len(edition(CURRENT).applicable(answers_of(draft), "A")) == 32
    fields = dict.fromkeys(("problem", "content", "effect"), long) | {"work": "窓口" * 90, "tagline": "紹" * 110}
    draft = services.save_fields(proposal=draft, fields=fields, expect=draft.version, user=vendor, at=NOW)
    for answer in draft.answers.filter(value__isnull=False):
        SelfCheckAnswer.objects.filter(pk=answer.pk).update(
            value=long if isinstance(answer.value, str) and len(answer.value) > 30 else answer.value,
            remarks=long[:390],
            visibility="public",
        )
    proposal = release(services.submit(proposal=draft, user=vendor, at=NOW))
    for name in ("briefing", "requirement_sheet"):
        answer = client.get(reverse(f"pitches:{name}", args=[proposal.public_id]))
        assert (name, len(PdfReader(io.BytesIO(answer.content)).pages)) == (name, 1)


def test_the_result_notice_waits_for_the_release_and_tells_no_private_note(
    client, submitted, judge_all, vendor, rival_vendor, screener
):
    proposal = submitted()
    judge_all(proposal)
    services.admit(proposal=proposal, actor=screener, at=NOW + timedelta(hours=3))
    Proposal.objects.filter(pk=proposal.pk).update(state="not_selected")
    address = reverse("pitches:result_notice", args=[proposal.public_id])
    client.force_login(vendor)
    assert client.get(address).status_code == 404
    release(proposal, "not_selected", "カナリア講評")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(address).content)).pages)
    assert "不選定" in text and "カナリア講評" in text and "ご説明" in text and "カナリア内部メモ" not in text
    client.force_login(rival_vendor)
    assert client.get(address).status_code == 404


def test_the_programme_leads_to_what_is_published_and_to_nothing_else(client, submitted, call):
    today = NOW.date()
    year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=2026)
    round = Round.objects.create(
        programme_year=year, number=1, title="第1回", held_on=today, call=call, programme_published_at=NOW
    )
    proposal = submitted()
    part = Part.objects.create(round=round, number=1, starts_at=NOW)
    PitchSlot.objects.create(part=part, position=1, starts_at=NOW, proposal=proposal)
    pages = [reverse("live:programme", args=[round.public_id]), reverse("archive:round", args=[round.public_id])]
    link = reverse("pitches:published", args=[proposal.public_id])
    assert not any(link in client.get(page).content.decode() for page in pages)
    release(proposal)
    assert all(link in client.get(page).content.decode() for page in pages)


def test_a_sheet_of_what_is_not_published_names_no_public_page(client, submitted, vendor):
    proposal = submitted()
    client.force_login(vendor)
    address = reverse("pitches:own_requirement_sheet", args=[proposal.public_id])

    def text():
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(address).content)).pages)

    assert "/proposals/" not in text()
    release(proposal)
    assert f"/proposals/{proposal.public_id}" in text().replace("\n", "")
