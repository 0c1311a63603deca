"""Intake of this room: what people type about calls, proposals and their screening, checked for its shape."""

from pitches.forms.calls import CallForm, CodeForm, ExtensionForm
from pitches.forms.plain import ConfirmForm, HandInForm, PlainForm, UploadForm, WithdrawForm, control_of
from pitches.forms.questions import AnswersForm
from pitches.forms.screening import AssignForm, CorrectionForm, JudgementForm, ReasonForm, SecondOpinionForm

__all__ = [
    "AnswersForm",
    "AssignForm",
    "CallForm",
    "CodeForm",
    "ConfirmForm",
    "CorrectionForm",
    "ExtensionForm",
    "HandInForm",
    "JudgementForm",
    "PlainForm",
    "ReasonForm",
    "SecondOpinionForm",
    "UploadForm",
    "WithdrawForm",
    "control_of",
]
