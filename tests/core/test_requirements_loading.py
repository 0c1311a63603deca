"""An edition that contradicts itself is refused when it is read, naming the question."""

import pytest

from core.requirements.loading import parse_edition


def test_a_consistent_edition_is_read(raw_edition) -> None:
    assert len(parse_edition(raw_edition).questions) == 3


@pytest.mark.parametrize(
    ("number", "change", "fault"),
    [
        (1, {"id": "G-01"}, "G-01: occurs twice"),
        (0, {"requirement": "R5"}, "unknown requirement"),
        (0, {"level": "X"}, "unknown requirement, level"),
        (0, {"level": ""}, "unknown requirement, level"),
        (0, {"stage": "C"}, "level or stage"),
        (0, {"answer_type": "essay"}, "unknown answer type 'essay'"),
        (0, {"choices": []}, "choices belong to questions of choice"),
        (2, {"choices": [{"key": "yes", "label_ja": "はい"}]}, "choices belong to questions of choice"),
        (2, {"answer_type": "table"}, "columns belong to tables"),
        (
            2,
            {"answer_type": "table", "columns": [{"key": "when", "label_ja": "日", "kind": "day"}]},
            "column 'when' has a wrong kind",
        ),
        (
            2,
            {"answer_type": "table", "columns": [{"key": "kind", "label_ja": "種別", "kind": "choice"}]},
            "column 'kind' has a wrong kind or wrong choices",
        ),
        (1, {"when": [{"q": "G-01", "in": ["resident"]}]}, "names no earlier choice of 'G-01'"),
        (1, {"when": [{"q": "R1-02", "in": ["yes"]}]}, "names no earlier choice of 'R1-02'"),
        (0, {"look": [{"in": ["maybe"], "reason_ja": "未定です"}]}, "「未定です」 names no choice"),
        (0, {"look": [{"column": "kind", "in": ["none"], "reason_ja": "未定です"}]}, "「未定です」 names no choice"),
        (0, {"look": [{"reason_ja": "未定です"}]}, "「未定です」 must have one rule"),
        (0, {"look": [{"in": ["none"], "expired": True, "reason_ja": "未定です"}]}, "must have one rule"),
    ],
)
def test_a_contradiction_is_refused(raw_edition, number: int, change: dict, fault: str) -> None:
    raw_edition["questions"][number] |= change
    with pytest.raises(ValueError, match=fault):
        parse_edition(raw_edition)
