"""Random walks of a room: whoever sends which command and when, the same things hold of it afterwards."""

import json
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from audit.selectors import broken_at, trail
from live import selectors
from live.commands import carry_out
from live.models import AnswerDraft, ModerationAct, Question, Room, RoomEvent, Vote
from live.operations import OPERATIONS
from tests.factories import NOW, make_body, make_officer

pytestmark = [pytest.mark.thorough, pytest.mark.django_db]

OFFICERS = ("first", "second", "third", "fourth")
MODERATORS = ("moderator", "organiser")
OFFICER, MODERATOR = st.sampled_from(OFFICERS), st.sampled_from(MODERATORS)
WHICH = st.integers(0, 4)
LATER = st.sampled_from([timedelta(seconds=1)] * 5 + [timedelta(seconds=30)])
VERSIONED = {"question.moderate", "question.edit", "question.separate", "moderation.undo", "answer.publish"}


class Walk(RuleBasedStateMachine):
    """One room with four officers, two moderators and a vendor; world comes from the test's fixtures."""

    world: SimpleNamespace
    reached: Counter

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.at, self.number, self.texts = NOW + timedelta(hours=1), 0, 0
        for number in range(3):
            self.send(OFFICERS[number], "question.ask", body=self.text(), slot=self.world.slot, naming="anonymous")
            if number:
                self.send("moderator", "question.moderate", question=number, state="public", reason="")

    def teardown(self):
        if hasattr(self, "atomic"):
            assert broken_at() is None
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def text(self):
        self.texts += 1
        return f"〈{self.texts}〉の文"

    def questions(self):
        return list(self.world.room.questions.order_by("pk"))

    def send(self, who, op, *, question=None, **arguments):
        """Send a command as somebody who knows the newest versions."""
        self.number += 1
        if question is not None:
            rows = self.questions()
            row = rows[question % len(rows)]
            arguments["q"] = row.public_id
            if op in VERSIONED:
                arguments["expect"] = row.version
        before = trail().count(), self.footprint()
        message = {"id": f"command-{self.number}", "op": op, "a": arguments}
        ack = carry_out(user=self.world.people[who], room_pk=self.world.room.pk, message=message, at=self.at)
        self.reached[op, ack["ok"]] += 1
        entries, after = trail().count() - before[0], self.footprint()
        if not ack["ok"]:
            assert (entries, after) == (0, before[1]), (op, ack)
        elif OPERATIONS[op].is_audited and after != before[1]:
            assert entries >= 1, op
        return ack

    def footprint(self):
        room = Room.objects.get(pk=self.world.room.pk)
        rows = room.questions.order_by("pk").values_list("pk", "state", "version", "body", "merged_into", "score")
        return list(rows), room.pub_seq, room.staff_seq, room.stage_question_id

    # --- What happens -----------------------------------------------------------------------------------------------

    @rule(who=OFFICER, later=LATER, naming=st.sampled_from(["anonymous", "body_only"]))
    def ask(self, who, later, naming):
        self.at += later
        self.send(who, "question.ask", body=self.text(), slot=self.world.slot, naming=naming)

    @rule(who=OFFICER, question=WHICH, on=st.booleans(), named=st.booleans(), later=LATER)
    def vote(self, who, question, on, named, later):
        self.at += later
        self.send(who, "vote.set", question=question, on=on, named=named)

    @rule(who=OFFICER, question=WHICH)
    def withdraw(self, who, question):
        self.send(who, "question.withdraw", question=question)

    @rule(who=MODERATOR, question=WHICH, state=st.sampled_from(["public", "public", "withheld", "hidden", "pending"]))
    def moderate(self, who, question, state):
        self.at += timedelta(seconds=1)
        self.send(who, "question.moderate", question=question, state=state, reason="重複のため")

    @rule(who=MODERATOR, question=WHICH)
    def edit(self, who, question):
        self.send(who, "question.edit", question=question, body=self.text())

    @rule(who=MODERATOR, question=WHICH, into=WHICH)
    def merge(self, who, question, into):
        rows = self.questions()
        one, other = rows[question % len(rows)], rows[into % len(rows)]
        wanted = {"from": one.public_id, "into": other.public_id, "expect": [one.version, other.version]}
        self.send(who, "question.merge", **wanted)

    @rule(who=MODERATOR, question=WHICH)
    def separate(self, who, question):
        merged = [place for place, row in enumerate(self.questions()) if row.state == "merged"]
        self.send(who, "question.separate", question=merged[question % len(merged)] if merged else question)

    @rule(who=MODERATOR, question=WHICH, is_on=st.booleans())
    def pin(self, who, question, is_on):
        public = [place for place, row in enumerate(self.questions()) if row.state == "public"]
        question = public[question % len(public)] if public else question
        self.send(who, "stage.pin", question=question if is_on else None)

    @rule(who=MODERATOR, state=st.sampled_from(["hidden", "pending"]))
    def take_from_the_stage(self, who, state):
        room = Room.objects.select_related("stage_question").get(pk=self.world.room.pk)
        if room.stage_question is not None:
            place = self.questions().index(room.stage_question)
            self.send(who, "question.moderate", question=place, state=state, reason="重複のため")

    @rule(who=MODERATOR, question=WHICH, is_last=st.booleans())
    def undo(self, who, question, is_last):
        rows, act = self.questions(), ModerationAct.objects.order_by("-pk").first()
        if is_last and act is not None:
            question = [row.pk for row in rows].index(act.question_id)
            who = next(name for name in MODERATORS if self.world.people[name].pk == act.moderator_id)
        self.send(who, "moderation.undo", question=question)

    @rule(who=MODERATOR, question=WHICH, into=WHICH, then=st.sampled_from(["", "separate", "undo"]), later=LATER)
    def merge_and_more(self, who, question, into, then, later):
        self.merge(who, question, into)
        self.at += later
        if then == "undo":
            self.undo(who, question, True)
        elif then == "separate":
            self.separate(who, question)

    @rule(who=MODERATOR, question=WHICH, is_on=st.booleans())
    def ban(self, who, question, is_on):
        more = {"reason": "妨害のため"} if is_on else {}
        self.send(who, "person.ban" if is_on else "person.unban", question=question, **more)

    @rule(question=WHICH, op=st.sampled_from(["draft", "submit", "withdraw"]))
    def write(self, question, op):
        rows = self.questions()
        public = [place for place, row in enumerate(rows) if row.state == "public"]
        question = public[question % len(public)] if public else question
        for each in {"submit": ("draft", "submit")}.get(op, (op,)):
            draft = AnswerDraft.objects.filter(question=rows[question % len(rows)]).first()
            more = {"body": f"下書き{self.text()}"} if each == "draft" else {}
            self.send("vendor", f"answer.{each}", question=question, expect=draft.version if draft else 0, **more)

    @rule(who=MODERATOR, question=WHICH, individual=st.booleans(), oral=st.booleans())
    def answer(self, who, question, individual, oral):
        body = f"{'個別' if individual else '公開'}の回答{self.text()}"
        self.send(who, "answer.publish", question=question, body=body, individual=individual, oral=oral)

    # --- What always holds ------------------------------------------------------------------------------------------

    @invariant()
    def counts_are_the_votes_that_stand(self):
        votes = list(Vote.objects.filter(is_on=True).select_related("question"))
        for question in self.questions():
            if question.merged_into_id is None:
                own = [v for v in votes if question.pk in {v.question_id, v.question.merged_into_id}]
                counted = len({v.participant_id for v in own}), len({v.organisation_id for v in own})
                assert (question.score, question.bodies) == counted, question

    @invariant()
    def merging_is_one_step_deep_and_only_for_what_is_merged(self):
        rows = {question.pk: question for question in self.questions()}
        for question in rows.values():
            assert (question.state == "merged") <= (question.merged_into_id is not None)
            if question.merged_into_id is not None:
                target = rows[question.merged_into_id]
                assert question.state in {"merged", "withdrawn"}
                assert target.merged_into_id is None
                assert target.pk != question.pk
                assert target.state != "withdrawn" or question.state == "withdrawn"

    @invariant()
    def only_what_is_public_stands_on_stage(self):
        room = Room.objects.select_related("stage_question").get(pk=self.world.room.pk)
        assert room.stage_question is None or room.stage_question.state == "public"

    @invariant()
    def everybody_reads_what_is_public_and_nothing_else(self):
        room = Room.objects.get(pk=self.world.room.pk)
        snapshot = selectors.snapshot(room.pk, is_staff=False, at=self.at)
        events = selectors.events_after(room, selectors.PUBLIC, 0, limit=1000)
        said = json.dumps([snapshot, events], ensure_ascii=False)
        rows = self.questions()
        shown = {row.body for row in rows if row.state == "public"}
        assert {question["body"] for question in snapshot["questions"]} == shown
        hidden = {row.original_body for row in rows} | {row.body for row in rows if row.state != "public"}
        hidden |= {row.answer.body for row in rows if hasattr(row, "answer") and row.answer.is_individual}
        hidden |= set(AnswerDraft.objects.filter(published_at=None).values_list("body", flat=True))
        hidden |= {row.answer.body for row in rows if hasattr(row, "answer") and row.state != "public"}
        self.reached["hidden texts"] += len(hidden - {""})
        assert not [text for text in hidden - {""} if text in said]
        assert not [name for name in (*MODERATORS, "重複のため", "妨害") if name in said]
        assert [event["seq"] for event in events] == list(range(1, room.pub_seq + 1))
        assert RoomEvent.objects.filter(room=room, stream="staff").count() == room.staff_seq


def test_whatever_is_sent_the_room_stays_whole(room, slots, register, vendor, moderator, organiser):
    bodies = [make_body(f"88000{number}", f"架空{number}市") for number in range(3)]
    officers = [make_officer(bodies[number % 3]) for number in range(4)]
    register(*officers)
    people = dict(zip(OFFICERS, officers, strict=True)) | {"vendor": vendor}
    people |= {"moderator": moderator, "organiser": organiser}
    Room.objects.filter(pk=room.pk).update(phase="live", phase_set_at=NOW)
    Walk.world = SimpleNamespace(room=room, slot=slots[0].public_id, people=people)
    Walk.reached = Counter()
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # A walk on which nothing is carried out, and nothing is hidden, proves nothing.
    assert min(Walk.reached[op, True] for op in TOLD) >= 1, sorted(Walk.reached.items(), key=str)
    assert Walk.reached["hidden texts"] > 100
    assert Question.objects.count() == 0


TOLD = (
    *("question.ask", "question.withdraw", "vote.set", "question.moderate", "question.edit", "question.merge"),
    *("question.separate", "stage.pin", "moderation.undo", "person.ban", "person.unban", "answer.draft"),
    *("answer.submit", "answer.publish"),
)
