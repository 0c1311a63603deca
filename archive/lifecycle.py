"""The life of a recording, as a table."""

from archive.permissions import may_edit
from core.lifecycle import State, Table, Transition
from workflow.registry import Rules

RECORDING_TABLE = Table(
    "recording",
    states=(
        State("draft", "準備中", "Draft"),
        State("published", "公開", "Published"),
        State("withdrawn", "公開停止", "Withdrawn"),
    ),
    transitions=(
        Transition("publish", ("draft", "withdrawn"), "published", "録画の公開", "organiser"),
        Transition("withdraw", ("published",), "withdrawn", "録画の公開停止", "organiser"),
    ),
)
RECORDING_RULES = Rules(RECORDING_TABLE, who={"organiser": may_edit})
