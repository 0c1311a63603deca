"""Which requirements a new version touches: one row a change, the expectation written out."""

from dataclasses import replace

import pytest

from core.requirements import CURRENT, edition
from pitches.touching import touched_requirements

FILE = {"id": "a", "name": "図.pdf", "size": 1, "sha256": "a" * 64, "kind": "evidence"}
BEFORE = {
    "fields": {"title": "題", "content": "内容"},
    "answers": {
        name: {
            "value": value,
            "plan": "",
            "evidence_kind": "",
            "evidence_url": "",
            "remarks": "",
            "visibility": "public",
        }
        for name, value in {
            "G-01": "resident",
            "G-03": ["resident"],
            "G-05": ["internet"],
            "G-06": "none",
            "R1-03": "yes",
            "R2-02": "as_is",
            "R3-05": [{"certificate": "iso27001"}],
            "R4-01": [{"scope": "全国"}],
        }.items()
    },
    "files": [{**FILE, "question": "R4-03"}, {**FILE, "question": "R2-02"}, {**FILE, "question": "", "kind": "slides"}],
}


def _with(*, fields=None, files=None, **answers):
    changed = {name.replace("_", "-"): {**BEFORE["answers"].get(name.replace("_", "-"), {"value": None}), **parts}
               for name, parts in answers.items()}  # fmt: skip
    return {
        "fields": BEFORE["fields"] | (fields or {}),
        "answers": BEFORE["answers"] | changed,
        "files": BEFORE["files"] if files is None else files,
    }


CASES = {
    "nothing": (_with(), {}),
    "a plain field": (_with(fields={"content": "別の内容"}), {}),
    "the slides": (_with(files=BEFORE["files"][:2]), {}),
    "an answer": (_with(R1_03={"value": "no"}), {"R1": ("R1-03",)}),
    "the evidence of an answer": (_with(R1_03={"evidence_url": "https://example.jp/"}), {"R1": ("R1-03",)}),
    "the remarks of an answer": (_with(R4_01={"remarks": "補足"}), {"R4": ("R4-01",)}),
    "an answer taken away": (_with(R4_01={"value": None}), {"R4": ("R4-01",)}),
    "an answer of stage B": (_with(R2_08={"value": "収納の設計"}), {"R2": ("R2-08",)}),
    "a file that is the answer": (_with(files=BEFORE["files"][1:]), {"R4": ("R4-03",)}),
    "a file beside an answer, exchanged under its old name": (
        _with(files=[BEFORE["files"][0], {**FILE, "sha256": "b" * 64, "question": "R2-02"}, BEFORE["files"][2]]),
        {"R2": ("R2-02",)},
    ),
    "the gate that says whether ③ applies": (
        _with(G_01={"value": "none"}),
        {"R1": ("G-01",), "R2": ("G-01",), "R3": ("G-01",)},
    ),
    "a gate of ③ alone": (_with(G_05={"value": ["lgwan"]}), {"R3": ("G-05",)}),
    "a gate of ① and ②": (_with(G_06={"value": "read"}), {"R1": ("G-06",), "R2": ("G-06",)}),
    "the gate of hosting": (_with(G_02={"value": ["paper"]}), {"R3": ("G-02",)}),
    "two requirements at once": (
        _with(R1_03={"value": "no"}, R4_01={"remarks": "補足"}, R1_09={"value": "yes"}),
        {"R1": ("R1-03", "R1-09"), "R4": ("R4-01",)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_touches_the_requirements_that_rest_on_it(name):
    after, expected = CASES[name]
    assert touched_requirements(edition(CURRENT), BEFORE, after) == expected


def test_what_was_changed_and_changed_back_touches_nothing():
    after = _with(R1_03={"value": "no"})
    assert touched_requirements(edition(CURRENT), after, after) == {}


def test_the_third_requirement_rests_on_its_applicability_even_where_no_condition_names_it():
    whole = edition(CURRENT)
    free = tuple(replace(each, when=()) if each.requirement == "R3" else each for each in whole.questions)
    after = _with(G_01={"value": "none"})
    assert touched_requirements(replace(whole, questions=free), BEFORE, after)["R3"] == ("G-01",)
