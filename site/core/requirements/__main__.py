"""Prints docs/requirements.md: `PYTHONPATH=site python -m core.requirements > docs/requirements.md`."""

import sys

from core.requirements import CURRENT, edition, render_markdown

sys.stdout.write(render_markdown(edition(CURRENT)))
