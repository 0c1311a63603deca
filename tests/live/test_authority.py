"""Every command × everybody who might send it: the table says who gets what, and a command without a row fails."""

import pytest
from django.db import transaction

from accounts import groups
from audit.selectors import trail
from live.commands import Item, carry_out_batch
from live.models import Ban, Part, PitchSlot, Poll, PollOption, Registration, Room, RoomEvent, Round, Vote
from live.operations import OPERATIONS
from tests.factories import NOW, make_body, make_officer, make_user, make_vendor, make_vendor_user

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

STAFF = {"moderator", "organiser"}
# Accounts that are switched off, and a screen, which is nobody: they may nothing at all.
NOBODY = {"switched_off", "moderator_switched_off", "screen"}
# Registered for the round and not shut out.
VOTERS = {"asker", "second_officer"}
EVERYBODY = {
    *("asker", "second_officer", "unregistered", "of_another_round", "cancelled", "banned", "switched_off"),
    *("vendor", "rival_in_round", "rival_elsewhere", "reviewer", "screener", "editor", "outsider"),
    *("moderator", "organiser", "moderator_switched_off", "screen"),
}

# op -> (arguments, who succeeds, what the others are told; what some others are told instead)
TABLE = {
    "question.ask": ({"body": "停電のときは。"}, VOTERS | STAFF, "denied", {}),
    "question.withdraw": ({"q": "public"}, {"asker"}, "gone", {}),
    "vote.set": ({"q": "public", "on": True}, VOTERS, "denied", {}),
    "question.moderate": (
        {"q": "public", "expect": 2, "state": "hidden", "reason": "重複"},
        STAFF,
        "denied",
        {},
    ),
    "question.edit": ({"q": "public", "expect": 2, "body": "別の文"}, STAFF, "denied", {}),
    # Of a question they may not see nobody learns that it is there; its asker knows.
    "question.merge": ({"from": "pending", "into": "public", "expect": [1, 2]}, STAFF, "gone", {"asker": "denied"}),
    "question.separate": ({"q": "merged", "expect": 3}, STAFF, "denied", {}),
    "stage.pin": ({"q": "public"}, STAFF, "denied", {}),
    "moderation.undo": ({"q": "public", "expect": 2}, {"moderator"}, "denied", {"organiser": "conflict"}),
    "person.ban": ({"q": "public", "reason": "迷惑"}, STAFF, "denied", {}),
    "person.unban": ({"q": "public"}, STAFF, "denied", {}),
    "queue.look": ({"q": "public"}, STAFF, "denied", {}),
    "answer.draft": ({"q": "public", "expect": 0, "body": "案"}, {"vendor"}, "denied", {}),
    "answer.submit": ({"q": "public", "expect": 0}, {"vendor"}, "denied", {}),
    "answer.withdraw": ({"q": "handed_in", "expect": 2}, {"vendor"}, "denied", {}),
    "answer.return": ({"q": "handed_in", "expect": 2, "reason": "短い"}, STAFF, "denied", {}),
    "answer.publish": ({"q": "public", "expect": 2, "body": "できます。"}, STAFF, "denied", {}),
    "poll.reply": ({"poll": "open", "value": [0]}, VOTERS, "denied", {}),
    "poll.save": ({"kind": "single", "prompt": "問い", "options": ["甲", "乙"]}, STAFF, "denied", {}),
    "poll.open": ({"poll": "draft", "expect": 1}, STAFF, "denied", {}),
    "poll.close": ({"poll": "open", "expect": 1}, STAFF, "denied", {}),
    "poll.show": ({"poll": "open", "on": True}, STAFF, "denied", {}),
    "poll.stage": ({"poll": "open", "on": True}, STAFF, "denied", {}),
    "poll.let": ({"poll": "text", "text": "語", "on": True}, STAFF, "denied", {}),
    "reaction.set": ({"slot": "slot", "label": "more", "on": True}, VOTERS, "denied", {}),
}


