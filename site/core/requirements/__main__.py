"""Prints docs/requirements.md: `PYTHONPATH=site python -m core.requirements > docs/requirements.md`."""

from core.requirements import CURRENT, edition, render_markdown

print(render_markdown(edition(CURRENT)), end="")
