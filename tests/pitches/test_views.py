"""The vendor's pages over plain HTTP: saving, conflicts, gates, files, submission, and strangers who see nothing."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audit.models import Entry
from pitches import documents, services
from pitches.declarations import DECLARATIONS
from pitches.models import Attachment, DraftChange, Proposal
from pitches.selectors import deadline_note, progress
from pitches.views.editing import form_of
from tests.factories import NOW, make_call
from tests.pitches.conftest import pdf

pytestmark = pytest.mark.thorough


@pytest.fixture(autouse=True)
def open_now(call):
    """The views read the clock: the call is open when the story was written and when the test runs."""
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()


@pytest.fixture
def draft(complete_draft):
    return complete_draft()


@pytest.fixture
def web(client, vendor):
    client.force_login(vendor)
    return client


def _edit(proposal, page):
    return reverse("pitches:edit", args=[proposal.public_id, page])


def _to(name, proposal):
    return reverse(f"pitches:{name}", args=[proposal.public_id])


# --- Calls --------------------------------------------------------------------------------------------------------


def test_anyone_reads_the_call_with_its_deadline_in_both_calendars(client, call):
    page = client.get(_to("call", call)).content.decode()
    assert call.title in page and "令和" in page and "契約を約束するものでも" in page
    assert client.get(reverse("pitches:calls")).status_code == 200


def test_advice_about_the_deadline_is_for_the_secretariat_alone(client, call):
    call.closes_at = call.closes_at.replace(hour=3, minute=33)
    call.save()
    assert "お勧めします" in deadline_note(call)
    assert "お勧めします" not in client.get(_to("call", call)).content.decode()


def test_a_call_nobody_published_is_not_there(client, db):
    hidden = make_call(published_at=None)
    assert client.get(_to("call", hidden)).status_code == 404


def test_starting_without_a_vendor_leads_to_registering_one(client, outsider, call):
    client.force_login(outsider)
    answer = client.post(reverse("pitches:start", args=[call.public_id]))
    assert answer.status_code == 302 and answer.url == reverse("accounts:vendor")


def test_starting_leads_to_the_first_page(web, call):
    answer = web.post(reverse("pitches:start", args=[call.public_id]))
    assert answer.url == _edit(Proposal.objects.get(), "proposal")


# --- Strangers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stranger", ["rival_vendor", "outsider", "screener", "officer"])
def test_strangers_find_no_page_of_a_proposal(client, draft, request, stranger):
    client.force_login(request.getfixturevalue(stranger))
    file = draft.attachments.get().stored.public_id
    gets = [_to("proposal", draft), _to("history", draft), _edit(draft, "proposal"), _to("receipt", draft)]
    posts = [_to(name, draft) for name in ("submit", "resubmit", "withdraw", "attachments")]
    posts += [_edit(draft, "proposal"), reverse("pitches:remove_attachment", args=[draft.public_id, file])]
    assert {client.get(url).status_code for url in gets} == {404}
    assert {client.post(url).status_code for url in posts} == {404}


# --- Writing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page", ["proposal", "basics", "shared-use", "feasibility", "security", "support", "presenter", "files", "confirm"]
)
def test_every_page_opens(web, draft, page):
    assert web.get(_edit(draft, page)).status_code == 200


def test_no_page_of_that_name(web, draft):
    assert web.get(_edit(draft, "nothing")).status_code == 404


def test_saving_leads_on_and_keeps_what_was_typed(web, draft):
    answer = web.post(_edit(draft, "proposal"), {"version": draft.version, "title": "新しい提案名", "theme": "防災"})
    assert answer.url == _edit(draft, "basics")
    draft.refresh_from_db()
    assert draft.title == "新しい提案名"


def _page_as_posted(draft, page="shared-use"):
    """What a browser sends of a page of questions nobody has touched."""
    form = form_of(draft, next(each for each in progress(draft) if each.page.key == page))
    posted = {b.html_name: b.value() for b in form if b.value() not in (None, "", [])}
    for rows in form.row_sets.values():
        posted |= {field.html_name: field.value() or "" for field in rows.management_form}
        posted |= {cell.html_name: cell.value() for row in rows for cell in row if cell.value() not in (None, False)}
    return posted


@pytest.mark.parametrize("by", ["edit", "attachments"])
def test_one_cell_that_cannot_be_read_keeps_no_other_word_from_being_saved(web, complete_draft, by):
    draft = complete_draft()
    before = draft.answers.get(question_id="R1-01").value
    posted = _page_as_posted(draft) | {"R1-01-0-body_code": "まだ", "R1-02-remarks": "残る備考"}
    address = _edit(draft, "shared-use")
    if by == "attachments":
        address = reverse("pitches:attachments", args=[draft.public_id]) + "?page=shared-use"
    answer = web.post(address, posted)
    page = answer.content.decode()
    assert answer.status_code == 422 and "まだ" in page and "のほかは保存しました" in page
    assert draft.answers.get(question_id="R1-02").remarks == "残る備考"
    assert draft.answers.get(question_id="R1-01").value == before
    assert f'name="version" value="{draft.version + 1}"' in page
    assert f'name="seen" value="R1-01.value:{draft.version}"' in page


def test_a_script_is_told_what_was_saved_beside_what_cannot_be_read(web, complete_draft):
    draft = complete_draft()
    posted = _page_as_posted(draft) | {"R1-01-0-body_code": "まだ", "R1-02-remarks": "残る備考"}
    told = web.post(_edit(draft, "shared-use"), posted, headers={"Accept": "application/json"})
    said = told.json()
    assert told.status_code == 422 and "団体コード" in said["errors"]["__all__"][0]
    assert said["version"] == draft.version + 1
    assert said["merged"] == [{"name": "R1-01.value", "control": "R1-01", "value": None}]
    assert draft.answers.get(question_id="R1-02").remarks == "残る備考"


def test_a_cell_put_right_later_does_not_overwrite_what_a_colleague_wrote_there(web, complete_draft, vendor):
    draft = complete_draft()
    posted = _page_as_posted(draft) | {"R1-01-0-body_code": "まだ", "R1-02-remarks": "残る備考"}
    theirs = [{**draft.answers.get(question_id="R1-01").value[0], "work": "同僚の事務"}]
    services.save_answers(
        proposal=draft, answers={"R1-01": {"value": theirs}}, expect=draft.version, user=vendor, at=NOW
    )
    for _press in range(2):
        page = web.post(_edit(draft, "shared-use"), posted).content.decode()
        posted |= {name: re.findall(f'name="{name}" value="([^"]+)"', page) for name in ("seen", "version")}
    assert posted["seen"] == [f"R1-01.value:{draft.version}"]
    assert web.post(_edit(draft, "shared-use"), posted | {"R1-01-0-body_code": "132063"}).status_code == 409
    assert draft.answers.get(question_id="R1-01").value[0]["work"] == "同僚の事務"


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(web, draft):
    answer = web.post(_edit(draft, "proposal"), {"version": draft.version, "title": "残る題", "demo_url": "これ"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "残る題" in page and "＊" in page
    assert "のほかは保存しました" in page
    draft.refresh_from_db()
    assert (draft.title, draft.demo_url) == ("残る題", "")


def test_two_windows_lose_nothing(web, draft):
    web.post(_edit(draft, "proposal"), {"version": draft.version, "title": "先の窓"})
    answer = web.post(_edit(draft, "proposal"), {"version": draft.version, "title": "後の窓"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "先の窓" in page and "後の窓" in page
    draft.refresh_from_db()
    assert draft.title == "先の窓"
    # Pressed again without a choice nothing is overwritten; the choice decides.
    seen = {"version": draft.version, "title": "後の窓", "seen": f"title:{draft.version - 2}"}
    again = web.post(_edit(draft, "proposal"), seen)
    assert again.status_code == 409 and 'value="後の窓"' in again.content.decode()
    assert web.post(_edit(draft, "proposal"), seen | {"choice-title": "theirs"}).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "先の窓"
    assert web.post(_edit(draft, "proposal"), seen | {"choice-title": "mine"}).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "後の窓"


def _typed(draft, page):
    """What a browser would post of a page nobody has typed into: Django's own rendering, read back."""
    form = form_of(draft, next(step for step in progress(draft) if step.page.key == page))
    posted = {"version": str(draft.version)}
    for bound in form:
        value = bound.value()
        posted |= {} if value in (None, []) else {bound.html_name: value}
    for rows in getattr(form, "row_sets", {}).values():
        posted |= {field.html_name: field.value() or "" for field in rows.management_form}
        posted |= {cell.html_name: cell.value() for row in rows for cell in row if cell.value() not in (None, False)}
    return posted


