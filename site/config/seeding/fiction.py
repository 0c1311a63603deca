"""The fictional rounds: one that has ended and one in the making, brought about by the product's services.

Dates are counted from the day of seeding, so that the open call is open and the past round is past.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User, Vendor, VendorMembership
from archive.services import publish_recording, register_recording
from config.seeding.answers import DETAILS
from config.seeding.applications import admitted, contact, draft, judge_all, submitted
from config.seeding.proposals import FICTIONS, Fiction
from core.calendar import JST, default_deadline, fiscal_year, fiscal_year_label, next_business_day
from evaluation import services as evaluation
from evaluation.models import Assessment
from live import commands
from live import services as live
from live.models import PitchSlot, ProgrammeYear, Round
from pitches import services as pitches
from pitches.models import Call, Proposal

Say = Callable[[str], None]
SAMPLE_VIDEO = "SAMPLE-0001"


@dataclass(frozen=True, slots=True)
class Cast:
    """The demo people the story needs, by the local part of their address."""

    people: dict[str, User]

    def __getitem__(self, name: str) -> User:
        return self.people[name]


def ensure_vendors(at: datetime) -> dict[str, Vendor]:
    """Every fictional vendor by name, with a contact person who cannot sign in where no demo account acts for it."""
    vendors = {}
    for number, fiction in enumerate(FICTIONS, 1):
        vendor, is_new = Vendor.objects.get_or_create(
            name=fiction.vendor,
            defaults={
                "kind": fiction.kind,
                "kana": fiction.kana,
                "partners": "架空備蓄協会、架空大学防災研究室" if fiction.kind == Vendor.Kind.JOINT else "",
                "address": "（架空の所在地）",
                "created_at": at,
            },
        )
        if is_new and number > 3:
            contact = User.objects.create_user(
                f"contact@vendor{number}.demo.example", None, last_name="連絡", first_name=f"{number}号"
            )
            VendorMembership.objects.create(user=contact, vendor=vendor, created_at=at)
        vendors[fiction.vendor] = vendor
    return vendors


def load(*, cast: Cast, vendors: dict[str, Vendor], at: datetime, say: Say) -> None:
    """Tell the story of both rounds once; a site that has it already is left alone."""
    today = at.astimezone(JST).date()
    year = fiscal_year(today)
    label = fiscal_year_label(year)
    if Call.objects.filter(title__startswith=f"【架空】{label}").exists():
        return
    programme_year, _ = ProgrammeYear.objects.get_or_create(fiscal_year=year)
    say("終了した回（第1回）")
    _past_round(cast, vendors, programme_year, label, today, at)
    say("受付中の回（第2回）")
    _present_round(cast, vendors, programme_year, label, today, at)


# --- The round that has ended -------------------------------------------------------------------------------------


def _past_round(
    cast: Cast, vendors: dict[str, Vendor], year: ProgrammeYear, label: str, today: date, at: datetime
) -> None:
    held_on = next_business_day(today - timedelta(days=6))
    call = _call(
        cast,
        f"【架空】{label} 第1回 自治体ピッチ 募集要項",
        year,
        held_on - timedelta(days=70),
        held_on - timedelta(days=35),
    )
    presenters = [f for f in FICTIONS if f.stage in {"presented", "scored"}][:3]
    _panel(cast, call, held_on - timedelta(days=80))
    for fiction in presenters:
        proposal = submitted(fiction, call, vendors, _at(held_on - timedelta(days=40), 15))
        admitted(proposal, cast["screener1"], _at(held_on - timedelta(days=30), 11))
    round = _round(call, year, 1, f"【架空】{label} 第1回 自治体ピッチ", held_on)
    _build_day(cast, round, held_on, at=_at(held_on - timedelta(days=20), 10))
    for officer in ("fuchu-tokyo", "fuchu-hiroshima", "mori-hokkaido"):
        live.register(
            round=round, user=cast[officer], mode="online", accommodation="", at=_at(held_on - timedelta(days=10), 9)
        )
    _ask_on_the_day(cast, round)
    _reply_and_react(cast, round)
    _score_and_publish(cast, call, _at(held_on + timedelta(days=1), 10))
    _begin_details(Proposal.objects.filter(call=call).order_by("pk")[0], _at(held_on + timedelta(days=2), 10))
    live.set_phase(room=round.room, phase="feedback", actor=cast["moderator1"], at=_at(held_on, 17, 15))
    slot = PitchSlot.objects.filter(part__round=round, proposal__isnull=False).order_by("starts_at").first()
    recording = register_recording(
        round=round,
        slot=slot,
        youtube_id=SAMPLE_VIDEO,
        fields={
            "view_from": _at(held_on, 18),
            "view_until": round.view_until,
            "title": "見本の録画（実在しない動画です）",
        },
        actor=cast["organiser1"],
        at=_at(held_on, 18),
    )
    publish_recording(recording=recording, actor=cast["organiser1"], at=_at(held_on, 18))


def _ask_on_the_day(cast: Cast, round: Round) -> None:
    slots = list(PitchSlot.objects.filter(part__round=round, proposal__isnull=False).order_by("starts_at"))
    live.set_phase(room=round.room, phase="live", actor=cast["moderator1"], at=slots[0].starts_at)
    first = slots[0].starts_at + timedelta(minutes=11)
    told = (
        ("fuchu-tokyo", slots[0], "停電が続くとき、端末だけで何人まで受け付けられますか。", "body_only"),
        (
            "mori-hokkaido",
            slots[0],
            "職員が2人しかいない町でも運用できますか。初期設定の時間も知りたいです。",
            "anonymous",
        ),
        ("fuchu-hiroshima", slots[1], "隣の県の団体とも融通できますか。", "named"),
    )
    for number, (person, slot, body, naming) in enumerate(told):
        asked_at = first + timedelta(minutes=20 * slots.index(slot) + number)
        question = _ask(cast[person], round, slot, body, naming, asked_at)
        _do(
            cast["moderator1"],
            round,
            "question.moderate",
            {"q": question, "expect": 1, "state": "public"},
            asked_at + timedelta(seconds=30),
        )
        for voter in {"fuchu-tokyo", "fuchu-hiroshima", "mori-hokkaido"} - {person}:
            _do(cast[voter], round, "vote.set", {"q": question, "on": True}, asked_at + timedelta(minutes=1))
        if number == 0:
            answer = {
                "q": question,
                "expect": 2,
                "body": "1台で約2,000人分を受け付けられます。電源が戻ると自動で同期します。",
                "oral": True,
            }
            _do(cast["moderator1"], round, "answer.publish", answer, asked_at + timedelta(minutes=2))


def _reply_and_react(cast: Cast, round: Round) -> None:
    """A poll about the first pitch, reactions to it, and an answer its vendor has handed in since."""
    slot = PitchSlot.objects.filter(part__round=round, proposal__isnull=False).order_by("starts_at")[0]
    assert slot.proposal is not None
    at = slot.starts_at + timedelta(minutes=15)
    poll = {
        "kind": "multiple",
        "prompt": "導入を考えるとき、いちばん知りたいことは何ですか。",
        "options": ["費用", "移行の手間", "近隣団体との共同利用", "保守の体制"],
        "max": 2,
        "slot": slot.public_id,
    }
    made = _do(cast["moderator1"], round, "poll.save", poll, at)["poll"]
    _do(cast["moderator1"], round, "poll.open", {"poll": made, "expect": 1}, at)
    _do(cast["moderator1"], round, "poll.show", {"poll": made, "on": True}, at)
    told = {"fuchu-tokyo": [0, 2], "fuchu-hiroshima": [2], "mori-hokkaido": [0, 1]}
    for officer, value in told.items():
        _do(cast[officer], round, "poll.reply", {"poll": made, "value": value}, at + timedelta(minutes=1))
        reaction = {"slot": slot.public_id, "label": "more" if officer == "mori-hokkaido" else "consult", "on": True}
        _do(cast[officer], round, "reaction.set", reaction, at + timedelta(minutes=2))
    _do(cast["moderator1"], round, "poll.close", {"poll": made, "expect": 2}, at + timedelta(minutes=4))
    question = round.room.questions.filter(slot=slot, answer=None).first()
    assert question is not None
    body = "2人でも運用できます。初期設定は半日ほどで、当社の担当者がオンラインでお手伝いします。"
    written = {"q": question.public_id, "expect": 0, "body": body}
    later = at + timedelta(hours=2)
    _do(contact(slot.proposal.vendor), round, "answer.draft", written, later)
    _do(contact(slot.proposal.vendor), round, "answer.submit", {"q": question.public_id, "expect": 1}, later)


def _score_and_publish(cast: Cast, call: Call, at: datetime) -> None:
    for number, assessment in enumerate(Assessment.objects.filter(proposal__call=call).order_by("pk")):
        _score(assessment, at, share=Decimal(90 - 3 * (number % 4)) / 100)
    proposals = list(Proposal.objects.filter(call=call).order_by("pk"))
    for place, proposal in enumerate(proposals):
        outcome = "selected" if place < 2 else "reserve"
        evaluation.decide(
            proposal=proposal,
            outcome=outcome,
            reason="",
            note="共同利用の広がりが期待できます。",
            actor=cast["organiser1"],
            at=at,
        )
    evaluation.publish(call=call, actor=cast["organiser1"], at=at + timedelta(hours=1))
    pitches.present(
        proposal=Proposal.objects.get(pk=proposals[0].pk), actor=cast["moderator1"], at=at + timedelta(hours=2)
    )


def _begin_details(proposal: Proposal, at: datetime) -> None:
    """The first selected vendor has begun with what is asked after the selection and has not handed it in."""
    user = contact(proposal.vendor)
    pitches.save_answers(proposal=proposal, answers=DETAILS, expect=proposal.version, user=user, at=at)


def _score(assessment: Assessment, at: datetime, *, share: Decimal, submit: bool = True) -> None:
    rubric = evaluation.selectors.rubric_of(assessment.proposal.call)
    points = {c.code: (Decimal(c.points) * share * 2).quantize(Decimal(1)) / 2 for c in rubric.criteria}
    saved = evaluation.record_score(
        assessment=assessment, points=points, comment="", expect=assessment.version, reviewer=assessment.reviewer, at=at
    )
    if submit:
        evaluation.submit_assessment(assessment=saved, reviewer=assessment.reviewer, at=at)


# --- The round in the making --------------------------------------------------------------------------------------


def _present_round(
    cast: Cast, vendors: dict[str, Vendor], year: ProgrammeYear, label: str, today: date, at: datetime
) -> None:
    closes_on = next_business_day(today, days=12)
    held_on = next_business_day(closes_on, days=20)
    call = _call(cast, f"【架空】{label} 第2回 自治体ピッチ 募集要項", year, today - timedelta(days=25), closes_on)
    _panel(cast, call, _at(today - timedelta(days=26), 10))
    for number, fiction in enumerate(FICTIONS):
        _bring(fiction, call, vendors, cast, _at(today - timedelta(days=15 - number), 10), at)
    _apply_again(call, at - timedelta(hours=3))
    round = _round(call, year, 2, f"【架空】{label} 第2回 自治体ピッチ", held_on)
    _build_day(cast, round, held_on, at=at)
    for officer in ("fuchu-tokyo", "fuchu-hiroshima", "mori-hokkaido"):
        live.register(round=round, user=cast[officer], mode="online", accommodation="", at=at)
    slot = PitchSlot.objects.filter(part__round=round, proposal__isnull=False).order_by("starts_at").first()
    question = _ask(
        cast["mori-hokkaido"],
        round,
        slot,
        "人口1万人未満の町での費用の目安を教えてください。",
        "body_only",
        at - timedelta(hours=2),
    )
    _do(
        cast["moderator1"],
        round,
        "question.moderate",
        {"q": question, "expect": 1, "state": "public"},
        at - timedelta(hours=1),
    )
    _ask(
        cast["fuchu-tokyo"],
        round,
        slot,
        "既存の名簿からの移行は、どのくらい手間がかかりますか。",
        "body_only",
        at - timedelta(minutes=20),
    )


def _apply_again(call: Call, at: datetime) -> None:
    """The vendor of the first round's first proposal applies again with it and has changed two things."""
    source = Proposal.objects.exclude(call=call).exclude(receipt_number=None).order_by("pk")[0]
    user = contact(source.vendor)
    again = pitches.start_from(call=call, source=source, user=user, at=at)
    fields = {"title": f"{source.title}（福祉避難所への展開）", "effect": "前回の登壇後、架空の2市と実証しました。"}
    again = pitches.save_fields(proposal=again, fields=fields, expect=again.version, user=user, at=at)
    answers = {"R4-06": {"value": [{"rto": "4時間", "rpo": "15分", "restored_on": "2024-05-20"}]}}
    pitches.save_answers(proposal=again, answers=answers, expect=again.version, user=user, at=at)


