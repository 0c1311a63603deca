"""Questions about the screening of one proposal: its answers beside what needs a human look, and what was judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.requirements import VISIBILITIES, Question, edition, is_empty, needs_look, requirement_applies
from pitches.differences import Change, changed_fields, changes
from pitches.formcheck import Finding
from pitches.models import Judgement, Proposal, ProposalVersion, ScreeningAssignment
from pitches.pages import PAGES
from pitches.reading import Section, in_words, sections
from pitches.reasons import labels_of
from pitches.rules import latest_judgements, version_now
from pitches.selectors.board import label_of_judgement
from pitches.selectors.formcheck import form_findings
from pitches.selectors.proposals import label_of
from pitches.selectors.reapplying import changes_since_last_time
from pitches.snapshots import content_of, submitted_answers


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """One submitted answer as screeners read it; look says why a human should look, change since when it differs.

    Both are empty where there is nothing to say. files are as the version froze them (see pitches.snapshots).
    """

    question: Question
    words: str
    look: str
    evidence: str
    visibility: str
    files: Sequence[Mapping[str, Any]]
    change: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgement in words: (key of the mark, its label), the labels of its reasons, who judged."""

    judgement: Judgement
    mark: tuple[str, str]
    reasons: Sequence[str]
    by: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the machine would look at in one requirement, with its reasons; it is shown and never a judgement."""

    label: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Desk:
    """One requirement beside its answers: whether it applies, its answers, every judgement, newest first.

    newest is the pk of the newest judgement, 0 for none; is_judged whether one counts now.
    """

    key: str
    label: str
    is_exempt: bool
    exemption_line: str
    answers: Sequence[ReadAnswer]
    judgements: Sequence[Judged]
    is_judged: bool
    newest: int
    suggestion: Suggestion


def desks(proposal: Proposal, *, on: date) -> list[Desk]:
    """The four requirements of the newest submitted version, with all that was ever judged."""
    version = version_now(proposal)
    content = version.content if version is not None else {"answers": {}, "files": []}
    answers = {name: answer["value"] for name, answer in content["answers"].items()}
    known = edition(proposal.edition)
    judged = list(proposal.judgements.select_related("by", "version", "second_opinion__by").order_by("-pk"))
    findings, changed, found = form_check_of(proposal, on=on), changed_since(proposal), []
    for requirement in known.requirements:
        is_exempt = not requirement_applies(requirement.key, answers)
        own = [judgement for judgement in judged if judgement.requirement == requirement.key]
        read = read_answers(known.applicable(answers), requirement.key, content, on, changed)
        within = [each for each in findings if each.requirement == requirement.key]
        found.append(
            Desk(
                requirement.key,
                requirement.label_ja,
                is_exempt,
                known.exemption_line,
                read,
                [_judged(judgement) for judgement in own],
                bool(own) and own[0].standing == "counts",
                own[0].pk if own else 0,
                suggestion(read, within, is_exempt=is_exempt),
            )
        )
    return found


def _judged(judgement: Judgement) -> Judged:
    by = str(judgement.by) if judgement.by is not None else _("システム")
    return Judged(judgement, label_of_judgement(judgement), labels_of(judgement.reason_codes), by)


def suggestion(answers: Sequence[ReadAnswer], findings: Iterable[Finding], *, is_exempt: bool) -> Suggestion:
    """What the form check and the looks of the edition find in one requirement; the machine never says 適合."""
    if is_exempt:
        return Suggestion("対象外", ())
    reasons = [f"{finding.name} {finding.words}" for finding in findings]
    reasons += [f"{answer.question.id} {answer.look}" for answer in answers if answer.look]
    return Suggestion("要確認" if reasons else _("確認すべき点は見つかりませんでした"), list(dict.fromkeys(reasons)))


def form_check_of(proposal: Proposal, *, on: date) -> list[Finding]:
    """What the form check finds in what was submitted last."""
    version = version_now(proposal)
    return form_findings([(proposal, version.content)], on=on)[proposal.pk] if version is not None else []


def changed_since(proposal: Proposal) -> dict[str, str]:
    """name → since when it differs: the version before, or for a first version the application it began with."""
    newest = list(proposal.versions.filter(stage="A").order_by("-number")[:2])
    if len(newest) == 2:
        return dict.fromkeys(changed_fields(newest[1].content, newest[0].content), _("前の版から変更あり"))
    return dict.fromkeys(changes_since_last_time(proposal), _("前回から変更あり"))


def premises(proposal: Proposal, *, on: date) -> list[ReadAnswer]:
    """The answers to the questions that gate the others."""
    version = version_now(proposal)
    if version is None:
        return []
    applicable = edition(proposal.edition).applicable(submitted_answers(version), "A")
    return read_answers(applicable, "G", version.content, on, changed_since(proposal))


def read_answers(
    questions: Iterable[Question],
    group: str,
    content: Mapping[str, Any],
    on: date,
    changed: Mapping[str, str] | None = None,
) -> list[ReadAnswer]:
    """The answers of one group in words, each with its evidence and the reason to look at it.

    A question of stage B is left out until it is answered: before the selection nobody is asked.
    """
    found = []
    for question in questions:
        answer = content["answers"].get(question.id, {"value": None})
        if question.requirement != group or (question.stage == "B" and is_empty(answer["value"])):
            continue
        found.append(
            ReadAnswer(
                question,
                in_words(question, answer),
                needs_look(question, answer["value"], on=on) or "",
                answer.get("evidence_url") or answer.get("evidence_reason") or "",
                VISIBILITIES.get(answer.get("visibility", ""), ""),
                [file for file in content["files"] if file["question"] == question.id],
                (changed or {}).get(question.id, ""),
            )
        )
    return found


def plain_sections(proposal: Proposal) -> list[Section]:
    """The plain pages of what was submitted last."""
    version = version_now(proposal)
    groups = {str(page.label) for page in PAGES if page.group}
    return [s for s in sections(proposal, version.content) if s.label not in groups] if version is not None else []


def correctable_names(proposal: Proposal) -> list[tuple[str, list[tuple[str, str]]]]:
    """(page, [(name, label)]) of everything a correction request may name."""
    known = edition(proposal.edition)
    version = version_now(proposal)
    asked = known.applicable(submitted_answers(version), "A") if version is not None else ()
    groups = []
    for page in PAGES:
        if page.key == "confirm":
            continue
        names = list(page.fields) + [q.id for q in asked if page.group and q.requirement == page.group]
        if page.key == "files":
            names.append("files")
        if names:
            groups.append((str(page.label), [(name, label_of(proposal, name)) for name in names]))
    return groups


def judgements_now(proposal: Proposal) -> dict[str, Judgement]:
    """requirement key → the judgement that counts now."""
    return latest_judgements(proposal)


def assignment_of(proposal: Proposal) -> ScreeningAssignment | None:
    """Who was asked to screen a proposal."""
    return ScreeningAssignment.objects.filter(proposal=proposal).first()


def newest_version(proposal: Proposal) -> ProposalVersion | None:
    """What was submitted last."""
    return version_now(proposal)


def difference(proposal: Proposal, older: int = 0, newer: int = 0) -> list[Change]:
    """What one version changed against another, by their numbers; by default the newest against the one before it.

    By default the versions are those of the application: what is handed in after a selection adds and changes nothing.
    Nothing for a first submission, for numbers that do not exist, and for a version against itself.
    """
    versions = {version.number: version for version in proposal.versions.all()}
    numbers = [number for number, version in versions.items() if version.stage == "A"]
    newer = newer or max(numbers, default=0)
    older = older or max((number for number in numbers if number < newer), default=0)
    before, after = versions.get(older), versions.get(newer)
    return changes(before.content, after.content) if before is not None and after is not None else []


def difference_in_words(proposal: Proposal, older: int = 0, newer: int = 0) -> list[tuple[str, str, str]]:
    """(label, before, after) of what one version changed against another; see difference()."""
    return _in_words(proposal, difference(proposal, older, newer))


def correction_in_words(proposal: Proposal) -> list[tuple[str, str, str]]:
    """(label, before, after) for its vendor: what it has changed so far while correcting, later what it handed in."""
    version = version_now(proposal)
    if proposal.state != "correcting" or version is None:
        return difference_in_words(proposal)
    return _in_words(proposal, changes(version.content, content_of(proposal)))


def _in_words(proposal: Proposal, found: Sequence[Change]) -> list[tuple[str, str, str]]:
    return [
        (
            label_of(proposal, change.name),
            _worded(proposal, change, change.before),
            _worded(proposal, change, change.after),
        )
        for change in found
    ]


def version_numbers(proposal: Proposal) -> list[int]:
    """The numbers of what was submitted, oldest first."""
    return list(proposal.versions.order_by("number").values_list("number", flat=True))


def _worded(proposal: Proposal, change: Change, value: Any) -> str:
    if change.is_of_files:
        return "\n".join(f"{file['name']}（SHA-256 {file['sha256'][:12]}…）" for file in value) or "（なし）"
    if isinstance(value, Mapping):
        return in_words(edition(proposal.edition).question(change.name), dict(value))
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    return str(value) if value not in (None, "") else "（空欄）"
