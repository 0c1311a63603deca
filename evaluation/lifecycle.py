"""The life of an assessment, as a table, and the rules that may refuse a step."""

from core.lifecycle import State, Table, Transition
from evaluation.models import Publication, Sheet
from evaluation.permissions import is_its_reviewer, may_reopen
from evaluation.rubric import of_rows
from evaluation.scoring import IncompleteSheet, total
from evaluation.sheets import sheet_of
from workflow.registry import Attempt, Rules

ASSESSMENT_TABLE = Table(
    "assessment",
    states=(State("opened", "採点中", "Open"), State("submitted", "提出済み", "Submitted")),
    transitions=(
        Transition(
            "submit",
            ("opened",),
            "submitted",
            "採点の提出",
            "its_reviewer",
            ("results_are_published", "scores_are_missing"),
        ),
        Transition(
            "reopen",
            ("submitted",),
            "opened",
            "採点の差し戻し",
            "organiser",
            ("results_are_published", "decision_is_taken"),
        ),
    ),
)


def scores_are_missing(attempt: Attempt) -> str | None:
    stored = Sheet.objects.get(call=attempt.subject.proposal.call_id)
    rubric = of_rows(stored.criteria, stored.method)
    try:
        total(sheet_of(attempt.subject), rubric)
    except IncompleteSheet as error:
        labels = "、".join(rubric.criterion(code).label for code in error.missing)
        return f"未採点の項目があります: {labels}"
    return None


def results_are_published(attempt: Attempt) -> str | None:
    is_out = Publication.objects.filter(call=attempt.subject.proposal.call_id).exists()
    return "結果が公表されているため、採点は変更できません。" if is_out else None


def decision_is_taken(attempt: Attempt) -> str | None:
    return "この提案はすでに決定されています。" if hasattr(attempt.subject.proposal, "decision") else None


ASSESSMENT_RULES = Rules(
    ASSESSMENT_TABLE,
    who={"its_reviewer": is_its_reviewer, "organiser": may_reopen},
    refusals={rule.__name__: rule for rule in (scores_are_missing, results_are_published, decision_is_taken)},
)
