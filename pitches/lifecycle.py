"""The life of a proposal, as one table (labels are the field's: 選定, never a word of procurement)."""

from core.lifecycle import State, Table, Transition

# A decision nobody was told of must not show in what a vendor can still do: hence not_selected is among these, and the
# rule of the step refuses it once a publication has released it.
WITHDRAWABLE = ("draft", "submitted", "correcting", "eligible", "selected", "reserve", "not_selected")

PROPOSAL_TABLE = Table(
    "proposal",
    states=(
        State("draft", "下書き", "Draft"),
        State("submitted", "審査中", "Submitted"),
        State("correcting", "補正中", "Correcting"),
        State("eligible", "要件適合", "Eligible"),
        State("ineligible", "要件不適合", "Ineligible"),
        State("selected", "選定", "Selected"),
        State("reserve", "補欠", "Reserve"),
        State("not_selected", "不選定", "Not selected"),
        State("presented", "登壇済み", "Presented"),
        State("withdrawn", "取下げ", "Withdrawn"),
    ),
    transitions=(
        Transition(
            "submit",
            ("draft",),
            "submitted",
            "提出",
            "its_vendor",
            ("call_is_closed", "answers_are_missing", "consent_is_missing"),
        ),
        Transition(
            "request_correction",
            ("submitted",),
            "correcting",
            "補正依頼",
            "screener",
            ("no_fields_are_named", "reason_is_missing", "deadline_is_missing"),
        ),
        Transition(
            "resubmit",
            ("correcting",),
            "submitted",
            "補正の提出",
            "its_vendor",
            ("correction_deadline_has_passed", "other_fields_changed", "answers_are_missing"),
        ),
        Transition("admit", ("submitted",), "eligible", "要件適合の決定", "screener", ("requirement_is_not_met",)),
        Transition(
            "reject",
            ("submitted", "correcting"),
            "ineligible",
            "要件不適合の決定",
            "screener",
            ("reason_is_missing", "second_person_is_missing"),
        ),
        Transition("select", ("eligible",), "selected", "選定", "organiser", ("scores_are_incomplete",)),
        Transition("reserve", ("eligible",), "reserve", "補欠", "organiser", ("scores_are_incomplete",)),
        Transition("decline", ("eligible",), "not_selected", "不選定", "organiser", ("scores_are_incomplete",)),
        Transition("promote", ("reserve",), "selected", "繰り上げ", "organiser"),
        Transition("withdraw", WITHDRAWABLE, "withdrawn", "取下げ", "its_vendor", ("refusal_is_published",)),
        Transition("present", ("selected",), "presented", "登壇", "moderator"),
    ),
)

# What passed screening and was not withdrawn since, in whatever decision it is by now: what the panel works on.
PASSED = frozenset({"eligible", "selected", "reserve", "not_selected", "presented"})

OUTCOME_STEPS = {"selected": "select", "reserve": "reserve", "not_selected": "decline"}