def _bring(fiction: Fiction, call: Call, vendors: dict[str, Vendor], cast: Cast, then: datetime, at: datetime) -> None:
    """Bring one proposal of the open call to its stage."""
    if fiction.stage == "draft":
        draft(fiction, call, vendors, then, is_complete=False)
        return
    proposal = submitted(fiction, call, vendors, then)
    user = contact(vendors[fiction.vendor])
    later = then + timedelta(hours=20)
    if fiction.stage == "withdrawn":
        pitches.withdraw(proposal=proposal, user=user, at=later)
    elif fiction.stage == "correcting":
        deadline = default_deadline(next_business_day(at.astimezone(JST).date(), days=5))
        pitches.request_correction(
            proposal=proposal,
            fields=["R1-09", "content"],
            reason="データ項目の定義を公開しているページのアドレスと、帳票の語彙の作り方を補ってください。",
            deadline_at=deadline,
            actor=cast["screener1"],
            at=later,
        )
    elif fiction.stage == "ineligible":
        judge_all(proposal, cast["screener1"], later, unfit="R1")
        pitches.draft_rejection(
            proposal=proposal,
            reason="団体ごとの個別構築で、共同利用の仕組みが示されていません。",
            actor=cast["screener1"],
            at=later,
        )
        pitches.confirm_rejection(proposal=proposal, actor=cast["screener2"], at=later + timedelta(hours=1))
    elif fiction.stage in {"eligible", "presented", "scored"}:
        admitted(proposal, cast["screener1"], later)
    if fiction.stage in {"scored", "presented"}:
        for assessment in Assessment.objects.filter(
            proposal=proposal, reviewer__in=[cast["reviewer1"], cast["reviewer2"]]
        ):
            _score(assessment, later + timedelta(hours=1), share=Decimal("0.8"))


