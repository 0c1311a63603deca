"""The life of a question, as a table, and the rules that may refuse a step."""

from core.lifecycle import State, Table, Transition
from live.permissions import is_author, may_moderate
from workflow.registry import Attempt, Rules

QUESTION_TABLE = Table(
    "question",
    states=(
        State("pending", "承認待ち", "Awaiting approval"),
        State("public", "公開中", "Public"),
        State("withheld", "保留", "Withheld"),
        State("hidden", "非公開", "Hidden"),
        State("withdrawn", "取下げ", "Withdrawn"),
    ),
    transitions=(
        Transition("publish", ("pending", "withheld", "hidden"), "public", "公開", who="moderator"),
        Transition("withhold", ("pending",), "withheld", "保留", who="moderator", refusals=("reason_is_missing",)),
        Transition("hide", ("public",), "hidden", "非公開", who="moderator", refusals=("reason_is_missing",)),
        Transition("withdraw", ("pending", "public", "withheld", "hidden"), "withdrawn", "取下げ", who="author"),
    ),
)

# What a moderator asks for is a state; which step leads there is the table's business.
STEP_TO = {"public": "publish", "withheld": "withhold", "hidden": "hide"}


def reason_is_missing(attempt: Attempt) -> str | None:
    return None if attempt.facts.get("reason") else "質問した方に伝える理由を入力してください。"


QUESTION_RULES = Rules(
    QUESTION_TABLE,
    who={"moderator": may_moderate, "author": is_author},
    refusals={"reason_is_missing": reason_is_missing},
)
