"""A script with a good session: whatever it sends is refused in words, changes nothing, and breaks nothing."""

import json

import pytest

from live.commands import carry_out
from live.models import Command, Poll, PollOption, Question, Room, Round
from live.operations import OPERATIONS
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

DEEP = [[]]
for _ in range(500):
    DEEP = [DEEP]
IDS = [
    "",
    "short",
    "x" * 41,
    "with\0a-nul",
    "line\nbreak",
    "受付の番号です",
    "\ud800-lone-half",
    7,
    None,
    ["a"],
    {},
    DEEP,
]
WRONG = [None, True, 0, -1, 10**400, 1.5, float("inf"), "", "\0", "\ud800", "x" * 5000, "__proto__", [], [None], [[1]],
         [{"a": 1}], ["\0"], ["\ud800"], [10**400], list(range(5000)), {}, {"__proto__": 1}, DEEP]  # fmt: skip


@pytest.fixture
def polls(room, moderator):
    """A poll of each kind that takes replies."""
    found = {}
    for kind in Poll.Kind.values:
        poll = Poll.objects.create(
            room=room,
            kind=kind,
            prompt="問い",
            state="open",
            version=1,
            created_by=moderator,
            created_at=NOW,
            state_at=NOW,
        )
        for place, label in enumerate(("甲", "乙")):
            PollOption.objects.create(poll=poll, position=place, label=label)
        found[kind] = poll.public_id
    return found


@pytest.fixture
def post(client, room):
    """post(person, anything): what /commands answers; anything is sent as JSON."""

    def post(person, anything):
        client.force_login(person)
        return client.post(f"/live/{room.public_id}/commands", json.dumps(anything), content_type="application/json")

    return post


@pytest.mark.parametrize("command_id", IDS, ids=lambda each: repr(each)[:20])
def test_an_id_no_browser_makes_is_refused_and_not_said_again(post, officer, register, asked, command_id):
    question = asked()
    response = post(officer, {"id": command_id, "op": "vote.set", "a": {"q": question, "on": True}})
    assert response.status_code == 200
    assert response.json() | {"m": ""} == {"t": "ack", "id": "", "ok": False, "e": "bad", "m": ""}


@pytest.mark.parametrize("op", sorted(OPERATIONS))
def test_wrong_values_in_every_argument_are_refused_in_words(op, post, asked, moderator, officer, vendor, polls, slots):
    question = asked()
    Room.objects.update(phase="live", phase_set_at=NOW)
    good = {"q": question, "from": question, "into": question, "slot": slots[0].public_id, "poll": polls["text"]}
    good |= {
        "on": True,
        "expect": 2,
        "value": ["語"],
        "body": "文",
        "reason": "理由",
        "kind": "single",
        "state": "hidden",
    }
    good |= {"prompt": "問い", "options": ["甲", "乙"], "label": "more", "text": "語", "max": 1}
    arguments = {name: value for name, value in good.items() if name in OPERATIONS[op].arguments}
    if op == "question.ask":
        arguments["kind"] = "question"
    for person in (moderator, officer, vendor):
        for number, name in enumerate(OPERATIONS[op].arguments):
            messages = [
                {"id": f"{op}-{number}-{place}", "op": op, "a": arguments | {name: value}}
                for place, value in enumerate(WRONG)
            ]
            for part in (messages[:12], messages[12:]):
                response = post(person, part)
                assert response.status_code == 200, (name, response.content)
                assert all(ack["ok"] or ack["m"] for ack in response.json())


@pytest.mark.parametrize("kind", Poll.Kind.values)
def test_wrong_replies_to_every_kind_of_poll_are_refused_in_words(kind, post, officer, register, polls):
    register(officer)
    values = [value if isinstance(value, list) else [value] for value in WRONG]
    said = [post(officer, {"id": f"reply-{n:04d}", "op": "poll.reply", "a": {"poll": polls[kind], "value": value}})
            for n, value in enumerate(values)]  # fmt: skip
    assert {response.status_code for response in said} == {200}
    assert not [value for value, response in zip(values, said, strict=True)
                if response.json()["ok"] and value in ([], [None], [[1]], ["\0"], ["\ud800"], [1.5])]  # fmt: skip


def test_forty_foreign_arguments_are_refused_together(do, officer, register):
    register(officer)
    foreign = {f"field_{number}": 1 for number in range(30)}
    for name, value in {"state": "public", "author": 1, "score": 99, "room": 2, "source": "venue", "number": "A-0001",
                        "is_moderated": False, "asked_at": "x", "merged_into": 1, "version": 9}.items():  # fmt: skip
        foreign[name] = value
        assert do(officer, "question.ask", body="一つだけ", **{name: value})["e"] == "bad"
    assert do(officer, "question.ask", body="まとめて", **foreign)["e"] == "bad"
    assert not Question.objects.exists()


