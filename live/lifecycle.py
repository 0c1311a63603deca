"""The lives of a question and of a poll, as tables, and the rules that may refuse a step."""

from core.lifecycle import State, Table, Transition
from live.permissions import is_author, may_moderate, may_run, may_separate
from workflow.registry import Attempt, Rules

QUESTION_TABLE = Table(
    "question",
    states=(
        State("pending", "承認待ち", "Awaiting approval"),
        State("public", "公開中", "Public"),
        State("withheld", "保留", "Withheld"),
        State("hidden", "非公開", "Hidden"),
        State("merged", "統合", "Merged"),
        State("withdrawn", "取下げ", "Withdrawn"),
    ),
    transitions=(
        Transition("publish", ("pending", "withheld", "hidden"), "public", "公開", who="moderator"),
        Transition("withhold", ("pending",), "withheld", "保留", who="moderator", refusals=("reason_is_missing",)),
        Transition("hide", ("public",), "hidden", "非公開", who="moderator", refusals=("reason_is_missing",)),
        Transition("requeue", ("public", "withheld"), "pending", "承認待ちに戻す", who="moderator"),
        Transition("merge", ("pending", "public"), "merged", "統合", who="moderator"),
        # Where a separated question goes is where it was merged from: one step for each.
        Transition("separate", ("merged",), "public", "統合の解除（公開中へ）", who="moderator or asker of the target"),
        Transition(
            "separate_unread",
            ("merged",),
            "pending",
            "統合の解除（承認待ちへ）",
            who="moderator or asker of the target",
        ),
        Transition(
            "withdraw", ("pending", "public", "withheld", "hidden", "merged"), "withdrawn", "取下げ", who="author"
        ),
    ),
)

# What a moderator asks for is a state; which step leads there is the table's business.
STEP_TO = {"public": "publish", "withheld": "withhold", "hidden": "hide", "pending": "requeue"}

# By what a question was before it was merged: the step that brings it back there.
SEPARATING = {"public": "separate", "pending": "separate_unread"}

# What moderators say most often to an asker; anything else is typed.
READY_REASONS = (
    "同じ内容の質問がすでに公開されています。",
    "個人名や団体を特定できる内容が含まれています。",
    "この提案に関係のない内容のため、公開を見合わせました。",
    "内容を読み取れませんでした。もう少し具体的に書いて、もう一度お送りください。",
    "個別面談でお尋ねください。",
)


def reason_is_missing(attempt: Attempt) -> str | None:
    return None if attempt.facts.get("reason") else "質問した方に伝える理由を入力してください。"


QUESTION_RULES = Rules(
    QUESTION_TABLE,
    who={"moderator": may_moderate, "author": is_author, "moderator or asker of the target": may_separate},
    refusals={"reason_is_missing": reason_is_missing},
)

POLL_TABLE = Table(
    "poll",
    states=(
        State("draft", "準備中", "In preparation"),
        State("open", "受付中", "Open"),
        State("closed", "締切", "Closed"),
    ),
    transitions=(
        Transition("open", ("draft", "closed"), "open", "受付開始", who="moderator", refusals=("choices_are_missing",)),
        Transition("close", ("open",), "closed", "受付終了", who="moderator"),
    ),
)


def choices_are_missing(attempt: Attempt) -> str | None:
    poll = attempt.subject
    is_short = poll.has_options and poll.options.count() < 2
    return "選択肢を2つ以上入力してください。" if is_short else None


POLL_RULES = Rules(POLL_TABLE, who={"moderator": may_run}, refusals={"choices_are_missing": choices_are_missing})
