"""What of a submitted content a reader may have: an answer goes as far as it says, and its evidence with it."""

from collections.abc import Mapping
from typing import Any

from accounts.selectors import Person, body_of

PUBLIC, MUNICIPAL = "public", "municipal"


def levels_of(person: Person) -> frozenset[str]:
    """How far a reader of published proposals sees: 公開 for everyone, 自治体限定 for approved municipal officers."""
    return frozenset({PUBLIC, MUNICIPAL} if body_of(person) is not None else {PUBLIC})


def disclosed(content: Mapping[str, Any], levels: frozenset[str]) -> dict[str, Any]:
    """A content (see pitches.snapshots) with only the answers and files of these levels.

    Slides and other papers go as far as the proposal's own 資料の公開範囲, evidence as far as the answer it is for.
    """
    answers = {name: answer for name, answer in content["answers"].items() if answer["visibility"] in levels}
    reaches = content["fields"].get("disclosure") in levels
    files = [file for file in content["files"] if (file["question"] in answers if file["question"] else reaches)]
    return {"fields": content["fields"], "answers": answers, "files": files}