@pytest.mark.parametrize(
    ("page", "one", "other"),
    [
        ("proposal", {"title": "一方の題"}, {"content": "他方の内容"}),
        ("presenter", {"presenter_kana": "カナ"}, {"equipment": "持込のノートPC"}),
        ("basics", {"G-04": "many"}, {"G-04-remarks": "備考"}),
        ("shared-use", {"R1-02": "custom"}, {"R1-01-0-work": "別の事務"}),
        ("support", {"R4-01-0-hours": "終日"}, {"R4-06-remarks": "備考"}),
        ("files", {"disclosure": "public"}, {"disclosure": "municipal"}),
    ],
)
def test_two_editors_with_the_same_page_open_lose_nothing(web, draft, page, one, other):
    """Every editable object (R6): the second save carries a stale version and everything the page holds."""
    first, second = _typed(draft, page) | one, _typed(draft, page) | other
    assert web.post(_edit(draft, page), first).status_code == 302
    assert web.post(_edit(draft, page), second).status_code == 302
    draft.refresh_from_db()
    now = _typed(draft, page)
    assert now["version"] != second["version"]
    assert {name: now[name] for name in one} == one
    assert {name: now[name] for name in other if name not in one} == {k: v for k, v in other.items() if k not in one}


def test_a_conflict_shows_the_others_text_of_untouched_fields_so_that_saving_again_undoes_nothing(web, draft):
    typed = _typed(draft, "proposal")
    web.post(_edit(draft, "proposal"), typed | {"title": "先の題", "content": "先の内容"})
    page = web.post(_edit(draft, "proposal"), typed | {"title": "後の題"}).content.decode()
    assert "先の内容" in page and typed["content"] not in page
    draft.refresh_from_db()
    again = _typed(draft, "proposal") | {"title": "後の題", "choice-title": "mine"}
    web.post(_edit(draft, "proposal"), again)
    draft.refresh_from_db()
    assert (draft.title, draft.content) == ("後の題", "先の内容")


