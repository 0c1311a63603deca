"""Rendered pages of docs/ say what the code says."""

from pathlib import Path

import pytest

from config.management.commands.render_docs import pages

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", ["requirements.md", "live-protocol.md", "lifecycles.md"])
def test_a_rendered_page_is_not_stale(name):
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run: python site/manage.py render_docs"
