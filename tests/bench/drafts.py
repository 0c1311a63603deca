"""Saving a draft that holds all 77 answers: a page of the form through the whole stack, as autosave posts it."""

from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.requirements import CURRENT, edition
from pitches.models import Proposal, SelfCheckAnswer
from pitches.selectors import progress
from pitches.views.editing import form_of
from tests.bench.timing import measured
from tests.nursery.rows import make_call, make_vendors

TIMES = 60


def measure() -> dict[str, Any]:
    """Autosave of the page with most questions, of a plain page, and the naive way to store the same answers."""
    call = make_call()
    [vendor] = make_vendors(1, call)
    draft = Proposal.objects.get(public_id=vendor["proposal"])
    _answer_everything(draft)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(vendor_membership__vendor=draft.vendor))
    pages = {page: measured(_autosave(client, draft, page), TIMES) for page in ("support", "shared-use", "proposal")}
    return {"answers": draft.answers.count(), "pages": pages, "naive": measured(_naive(draft), TIMES)}


def _answer_everything(draft: Proposal) -> None:
    """A value for each of the 77 questions, whether it applies or not: what a long draft weighs."""
    stored = {answer.question_id for answer in draft.answers.all()}
    now = timezone.now()
    SelfCheckAnswer.objects.bulk_create(
        SelfCheckAnswer(proposal=draft, question_id=question.id, value="あ" * 150, visibility="public", updated_at=now)
        for question in edition(CURRENT).questions
        if question.id not in stored
    )


def _autosave(client: Client, draft: Proposal, page: str) -> Any:
    address = f"/mypage/proposals/{draft.public_id}/edit/{page}/"
    form = form_of(draft, next(step for step in progress(draft) if step.page.key == page))
    posted: dict[str, Any] = {}
    for bound in form:
        if bound.value() is not None:
            posted[bound.html_name] = bound.value()
    for rows in getattr(form, "row_sets", {}).values():
        for each in (rows.management_form, *rows.forms):
            posted |= {bound.html_name: bound.value() for bound in each if bound.value() is not None}
    changing = next(name for name in posted if name.endswith("-remarks") or name == "content")

    def save(number: int) -> None:
        posted[changing] = f"打ち込んだ文 {number}"
        answer = client.post(address, posted, headers={"accept": "application/json"})
        assert answer.status_code == 200, answer.content
        posted["version"] = str(answer.json()["version"])

    return save


def _naive(draft: Proposal) -> Any:
    """What the obvious loop costs: every answer of the proposal read and written one by one."""
    values = dict(draft.answers.values_list("question_id", "value"))

    def save(number: int) -> None:
        for question_id, value in values.items():
            SelfCheckAnswer.objects.update_or_create(
                proposal=draft, question_id=question_id, defaults={"value": value, "remarks": f"{number}"}
            )

    return save