def test_a_script_is_given_what_a_colleague_saved(web, draft):
    typed = _typed(draft, "proposal")
    web.post(_edit(draft, "proposal"), typed | {"content": "同僚の内容"})
    told = web.post(_edit(draft, "proposal"), typed | {"title": "題"}, headers={"Accept": "application/json"}).json()
    assert told["merged"] == [{"name": "content", "control": "content", "value": "同僚の内容"}]
    assert told["conflicts"] == []


@pytest.mark.parametrize(
    "seen", ["title", "title:", ":1", "title:x", "title:²", "id:1", "title:99999999999999999999", "title:" + "9" * 5000]
)
def test_a_seen_version_that_is_none_is_no_trouble(web, draft, seen):
    posted = _typed(draft, "proposal") | {"title": "題", "seen": seen, "choice-title": "poison"}
    assert web.post(_edit(draft, "proposal"), posted).status_code == 302


def test_the_history_leads_back(web, draft):
    web.post(_edit(draft, "proposal"), _typed(draft, "proposal") | {"title": "誤って直した題"})
    page = web.get(_to("history", draft)).content.decode()
    assert "誤って直した題" in page and "避難所受付の共同利用" in page
    change = DraftChange.objects.get(name="title", after="誤って直した題")
    draft.refresh_from_db()
    back = reverse("pitches:restore", args=[draft.public_id, change.pk])
    assert web.post(back, {"version": draft.version - 1}).status_code == 409
    assert web.post(back, {"version": draft.version}).url == _to("history", draft)
    draft.refresh_from_db()
    assert draft.title == "避難所受付の共同利用"


def test_a_script_saves_and_is_told_the_version_what_is_wrong_and_of_a_conflict(web, draft):
    def save(**typed):
        return web.post(_edit(draft, "proposal"), typed, headers={"Accept": "application/json"})

    saved = save(version=draft.version, title="自動で保存", theme="防災")
    assert saved.status_code == 200 and saved.json()["version"] == draft.version + 1
    assert {"page": "proposal", "missing": 3} in saved.json()["missing"]
    told = save(version=draft.version, title="古い版", theme="防災").json()
    [conflict] = told["conflicts"]
    assert (conflict["name"], conflict["stored"], conflict["value"]) == ("title", "自動で保存", "自動で保存")
    wrong = save(version=draft.version + 1, demo_url="これ")
    assert wrong.status_code == 422 and wrong.json()["errors"]["demo_url"]


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999", "1 OR 1=1"])
def test_a_version_that_is_none_is_bad_input(web, draft, version):
    assert web.post(_edit(draft, "proposal"), {"version": version, "title": "題"}).status_code == 422


