"""What is written down when somebody takes data out of screening."""

from datetime import datetime

from accounts.models import User
from audit.services import chained, record
from pitches.permissions import screens
from workflow.errors import Refused


def record_export(*, table: str, kind: str, rows: int, query: str, actor: User, at: datetime) -> None:
    """Put on record who took which table, in which format, with how many proposals, under which filter."""
    if not screens(actor):
        raise Refused("要件審査の内容を書き出す権限がありません。", code=Refused.NOT_ALLOWED)
    with chained():
        facts = {"table": table, "kind": kind, "proposals": rows, "filter": query}
        record("export_screening", subject=actor, actor=actor, at=at, facts=facts)
