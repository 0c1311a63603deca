"""Text that comes too late is kept, said to be kept, and can be taken home; nobody else ever reads it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pitches import services, texts
from pitches.models import KeptText
from pitches.selectors import kept_texts, progress
from pitches.snapshots import content_of
from pitches.views.editing import form_of
from tests.factories import NOW
from workflow.errors import Refused

TYPED = {"version": "1", "title": "遅れた題", "content": "遅れた本文\r\n二行目"}


@pytest.fixture(autouse=True)
def open_now(call):
    call.opens_at = call.published_at = min(NOW, timezone.now()) - timedelta(days=5)
    call.closes_at = max(NOW, timezone.now()) + timedelta(days=5)
    call.save()


@pytest.fixture
def web(client, vendor):
    client.force_login(vendor)
    return client


def _edit(proposal, page="proposal"):
    return reverse("pitches:edit", args=[proposal.public_id, page])


def _text(proposal):
    return reverse("pitches:text", args=[proposal.public_id])


def _withdrawn(submitted, vendor):
    return services.withdraw(proposal=submitted(), user=vendor, at=NOW)


def test_text_for_a_submitted_proposal_is_kept_apart_and_shown_to_be(web, submitted):
    proposal = submitted()
    before = content_of(proposal)
    answer = web.post(_edit(proposal), TYPED)
    page = answer.content.decode()
    assert answer.status_code == 409 and "遅れた本文" in page and "＊現在の状態（審査中）" in page
    kept = KeptText.objects.get()
    assert ["提案名", "遅れた題"] in kept.content and ["提案の内容", "遅れた本文\n二行目"] in kept.content
    proposal.refresh_from_db()
    assert content_of(proposal) == before
    assert kept.public_id in web.get(reverse("pitches:proposal", args=[proposal.public_id])).content.decode()


def test_what_was_not_changed_is_not_kept(web, submitted):
    proposal = submitted()
    answer = web.post(_edit(proposal), {"version": "1", "title": proposal.title, "theme": "防災"})
    assert answer.status_code == 302 and not KeptText.objects.exists()


def test_the_same_text_again_is_kept_once(web, submitted):
    proposal = submitted()
    for _press in range(2):
        web.post(_edit(proposal), TYPED)
    assert KeptText.objects.count() == 1


def test_a_script_is_told_to_stop(web, submitted):
    answer = web.post(_edit(submitted()), TYPED, headers={"Accept": "application/json"})
    assert answer.status_code == 410 and "反映されていません" in answer.json()["message"]
    assert KeptText.objects.count() == 1


def test_answers_and_rows_of_tables_are_kept_in_words(web, submitted, vendor):
    proposal = _withdrawn(submitted, vendor)
    rows = {"R1-01-TOTAL_FORMS": "1", "R1-01-INITIAL_FORMS": "1", "R1-01-0-work": "遅れた事務"}
    rows |= {"R1-05-TOTAL_FORMS": "0", "R1-05-INITIAL_FORMS": "0"}
    typed = {"version": "1", "R1-02": "custom", "R1-02-remarks": "遅れた備考", "R1-02-visibility": "secretariat"}
    assert web.post(_edit(proposal, "shared-use"), rows | typed).status_code == 409
    [kept] = KeptText.objects.all()
    said = dict(kept.content)
    assert any("遅れた事務" in text for text in said.values())
    assert "遅れた備考" in said.values() and "事務局のみ" in said.values()
    assert any(label.startswith("R1-02 ") and label.endswith("備考") for label in said)


def test_text_for_fields_that_are_not_open_while_correcting_is_kept(web, submitted, ask_correction):
    proposal = submitted()
    ask_correction(proposal, ["content"])
    proposal.refresh_from_db()
    posted = {"version": proposal.version, "title": "開いていた題", "content": "補った本文", "theme": "防災"}
    answer = web.post(_edit(proposal), posted)
    assert answer.status_code == 409
    proposal.refresh_from_db()
    assert (proposal.content, proposal.title) == ("補った本文", "避難所受付の共同利用")
    assert KeptText.objects.get().content == [["提案名", "開いていた題"]]


def _as_posted(form):
    """What a browser sends of a page of questions nobody has touched."""
    posted = {b.html_name: b.value() for b in form if b.value() not in (None, "", [])}
    for rows in form.row_sets.values():
        posted |= {field.html_name: field.value() or "" for field in rows.management_form}
        posted |= {cell.html_name: cell.value() for row in rows for cell in row if cell.value() not in (None, False)}
    return posted


@pytest.mark.parametrize("sent_as", ["text/html", "application/json"])
@pytest.mark.parametrize("by", ["edit", "attachments"])
def test_a_page_of_questions_is_saved_while_correcting(web, submitted, ask_correction, sent_as, by):
    proposal = submitted()
    ask_correction(proposal, ["R1-01", "R1-02"])
    proposal.refresh_from_db()
    step = next(each for each in progress(proposal) if each.page.key == "shared-use")
    posted = _as_posted(form_of(proposal, step)) | {"R1-02": "custom", "R1-01-0-work": "補った事務"}
    address = _edit(proposal, "shared-use")
    if by == "attachments":
        address = reverse("pitches:attachments", args=[proposal.public_id]) + "?page=shared-use"
    answer = web.post(address, posted, headers={"Accept": sent_as})
    assert answer.status_code == (302 if sent_as == "text/html" else 200)
    assert proposal.answers.get(question_id="R1-02").value == "custom"
    assert proposal.answers.get(question_id="R1-01").value[0]["work"] == "補った事務"
    assert not KeptText.objects.exists()


def test_a_table_nobody_touched_is_not_kept(web, submitted, vendor):
    """One that holds a number and an empty cell: both are sent back as text."""
    proposal = submitted()
    costs = [{"category": "initial", "unit": "団体", "amount": 300000, "per_body_of_3": None, "per_body_of_10": None}]
    proposal.answers.filter(question_id="R1-05").update(value=costs)
    step = next(each for each in progress(proposal) if each.page.key == "shared-use")
    posted = _as_posted(form_of(proposal, step, is_narrowed=False))
    assert posted["R1-05-0-amount"] == "300000" and "None" not in posted.values()
    assert web.post(_edit(proposal, "shared-use"), posted).status_code == 302
    assert not KeptText.objects.exists()


def test_an_answer_that_is_not_open_while_correcting_is_kept(web, submitted, ask_correction):
    proposal = submitted()
    everything = next(each for each in progress(proposal) if each.page.key == "shared-use")
    posted = _as_posted(form_of(proposal, everything, is_narrowed=False))
    ask_correction(proposal, ["R1-02"])
    proposal.refresh_from_db()
    posted |= {"version": proposal.version, "R1-02": "custom", "R1-01-0-work": "開いていた事務"}
    assert web.post(_edit(proposal, "shared-use"), posted).status_code == 409
    assert proposal.answers.get(question_id="R1-02").value == "custom"
    [(label, text)] = KeptText.objects.get().content
    assert label.startswith("R1-01 ") and "開いていた事務" in text


def test_an_answer_whose_question_a_colleague_closed_meanwhile_is_saved(web, complete_draft, vendor):
    draft = complete_draft(G01="resident")
    step = next(each for each in progress(draft) if each.page.key == "security")
    form = form_of(draft, step)
    posted = _as_posted(form)
    services.save_answers(
        proposal=draft, answers={"G-01": {"value": "none"}}, expect=draft.version, user=vendor, at=NOW
    )
    assert web.post(_edit(draft, "security"), posted | {"R3-15": "書いていた連絡先"}).status_code == 302
    assert draft.answers.get(question_id="R3-15").value == "書いていた連絡先"


def test_a_pending_decision_does_not_show_in_the_reason(web, make_proposal):
    pages = {}
    for state in ("eligible", "not_selected", "selected"):
        proposal = make_proposal(state=state)
        web.post(_edit(proposal), TYPED)
        pages[state] = KeptText.objects.get(proposal=proposal).reason
    assert len(set(pages.values())) == 1


def test_what_is_kept_is_bounded_and_what_is_not_kept_is_still_shown(web, submitted, vendor, monkeypatch):
    proposal = submitted()
    monkeypatch.setattr("pitches.services.keeping.KEPT_LIMIT", 1)
    web.post(_edit(proposal), TYPED)
    answer = web.post(_edit(proposal), TYPED | {"title": "もう一つの題"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "もう一つの題" in page and "上限に達した" in page
    assert KeptText.objects.count() == 1
    with pytest.raises(Refused, match="上限"):
        huge = [("提案の内容", "あ" * 100_001)]
        services.keep_text(proposal=proposal, page="x", reason="", content=huge, user=vendor, at=NOW)


def test_nobody_else_reads_or_writes_kept_text(web, client, submitted, vendor, rival_vendor, screener, organiser):
    proposal = submitted()
    web.post(_edit(proposal), TYPED | {"title": "カナリア題"})
    kept = KeptText.objects.get()
    address = reverse("pitches:kept_text", args=[proposal.public_id, kept.public_id])
    assert "カナリア題" in client.get(address).content.decode()
    for stranger in (rival_vendor, screener, organiser):
        client.force_login(stranger)
        assert {client.get(address).status_code, client.get(_text(proposal)).status_code} == {404}
        assert kept_texts(proposal, stranger) == []
        with pytest.raises(Refused, match="権限"):
            services.keep_text(proposal=proposal, page="x", reason="", content=[], user=stranger, at=NOW)


# --- The whole draft -----------------------------------------------------------------------------------------------


def test_the_whole_draft_is_a_text_file_every_office_pc_opens(web, complete_draft):
    draft = complete_draft(G01="resident")
    answer = web.get(_text(draft))
    assert answer["Content-Disposition"].startswith("attachment") and answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "")
    for expected in ("【提案名】", "避難所受付の共同利用", "R3-01", "hanako@vendor.example", "SHA-256", "（未入力）"):
        assert expected in text


def test_the_draft_can_be_taken_home_after_the_deadline_and_after_a_withdrawal(web, complete_draft, call, vendor):
    draft = complete_draft()
    call.closes_at = timezone.now() - timedelta(seconds=1)
    call.save()
    assert web.post(_edit(draft), {"version": draft.version, "title": "締切後の題"}).status_code == 302
    assert "締切後の題" in web.get(_text(draft)).content.decode()
    services.withdraw(proposal=draft, user=vendor, at=NOW)
    assert "締切後の題" in web.get(_text(draft)).content.decode()


def test_what_is_asked_only_after_a_selection_is_not_in_the_text_of_a_draft(complete_draft, vendor):
    draft = complete_draft(G01="resident")
    text = texts.draft_text(draft).decode("utf-8-sig")
    assert "R1-01 " in text and "R1-06 " not in text and text.count("■ ① 共同利用") == 1
    draft.answers.create(question_id="R1-06", remarks="三か月", updated_at=NOW)
    assert "三か月" in texts.draft_text(draft).decode("utf-8-sig")


def test_a_requirement_that_does_not_apply_is_one_line(complete_draft):
    text = texts.draft_text(complete_draft()).decode("utf-8-sig")
    assert "対象外：個人情報を取り扱いません" in text and "R3-01" not in text
