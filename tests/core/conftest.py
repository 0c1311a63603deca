"""Small editions, so that a test shows all it depends on."""

import copy
from typing import Any

import pytest
from hypothesis import settings

from core.requirements import Edition
from core.requirements.loading import parse_edition

# The same examples on every machine, and no directory of them left behind.
settings.register_profile("house", derandomize=True, database=None, deadline=None)
settings.load_profile("house")

RAW: dict[str, Any] = {
    "version": "test-1",
    "requirements": [{"key": "R1", "number": "①", "name_ja": "共同利用", "name_en": "Shared use"}],
    "exemption_line": "対象外",
    "questions": [
        {
            "id": "G-01",
            "requirement": "G",
            "answer_type": "single",
            "choices": [{"key": "none", "label_ja": "なし"}, {"key": "staff", "label_ja": "職員"}],
        },
        {
            "id": "R1-01",
            "requirement": "R1",
            "answer_type": "single",
            "choices": [{"key": "yes", "label_ja": "はい"}],
            "when": [{"q": "G-01", "in": ["staff"]}],
        },
        {"id": "R1-02", "requirement": "R1", "answer_type": "text", "when": [{"q": "R1-01", "in": ["yes"]}]},
    ],
}
COMMON = {"level": "M", "stage": "A", "text_ja": "問", "gloss_en": "q", "evidence_ja": "", "condition_ja": "常に"}


@pytest.fixture
def raw_edition() -> dict[str, Any]:
    """An edition as its file holds it: R1-02 hangs on R1-01, which hangs on G-01."""
    raw = copy.deepcopy(RAW)
    raw["questions"] = [COMMON | question for question in raw["questions"]]
    return raw


@pytest.fixture
def two_steps(raw_edition: dict[str, Any]) -> Edition:
    """The same, parsed."""
    return parse_edition(raw_edition)