def test_saying_that_personal_information_is_handled_opens_the_third_page_at_once(web, draft):
    assert "対象外：個人情報を取り扱いません" in web.get(_edit(draft, "security")).content.decode()
    web.post(_edit(draft, "basics"), {"version": draft.version, "G-01": "resident"})
    page = web.get(_edit(draft, "security")).content.decode()
    assert "R3-01" in page and "対象外：個人情報を取り扱いません" not in page


def test_questions_an_answer_brings_up_are_asked_before_going_on(web, draft):
    posted = {"version": draft.version, "R2-02": "national_change"}
    for question in ("R2-01", "R2-04"):
        posted |= {f"{question}-TOTAL_FORMS": "0", f"{question}-INITIAL_FORMS": "0"}
    answer = web.post(_edit(draft, "feasibility"), posted)
    assert answer.url == f"{_edit(draft, 'feasibility')}#q-R2-04"


# --- Files --------------------------------------------------------------------------------------------------------


def test_a_file_is_taken_in_and_off(web, draft):
    sent = SimpleUploadedFile("資料①.pdf", pdf("発表"), content_type="text/html")
    answer = web.post(_to("attachments", draft), {"file": sent, "kind": "slides"})
    assert answer.url == _edit(draft, "files")
    slides = Attachment.objects.get(kind="slides")
    assert (slides.stored.name, slides.stored.content_type) == ("資料①.pdf", "application/pdf")
    web.post(reverse("pitches:remove_attachment", args=[draft.public_id, slides.stored.public_id]))
    slides.refresh_from_db()
    assert slides.removed_at is not None


@pytest.mark.parametrize(
    ("body", "kind", "question", "words"),
    [
        (b"<script>", "slides", "", "受け付けられません"),
        (b"", "slides", "", "空です"),
        (None, "slides", "", "ファイルを選んでください"),
        (pdf(), "evidence", "", "対応する質問"),
        (pdf(), "evidence", "R9-99", "選択"),
        (pdf(), "poison", "", "選択"),
    ],
)
def test_a_file_that_is_not_taken_is_answered_on_its_page(web, draft, body, kind, question, words):
    posted = {"kind": kind, "question_id": question}
    if body is not None:
        posted["file"] = SimpleUploadedFile("図.pdf", body)
    before = Attachment.objects.count()
    answer = web.post(_to("attachments", draft), posted)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert Attachment.objects.count() == before


# --- Submitting and after -----------------------------------------------------------------------------------------


def _submission(draft):
    return {"version": draft.version, "declarations": list(DECLARATIONS)}


def test_submitting_twice_shows_one_receipt_number(web, draft):
    for _press in range(2):
        assert web.post(_to("submit", draft), _submission(draft)).url == _to("proposal", draft)
    draft.refresh_from_db()
    assert draft.receipt_number in web.get(_to("proposal", draft)).content.decode()
    assert draft.versions.count() == 1


def test_a_declaration_that_is_not_made_stops_the_submission(web, draft):
    answer = web.post(_to("submit", draft), {"version": draft.version, "declarations": ["broadcast"]})
    assert answer.status_code == 422 and "同意・誓約のすべて" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_submission_of_what_a_colleague_changed_asks_again(web, draft, vendor):
    services.save_fields(
        proposal=draft, fields={"title": "同僚の題"}, expect=draft.version, user=vendor, at=timezone.now()
    )
    answer = web.post(_to("submit", draft), _submission(draft))
    assert answer.status_code == 409 and "別の画面で内容が変更" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_after_the_deadline_the_submission_is_refused_and_nothing_is_lost(web, draft, call):
    call.closes_at = timezone.now() - timedelta(seconds=1)
    call.save()
    answer = web.post(_to("submit", draft), _submission(draft))
    assert answer.status_code == 422 and "受付期間外" in answer.content.decode()
    assert "受付は終了しました" in web.get(_to("proposal", draft)).content.decode()


def test_a_submitted_proposal_has_no_pages_to_edit(web, draft):
    web.post(_to("submit", draft), _submission(draft))
    assert web.get(_edit(draft, "proposal")).url == _to("proposal", draft)


