"""The rows of this room, one file a noun."""

from pitches.models.call import Call, CallRules, Extension
from pitches.models.drafting import DraftChange, KeptText
from pitches.models.proposal import Attachment, Proposal, ProposalVersion, SelfCheckAnswer
from pitches.models.screening import (
    CorrectionRequest,
    Judgement,
    RejectionDraft,
    ScreeningAssignment,
    SecondOpinion,
)

__all__ = [
    "Attachment",
    "Call",
    "CallRules",
    "CorrectionRequest",
    "DraftChange",
    "Extension",
    "Judgement",
    "KeptText",
    "Proposal",
    "ProposalVersion",
    "RejectionDraft",
    "ScreeningAssignment",
    "SecondOpinion",
    "SelfCheckAnswer",
]
