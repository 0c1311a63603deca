"""Questions about applying again: what one may begin with, what changed since, what was left behind or has expired."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.selectors import Person
from core.requirements import Edition, edition, needs_renewal
from pitches.differences import FILES, changed_fields
from pitches.models import Proposal
from pitches.pages import DETAIL_PAGES, PAGES
from pitches.rules import answers_of, open_names, version_now
from pitches.selectors.proposals import label_of, proposals_of_vendor
from pitches.snapshots import content_of

# These are new each time; that they differ says nothing.
NOT_COMPARED = frozenset({FILES, "declarations"})


def earlier_proposals(person: Person) -> QuerySet[Proposal]:
    """What the person's vendor has submitted before, to any call, newest first: a new draft may begin with it."""
    return proposals_of_vendor(person).exclude(receipt_number=None).order_by("-submitted_at", "-pk")


def changes_since_last_time(proposal: Proposal, *, as_written: bool = False) -> frozenset[str]:
    """The fields and questions whose content differs from the proposal this one began with; empty for a new one.

    Compares what was submitted last, for screeners; as_written compares what the vendor has typed by now.
    """
    version = version_now(proposal)
    before = version_now(proposal.copied_from) if proposal.copied_from is not None else None
    if before is None or (version is None and not as_written):
        return frozenset()
    after = content_of(proposal, {"A", "B"}) if as_written or version is None else version.content
    known = edition(proposal.edition)
    # That the questions after a selection have not been answered yet is no change.
    asked = {question.id for question in known.questions if question.stage == "A"} | after["answers"].keys()
    names = set(changed_fields(_comparable(before.content, known), _comparable(after, known)))
    return frozenset(name for name in names - NOT_COMPARED if name in asked or name in after["fields"])


def changes_in_words(proposal: Proposal) -> list[str]:
    """The labels of what the vendor has changed since the proposal this one began with."""
    names = changes_since_last_time(proposal, as_written=proposal.state in {"draft", "correcting"})
    return [label_of(proposal, name) for name in sorted(names)]


def _comparable(content: Mapping[str, Any], known: Edition) -> dict[str, Any]:
    """A content without the ids of files, which are new on every copy; the files are compared by their bytes."""
    of_files = {question.id for question in known.questions if question.answer_type == "file"}
    answers = {
        name: answer | {"value": None} if name in of_files else answer for name, answer in content["answers"].items()
    }
    return {**content, "answers": answers}


def left_behind(proposal: Proposal) -> list[str]:
    """The labels of what the earlier proposal said and this one could not begin with, and the names of such files."""
    source = proposal.copied_from
    version = version_now(source) if source is not None else None
    if source is None or version is None:
        return []
    known = {question.id for question in edition(proposal.edition).questions}
    answers = [label_of(source, name) for name, given in version.content["answers"].items() if name not in known]
    kept = set(proposal.attachments.values_list("stored__sha256", flat=True))
    files = [file["name"] for file in version.content["files"] if file["question"] and file["sha256"] not in kept]
    theme = version.content["fields"].get("theme")
    themes = proposal.call.themes
    return [*answers, *files, *([f"テーマ「{theme}」"] if theme and themes and theme not in themes else [])]


@dataclass(frozen=True, slots=True)
class Renewal:
    """An answer whose certificate or test is out of date: never a reason to refuse it."""

    question: str
    label: str
    reason: str
    page: str


def renewals(proposal: Proposal, on: date) -> list[Renewal]:
    """The answers that apply and whose dates have passed on this day, in the order of the edition."""
    answers = answers_of(proposal)
    opened = open_names(proposal)
    pages = {(page.group, page.stage): page.key for page in (*PAGES, *DETAIL_PAGES) if page.group}
    stage = "B" if opened and proposal.state not in {"draft", "correcting"} else "A"
    found = []
    for question in edition(proposal.edition).applicable(answers, stage):
        if reason := needs_renewal(question, answers.get(question.id), on):
            page = pages[question.requirement, question.stage]
            found.append(Renewal(question.id, f"{question.id} {question.text_ja}", reason, page))
    return found
