"""What refuses a step in a proposal's life: each rule returns a Japanese reason, or None."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Vendor
from core.requirements import REQUIREMENT_KEYS, edition, missing, requirement_applies
from files.models import StoredFile
from pitches.declarations import unaccepted
from pitches.differences import changed_fields
from pitches.models import Call, CorrectionRequest, Extension, Judgement, Proposal, ProposalVersion
from pitches.pages import missing_fields
from pitches.snapshots import content_of
from workflow.registry import Attempt

FIT = frozenset({"fit", "conditional"})


def answers_of(proposal: Proposal) -> dict[str, object]:
    """question id → stored value."""
    return dict(proposal.answers.values_list("question_id", "value"))


def version_now(proposal: Proposal) -> ProposalVersion | None:
    """What was submitted last."""
    return proposal.versions.order_by("-number").first()


def application_now(proposal: Proposal) -> ProposalVersion | None:
    """The newest version of the application itself, without the details handed in after a selection."""
    return proposal.versions.filter(stage="A").order_by("-number").first()


def details_are_asked(proposal: Proposal) -> bool:
    """Whether a publication has told the vendor of its selection: from then on it is asked the questions of stage B."""
    return proposal.released_outcome == "selected" and proposal.state in {"selected", "presented"}


def details_are_open(proposal: Proposal) -> bool:
    """Whether the questions of stage B may be answered now; handing in closes them."""
    return details_are_asked(proposal) and proposal.details_at is None


def why_not_hand_in(proposal: Proposal, at: datetime) -> str | None:
    """The Japanese reason why the details cannot be handed in now, or None."""
    if not details_are_open(proposal):
        return "選定後の質問は、結果の公表で選定が示された提案だけが回答できます。"
    due_at = proposal.call.details_due_at
    if due_at is not None and at >= due_at:
        return "回答の期限を過ぎています。入力した内容は保存されています。事務局へお問い合わせください。"
    lacking = [question.id for question in missing(edition(proposal.edition), answers_of(proposal), "B")]
    if not lacking:
        return None
    return _("必須の質問が%(n)s件未回答です: %(names)s") % {"n": len(lacking), "names": _shortened(lacking)}


def _shortened(names: list[str]) -> str:
    more = _(" ほか%(n)s件") % {"n": len(names) - 8} if len(names) > 8 else ""
    return "、".join(names[:8]) + more


def open_names(proposal: Proposal) -> frozenset[str] | None:
    """The fields and questions a vendor may change now: None means all of the application, an empty set nothing."""
    if proposal.state == "draft":
        return None
    if proposal.state == "correcting":
        return opened_names(proposal)
    if details_are_open(proposal):
        return frozenset(question.id for question in edition(proposal.edition).questions if question.stage == "B")
    return frozenset()


def newest_judgements(proposal: Proposal, *, stage: str = "") -> dict[str, Judgement]:
    """requirement key → its newest judgement, whether it counts or waits for a second screener.

    stage "A" leaves out what was judged of answers handed in after the selection.
    """
    # Judgements are added under the proposal's row lock: their keys are their order, whatever two clocks say.
    judged = proposal.judgements.select_related("second_opinion", "version").order_by("pk")
    return {each.requirement: each for each in (judged.filter(version__stage=stage) if stage else judged)}


def latest_judgements(proposal: Proposal, *, stage: str = "") -> dict[str, Judgement]:
    """requirement key → the judgement that counts now, of whatever version it was made.

    A later version that changes what a requirement rests on resets it (pitches.services.reset_touched); every other
    judgement stays. An 不適合 that no second screener has confirmed does not count, nor does what it replaced.
    """
    return {
        key: judgement
        for key, judgement in newest_judgements(proposal, stage=stage).items()
        if judgement.standing == "counts"
    }


CONSENT_IS_MISSING = gettext_noop("同意・誓約のすべてにチェックしてください。")


def extension_of(call: Call, vendor: Vendor, at: datetime) -> Extension | None:
    """The longer window a vendor has opened with its access code and that has not ended, if any."""
    opened = Extension.objects.filter(call=call, vendor=vendor, revoked_at=None, until_at__gt=at)
    return opened.exclude(used_at=None).order_by("-until_at").first()


def accepts_from(call: Call, vendor: Vendor, at: datetime) -> bool:
    """Whether this vendor may start and submit a proposal at this moment: the call's window, or its own longer one."""
    if call.accepts(at):
        return True
    return call.is_public(at) and at >= call.opens_at and extension_of(call, vendor, at) is not None


def closes_for(proposal: Proposal, at: datetime) -> datetime:
    """When the window of a proposal's vendor closes: the call's deadline, or that of its extension."""
    extension = extension_of(proposal.call, proposal.vendor, at) if at >= proposal.call.closes_at else None
    return extension.until_at if extension is not None else proposal.call.closes_at


def call_is_closed(attempt: Attempt) -> str | None:
    return (
        None
        if accepts_from(attempt.subject.call, attempt.subject.vendor, attempt.at)
        else _("応募の受付期間外です。入力した内容は下書きとして保存されています。")
    )


