"""What axe finds wrong with a page as a browser shows it, by the success criteria of WCAG 2.2 A and AA."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

CRITERIA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def barriers(page: Any) -> list[str]:
    """「rule: element — why」 of each violation on a page; an empty list is what a test wants."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": CRITERIA}}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]} — {node['failureSummary'].splitlines()[-1].strip()}"
        for violation in found
        for node in violation["nodes"]
    ]
