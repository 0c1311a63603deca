"""What is done to many proposals at once: each row by the single service, in a transaction of its own."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from accounts.models import User
from pitches.models import Proposal
from pitches.selectors import correctable_names, judgements_now, label_of, newest_version
from pitches.services.judging import judge
from pitches.services.screening import admit, assign, request_correction
from workflow.errors import Refused

logger = logging.getLogger(__name__)
FAILED = gettext_noop("処理中に問題が起き、この提案は変更されていません。時間をおいて、もう一度お試しください。")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one proposal, or would come of it: refusal says in Japanese why nothing did, "" where it did."""

    proposal: Proposal
    refusal: str


class _OnlyTried(Exception):
    """Ends the transaction of a dry run, so that nothing of it stays."""


def assign_all(
    *, proposals: Iterable[Proposal], screener: User | None, actor: User, at: datetime, dry_run: bool
) -> list[Outcome]:
    """Give every proposal to one screener, or to nobody."""
    return _each(proposals, lambda one: assign(proposal=one, screener=screener, actor=actor, at=at), dry_run)


def admit_all(*, proposals: Iterable[Proposal], actor: User, at: datetime, dry_run: bool) -> list[Outcome]:
    """Decide that the requirements are met, wherever they are."""
    return _each(proposals, lambda one: admit(proposal=one, actor=actor, at=at), dry_run)


def request_correction_of_all(
    *,
    proposals: Iterable[Proposal],
    fields: Sequence[str],
    reason: str,
    deadline_at: datetime,
    actor: User,
    at: datetime,
    dry_run: bool,
) -> list[Outcome]:
    """Ask every vendor for the same correction; a proposal one of the questions does not apply to is refused."""

    def ask(one: Proposal) -> None:
        known = {name for _page, names in correctable_names(one) for name, _label in names}
        if strange := [name for name in fields if name not in known]:
            labels = "、".join(label_of(one, name) for name in strange)
            raise Refused("この提案には当てはまらない項目が含まれています: %(names)s", names=labels)
        request_correction(proposal=one, fields=fields, reason=reason, deadline_at=deadline_at, actor=actor, at=at)

    return _each(proposals, ask, dry_run)


def exempt_all(*, proposals: Iterable[Proposal], actor: User, at: datetime, dry_run: bool) -> list[Outcome]:
    """Judge ③ 対象外 wherever no personal information is handled and nobody has said so yet."""

    def exempt(one: Proposal) -> None:
        version, judged = newest_version(one), judgements_now(one).get("R3")
        if judged is not None and judged.status == "exempt":
            raise Refused("③はすでに「対象外」と判定されています。")
        judge(
            proposal=one,
            requirement="R3",
            status="exempt",
            reason_codes=["no_personal_information"],
            expect_version=version.number if version is not None else 0,
            actor=actor,
            at=at,
        )

    return _each(proposals, exempt, dry_run)


def _each(proposals: Iterable[Proposal], act: Callable[[Proposal], object], dry_run: bool) -> list[Outcome]:
    """Try each row. A dry run goes the whole way of the single service and is rolled back: its answer is real."""
    return [Outcome(one, _refusal(one, act, dry_run)) for one in proposals]


def _refusal(one: Proposal, act: Callable[[Proposal], object], dry_run: bool) -> str:
    try:
        with transaction.atomic():
            act(one)
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        return ""
    except Refused as refused:
        return refused.message
    except Exception:
        # The rows before this one are done, and whoever asked must be told so: a page of error would hide them.
        logger.exception("bulk action failed on proposal %s", one.pk)
        return gettext(FAILED)
    return ""
