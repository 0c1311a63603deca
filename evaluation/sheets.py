"""Between rows and pure scoring: an assessment as a sheet."""

from decimal import Decimal

from evaluation.models import Assessment
from evaluation.scoring import Sheet


def sheet_of(assessment: Assessment) -> Sheet:
    """The stored points as exact decimals."""
    points = {code: None if text is None else Decimal(text) for code, text in assessment.points.items()}
    return Sheet(assessment.proposal_id, assessment.reviewer_id, points)
