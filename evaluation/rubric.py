"""The rubric: what is scored, with how many points, and the default sheet a call begins with."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.requirements import CURRENT, edition

SUM, RANKS = "sum", "ranks"
METHODS = {SUM: "合計点方式", RANKS: "順位点方式"}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the sheet: at most `points`, a whole number; requirement names which of the four it stands for."""

    code: str
    label: str
    points: int
    help: str = ""
    is_required: bool = True
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Rubric:
    """The sheet all reviewers fill in for all proposals of a call, and how sheets become a ranking."""

    criteria: tuple[Criterion, ...]
    method: str = SUM

    @property
    def total(self) -> int:
        return sum(criterion.points for criterion in self.criteria)

    def criterion(self, code: str) -> Criterion:
        """The criterion with this code; KeyError if there is none."""
        for criterion in self.criteria:
            if criterion.code == code:
                return criterion
        raise KeyError(code)


def default_rubric() -> Rubric:
    """A hundred points: forty on the four requirements (MUST, weighted softly), sixty on what the pitch is for.

    Source: weights seen in municipal calls (MUST 40 / others 60); criteria from comparable pitch programmes.
    """
    requirements = tuple(
        Criterion(requirement.key, requirement.label_ja, 10, requirement=requirement.key)
        for requirement in edition(CURRENT).requirements
    )
    return Rubric(
        (
            *requirements,
            Criterion("problem", "課題の適合性", 20, "多くの自治体に共通する課題を、的確に捉えているか。"),
            Criterion("effect", "期待できる効果", 15, "住民と職員にとっての効果が、根拠とともに示されているか。"),
            Criterion("feasibility", "実現性", 15, "体制・計画・費用が現実的で、小規模団体でも使えるか。"),
            Criterion("spread", "横展開", 10, "ほかの団体へ広がる仕組みと意欲があるか。"),
        )
    )


def parse_points(typed: str | None, criterion: Criterion) -> Decimal | None:
    """The points typed for a criterion, in halves from 0 to its maximum; '' is None. Raises ValueError in Japanese."""
    text = unicodedata.normalize("NFKC", typed or "").strip()
    if not text:
        return None
    try:
        points = Decimal(text)
    except ArithmeticError:
        raise ValueError("数字で入力してください。") from None
    if not points.is_finite() or not 0 <= points <= criterion.points or points * 2 % 1:
        raise ValueError(f"0から{criterion.points}までの、0.5点きざみで入力してください。")
    return points


def of_rows(rows: Sequence[dict[str, object]], method: str) -> Rubric:
    """The rubric a call stored as JSON."""
    return Rubric(tuple(Criterion(**row) for row in rows), method)  # type: ignore[arg-type]
