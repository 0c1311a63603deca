"""Random walks through the lives of two rivals' proposals: whoever presses what and when, the same things hold."""

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.selectors import vendor_of
from audit.models import Entry
from audit.selectors import broken_at
from pitches import selectors, services
from pitches.models import CorrectionRequest, Judgement, Proposal, ProposalVersion, SecondOpinion
from tests.factories import NOW, make_vendor_user
from tests.pitches.test_lifecycle import EXPECTED
from workflow.errors import Refused

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]

VENDORS = {"vendor": "vendor", "colleague": "vendor", "rival": "rival"}
RIGHT = {"submit": "vendor", "resubmit": "vendor", "withdraw": "vendor", "save": "vendor", "hand_in": "vendor"}
PEOPLE = ("vendor", "colleague", "rival", "screener", "second", "organiser", "reviewer", "outsider")
REQUIREMENTS = ("R1", "R2", "R3", "R4")
# How long after the step before: the call closes on the twentieth day, a correction is due within five.
LATER = st.sampled_from([timedelta(minutes=1)] * 6 + [timedelta(hours=5)] * 3 + [timedelta(days=4)])


def who(*right):
    """Mostly one of those whose step it is, otherwise anybody."""
    return st.one_of(st.sampled_from(right), st.sampled_from(right), st.sampled_from(PEOPLE))


# A walk begins at the draft, or where these turns have led the vendor's proposal.
LED = ("", "fit", "fit correct", "fit reject", "fit fit", "fit fit fit", "fit fit reserve", "fit fit withdraw")
WHOSE = st.sampled_from(["vendor", "vendor", "vendor", "rival"])
BY_VENDOR = who("vendor", "colleague")
BY_SCREENER = who("screener", "second", "organiser")


