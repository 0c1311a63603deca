"""The rules of a call: versions, what a change tells and to whom, and what nobody's submission feels of it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from notifications.models import Message
from notifications.worker import work_once
from pitches import selectors, services
from pitches.declarations import standard_declarations
from pitches.forms import CallForm
from pitches.models import Call, CallRules
from tests.factories import NOW, make_call
from workflow.errors import Refused

pytestmark = pytest.mark.django_db


def _save(call, organiser, **fields):
    reason = fields.pop("reason", "")
    return services.save_call(call=call, fields=fields, actor=organiser, at=NOW, reason=reason)


def test_rules_that_change_in_public_become_a_version_with_a_reason(call, organiser):
    before = call.closes_at
    changed = _save(call, organiser, closes_at=before + timedelta(days=7), reason="台風のため")
    assert (changed.rules_number, CallRules.objects.filter(call=call).count()) == (2, 2)
    [version] = selectors.rules_history(changed)
    assert (version.number, version.reason, [label for label, _before, _after in version.changes]) == (
        2,
        "台風のため",
        ["締切"],
    )


def test_rules_do_not_change_in_public_without_a_reason(call, organiser):
    with pytest.raises(Refused, match="変更の理由"):
        _save(call, organiser, themes=["防災"])
    call.refresh_from_db()
    assert (call.themes, call.rules_number) == (["防災", "子育て", "窓口"], 1)


def test_words_change_without_a_new_version(call, organiser):
    assert _save(call, organiser, summary="言い換えた概要").rules_number == 1


def test_a_call_in_preparation_is_put_right_in_place(organiser):
    call = make_call(published_at=None)
    assert _save(call, organiser, themes=["防災"]).rules_number == 1
    assert CallRules.objects.get(call=call).content["themes"] == ["防災"]


def test_every_vendor_with_a_proposal_is_told_once_and_no_other(call, organiser, vendor, rival_vendor, complete_draft):
    complete_draft()
    _save(call, organiser, page_limit=20, reason="読みやすさのため")
    [told] = Message.objects.filter(subject__contains="募集の条件が変わりました")
    assert told.recipient == vendor
    assert "読みやすさのため" in told.body and "20" in told.body


def test_an_organiser_who_saves_often_sends_one_mail_that_says_all(call, organiser, vendor, complete_draft):
    complete_draft()
    Message.objects.all().delete()
    for minutes, pages in enumerate((20, 21, 22)):
        fields = {"page_limit": pages, "themes": ["防災"]} if pages == 20 else {"page_limit": pages}
        at = NOW + timedelta(minutes=minutes)
        services.save_call(call=call, fields=fields, actor=organiser, at=at, reason=f"理由{pages}")
        call.refresh_from_db()
    work_once(at=NOW + timedelta(minutes=9))
    assert mail.outbox == []
    work_once(at=NOW + timedelta(minutes=11))
    (sent,) = mail.outbox
    # The themes changed in the first of three versions, whose own mail never left.
    assert all(word in sent.body for word in ("理由20", "理由21", "理由22", "窓口", "第4版"))
    late = NOW + timedelta(hours=1)
    services.save_call(call=call, fields={"page_limit": 23}, actor=organiser, at=late, reason="理由23")
    work_once(at=late + timedelta(minutes=11))
    assert "理由23" in mail.outbox[1].body and "理由22" not in mail.outbox[1].body and "窓口" not in mail.outbox[1].body


def test_what_was_submitted_keeps_the_rules_it_was_submitted_under(call, organiser, submitted):
    proposal = submitted()
    lines = [*standard_declarations(), {"key": "line-new", "text": "新しい誓約"}]
    _save(call, organiser, declarations=lines, reason="追加")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.rules_number) == ("submitted", 1)


def test_a_submission_under_rules_that_changed_meanwhile_is_refused_until_they_were_seen(
    call, organiser, vendor, complete_draft
):
    draft = complete_draft()
    assert selectors.rules_since(draft) == []
    _save(call, organiser, page_limit=20, reason="読みやすさのため")
    draft.refresh_from_db()
    with pytest.raises(Refused, match="募集の条件が変わりました"):
        services.submit(proposal=draft, user=vendor, at=NOW, rules=1)
    draft = selectors.proposals_of_vendor(vendor).get(pk=draft.pk)
    assert selectors.rules_since(draft) == [("発表資料のページ数の上限", "（指定なし）", "20")]
    assert services.submit(proposal=draft, user=vendor, at=NOW, rules=2).rules_number == 2


def test_a_declaration_in_other_words_must_be_accepted_anew(call, organiser, vendor, complete_draft):
    draft = complete_draft()
    lines = [*standard_declarations()[:-1], {"key": "line-new", "text": "言い換えた誓約"}]
    _save(call, organiser, declarations=lines, reason="言い換え")
    with pytest.raises(Refused, match="同意・誓約"):
        services.submit(proposal=draft, user=vendor, at=NOW)


def test_the_form_gives_a_line_the_key_of_its_words(call):
    posted = {"declarations": "言い換えた誓約\n" + standard_declarations()[0]["text"]}
    form = CallForm(call, posted, at=NOW)
    form.is_valid()
    own, standard = form.cleaned_data["declarations"]
    assert own["key"].startswith("line-") and standard["key"] == "eligibility"


def test_a_new_call_proposes_office_hours_and_a_limit_within_the_sites(settings):
    form = CallForm(Call(), at=NOW)
    assert (form["opens_at"].value(), form["closes_at"].value()) == ("2026-07-02 09:00", "2026-08-14 17:00")
    over = CallForm(Call(), {"file_max_mb": "51"}, at=NOW)
    assert "50MB" in str(over.errors["file_max_mb"])


def test_two_organisers_on_one_call_lose_neither_text(client, call, organiser, second_organiser):
    client.force_login(organiser)
    address = reverse("pitches_edit_call", args=[call.public_id])
    shown = client.get(address).context["form"]
    posted = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    _save(call, second_organiser, summary="先に保存した概要")
    answer = client.post(address, posted | {"summary": "あとから打った概要"})
    page = answer.content.decode()
    assert answer.status_code == 409 and "先に保存した概要" in page and "あとから打った概要" in page
    call.refresh_from_db()
    assert call.summary == "先に保存した概要"
    again = {name: answer.context["form"][name].value() for name in posted}
    saved = client.post(address, again)
    assert saved.status_code == 302, saved.context["form"].errors
    call.refresh_from_db()
    assert call.summary == "あとから打った概要"


def test_a_missing_reason_is_said_at_its_field(client, call, organiser):
    client.force_login(organiser)
    address = reverse("pitches_edit_call", args=[call.public_id])
    shown = client.get(address).context["form"]
    posted = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    answer = client.post(address, posted | {"page_limit": "12"})
    assert answer.status_code == 422 and "理由" in str(answer.context["form"].errors["reason"])


def test_a_file_of_a_kind_the_call_does_not_take_is_refused_and_leaves_nothing(call, attach, make_proposal):
    Call.objects.filter(pk=call.pk).update(file_types=["pptx"])
    draft = make_proposal(call=Call.objects.get(pk=call.pk))
    with pytest.raises(Refused, match="受け付けていない形式"):
        attach(draft)
    assert not draft.attachments.exists()


def test_the_public_page_tells_what_changed_and_why(client, call, organiser):
    now = timezone.now()
    Call.objects.filter(pk=call.pk).update(opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=9))
    call.refresh_from_db()
    services.save_call(call=call, fields={"page_limit": 20}, actor=organiser, at=now, reason="読みやすさのため")
    page = client.get(reverse("pitches:call", args=[call.public_id])).content.decode()
    assert "読みやすさのため" in page and "発表資料は20ページまで" in page


def test_rules_of_a_public_call_are_shown_before_they_change(client, call, organiser, complete_draft):
    complete_draft()
    client.force_login(organiser)
    address = reverse("pitches_edit_call", args=[call.public_id])
    shown = client.get(address).context["form"]
    posted = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    posted |= {"closes_at": "2026-09-05 17:00", "reason": "台風のため"}
    asked = client.post(address, posted)
    page = asked.content.decode()
    assert asked.status_code == 200 and "まだ保存していません" in page and "応募中の1者" in page and "閉庁日" in page
    call.refresh_from_db()
    assert call.rules_number == 1 and not Message.objects.filter(subject__contains="条件が変わりました").exists()
    confirmed = posted | {"confirmed": asked.context["form"]["confirmed"].value()}
    # What was confirmed is these rules and no others.
    assert "まだ保存していません" in client.post(address, confirmed | {"page_limit": "9"}).content.decode()
    assert client.post(address, confirmed).status_code == 302
    call.refresh_from_db()
    assert call.rules_number == 2


def test_words_of_a_public_call_are_saved_at_once(client, call, organiser):
    client.force_login(organiser)
    address = reverse("pitches_edit_call", args=[call.public_id])
    shown = client.get(address).context["form"]
    posted = {name: shown[name].value() for name in shown.fields if shown[name].value() is not None}
    assert client.post(address, posted | {"summary": "言い換えた概要"}).status_code == 302
