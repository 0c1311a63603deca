"""What the system itself does to judgements: a new version resets those it touches, and says why."""

from datetime import datetime

from audit.services import chained, record
from core.requirements import edition
from pitches.models import Judgement, ProposalVersion
from pitches.reasons import CHANGED
from pitches.rules import newest_judgements
from pitches.touching import touched_requirements


def reset_touched(*, version: ProposalVersion, at: datetime) -> list[Judgement]:
    """Set every judged requirement that a frozen version touches back to 要確認; all others keep their judgement.

    Call it in the transaction that froze the version, under the proposal's row lock. The version is compared with the
    one before it by the edition of the proposal; a first version touches nothing. Nothing is changed: a judgement of
    the system is added, its reason naming the changed questions, and the fact goes on record.
    """
    proposal = version.proposal
    with chained():
        before = proposal.versions.filter(number__lt=version.number).order_by("-number").first()
        judged = newest_judgements(proposal)
        if before is None or not judged:
            return []
        touched = touched_requirements(edition(proposal.edition), before.content, version.content)
        return [_reset(version, key, touched[key], at) for key in touched if key in judged]


def _reset(version: ProposalVersion, requirement: str, questions: tuple[str, ...], at: datetime) -> Judgement:
    names = "、".join(questions)
    judgement = Judgement.objects.create(
        proposal=version.proposal,
        version=version,
        requirement=requirement,
        status="unclear",
        reason_codes=[CHANGED],
        reason=f"第{version.number}版で変更された回答があります: {names}",
        is_reset=True,
        by=None,
        at=at,
    )
    facts = {"requirement": requirement, "version": version.number, "questions": list(questions)}
    record("reset_judgement", subject=version.proposal, actor=None, at=at, target="unclear", facts=facts)
    return judgement
