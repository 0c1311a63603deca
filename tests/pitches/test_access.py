"""Every thing of this room × every role × every state: let in as the table says, or told what anybody is told."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import VendorInvitation
from accounts.selectors import vendor_of
from pitches import services
from pitches.models import Proposal
from tests import factories
from tests.factories import NOW, make_vendor_user
from tests.pitches.access import NOTHING, ROLES, STATES, TABLE
from tests.pitches.conftest import pdf

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]

PER_REQUEST = re.compile(r'(csrfmiddlewaretoken" value=|nonce=|"CSRF_TOKEN": )"[^"]+"|\d{1,2}:\d{2}(:\d{2})?')
HEADERS = ("Content-Type", "Location", "Cache-Control", "ETag", "Last-Modified", "Allow", "Content-Range", "Vary")


@pytest.fixture
def people(request, vendor):
    colleague = make_vendor_user(vendor_of(vendor))
    former = make_vendor_user(vendor_of(vendor))
    former.vendor_membership.delete()
    named = {"anonymous": None, "vendor": vendor, "colleague": colleague, "former_colleague": former}
    return {role: named[role] if role in named else request.getfixturevalue(role) for role in ROLES}


@pytest.fixture
def clients(people):
    def signed_in(person):
        client = Client(raise_request_exception=True)
        if person is not None:
            client.force_login(person)
        return client

    return {role: signed_in(person) for role, person in people.items()}


@pytest.fixture
def things(call, vendor, people, attach, complete_draft, judge_all, organiser, screener, ask_correction):
    """things(state): a proposal with everything that can hang on one, led to a state by the services themselves."""
    now = timezone.now()
    call.opens_at = call.published_at = min(NOW, now) - timedelta(days=5)
    call.closes_at = max(NOW, now) + timedelta(days=5)
    call.save()

    def make(state):
        proposal = complete_draft()
        proposal = services.save_answers(
            proposal=proposal,
            answers={"R4-03": {"visibility": "secretariat"}},
            expect=proposal.version,
            user=vendor,
            at=NOW,
        )
        slides, taken_off = attach(proposal), attach(proposal, kind="other", body=pdf("外した資料"))
        services.remove_attachment(attachment=taken_off, user=vendor, at=NOW)
        kept = services.keep_text(
            proposal=proposal, page="proposal", reason="締切後", content=[("提案名", "遅れた題")], user=vendor, at=NOW
        )
        LEADS_TO[state](proposal, vendor, judge_all, screener, organiser, ask_correction)
        extension, _code = services.issue_extension(
            call=call,
            vendor=vendor_of(vendor),
            until_at=call.closes_at + timedelta(days=2),
            reason="障害",
            actor=organiser,
            at=NOW,
        )
        invitation = VendorInvitation.objects.create(
            vendor=vendor_of(vendor),
            email="invited@people.example",
            token_sha256="0" * 64,
            invited_by=vendor,
            invited_at=now,
            expires_at=now + timedelta(days=7),
        )
        judgement = Proposal.objects.get(pk=proposal.pk).judgements.order_by("pk").first()
        return SimpleNamespace(
            proposal=proposal.public_id,
            slides=slides.stored.public_id,
            evidence=proposal.attachments.get(question_id="R4-03").stored.public_id,
            taken_off=taken_off.stored.public_id,
            kept=kept.public_id,
            change=proposal.changes.get(name="title").pk,
            call=call.public_id,
            extension=extension.public_id,
            invitation=invitation.public_id,
            membership=people["colleague"].vendor_membership.pk,
            judgement=judgement.pk if judgement else 0,
        )

    return make


def _draft(proposal, *people):
    pass


def _submitted(proposal, vendor, judge_all, *people):
    services.submit(proposal=proposal, user=vendor, at=NOW + timedelta(hours=1))
    judge_all(proposal)


def _correcting(proposal, vendor, judge_all, screener, organiser, ask_correction):
    _submitted(proposal, vendor, judge_all)
    ask_correction(proposal, ["title", "files"])
    proposal.correction_requests.update(deadline_at=timezone.now() + timedelta(days=3))


def _eligible(proposal, vendor, judge_all, screener, *people):
    _submitted(proposal, vendor, judge_all)
    services.admit(proposal=proposal, actor=screener, at=NOW + timedelta(hours=3))


def _embargoed(proposal, vendor, judge_all, screener, organiser, *people):
    _eligible(proposal, vendor, judge_all, screener)
    facts = {"scores_complete": True}
    services.decide(proposal=proposal, outcome="selected", facts=facts, actor=organiser, at=NOW + timedelta(hours=4))


def _published(proposal, *people):
    _embargoed(proposal, *people)
    services.release(outcomes={proposal.pk: ("selected", "")}, at=NOW + timedelta(hours=5))


def _withdrawn(proposal, vendor, *people):
    """After its publication: whatever a publication opened must have closed again."""
    _published(proposal, vendor, *people)
    services.withdraw(proposal=proposal, user=vendor, at=NOW + timedelta(hours=6))


LEADS_TO = {
    "draft": _draft,
    "submitted": _submitted,
    "correcting": _correcting,
    "eligible": _eligible,
    "embargoed": _embargoed,
    "published": _published,
    "withdrawn": _withdrawn,
}


def ask(client, row, things, *, method="", suffix="", **headers):
    """(status, headers, body) of an answer, without what differs from request to request; nothing is kept."""
    url = row.url(things) + suffix
    # What an earlier answer wanted to say on the next page is no part of this one.
    client.cookies.pop("messages", None)
    posted = {name: getattr(things, str(value), value) for name, value in row.posted.items()}
    with transaction.atomic():
        call = getattr(client, method or row.method)
        answer = call(url, posted if (method or row.method) == "post" else None, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    said = {name: answer.get(name, "") for name in HEADERS}
    ids = [str(value) for value in vars(things).values() if len(str(value)) > 3]
    text = PER_REQUEST.sub(r"\1", f"{said} {body.decode(errors='replace')}")
    for each in sorted(ids, key=len, reverse=True):
        text = text.replace(each, "ID")
    return answer.status_code, re.sub(r"/(ID|\d+)/", "/ID/", text)


def nothing(things):
    """The same things, none of which exists."""
    return SimpleNamespace(
        **{name: 987_654_321 if isinstance(value, int) else NOTHING for name, value in vars(things).items()}
    )


@pytest.mark.parametrize("state", STATES)
def test_each_role_in_this_state_is_let_in_as_the_table_says_or_told_what_anybody_is_told(state, things, clients):
    there = things(state)
    wrong, printed = [], set()
    for name, row in TABLE.items():
        for role, client in clients.items():
            expected = row.expected(state, role)
            if expected is not None and (name, row.is_printed) in printed:
                # A page of paper costs a second: who comes first gets it for all who may.
                continue
            found = ask(client, row, there)
            printed |= {(name, True)} if expected is not None else set()
            if expected is not None:
                if found[0] != expected:
                    wrong.append(f"{role} × {name}: {found[0]} instead of {expected}")
            elif found != (said := ask(client, row, nothing(there))):
                wrong.append(f"{role} × {name}: {found[0]} differs from what is not there ({said[0]})")
    assert not wrong, "\n".join(wrong)


# --- Asked in another way, a private thing still looks like none ----------------------------------------------------

ASKED = {
    "head": {"method": "head"},
    "options": {"method": "options"},
    "put": {"method": "put"},
    "delete": {"method": "delete"},
    "a range": {"Range": "bytes=0-9"},
    "if none match": {"If-None-Match": "*"},
    "if modified since": {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
    "another language": {"Accept-Language": "en"},
    "json": {"Accept": "application/json"},
    "an override": {"X-HTTP-Method-Override": "GET"},
    "a format": {"suffix": "?format=json"},
    "another slash": {"suffix": "/"},
    "a parameter of the path": {"suffix": ";.json"},
    "a step up": {"suffix": "%2e%2e/"},
}


@pytest.mark.parametrize("role", ["anonymous", "rival_vendor", "officer", "editor"])
def test_asked_in_any_other_way_a_private_thing_looks_like_none(role, things, clients):
    there, client = things("embargoed"), clients[role]
    wrong = [
        f"{name}: {how}"
        for name, row in TABLE.items()
        if row.expected("embargoed", role) is None
        for how, options in ASKED.items()
        if ask(client, row, there, **options) != ask(client, row, nothing(there), **options)
    ]
    assert not wrong, "\n".join(wrong)


def test_an_address_in_other_letters_is_another_address(things, clients):
    there = things("submitted")
    for name in ("proposal", "receipt", "slides"):
        row = TABLE[name]
        for url in (row.url(there).swapcase(), row.url(there).replace("/", "//", 1), row.url(there)[:-1] + "%00/"):
            assert clients["vendor"].get(url).status_code in {301, 404}, url


# --- What is hidden changes nobody else's pages ---------------------------------------------------------------------

PAGES_OF = {
    "anonymous": "pitches:calls pitches:call pitches:catalogue evaluation:results live:rounds",
    "rival_vendor": "mypage pitches:proposals pitches:call pitches:catalogue accounts:people",
    "officer": "mypage pitches:catalogue pitches:calls",
    "reviewer": "mypage evaluation:reviews pitches:catalogue",
    "screener": "pitches_screening pitches_screening_statistics pitches_screening_exports pitches:catalogue",
    "editor": "mypage pitches:catalogue",
}
SEARCHES = ("", "?q=避難所", "?theme=防災", "?q=秘密&badge=lgwan", "?page=2")


def _pages(clients, call):
    found = {}
    for role, names in PAGES_OF.items():
        for name in names.split():
            url = reverse(name, args=[call.public_id] if name == "pitches:call" else [])
            for search in SEARCHES if name in {"pitches:catalogue", "pitches_screening"} else SEARCHES[:1]:
                answer = clients[role].get(url + search)
                assert answer.status_code == 200, (role, url)
                found[role, url + search] = PER_REQUEST.sub(r"\1", answer.content.decode())
    return found


def test_fifty_hidden_proposals_change_no_page_of_anybody_else(call, things, clients, vendor):
    """Drafts for everybody; for the public also what is screened, and what is decided and not published."""
    things("published")
    own, words = vendor_of(vendor), {"title": "秘密の避難所", "theme": "防災", "tagline": "秘密", "content": "秘密"}
    before = _pages(clients, call)
    drafts = [factories.make_proposal(vendor=own, call=call, **words) for _ in range(25)]
    withdrawn = factories.make_proposal(vendor=own, call=call, **words)
    services.withdraw(proposal=withdrawn, user=vendor, at=NOW)
    # A draft counts as one in the figures of who screens, and is nothing else to them.
    figures = ("screener", reverse("pitches_screening_statistics"))
    after = _pages(clients, call)
    assert [page for page in before if page != figures and after[page] != before[page]] == []
    assert "秘密" not in after[figures]
    for state in ("submitted", "correcting", "eligible", "selected", "not_selected"):
        for _ in range(5):
            factories.make_proposal(vendor=own, call=call, state=state, **words)
    after = _pages(clients, call)
    others = [page for page in before if page[0] != "screener" or "screening" not in page[1]]
    assert [page for page in others if after[page] != before[page]] == []
    # The words are findable where they may be: the comparison above could have failed.
    assert "秘密の避難所" in clients["vendor"].get(reverse("pitches:proposals")).content.decode()
    assert "秘密の避難所" in after["screener", reverse("pitches_screening")] and len(drafts) == 25
