"""The PDFs of this room: the 受付票 a vendor keeps as proof of what it handed in, and when."""

from typing import Any

from django.template.loader import render_to_string

from core.calendar import format_deadline, to_jst
from pitches.models import Proposal
from pitches.rules import version_now
from printing.press import render_pdf


def receipt(proposal: Proposal) -> bytes:
    """The 受付票 of the newest submitted version, with each file's name, size and SHA-256. Raises PressError."""
    return render_pdf(receipt_html(proposal))


def receipt_html(proposal: Proposal) -> str:
    """The page the 受付票 is printed from."""
    version = version_now(proposal)
    assert version is not None and proposal.submitted_at is not None
    content: dict[str, Any] = version.content
    context = {
        "proposal": proposal,
        "version": version,
        "title": content["fields"]["title"],
        "files": content["files"],
        "received": _to_the_second(proposal.submitted_at),
        "version_received": _to_the_second(version.submitted_at),
        "answered": sum(1 for answer in content["answers"].values() if answer["value"] not in (None, "", [])),
    }
    return render_to_string("pitches/receipt_pdf.html", context)


def _to_the_second(at: Any) -> str:
    return f"{format_deadline(at)}:{to_jst(at):%S}"