def answers_are_missing(attempt: Attempt) -> str | None:
    proposal = attempt.subject
    questions = missing(edition(proposal.edition), answers_of(proposal), "A")
    fields = missing_fields(proposal)
    if not questions and not fields:
        return None
    names = fields + [question.id for question in questions]
    return _("必須の項目が%(n)s件未入力です: %(names)s") % {"n": len(names), "names": _shortened(names)}


def consent_is_missing(attempt: Attempt) -> str | None:
    proposal = attempt.subject
    return CONSENT_IS_MISSING if unaccepted(proposal.declarations, proposal.call.declarations) else None


def refusal_is_published(attempt: Attempt) -> str | None:
    proposal = attempt.subject
    is_published = proposal.state == "not_selected" and proposal.released_outcome
    return _("結果が公表された提案は取り下げられません。") if is_published else None


def no_fields_are_named(attempt: Attempt) -> str | None:
    return None if attempt.facts.get("fields") else _("補正を求める項目を1つ以上選んでください。")


def reason_is_missing(attempt: Attempt) -> str | None:
    return None if attempt.facts.get("reason") else _("理由を入力してください。")


def deadline_is_missing(attempt: Attempt) -> str | None:
    deadline = attempt.facts.get("deadline_at")
    return (
        None
        if deadline and deadline > attempt.at.isoformat()
        else _("補正の期限には、これより後の日時を入力してください。")
    )


def correction_deadline_has_passed(attempt: Attempt) -> str | None:
    request = open_correction(attempt.subject)
    if request is None or attempt.at < request.deadline_at:
        return None
    return _("補正の期限を過ぎています。入力した内容は保存されています。事務局へお問い合わせください。")


def other_fields_changed(attempt: Attempt) -> str | None:
    """Only what was named may differ from what was submitted before."""
    proposal = attempt.subject
    request = open_correction(proposal)
    newest = version_now(proposal)
    if request is None or newest is None:
        return None
    others = set(changed_fields(newest.content, content_of(proposal))) - opened_names(proposal)
    if not others:
        return None
    return _("補正を求められていない項目が変更されています: %(names)s") % {"names": "、".join(sorted(others))}


def requirement_is_not_met(attempt: Attempt) -> str | None:
    proposal = attempt.subject
    answers, judged = answers_of(proposal), latest_judgements(proposal)
    for key in REQUIREMENT_KEYS:
        if not requirement_applies(key, answers):
            continue
        judgement = judged.get(key)
        if judgement is None or judgement.status not in FIT:
            name = edition(proposal.edition).requirement(key)
            label = _(name.label_ja)
            return _("%(requirement)sが「適合」または「条件付き適合」と判定されていません。") % {"requirement": label}
    return None


def second_person_is_missing(attempt: Attempt) -> str | None:
    draft = getattr(attempt.subject, "rejection_draft", None)
    if draft is None:
        return _("不適合の起案がありません。")
    if attempt.actor is None or draft.drafted_by_id == attempt.actor.pk:
        return _("不適合の決定には、起案した人とは別の担当者の確認が必要です。")
    return None


def scores_are_incomplete(attempt: Attempt) -> str | None:
    """Whether all scores are in is the panel's knowledge: the caller states it, or why it decides without them."""
    if attempt.facts.get("scores_complete") or attempt.facts.get("reason"):
        return None
    return _("採点が揃っていません。揃わないまま決定する理由を入力してください。")


def opened_names(proposal: Proposal) -> frozenset[str]:
    """What the open correction request lets the vendor change: what it named, and the questions that hang on it.

    Whoever is asked to correct 「個人情報を取り扱わない」 must be able to answer what a different answer brings up. A
    file that was found to be infected may always be replaced.
    """
    request = open_correction(proposal)
    names = set(request.fields) if request is not None else set()
    names |= {name or "files" for name in infected_questions(proposal)}
    for question in edition(proposal.edition).questions:
        depends_on = {clause.question for clause in question.when}
        if depends_on & names or (question.requirement == "R3" and "G-01" in names):
            names.add(question.id)
    return frozenset(names)


def infected_questions(proposal: Proposal) -> frozenset[str]:
    """The questions ("" for none) of submitted files that a scanner has found something in, taken off or not."""
    newest = version_now(proposal)
    submitted = [file["id"] for file in newest.content["files"]] if newest is not None else []
    infected = proposal.attachments.filter(stored__public_id__in=submitted, stored__scan=StoredFile.Scan.INFECTED)
    return frozenset(infected.values_list("question_id", flat=True))


def open_correction(proposal: Proposal) -> CorrectionRequest | None:
    """The correction request the vendor has not answered yet."""
    return proposal.correction_requests.filter(answered_at=None).order_by("-requested_at").first()


REFUSALS = {
    rule.__name__: rule
    for rule in (
        answers_are_missing,
        call_is_closed,
        consent_is_missing,
        correction_deadline_has_passed,
        deadline_is_missing,
        no_fields_are_named,
        other_fields_changed,
        reason_is_missing,
        refusal_is_published,
        requirement_is_not_met,
        scores_are_incomplete,
        second_person_is_missing,
    )
}
