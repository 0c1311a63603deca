"""What screeners say of each requirement: a judgement, and a second opinion on every 不適合."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import User
from audit.services import chained, record
from core.requirements import JUDGEMENTS, REQUIREMENT_KEYS, requirement_applies
from pitches.models import Judgement, Proposal, ProposalVersion, SecondOpinion
from pitches.permissions import is_its_vendor, screens
from pitches.reasons import OTHER, codes_for
from pitches.rules import newest_judgements
from pitches.snapshots import submitted_answers
from workflow.errors import Refused

WITHOUT_REASON = frozenset({"exempt"})
IN_SCREENING = frozenset({"submitted", "correcting"})
# A selected vendor hands in the questions of stage B: what it says there is judged as well.
AFTER_SELECTION = frozenset({"selected", "presented"})


class Overtaken(Refused):
    """Something else happened to the requirement since the person read it; nothing was written."""


def judge(
    *,
    proposal: Proposal,
    requirement: str,
    status: str,
    reason: str = "",
    reason_codes: Sequence[str] = (),
    evidence: str = "",
    vendor_note: str = "",
    private_note: str = "",
    expect_version: int,
    expect_judgement: int | None = None,
    actor: User,
    at: datetime,
) -> Judgement:
    """Add a judgement of one requirement, pinned to the submitted version the screener saw.

    reason_codes are keys of pitches.reasons that make sense for the status; a reason in words alone is 「その他」.
    expect_judgement is the pk of the newest judgement the screener saw, 0 for none, None to judge whatever was said
    before. 対象外 is possible for ③ alone, and only when the proposal handles no personal information. An 不適合 does
    not count before a second screener agrees. Raises Refused; Overtaken when the version or the judgement is no longer
    the newest.
    """
    codes = _checked(requirement, status, reason, reason_codes, actor)
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        check_not_own(locked, actor)
        _check_judgeable(locked)
        version = _expected(locked, requirement, expect_version, expect_judgement)
        _check_exemption(requirement, status, version)
        judgement = Judgement.objects.create(
            proposal=locked,
            version=version,
            requirement=requirement,
            status=status,
            reason_codes=codes,
            reason=reason,
            evidence=evidence,
            vendor_note=vendor_note,
            private_note=private_note,
            by=actor,
            at=at,
        )
        facts = {"requirement": requirement, "version": version.number, "codes": codes}
        record("judge", subject=locked, actor=actor, at=at, target=status, facts=facts)
    return judgement


def _checked(requirement: str, status: str, reason: str, codes: Sequence[str], actor: User) -> list[str]:
    """The reason codes to store, in the order of the table."""
    if not screens(actor):
        raise Refused("要件を判定する権限がありません。", code=Refused.NOT_ALLOWED)
    if requirement not in REQUIREMENT_KEYS or status not in JUDGEMENTS:
        raise Refused("判定の対象または結果を選んでください。")
    given = set(codes) or ({OTHER} if reason.strip() else set())
    if not given and status not in WITHOUT_REASON:
        raise Refused("判定の理由を入力してください。")
    if OTHER in given and not reason.strip():
        raise Refused("「その他」を選んだときは、理由を文章で入力してください。")
    known = [code.key for code in codes_for(status)]
    if given - set(known):
        raise Refused(
            "「%(status)s」には使えない理由が選ばれています。選び直してください。",
            status=gettext(JUDGEMENTS[status].label_ja),
        )
    return [key for key in known if key in given]


def is_judgeable(proposal: Proposal) -> bool:
    """Whether requirements may be judged: during screening, and again once a released selection asks for stage B."""
    is_told = proposal.state in AFTER_SELECTION and proposal.released_outcome == "selected"
    return proposal.state in IN_SCREENING or is_told


def check_not_own(proposal: Proposal, person: User) -> None:
    """Refuse a person who acts for the proposal's vendor, whatever role they hold besides."""
    if is_its_vendor(proposal, person):
        raise Refused("ご自身が担当する事業者の提案は、審査できません。", code=Refused.NOT_ALLOWED)


def _check_judgeable(proposal: Proposal) -> None:
    """Refuse without naming the state: screeners are not told of decisions either."""
    if not is_judgeable(proposal):
        raise Refused("審査中の提案ではありません。画面を開き直して状態を確認してください。", code=Refused.WRONG_STATE)


def _expected(proposal: Proposal, requirement: str, number: int, judgement: int | None) -> ProposalVersion:
    version = proposal.versions.order_by("-number").first()
    if version is None or version.number != number:
        raise Overtaken("審査中に新しい版が提出されました。内容を確認してから、もう一度判定してください。")
    if judgement is not None:
        newest = newest_judgements(proposal).get(requirement)
        if (newest.pk if newest is not None else 0) != judgement:
            raise Overtaken(
                "入力中に、ほかの担当者がこの要件を判定しました。内容を確認してから、もう一度判定してください。"
            )
    return version


def _check_exemption(requirement: str, status: str, version: ProposalVersion) -> None:
    is_exempt = not requirement_applies(requirement, submitted_answers(version))
    if (status == "exempt") != is_exempt:
        if is_exempt:
            raise Refused("個人情報を取り扱わない提案の③は「対象外」です。")
        raise Refused("「対象外」にできるのは、個人情報を取り扱わない提案の③だけです。")


def give_second_opinion(
    *, judgement: Judgement, agrees: bool, note: str = "", actor: User, at: datetime
) -> SecondOpinion:
    """Confirm an 不適合 of one requirement, or disagree with it, as somebody other than who judged.

    Agreement makes the judgement count; disagreement leaves the requirement open and must say why. Of two people who
    answer at once the first is heard, the second is told (Overtaken).
    """
    if not screens(actor):
        raise Refused("要件を判定する権限がありません。", code=Refused.NOT_ALLOWED)
    if not agrees and not note.strip():
        raise Refused("同意しない理由を入力してください。")
    with chained():
        locked = Proposal.objects.select_for_update().get(pk=judgement.proposal_id)
        check_not_own(locked, actor)
        _check_judgeable(locked)
        newest = newest_judgements(locked).get(judgement.requirement)
        if newest is None or newest.pk != judgement.pk or newest.standing != "awaiting":
            raise Overtaken("この不適合は、確認待ちではなくなっています。画面を開き直してください。")
        if newest.by_id == actor.pk:
            raise Refused("不適合の確認は、判定した人とは別の担当者が行います。", code=Refused.NOT_ALLOWED)
        opinion = SecondOpinion.objects.create(judgement=newest, agrees=agrees, note=note.strip(), by=actor, at=at)
        facts = {"requirement": newest.requirement, "judged_by": newest.by_id, "agrees": agrees}
        record("second_opinion", subject=locked, actor=actor, at=at, target=newest.status, facts=facts)
    return opinion
