"""A call and proposals in which a story can be told: drafts that are complete, submitted ones, ones judged fit."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfWriter

from accounts.selectors import vendor_of
from config.seeding.answers import answers_for
from core.requirements import REQUIREMENT_KEYS, clean_answer, edition
from pitches import services
from pitches.declarations import DECLARATIONS
from pitches.models import Proposal
from tests.factories import NOW

FIELDS = {
    "title": "避難所受付の共同利用",
    "tagline": "紙の名簿をなくします。",
    "theme": "防災",
    "problem": "名簿を団体間で突き合わせられない。",
    "content": "同じ画面で受け付ける。",
    "presenter_name": "架空 花子",
    "attendance": "online",
    "contact_name": "架空 花子",
    "contact_email": "hanako@vendor.example",
}


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.PRIVATE_FILES_DIR = tmp_path / "private"


def pdf(note: str = "") -> bytes:
    """A PDF of one blank page; note makes it another file."""
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_metadata({"/Title": note})
    writer.write(target)
    return target.getvalue()


@pytest.fixture
def attach(vendor):
    """attach(proposal, "R4-03"): put a PDF on a proposal."""

    def attach(proposal, question="", *, body=None, user=vendor, kind=None, name="図.pdf"):
        return services.attach(
            proposal=proposal,
            chunks=[body if body is not None else pdf()],
            name=name,
            kind=kind or ("evidence" if question else "slides"),
            question_id=question,
            user=user,
            at=NOW,
        )

    return attach


@pytest.fixture
def complete_draft(call, vendor, attach):
    """complete_draft(user=…, G01="resident"): a draft that lacks nothing but its submission."""

    def make(*, user=vendor, title="", **gates) -> Proposal:
        proposal = services.start_proposal(call=call, user=user, at=NOW)
        fields = FIELDS | {"declarations": list(DECLARATIONS)} | ({"title": title} if title else {})
        proposal = services.save_fields(proposal=proposal, fields=fields, expect=proposal.version, user=user, at=NOW)
        answers = answers_for(**({"G01": "none"} | gates))
        proposal = services.save_answers(proposal=proposal, answers=answers, expect=proposal.version, user=user, at=NOW)
        attach(proposal, "R4-03", user=user)
        return proposal

    return make


@pytest.fixture
def submitted(complete_draft, vendor):
    """submitted(): a proposal handed in one hour after it was written."""

    def make(*, user=vendor, **options) -> Proposal:
        return services.submit(proposal=complete_draft(user=user, **options), user=user, at=NOW + timedelta(hours=1))

    return make


@pytest.fixture
def judge_all(screener):
    """judge_all(proposal): every requirement that applies is 適合, unless told otherwise (R1="unfit")."""

    def judge(proposal, **statuses):
        for key in REQUIREMENT_KEYS:
            default = "exempt" if key == "R3" and proposal.answers.get(question_id="G-01").value == "none" else "fit"
            services.judge(
                proposal=proposal,
                requirement=key,
                status=statuses.get(key, default),
                reason="確認しました。",
                private_note="カナリア内部メモ",
                vendor_note="ご説明",
                expect_version=proposal.versions.count(),
                actor=screener,
                at=NOW + timedelta(hours=2),
            )

    return judge


@pytest.fixture
def selected(submitted, judge_all, screener, organiser):
    """selected(): a proposal whose selection is decided; selected(is_told=True): and published."""

    def make(*, is_told=False, **gates) -> Proposal:
        proposal = submitted(**gates)
        judge_all(proposal)
        services.admit(proposal=proposal, actor=screener, at=NOW + timedelta(hours=3))
        facts = {"scores_complete": True}
        proposal = services.decide(
            proposal=proposal, outcome="selected", facts=facts, actor=organiser, at=NOW + timedelta(hours=4)
        )
        if is_told:
            services.release(outcomes={proposal.pk: ("selected", "")}, at=NOW + timedelta(hours=5))
        return Proposal.objects.get(pk=proposal.pk)

    return make


def some_answer(question):
    """Any answer of the question's type that clean_answer takes."""
    if question.answer_type == "table":
        kinds = {"number": 1, "date": "2026-06-01", "year_month": "2026-06", "yes_no": "yes", "body_code": "013455"}
        cells = {c.key: c.choices[0].key if c.choices else kinds.get(c.kind, "記入") for c in question.columns}
        return clean_answer(question, [cells])
    raw = question.choices[0].key if question.choices else {"number": "1"}.get(question.answer_type, "記入しました。")
    return clean_answer(question, [raw] if question.answer_type == "multi" else raw)


@pytest.fixture
def answer_details(vendor):
    """answer_details(proposal): answer everything that is asked after a selection."""

    def answer(proposal, user=vendor):
        known = edition(proposal.edition)
        for _round in range(2):
            values = {row.question_id: row.value for row in proposal.answers.all()}
            answers = {q.id: {"value": some_answer(q)} for q in known.applicable(values, "B")}
            proposal = services.save_answers(
                proposal=proposal, answers=answers, expect=proposal.version, user=user, at=NOW + timedelta(hours=6)
            )
        return proposal

    return answer


@pytest.fixture
def ask_correction(screener):
    """ask_correction(proposal, ["title"]): ask for a correction within five days."""

    def ask(proposal, fields):
        return services.request_correction(
            proposal=proposal,
            fields=fields,
            reason="補ってください。",
            deadline_at=NOW + timedelta(days=5),
            actor=screener,
            at=NOW + timedelta(hours=3),
        )

    return ask


@pytest.fixture
def rival(rival_vendor):
    return vendor_of(rival_vendor)