# --- Steps both rounds share --------------------------------------------------------------------------------------


def _at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), JST)


def _call(cast: Cast, title: str, year: ProgrammeYear, opens_on: date, closes_on: date) -> Call:
    opens_at = _at(opens_on, 9)
    return pitches.save_call(
        call=Call(),
        fields={
            "fiscal_year": year.fiscal_year,
            "title": title,
            "summary": "複数の自治体が共同で使うことを前提としたシステムの提案を、設計段階から募集します。",
            "guidance": "自治体の職員と開発者が、設計の段階から対話する場です。"
            "完成した製品でなくても応募できます。\n\n"
            "応募された提案は、事務局が4つの要件を満たすかを確認し、審査委員が採点します。",
            "themes": ["防災", "子育て", "窓口"],
            "opens_at": opens_at,
            "closes_at": default_deadline(closes_on),
            "published_at": opens_at,
        },
        actor=cast["organiser1"],
        at=opens_at,
    )


def _panel(cast: Cast, call: Call, at: Any) -> None:
    when = at if isinstance(at, datetime) else _at(at, 10)
    for name in ("reviewer1", "reviewer2", "reviewer3"):
        evaluation.add_reviewer(call=call, reviewer=cast[name], actor=cast["organiser1"], at=when)


def _round(call: Call, year: ProgrammeYear, number: int, title: str, held_on: date) -> Round:
    return Round.objects.create(
        programme_year=year,
        number=number,
        title=title,
        theme="住民と職員の手間を、共同で減らす",
        held_on=held_on,
        opens_at=_at(held_on, 13),
        closes_at=_at(held_on, 17, 15),
        form=Round.Form.HYBRID,
        venue="見本ホール（架空）",
        call=call,
        feedback_until=default_deadline(next_business_day(held_on, days=6)),
        answers_until=default_deadline(next_business_day(held_on, days=9)),
        view_until=default_deadline(next_business_day(held_on, days=6)),
    )