@pytest.fixture
def people(request, round, slots, register, make_proposal):
    """Everybody, by name; the screen is nobody's account."""
    named = {name: request.getfixturevalue(name) for name in ("second_officer", "vendor", "moderator", "organiser")}
    named |= {name: request.getfixturevalue(name) for name in ("reviewer", "screener", "editor", "outsider")}
    named["asker"] = request.getfixturevalue("officer")
    for number, name in enumerate(("unregistered", "of_another_round", "cancelled", "banned", "switched_off")):
        named[name] = make_officer(make_body(f"77000{number}", f"架空{number}町"))
    register(*(named[name] for name in ("asker", "second_officer", "cancelled", "banned", "switched_off")))
    Registration.objects.filter(user=named["cancelled"]).update(cancelled_at=NOW)
    another = Round.objects.create(
        programme_year=round.programme_year,
        number=2,
        title="別の回",
        held_on=round.held_on,
        call=round.call,
        programme_published_at=NOW,
    )
    Registration.objects.create(
        round=another,
        user=named["of_another_round"],
        body=make_body("770001", "架空1町"),
        mode="online",
        registered_at=NOW,
    )
    rival = make_vendor("となりの会社（架空）")
    named["rival_in_round"] = make_vendor_user(rival)
    PitchSlot.objects.create(
        part=slots[0].part,
        position=9,
        starts_at=slots[0].starts_at,
        proposal=make_proposal(state="eligible", vendor=rival),
    )
    elsewhere = make_vendor("よその会社（架空）")
    named["rival_elsewhere"] = make_vendor_user(elsewhere)
    part = Part.objects.create(round=another, number=1, starts_at=slots[0].starts_at)
    PitchSlot.objects.create(
        part=part, position=1, starts_at=part.starts_at, proposal=make_proposal(state="eligible", vendor=elsewhere)
    )
    named["moderator_switched_off"] = make_user("moderator-off", role=groups.MODERATOR)
    for name in ("switched_off", "moderator_switched_off"):
        named[name].is_active = False
        named[name].save()
    return {name: person.pk for name, person in named.items()} | {"screen": 0}


@pytest.fixture
def things(people, room, slots, do, officer, moderator, vendor):
    """What the commands are about, by the names the table uses."""
    Room.objects.filter(pk=room.pk).update(phase="live", phase_set_at=NOW)
    room.refresh_from_db()

    def ask(body):
        return do(officer, "question.ask", body=body, slot=slots[0].public_id)["r"]["q"]

    def publish(q):
        assert do(moderator, "question.moderate", q=q, expect=1, state="public")["ok"]
        return q

    found = {"pending": ask("待っている質問")}
    room.questions.update(asked_at=NOW.replace(year=NOW.year - 1))
    found |= {"handed_in": publish(ask("回答のある質問")), "merged": ask("統合された質問")}
    room.questions.update(asked_at=NOW.replace(year=NOW.year - 1))
    for op, expect in (("answer.draft", 0), ("answer.submit", 1)):
        more = {"body": "回答の案"} if op == "answer.draft" else {}
        assert do(vendor, op, q=found["handed_in"], expect=expect, **more)["ok"]
    publish(found["merged"])
    assert do(moderator, "question.merge", **{"from": found["merged"], "into": found["handed_in"], "expect": [2, 2]})[
        "ok"
    ]
    found["public"] = publish(ask("公開の質問"))
    for name, kind, state in (("draft", "single", "draft"), ("open", "single", "open"), ("text", "text", "open")):
        poll = Poll.objects.create(
            room=room,
            kind=kind,
            prompt=name,
            state=state,
            version=1,
            created_by=moderator,
            created_at=NOW,
            state_at=NOW,
        )
        for place, label in enumerate(("甲", "乙")):
            PollOption.objects.create(poll=poll, position=place, label=label)
        found[name] = poll.public_id
    Ban.objects.create(room=room, user_id=people["banned"], reason="妨害", by=moderator, at=NOW)
    return found | {"slot": slots[0].public_id}


def test_every_command_has_a_row_and_everybody_is_in_the_cast(people):
    assert set(TABLE) == set(OPERATIONS)
    assert set(people) == EVERYBODY


@pytest.mark.parametrize("op", sorted(TABLE))
def test_each_person_gets_what_the_table_says(op, people, things, room):
    arguments, succeeding, refusal, others = TABLE[op]
    given = {
        name: things.get(value, value)
        if isinstance(value, str) and name in {"q", "from", "into", "poll", "slot"}
        else value
        for name, value in arguments.items()
    }
    before = footprint(room)
    told, left_alone = {}, {}
    for name, person in people.items():
        with transaction.atomic():
            if op == "answer.submit" and name == "vendor":
                draft = {"q": given["q"], "expect": 0, "body": "案"}
                carry_out_batch([Item(person, room.pk, {"id": "first-of-two", "op": "answer.draft", "a": draft}, NOW)])
                given = given | {"expect": 1}
            [ack] = carry_out_batch([Item(person, room.pk, {"id": "the-command", "op": op, "a": given}, NOW)])
            told[name] = "ok" if ack["ok"] else ack["e"]
            left_alone[name] = ack["ok"] or footprint(room) == before
            transaction.set_rollback(True)
    expected = {name: "ok" if name in succeeding else others.get(name, refusal) for name in EVERYBODY}
    assert told == expected | dict.fromkeys(NOBODY, "denied")
    assert all(left_alone.values()), left_alone


def footprint(room):
    """What a refused command must leave as it was."""
    room = Room.objects.get(pk=room.pk)
    return (
        (room.pub_seq, room.staff_seq, room.cv, room.question_count, room.stage_question_id, room.stage_poll_id),
        RoomEvent.objects.count(),
        Vote.objects.count(),
        sorted(room.questions.values_list("pk", "state", "version", "score", "merged_into")),
        sorted(Poll.objects.values_list("pk", "state", "version", "is_shown", "cv")),
        trail().count(),
    )
