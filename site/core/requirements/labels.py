"""The fixed words around an answer and a requirement: judgements, evidence, visibility, and the standing note."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.requirements.questions import Question


@dataclass(frozen=True, slots=True)
class JudgementState:
    """How a requirement can be judged. A state that is only for conditional requirements exists for ③ alone."""

    key: str
    label_ja: str
    label_en: str
    only_conditional: bool = False


JUDGEMENTS: Mapping[str, JudgementState] = MappingProxyType(
    {
        state.key: state
        for state in (
            JudgementState("fit", "適合", "Fit"),
            JudgementState("conditional", "条件付き適合", "Fit under conditions"),
            JudgementState("unclear", "要確認", "To be clarified"),
            JudgementState("unfit", "不適合", "Not fit"),
            JudgementState("exempt", "対象外", "Does not apply", only_conditional=True),
        )
    }
)

EVIDENCE_KINDS: Mapping[str, str] = MappingProxyType({"file": "ファイル", "url": "URL", "none": "なし"})

VISIBILITIES: Mapping[str, str] = MappingProxyType(
    {"public": "公開", "municipal": "自治体限定", "secretariat": "事務局のみ"},
)

SELF_DECLARED = "事業者の自己申告です"


def default_visibility(question: Question) -> str:
    """The key of VISIBILITIES a new answer starts with: security answers stay inside, attackers read too."""
    return "secretariat" if question.requirement == "R3" else "public"
