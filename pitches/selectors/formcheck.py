"""The form check of submitted proposals: what the machine finds in each, with the facts of its files read once."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from core.requirements import edition
from files.selectors import is_whole
from pitches.call_rules import accepted_types
from pitches.formcheck import FileFact, Finding, FormRules, form_check
from pitches.models import Attachment, Call, Proposal
from pitches.pages import PAGES, field_label


def form_findings(contents: Iterable[tuple[Proposal, Mapping[str, Any]]], *, on: date) -> dict[int, list[Finding]]:
    """proposal pk → what the form check finds in its content (see pitches.snapshots); one query at any number.

    on is the day by which certificates must be valid.
    """
    read = list(contents)
    facts = _facts(proposal.pk for proposal, _content in read)
    rules = {call.pk: _form_rules(call) for call in {proposal.call for proposal, _content in read}}
    return {
        proposal.pk: form_check(
            content, edition(proposal.edition), rules[proposal.call_id], facts.get(proposal.pk, {}), on=on
        )
        for proposal, content in read
    }


def _facts(proposals: Iterable[int]) -> dict[int, dict[str, FileFact]]:
    """proposal pk → file id → fact. Removed files are among them: a version may still name one."""
    found: dict[int, dict[str, FileFact]] = {}
    for attachment in Attachment.objects.filter(proposal__in=list(proposals)).select_related("stored"):
        stored = attachment.stored
        fact = FileFact(
            stored.public_id,
            stored.name,
            stored.size,
            stored.content_type,
            stored.pages,
            is_whole(stored) and not stored.is_infected,
        )
        found.setdefault(attachment.proposal_id, {})[stored.public_id] = fact
    return found


def _form_rules(call: Call) -> FormRules:
    required = {name: field_label(name) for page in PAGES for name in page.required}
    each, total = call.limits()
    return FormRules(required, call.page_limit, accepted_types(call), each, total)
