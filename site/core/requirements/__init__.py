"""The four requirements, said once: the edition, who must answer what, what an answer may be, and what it says.

>>> from core.requirements import CURRENT, edition
>>> edition(CURRENT).requirement("R3").name_ja
'セキュリティ'
"""

from core.requirements.answers import (
    LONGTEXT_LIMIT,
    ROW_LIMIT,
    TEXT_LIMIT,
    YES_NO,
    InvalidAnswer,
    clean_answer,
)
from core.requirements.document import render_markdown
from core.requirements.labels import (
    EVIDENCE_KINDS,
    JUDGEMENTS,
    SELF_DECLARED,
    VISIBILITIES,
    JudgementState,
    default_visibility,
)
from core.requirements.loading import CURRENT, UnknownEdition, edition, versions
from core.requirements.looks import needs_look, needs_renewal
from core.requirements.questions import (
    GATES,
    GROUP_KEYS,
    REQUIREMENT_KEYS,
    Answers,
    Choice,
    Clause,
    Column,
    Edition,
    Look,
    Question,
    Requirement,
    is_empty,
    missing,
    requirement_applies,
)
from core.requirements.summary import Badge, badges, badges_from

__all__ = [
    "CURRENT",
    "EVIDENCE_KINDS",
    "GATES",
    "GROUP_KEYS",
    "JUDGEMENTS",
    "LONGTEXT_LIMIT",
    "REQUIREMENT_KEYS",
    "ROW_LIMIT",
    "SELF_DECLARED",
    "TEXT_LIMIT",
    "VISIBILITIES",
    "YES_NO",
    "Answers",
    "Badge",
    "Choice",
    "Clause",
    "Column",
    "Edition",
    "InvalidAnswer",
    "JudgementState",
    "Look",
    "Question",
    "Requirement",
    "UnknownEdition",
    "badges",
    "badges_from",
    "clean_answer",
    "default_visibility",
    "edition",
    "is_empty",
    "missing",
    "needs_look",
    "needs_renewal",
    "render_markdown",
    "requirement_applies",
    "versions",
]
