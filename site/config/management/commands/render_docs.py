"""`manage.py render_docs`: write the pages of docs/ that are rendered from code."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from core.requirements import CURRENT, edition, render_markdown
from live import operations
from workflow.registry import registered


def pages() -> Mapping[str, str]:
    """file name → text of every rendered page."""
    return {
        "requirements.md": render_markdown(edition(CURRENT)),
        "live-protocol.md": operations.render(),
        "lifecycles.md": lifecycles(),
    }


def lifecycles() -> str:
    """The tables every changing thing lives by, as Markdown."""
    parts = [
        "# Lives as tables",
        "",
        "Rendered from each room's `lifecycle.py`; do not edit by hand (`manage.py render_docs`).",
        "`workflow.services.move()` applies them: lock, check, state, trail, mails and signal in one transaction.",
    ]
    for model, rules in sorted(registered().items(), key=lambda entry: entry[0]._meta.label):
        states = ", ".join(f"`{state.key}` {state.label_ja}" for state in rules.table.states)
        parts += ["", f"## {model._meta.label}", "", f"States: {states}", "", rules.table.render().rstrip()]
    return "\n".join(parts) + "\n"


class Command(BaseCommand):
    help = "Write the rendered pages of docs/."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, text in pages().items():
            (Path(settings.CHECKOUT) / "docs" / name).write_text(text, encoding="utf-8")
            self.stdout.write(name)