class Lives(RuleBasedStateMachine):
    """Two drafts and everybody who may or may not do something with them; world comes from the test's fixtures."""

    world: SimpleNamespace
    reached: Counter

    @initialize(turns=st.sampled_from(LED))
    def begin(self, turns):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at = NOW + timedelta(hours=1)
        self.numbers, self.kept, self.outcomes = {}, {}, {}
        self.begun = 2
        self.states = self.states_now()
        for turn in turns.split():
            self.take_turn("vendor", timedelta(minutes=1), turn)

    def teardown(self):
        assert broken_at() is None
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # --- One press ----------------------------------------------------------------------------------------------

    def press(self, verb, whose, person, later, act):
        """Do it as this person; refused, nothing may have changed, and carried out, the trail must say so."""
        self.at += later
        proposal = Proposal.objects.get(pk=self.world.drafts[whose])
        before, entries = self.rows(), Entry.objects.count()
        try:
            act(proposal, self.world.people[person])
        except (Refused, services.StaleVersion):
            assert self.rows() == before
            assert Entry.objects.count() == entries
            return
        new = list(Entry.objects.order_by("seq")[entries:])
        assert bool(new) or self.rows() == before, f"{verb} by {person} left no trace"
        self.follows_the_table(new, person, whose)

    def follows_the_table(self, new, person, whose):
        now = self.states_now()
        moved = {pk: (self.states[pk], state) for pk, state in now.items() if self.states.get(pk, state) != state}
        told = {int(entry.subject_id): (entry.source, entry.target) for entry in new if entry.source}
        assert moved == told
        for entry in new:
            if entry.source:
                sources, target, people = EXPECTED[entry.verb]
                assert entry.source in sources and entry.target == target
                assert self.role_of(person, whose) in people, f"{person} could {entry.verb}"
                self.reached[target] += 1
        self.states = now

    def role_of(self, person, whose):
        if person in VENDORS:
            return "vendor" if VENDORS[person] == whose else "rival_vendor"
        return {"second": "screener"}.get(person, person)

    def rows(self):
        """Everything a refused press must leave as it was."""
        return [
            list(model.objects.order_by("pk").values())
            for model in (Proposal, ProposalVersion, Judgement, SecondOpinion, CorrectionRequest)
        ]

    def states_now(self):
        return dict(Proposal.objects.values_list("pk", "state"))

    # --- What people press --------------------------------------------------------------------------------------

    @rule(
        whose=WHOSE,
        person=BY_VENDOR,
        later=LATER,
        name=st.sampled_from(["title", "content"]),
        text=st.text("あいう", max_size=3),
    )
    def save(self, whose, person, later, name, text):
        self.press(
            "save",
            whose,
            person,
            later,
            lambda p, user: services.save_fields(
                proposal=p, fields={name: text or "題"}, expect=p.version, user=user, at=self.at
            ),
        )

    @rule(whose=WHOSE, person=BY_VENDOR, later=LATER)
    def submit(self, whose, person, later):
        self.submit_by(whose, person, later)

    def submit_by(self, whose, person, later):
        self.press("submit", whose, person, later, lambda p, user: services.submit(proposal=p, user=user, at=self.at))

    @rule(whose=WHOSE, person=BY_VENDOR, later=LATER)
    def resubmit(self, whose, person, later):
        self.resubmit_by(whose, person, later)

    def resubmit_by(self, whose, person, later):
        self.press(
            "resubmit", whose, person, later, lambda p, user: services.resubmit(proposal=p, user=user, at=self.at)
        )

    @rule(whose=WHOSE, person=BY_VENDOR, later=LATER, is_meant=st.sampled_from([True] + [False] * 5))
    def withdraw(self, whose, person, later, is_meant):
        self.withdraw_by(whose, person, later, is_meant)

    def withdraw_by(self, whose, person, later, is_meant):
        if is_meant:
            self.press(
                "withdraw", whose, person, later, lambda p, user: services.withdraw(proposal=p, user=user, at=self.at)
            )

    @rule(whose=WHOSE, person=BY_SCREENER, later=LATER, names=st.sampled_from([["title"], ["content"], []]))
    def ask_for_a_correction(self, whose, person, later, names):
        self.ask_by(whose, person, later, names)

    def ask_by(self, whose, person, later, names):
        self.press(
            "request_correction",
            whose,
            person,
            later,
            lambda p, user: services.request_correction(
                proposal=p, fields=names, reason="補", deadline_at=self.at + timedelta(days=5), actor=user, at=self.at
            ),
        )

    @rule(
        whose=WHOSE,
        person=BY_SCREENER,
        later=LATER,
        every=st.sampled_from([True, True, False]),
        status=st.sampled_from(["fit", "fit", "unfit", "unclear", "exempt"]),
    )
    def judge(self, whose, person, later, every, status):
        self.judge_by(whose, person, later, every, status)

    def judge_by(self, whose, person, later, every, status):
        for requirement in REQUIREMENTS if every else ("R2",):
            # The drafts handle no personal information: 対象外 is what ③ is, and nothing else is.
            said = "exempt" if requirement == "R3" and every else status
            self.press(
                "judge",
                whose,
                person,
                later,
                lambda p, user, requirement=requirement, said=said: services.judge(
                    proposal=p,
                    requirement=requirement,
                    status=said,
                    reason="理由",
                    expect_version=p.versions.filter(stage="A").count(),
                    actor=user,
                    at=self.at,
                ),
            )

    @rule(whose=WHOSE, person=BY_SCREENER, later=LATER, agrees=st.booleans())
    def second_opinion(self, whose, person, later, agrees):
        judged = Judgement.objects.filter(proposal=self.world.drafts[whose], status="unfit").last()
        if judged is not None:
            self.press(
                "second_opinion",
                whose,
                person,
                later,
                lambda p, user: services.give_second_opinion(
                    judgement=judged, agrees=agrees, note="意見", actor=user, at=self.at
                ),
            )

    @rule(whose=WHOSE, person=BY_SCREENER, later=LATER)
    def admit(self, whose, person, later):
        self.admit_by(whose, person, later)

    def admit_by(self, whose, person, later):
        self.press("admit", whose, person, later, lambda p, user: services.admit(proposal=p, actor=user, at=self.at))

    @rule(whose=WHOSE, person=BY_SCREENER, confirms=BY_SCREENER, later=LATER)
    def reject(self, whose, person, confirms, later):
        self.reject_by(whose, person, confirms, later)

    def reject_by(self, whose, person, confirms, later):
        self.press(
            "draft",
            whose,
            person,
            later,
            lambda p, user: services.draft_rejection(proposal=p, reason="無い", actor=user, at=self.at),
        )
        self.press(
            "reject",
            whose,
            confirms,
            later,
            lambda p, user: services.confirm_rejection(proposal=p, actor=user, at=self.at),
        )

    @rule(
        whose=WHOSE,
        person=who("organiser"),
        later=LATER,
        outcome=st.sampled_from(["selected", "selected", "reserve", "not_selected"]),
    )
    def decide(self, whose, person, later, outcome):
        self.decide_by(whose, person, later, outcome)

    def decide_by(self, whose, person, later, outcome):
        facts = {"scores_complete": True}
        self.press(
            "decide",
            whose,
            person,
            later,
            lambda p, user: services.decide(proposal=p, outcome=outcome, facts=facts, actor=user, at=self.at),
        )

    @rule(whose=WHOSE, person=who("organiser"), later=LATER)
    def promote(self, whose, person, later):
        self.press(
            "promote", whose, person, later, lambda p, user: services.promote(proposal=p, actor=user, at=self.at)
        )

    @rule(whose=WHOSE, person=who("organiser"), later=LATER)
    def present(self, whose, person, later):
        self.press(
            "present", whose, person, later, lambda p, user: services.present(proposal=p, actor=user, at=self.at)
        )

    @rule()
    def publish(self):
        """What a publication does with this room; the only door of released_outcome."""
        decided = Proposal.objects.filter(state__in=("selected", "reserve", "not_selected"))
        self.outcomes |= dict(decided.values_list("pk", "state"))
        services.release(outcomes={p.pk: (p.state, "") for p in decided}, at=self.at)
        self.reached["published"] += decided.count()

    @rule(whose=WHOSE, person=BY_VENDOR, later=LATER)
    def hand_in(self, whose, person, later):
        self.press(
            "hand_in", whose, person, later, lambda p, user: services.hand_in_details(proposal=p, user=user, at=self.at)
        )

    @rule(whose=WHOSE, later=LATER, turn=st.sampled_from(["fit", "fit", "correct", "reject"]))
    def go_on(self, whose, later, turn):
        self.take_turn(whose, later, turn)

    def take_turn(self, whose, later, turn):
        """Whose turn it is does what comes next, so that walks come far."""
        state = self.states[self.world.drafts[whose]]
        person = "vendor" if whose == "vendor" else "rival"
        if state == "draft":
            self.submit_by(whose, person, later)
        elif state == "correcting":
            self.resubmit_by(whose, person, later)
        elif state == "submitted" and turn == "correct":
            self.ask_by(whose, "screener", later, ["title"])
        elif state == "submitted" and turn == "reject":
            self.reject_by(whose, "screener", "second", later)
        elif state == "submitted":
            self.judge_by(whose, "screener", later, True, "fit")
            self.admit_by(whose, "second", later)
        elif state == "eligible" and turn == "withdraw":
            self.withdraw_by(whose, person, later, True)
        elif state == "eligible":
            self.decide_by(whose, "organiser", later, "selected" if turn == "fit" else "reserve")

    @rule(person=who("vendor", "rival"), later=LATER)
    def start(self, person, later):
        is_new = []

        def act(_proposal, user):
            there = set(self.states_now())
            is_new.append(services.start_proposal(call=self.world.call, user=user, at=self.at).pk not in there)

        self.press("start", "vendor", person, later, act)
        self.begun += sum(is_new)
        self.states = self.states_now()

    # --- What holds after every press ---------------------------------------------------------------------------

    @invariant()
    def a_number_is_for_ever(self):
        for pk, number in Proposal.objects.exclude(receipt_number=None).values_list("pk", "receipt_number"):
            assert self.numbers.setdefault(pk, number) == number
        assert len(set(self.numbers.values())) == len(self.numbers)

    @invariant()
    def versions_and_judgements_are_only_added(self):
        now = {
            (model.__name__, row["id"]): row
            for model in (ProposalVersion, Judgement, SecondOpinion)
            for row in model.objects.values()
        }
        assert {key: now.get(key) for key in self.kept} == self.kept
        self.kept = now

    @invariant()
    def an_outcome_is_told_by_a_publication_alone(self):
        told = Proposal.objects.exclude(released_outcome="").values_list("pk", "released_outcome")
        assert dict(told) == self.outcomes

    @invariant()
    def nobody_sees_anothers(self):
        for person in ("vendor", "colleague", "rival"):
            user = self.world.people[person]
            own = vendor_of(user).pk
            for seen in (selectors.visible_to(user), selectors.proposals_of_vendor(user)):
                assert {proposal.vendor_id for proposal in seen} <= {own}
        for person in ("reviewer", "outsider"):
            assert not selectors.visible_to(self.world.people[person]).exists()

    @invariant()
    def an_untold_decision_looks_like_none(self):
        for proposal in Proposal.objects.filter(state__in=("selected", "reserve", "not_selected"), released_outcome=""):
            assert selectors.shown_state(proposal)[0] == "eligible"

    @invariant()
    def counts_conserve(self):
        assert sum(Counter(self.states_now().values()).values()) == self.begun
        submitted = set(Proposal.objects.exclude(receipt_number=None).values_list("pk", flat=True))
        assert {proposal.pk for proposal in selectors.visible_to(self.world.people["screener"])} == submitted


def test_whatever_people_press_in_whatever_order(
    call, vendor, rival_vendor, screener, second_screener, organiser, reviewer, outsider, complete_draft
):
    people = {"vendor": vendor, "colleague": make_vendor_user(vendor_of(vendor)), "rival": rival_vendor}
    people |= {"screener": screener, "second": second_screener, "organiser": organiser}
    drafts = {"vendor": complete_draft().pk, "rival": complete_draft(user=rival_vendor).pk}
    Lives.world = SimpleNamespace(
        call=call, drafts=drafts, people=people | {"reviewer": reviewer, "outsider": outsider}
    )
    Lives.reached = Counter()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=True,
            # A failing walk is short enough to read; making it shorter takes minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A walk that comes nowhere proves nothing.
    assert {"submitted", "correcting", "eligible", "ineligible", "selected", "withdrawn", "published"} <= set(
        Lives.reached
    )
