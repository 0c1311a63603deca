"""A small world in which every address of the site leads somewhere: one of everything, told by rows."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from accounts.models import VendorInvitation
from accounts.selectors import body_of, vendor_of
from archive.models import Recording
from evaluation.models import Assessment, PanelMember, Publication
from files.services import keep
from live.models import Part, PitchSlot, ProgrammeYear, Question, Registration, Room, Round
from pitches.models import Attachment, DraftChange, KeptText, ProposalVersion
from pitches.snapshots import content_of
from tests import factories

OFFICER_IN, OFFICER_OUT = "officer", "second_officer"


@pytest.fixture
def world(db, vendor, rival_vendor, officer, second_officer, organiser, reviewer):
    """One open call, two proposals of `vendor`, a public round with its room, a sheet, a publication.

    officer is registered for the round, second_officer is not; reviewer has the sheet.
    """
    now = timezone.now()
    invitation = VendorInvitation.objects.create(
        vendor=vendor_of(vendor),
        email="invited@people.example",
        token_sha256="0" * 64,
        invited_by=vendor,
        invited_at=now,
        expires_at=now + timedelta(days=7),
    )
    call = factories.make_call(opens_at=now - timedelta(days=9), closes_at=now + timedelta(days=9))
    draft = factories.make_proposal(vendor=vendor_of(vendor), call=call)
    proposal = factories.make_proposal(vendor=vendor_of(vendor), call=call, state="submitted", theme="防災")
    ProposalVersion.objects.create(proposal=proposal, number=1, content=content_of(proposal), submitted_at=now)
    presented = factories.make_proposal(vendor=vendor_of(vendor), call=call, state="eligible")
    selected = factories.make_proposal(
        vendor=vendor_of(vendor), call=call, state="selected", released_outcome="selected", released_at=now
    )
    ProposalVersion.objects.create(proposal=selected, number=1, content=content_of(selected), submitted_at=now)
    stored = keep([b"%PDF-"], name="体制図.pdf", content_type="application/pdf", limit=99, by=vendor, at=now)
    attachment = Attachment.objects.create(proposal=draft, stored=stored, kind="evidence", added_at=now)
    change = DraftChange.objects.create(
        proposal=draft, version=2, name="title", before="前の題", after=draft.title, by=vendor, at=now
    )
    kept = KeptText.objects.create(
        proposal=draft, page="proposal", reason="遅れた入力", content=[["提案名", "題"]], digest="0" * 64, at=now
    )
    year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=2026)
    round = Round.objects.create(
        programme_year=year,
        number=1,
        title="令和8年度 第1回",
        held_on=timezone.localdate(),
        call=call,
        programme_published_at=now - timedelta(days=1),
        feedback_until=now + timedelta(days=5),
    )
    part = Part.objects.create(round=round, number=1, starts_at=now)
    slot = PitchSlot.objects.create(part=part, position=1, starts_at=now, proposal=presented)
    room = Room.objects.create(round=round)
    over = Round.objects.create(
        programme_year=year,
        number=2,
        title="令和8年度 第2回",
        held_on=timezone.localdate() - timedelta(days=3),
        call=call,
        programme_published_at=now - timedelta(days=9),
    )
    over_part = Part.objects.create(round=over, number=1, starts_at=now - timedelta(days=3))
    PitchSlot.objects.create(part=over_part, position=1, starts_at=now - timedelta(days=3), proposal=selected)
    over_room = Room.objects.create(round=over, phase="feedback")
    Registration.objects.create(round=round, user=officer, body=body_of(officer), mode="online", registered_at=now)
    question = Question.objects.create(
        room=room, slot=slot, number="A-0001", body="質問", author=officer, state="public", state_at=now, asked_at=now
    )
    PanelMember.objects.create(call=call, reviewer=reviewer, added_at=now)
    assessment = Assessment.objects.create(proposal=presented, reviewer=reviewer, state_at=now)
    past_call = factories.make_call(
        title="前回の募集", opens_at=now - timedelta(days=90), closes_at=now - timedelta(days=60)
    )
    publication = Publication.objects.create(
        call=past_call,
        content={"call": {"title": "前回の募集"}, "counts": {"proposals": 1, "selected": 0}, "selected": []},
        sha256="0" * 64,
        released_at=now,
        released_by=organiser,
    )
    recording = Recording.objects.create(
        round=round, slot=slot, youtube_id="A" * 11, state="published", state_at=now, view_from=now - timedelta(hours=1)
    )
    return SimpleNamespace(**{name: value for name, value in locals().items() if name not in {"db", "now"}})