def _build_day(cast: Cast, round: Round, held_on: date, *, at: datetime) -> None:
    live.build_default_day(round=round, starts_at=_at(held_on, 13, 5), actor=cast["organiser1"], at=at)
    slots = list(PitchSlot.objects.filter(part__round=round).order_by("starts_at"))
    placeable = list(Proposal.objects.filter(call=round.call, state="eligible").order_by("pk"))
    for slot, proposal in zip(slots, placeable, strict=False):
        live.place_proposal(slot=slot, proposal_pk=proposal.pk, actor=cast["organiser1"], at=at)
    live.publish_programme(round=round, actor=cast["organiser1"], at=at)
    round.refresh_from_db()


def _ask(person: User, round: Round, slot: PitchSlot | None, body: str, naming: str, at: datetime) -> str:
    arguments = {"body": body, "naming": naming, "slot": slot.public_id if slot else None}
    return _do(person, round, "question.ask", arguments, at)["q"]


def _do(person: User, round: Round, op: str, arguments: dict[str, Any], at: datetime) -> dict[str, Any]:
    count = f"{op}-{person.pk}-{at.timestamp():.0f}"
    message = {"t": "cmd", "id": f"seed-{abs(hash((count, str(arguments)))):x}"[:40], "op": op, "a": arguments}
    answer = commands.carry_out(user=person, room_pk=round.room.pk, message=message, at=at)
    if not answer["ok"]:
        raise RuntimeError(f"the story does not hold: {op} {answer}")
    return dict(answer["r"])
