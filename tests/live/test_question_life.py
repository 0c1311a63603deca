"""The life of a question: every step from every state by every actor, each with what becomes of it."""

import pytest

from live.models import Question
from tests.factories import NOW
from workflow.errors import Refused
from workflow.services import move

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

MODERATORS = {"moderator", "organiser"}
ASKER = {"officer"}
# Whoever asked the question it was merged into may let it go again, for that is what withdrawing that question does.
ASKER_OF_THE_TARGET = {"second_officer"}
ACTORS = ["moderator", "organiser", "officer", "second_officer", "vendor", "reviewer", "screener", "outsider"]
STATES = ["pending", "public", "withheld", "hidden", "merged", "withdrawn"]

# step: (who may, {from: to}); from any other state the step is refused.
LIFE = {
    "publish": (MODERATORS, {"pending": "public", "withheld": "public", "hidden": "public"}),
    "withhold": (MODERATORS, {"pending": "withheld"}),
    "hide": (MODERATORS, {"public": "hidden"}),
    "requeue": (MODERATORS, {"public": "pending", "withheld": "pending"}),
    "merge": (MODERATORS, {"pending": "merged", "public": "merged"}),
    "separate": (MODERATORS | ASKER_OF_THE_TARGET, {"merged": "public"}),
    "separate_unread": (MODERATORS | ASKER_OF_THE_TARGET, {"merged": "pending"}),
    "withdraw": (
        ASKER,
        {
            "pending": "withdrawn",
            "public": "withdrawn",
            "withheld": "withdrawn",
            "hidden": "withdrawn",
            "merged": "withdrawn",
        },
    ),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", LIFE)
def test_each_step_leads_where_the_table_says_and_nowhere_else(request, asked, room, second_officer, step, state):
    may, leads = LIFE[step]
    target = Question.objects.create(
        room=room, number="A-0099", body="統合先", author=second_officer, state="public", state_at=NOW, asked_at=NOW
    )
    for actor in ACTORS:
        person = request.getfixturevalue(actor)
        question = Question.objects.filter(number="A-0001").first() or Question.objects.get(public_id=asked())
        Question.objects.filter(pk=question.pk).update(state=state, merged_into=target if state == "merged" else None)
        question.refresh_from_db()
        if actor in may and state in leads:
            move(question, step, actor=person, at=NOW, facts={"reason": "重複"})
            assert question.state == leads[state], actor
        else:
            with pytest.raises(Refused):
                move(question, step, actor=person, at=NOW, facts={"reason": "重複"})
            question.refresh_from_db()
            assert question.state == state, actor


@pytest.mark.parametrize("step", ["withhold", "hide"])
def test_nothing_is_held_back_without_a_reason(asked, moderator, step):
    question = Question.objects.get(public_id=asked(publish=step == "hide"))
    with pytest.raises(Refused, match="理由"):
        move(question, step, actor=moderator, at=NOW)