def test_the_correction_page_shows_the_reason_and_only_what_was_named(web, draft, screener):
    web.post(_to("submit", draft), _submission(draft))
    services.request_correction(
        proposal=draft,
        fields=["content"],
        reason="帳票の語彙を補ってください。",
        deadline_at=timezone.now() + timedelta(days=3),
        actor=screener,
        at=timezone.now(),
    )
    overview = web.get(_to("proposal", draft)).content.decode()
    assert "帳票の語彙を補ってください。" in overview and "提案の内容" in overview
    page = web.get(_edit(draft, "proposal")).content.decode()
    assert 'name="content"' in page and 'name="title"' not in page
    draft.refresh_from_db()
    web.post(_edit(draft, "proposal"), {"version": draft.version, "content": "補いました。", "title": "余計な変更"})
    assert web.post(_to("resubmit", draft)).url == _to("proposal", draft)
    draft.refresh_from_db()
    assert (draft.state, draft.content) == ("submitted", "補いました。") and draft.title != "余計な変更"


def test_withdrawing_is_final(web, draft):
    assert web.post(_to("withdraw", draft)).url == _to("proposal", draft)
    assert web.post(_to("withdraw", draft)).url == _to("proposal", draft)
    assert Entry.objects.filter(verb="withdraw").count() == 1
    assert web.post(_to("submit", draft), _submission(draft)).status_code == 422


def test_a_withdrawal_may_say_why_and_what_is_wrong_with_it_is_said(web, draft):
    too_long = web.post(_to("withdraw", draft), {"reason": "あ" * 401})
    assert too_long.status_code == 422 and "400文字以内" in too_long.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"
    web.post(_to("withdraw", draft), {"reason": "体制が整わないため"})
    assert "体制が整わないため" in Entry.objects.get(verb="withdraw").facts


def test_a_vendor_sees_what_it_changed_before_and_after_it_hands_a_correction_in(web, submitted, ask_correction):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    proposal.correction_requests.update(deadline_at=timezone.now() + timedelta(days=3))
    assert "まだ何も変更していません" in web.get(_to("proposal", proposal)).content.decode()
    proposal.refresh_from_db()
    web.post(_edit(proposal, "proposal"), {"version": proposal.version, "content": "補いました。"})
    for _moment in ("before", "after"):
        page = web.get(_to("proposal", proposal)).content.decode()
        assert "補正で変わったところ" in page and "同じ画面で受け付ける。" in page and "補いました。" in page
        web.post(_to("resubmit", proposal))


def test_the_receipt_names_every_file_with_its_digest(web, draft, tmp_path):
    web.post(_to("submit", draft), _submission(draft))
    draft.refresh_from_db()
    answer = web.get(_to("receipt", draft))
    assert answer["Content-Type"] == "application/pdf"
    path = tmp_path / "receipt.pdf"
    path.write_bytes(answer.content)
    text = "".join(page.extract_text() for page in PdfReader(path).pages).replace("\n", "")
    stored = draft.attachments.get().stored
    for expected in (draft.receipt_number, stored.name, stored.sha256, "令和"):
        assert expected in text


def test_names_in_a_receipt_are_text_and_no_markup(draft, vendor):
    services.save_fields(
        proposal=draft, fields={"title": "<b>太字</b>"}, expect=draft.version, user=vendor, at=timezone.now()
    )
    draft.refresh_from_db()
    services.submit(proposal=draft, user=vendor, at=timezone.now())
    assert "&lt;b&gt;太字" in documents.receipt_html(Proposal.objects.get())


# --- Evidence at its question --------------------------------------------------------------------------------------


def _answers_address(proposal, page):
    return f"{_to('attachments', proposal)}?page={page}"


def test_evidence_chosen_at_a_question_is_attached_when_the_page_is_saved(web, draft):
    page = web.get(_edit(draft, "shared-use")).content.decode()
    assert f'action="{_answers_address(draft, "shared-use")}"' in page and 'name="R1-02-file"' in page
    typed = _typed(draft, "shared-use") | {
        "R1-02-remarks": "備考も",
        "R1-02-file": SimpleUploadedFile("根拠.pdf", pdf()),
    }
    answer = web.post(_answers_address(draft, "shared-use"), typed | {"stay_at": "R1-02"})
    assert answer.url == f"{_edit(draft, 'shared-use')}#q-R1-02"
    assert Attachment.objects.get(question_id="R1-02").kind == "evidence"
    stored = draft.answers.get(question_id="R1-02")
    assert (stored.evidence_kind, stored.remarks) == ("file", "備考も")
    assert "根拠.pdf" in web.get(_edit(draft, "shared-use")).content.decode()


