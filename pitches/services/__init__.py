"""Every write of this room, one file a noun; each service is one transaction."""

from pitches.services.applying import (
    hand_in_details,
    resubmit,
    start_proposal,
    submit,
    withdraw,
)
from pitches.services.attaching import attach, remove_attachment, set_aside_infected
from pitches.services.bulk import Outcome, admit_all, assign_all, exempt_all, request_correction_of_all
from pitches.services.calls import (
    RULES_NEED_A_REASON,
    StaleCall,
    issue_extension,
    redeem_extension,
    revoke_extension,
    save_call,
)
from pitches.services.copying import start_from
from pitches.services.deciding import decide, present, promote, release
from pitches.services.exporting import record_export
from pitches.services.judging import IN_SCREENING, Overtaken, give_second_opinion, is_judgeable, judge
from pitches.services.keeping import keep_text
from pitches.services.resetting import reset_touched
from pitches.services.saving import Conflict, StaleVersion, restore, save_answers, save_fields
from pitches.services.screening import (
    admit,
    assign,
    confirm_rejection,
    draft_rejection,
    request_correction,
    why_not_admit,
)

__all__ = [
    "IN_SCREENING",
    "RULES_NEED_A_REASON",
    "Conflict",
    "Outcome",
    "Overtaken",
    "StaleCall",
    "StaleVersion",
    "admit",
    "admit_all",
    "assign",
    "assign_all",
    "attach",
    "confirm_rejection",
    "decide",
    "draft_rejection",
    "exempt_all",
    "give_second_opinion",
    "hand_in_details",
    "is_judgeable",
    "issue_extension",
    "judge",
    "keep_text",
    "present",
    "promote",
    "record_export",
    "redeem_extension",
    "release",
    "remove_attachment",
    "request_correction",
    "request_correction_of_all",
    "reset_touched",
    "restore",
    "resubmit",
    "revoke_extension",
    "save_answers",
    "save_call",
    "save_fields",
    "set_aside_infected",
    "start_from",
    "start_proposal",
    "submit",
    "why_not_admit",
    "withdraw",
]
