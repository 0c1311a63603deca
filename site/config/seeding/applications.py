"""The fictional vendors' applications, brought to where the story needs them by the product's services."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Vendor
from config.seeding.answers import answers_for
from config.seeding.proposals import Fiction
from core.requirements import requirement_applies
from pitches import services as pitches
from pitches.declarations import DECLARATIONS
from pitches.models import Call, Proposal
from printing.press import PressError, render_pdf


def contact(vendor: Vendor) -> User:
    """The vendor's first person."""
    return User.objects.filter(vendor_membership__vendor=vendor).order_by("pk")[0]


def draft(fiction: Fiction, call: Call, vendors: dict[str, Vendor], at: datetime, *, is_complete: bool) -> Proposal:
    """A draft of a fictional proposal; complete, or just begun."""
    user = contact(vendors[fiction.vendor])
    proposal = pitches.start_proposal(call=call, user=user, at=at)
    fields: dict[str, Any] = {
        "title": fiction.title,
        "tagline": fiction.tagline,
        "theme": fiction.theme,
        "problem": fiction.problem,
        "content": fiction.content if is_complete else "",
        "disclosure": fiction.disclosure,
    }
    if is_complete:
        fields |= {
            "presenter_name": user.get_full_name(),
            "presenter_kana": "テイアン",
            "attendance": "online",
            "contact_name": user.get_full_name(),
            "contact_email": user.email,
            "declarations": list(DECLARATIONS),
        }
    proposal = pitches.save_fields(proposal=proposal, fields=fields, expect=proposal.version, user=user, at=at)
    answers = answers_for(**fiction.gates)
    shown = answers if is_complete else {key: value for key, value in answers.items() if key.startswith("G")}
    return pitches.save_answers(proposal=proposal, answers=shown, expect=proposal.version, user=user, at=at)


def submitted(fiction: Fiction, call: Call, vendors: dict[str, Vendor], at: datetime) -> Proposal:
    """A fictional proposal with its files, handed in an hour after it was written."""
    user = contact(vendors[fiction.vendor])
    proposal = draft(fiction, call, vendors, at, is_complete=True)
    for kind, question, name, heading in (
        ("slides", "", "発表資料（見本）.pdf", fiction.title),
        ("evidence", "R4-03", "運用体制図（見本）.pdf", "運用体制図"),
    ):
        pitches.attach(
            proposal=proposal,
            chunks=[sample_pdf(heading, fiction.vendor)],
            name=name,
            content_type="application/pdf",
            kind=kind,
            question_id=question,
            user=user,
            at=at,
        )
    return pitches.submit(proposal=proposal, user=user, at=at + timedelta(hours=1))


def sample_pdf(heading: str, vendor: str) -> bytes:
    """A one-page PDF that says it is a sample; blank where no PDF can be laid out on this machine."""
    try:
        return render_pdf(
            f"<html lang=ja><title>{heading}</title><h1>{heading}</h1>"
            f"<p>{vendor}</p><p>これは見本の資料です。</p></html>"
        )
    except PressError:
        import io

        from pypdf import PdfWriter

        writer, target = PdfWriter(), io.BytesIO()
        writer.add_blank_page(width=595, height=842)
        writer.write(target)
        return target.getvalue()


def judge_all(proposal: Proposal, screener: User, at: datetime, *, unfit: str = "") -> None:
    """Judge each requirement that applies fit, but one unfit where the story wants it."""
    values = dict(proposal.answers.values_list("question_id", "value"))
    for key in ("R1", "R2", "R3", "R4"):
        status = "unfit" if key == unfit else "fit" if requirement_applies(key, values) else "exempt"
        pitches.judge(
            proposal=proposal,
            requirement=key,
            status=status,
            reason={"fit": "自己点検の回答と証跡を確認した。", "unfit": "個別構築であり共同利用の仕組みがない。"}.get(
                status, ""
            ),
            expect_version=1,
            actor=screener,
            at=at,
        )


def admitted(proposal: Proposal, screener: User, at: datetime) -> None:
    """Judge every requirement fit and admit."""
    judge_all(proposal, screener, at)
    pitches.admit(proposal=proposal, actor=screener, at=at + timedelta(minutes=30))