def test_a_file_that_is_refused_at_its_question_says_so_there_and_nothing_typed_is_lost(web, draft):
    typed = _typed(draft, "shared-use") | {
        "R1-02-remarks": "残る備考",
        "R1-02-file": SimpleUploadedFile("x.pdf", b"MZ"),
    }
    answer = web.post(_answers_address(draft, "shared-use"), typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "残る備考" in page and "id_R1-02-file_error" in page
    assert not Attachment.objects.filter(question_id="R1-02").exists()


def test_a_file_for_the_question_that_is_answered_by_files_answers_it(web, draft):
    draft.attachments.all().delete()
    draft.answers.filter(question_id="R4-03").delete()
    typed = _typed(draft, "support") | {"R4-03-file": SimpleUploadedFile("体制図.pdf", pdf())}
    web.post(_answers_address(draft, "support"), typed)
    assert len(draft.answers.get(question_id="R4-03").value) == 1


def test_a_page_of_answers_without_files_is_saved_there_as_well_and_strangers_find_nothing(web, draft, rival_vendor):
    address = _answers_address(draft, "shared-use")
    assert web.post(address, _typed(draft, "shared-use") | {"R1-02": "custom"}).url == _edit(draft, "feasibility")
    assert draft.answers.get(question_id="R1-02").value == "custom"
    assert web.post(_answers_address(draft, "nothing"), {}).status_code == 404
    web.force_login(rival_vendor)
    assert web.post(address, {}).status_code == 404


def test_text_and_evidence_for_a_closed_page_are_answered_as_closed(web, submitted):
    proposal = submitted()
    typed = {"version": "1", "R1-02-remarks": "遅れた備考", "R1-02-visibility": "public"}
    typed["R1-02-file"] = SimpleUploadedFile("遅れた.pdf", pdf())
    assert web.post(_answers_address(proposal, "shared-use"), typed).status_code == 409
    assert not Attachment.objects.filter(question_id="R1-02").exists()


def test_the_history_costs_the_same_queries_for_one_change_and_for_three(web, draft, django_assert_num_queries):
    draft.changes.all().delete()
    web.get(_to("history", draft))  # What the site itself remembers between pages is read here.
    for count, (title, effect, work) in ((1, ("一", "", "")), (3, ("二", "三", "四"))):
        draft.refresh_from_db()
        typed = _typed(draft, "proposal") | {"title": title, "effect": effect, "work": work}
        web.post(_edit(draft, "proposal"), typed)
        with django_assert_num_queries(8):
            page = web.get(_to("history", draft)).content.decode()
        assert page.count('class="change"') == count


def test_a_page_of_a_draft_says_that_the_call_has_closed(web, draft, call):
    assert "受付は終了しました" not in web.get(_edit(draft, "proposal")).content.decode()
    type(call).objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    assert "受付は終了しました" in web.get(_edit(draft, "proposal")).content.decode()


def test_a_vendor_is_told_what_an_answer_shows_in_public(web, draft):
    assert "「データ持ち出し可（CSV）」の要点を公開ページに表示" in web.get(_edit(draft, "shared-use")).content.decode()


def test_a_colleagues_last_save_does_not_go_along_unseen_with_a_correction(web, submitted, ask_correction, vendor):
    proposal = submitted()
    Proposal.objects.filter(pk=proposal.pk).update(state="submitted")
    ask_correction(proposal, ["title"])
    proposal.refresh_from_db()
    type(proposal.correction_requests.get()).objects.update(deadline_at=timezone.now() + timedelta(days=3))
    seen = proposal.version
    fields = {"title": "同僚が直した提案名"}
    services.save_fields(proposal=proposal, fields=fields, expect=seen, user=vendor, at=timezone.now())
    answer = web.post(_to("resubmit", proposal), {"version": str(seen)})
    assert answer.status_code == 409 and "同僚が直した提案名" in answer.content.decode()
    proposal.refresh_from_db()
    assert proposal.state == "correcting"
    assert web.post(_to("resubmit", proposal), {"version": str(proposal.version)}).status_code == 302