def test_more_commands_than_one_post_may_hold_are_refused_whole(post, officer, asked):
    question = asked()
    Command.objects.all().delete()
    many = [{"id": f"command-{n:03d}", "op": "vote.set", "a": {"q": question, "on": True}} for n in range(21)]
    assert post(officer, many).status_code == 413
    assert not Command.objects.exists()


@pytest.mark.parametrize("argument", ["q", "from", "into", "poll", "slot"])
def test_what_belongs_to_another_room_is_reached_by_no_command(
    argument, round, room, asked, do, moderator, officer, polls, slots
):
    question = asked()
    another = Round.objects.create(
        programme_year=round.programme_year, number=2, title="別の回", held_on=round.held_on, call=round.call,
        programme_published_at=NOW,
    )  # fmt: skip
    elsewhere = Room.objects.create(round=another, phase="live", phase_set_at=NOW)
    here = {"q": question, "from": question, "into": question, "poll": polls["single"], "slot": slots[0].public_id}
    good = here | {"on": True, "expect": 2, "body": "文", "reason": "理由", "kind": "single", "state": "hidden"}
    good |= {"prompt": "問い", "options": ["甲", "乙"], "label": "more", "text": "語", "max": 1, "value": [0]}
    before = list(Question.objects.values()), list(Poll.objects.values())
    for op, operation in OPERATIONS.items():
        if argument not in operation.arguments:
            continue
        arguments = {name: value for name, value in good.items() if name in operation.arguments}
        arguments |= {"expect": [2, 2]} if op == "question.merge" else {}
        arguments |= {"kind": "question"} if op == "question.ask" else {}
        arguments = arguments if op != "poll.save" or argument == "poll" else arguments | {"poll": None, "expect": 0}
        for person in (moderator, officer):
            message = {"id": f"{op}-across", "op": op, "a": arguments}
            ack = carry_out(user=person, room_pk=elsewhere.pk, message=message, at=NOW)
            assert not ack["ok"], (op, ack)
            assert ack["e"] in {"gone", "bad", "denied"}, (op, ack)
    assert (list(Question.objects.values()), list(Poll.objects.values())) == before


@pytest.mark.parametrize("seen", ["body:²", "body:-1", "body:" + "9" * 5000, "body:", "::", "body:１"])
def test_a_draft_kept_with_a_number_that_is_none_is_kept(client, room, slots, asked, vendor, seen):
    question = asked()
    Question.objects.update(slot=slots[0])
    form = {"q": question, "version": 0, "body": "案", "command_id": "a-form-0001", "seen": seen}
    client.force_login(vendor)
    assert client.post(f"/live/{room.public_id}/inbox/save/", form).status_code == 200


@pytest.mark.parametrize("query", ["after=9e99", "after=-1&cv=-1", "after=" + "9" * 30, "after=\0", "after=٣&cv=²", ""])
def test_numbers_no_page_sends_bring_a_snapshot_and_no_error(client, room, asked, officer, query):
    asked()
    client.force_login(officer)
    assert client.get(f"/live/{room.public_id}/events?{query}").json() == {"resync": True}


@pytest.mark.parametrize(
    "text", ["\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin1"), "%", "'", "x" * 9000]
)
def test_no_text_in_an_address_or_form_breaks_a_page(client, room, asked, officer, moderator, text):
    question = asked()
    client.force_login(officer)
    page = f"/live/{room.public_id}/"
    for name in ("q", "slot", "sort", "open"):
        assert client.get(page, {name: text}).status_code == 200
    assert client.get(f"{page}similar", {"body": text}).status_code == 200
    assert client.get(f"{page}state", {"staff": text, "key": text}).status_code == 200
    assert client.get("/r/", {"code": text}).status_code == 422
    client.force_login(moderator)
    assert client.get(f"{page}polls/", {"edit": text}).status_code == 200
    for name in ("into", "target", "q", "reason", "ready", "state", "op", "command_id", "expect"):
        for op in ("question.merge", "question.moderate"):
            form = {"op": op, "command_id": "a-form-0001", "q": question, "expect": 2, name: text}
            assert client.post(f"{page}moderate/decide/", form).status_code == 422, (op, name)
    for form in ({"phase": text}, {"slot": text}):
        assert client.post(f"{page}moderate/run/", form).status_code == 404
