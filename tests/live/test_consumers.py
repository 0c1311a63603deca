"""The socket: who gets in, what goes round, and what never does."""

import asyncio
import json

import pytest
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.utils.translation import override

from live import protocol, tickets, writer
from live.lobby import Seat, lobby
from live.models import Lease, Question, Registration
from live.routing import websocket_urlpatterns

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.asyncio,
    pytest.mark.thorough,
    pytest.mark.usefixtures("nobody_reads_on"),
]
application = URLRouter(websocket_urlpatterns)


def signed_in(user) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


class Socket:
    """One browser's socket as a story needs it: says hello, sends commands, waits for a frame."""

    def __init__(self, room, user, *, is_staff=False, ticket=None, session=None):
        self.ticket = ticket if ticket is not None else tickets.issue(tickets.Ticket(room.public_id, user.pk, is_staff))
        key = session if session is not None else signed_in(user)
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}".encode()
        self.wire = WebsocketCommunicator(application, f"/ws/live/{room.public_id}/", headers=[(b"cookie", cookie)])

    async def hello(self, **have):
        assert (await self.wire.connect())[0]
        await self.say({"t": "hello", "v": 1, "ticket": self.ticket, "have": have or None})

    async def say(self, message):
        await self.wire.send_to(text_data=json.dumps(message))

    async def command(self, op, **arguments):
        await self.say({"t": "cmd", "id": f"command-{id(arguments)}", "op": op, "a": arguments})
        return await self.frame(lambda frame: frame["t"] == "ack")

    async def frame(self, wanted):
        """The next frame that is wanted; others are passed over."""
        while True:
            frame = json.loads(await self.wire.receive_from(timeout=5))
            if wanted(frame):
                return frame

    async def closing(self):
        """The code with which the server closes."""
        while True:
            output = await self.wire.receive_output(timeout=5)
            if output["type"] == "websocket.close":
                return output["code"]

    async def bye(self):
        await self.wire.disconnect()


@pytest.fixture
def ready(room, register, officer, second_officer):
    register(officer, second_officer)
    return room


async def written(change):
    """Make a change, again while others read the same table: the tests' SQLite lies in memory and waits for nobody."""
    for _ in range(50):
        try:
            return await database_sync_to_async(change)()
        except OperationalError:
            await asyncio.sleep(0.02)
    raise AssertionError("the table stayed locked")


def sockets(room, *people, **kwargs):
    return database_sync_to_async(lambda: [Socket(room, person, **kwargs) for person in people])()


async def test_two_officers_see_each_others_questions_and_votes(ready, officer, second_officer, moderator):
    first, second = await sockets(ready, officer, second_officer)
    (staff,) = await sockets(ready, moderator, is_staff=True)
    for socket in (first, second, staff):
        await socket.hello()
        await socket.frame(lambda frame: frame["t"] == "welcome")
    asked = await first.command("question.ask", body="となりの団体も困っていますか。")
    assert asked["ok"]
    queued = await staff.frame(lambda frame: frame["t"] == "sev")
    assert queued["q"]["body"] == "となりの団体も困っていますか。"
    assert (await staff.command("question.moderate", q=asked["r"]["q"], expect=1, state="public"))["ok"]
    for socket in (first, second):
        event = await socket.frame(lambda frame: frame["t"] == "ev")
        assert (event["k"], event["q"]["body"]) == ("question.added", "となりの団体も困っていますか。")
    assert (await second.command("vote.set", q=asked["r"]["q"], on=True))["r"]["counts"] == [1, 1]
    counts = await first.frame(lambda frame: frame["t"] == "counts")
    assert counts["c"] == {asked["r"]["q"]: [1, 1]}
    for socket in (first, second, staff):
        await socket.bye()


async def test_the_audience_hears_nothing_of_the_queue(ready, officer, second_officer, moderator):
    first, second = await sockets(ready, officer, second_officer)
    (staff,) = await sockets(ready, moderator, is_staff=True)
    for socket in (first, second, staff):
        await socket.hello(epoch=ready.epoch.hex[:8], seq=0, sseq=0, cv=0)
        welcome = await socket.frame(lambda frame: frame["t"] == "welcome")
        # Even the number of what happens there is the moderators' alone.
        assert ("sseq" in welcome) is (socket is staff)
    await first.command("question.ask", body="承認前の質問")
    await staff.frame(lambda frame: frame["t"] == "sev")
    # The queue has reached the moderator: had it gone to the audience, it would be there by now.
    assert await second.wire.receive_nothing(timeout=0.6)
    for socket in (first, second, staff):
        await socket.bye()


@pytest.mark.parametrize("ticket", ["", "forged", None, 7])
async def test_a_bad_ticket_is_shown_the_door(ready, officer, ticket):
    (socket,) = await sockets(ready, officer)
    socket.ticket = ticket
    await socket.hello()
    assert await socket.closing() == 4403


async def test_a_ticket_of_another_room_opens_nothing(ready, officer):
    ticket = tickets.issue(tickets.Ticket("another-room", officer.pk, False))
    (socket,) = await sockets(ready, officer, ticket=ticket)
    await socket.hello()
    assert await socket.closing() == 4403


async def test_a_ticket_without_its_session_opens_nothing(ready, officer, second_officer):
    foreign = await database_sync_to_async(signed_in)(second_officer)
    for session in ("", "gone", foreign):
        (socket,) = await sockets(ready, officer, session=session)
        await socket.hello()
        assert await socket.closing() == 4403


async def test_an_officer_cannot_hear_the_staff_stream_with_a_staff_ticket(ready, officer):
    (socket,) = await sockets(ready, officer, is_staff=True)
    await socket.hello()
    assert await socket.closing() == 4403


async def test_an_unregistered_person_is_not_let_in(room, officer):
    (socket,) = await sockets(room, officer)
    await socket.hello()
    assert await socket.closing() == 4403


async def test_signing_out_closes_the_socket_within_five_seconds(ready, officer):
    key = await database_sync_to_async(signed_in)(officer)
    (socket,) = await sockets(ready, officer, session=key)
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")
    await written(SessionStore(key).delete)
    assert await asyncio.wait_for(socket.closing(), 5) == 4401


async def test_three_frames_of_rubbish_close_the_socket(ready, officer):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")
    for rubbish in ("nonsense", "[1]", "{" + '"a":{' * 9 + "}" * 10):
        await socket.wire.send_to(text_data=rubbish)
    assert await socket.closing() == 4400


async def test_a_binary_frame_closes_the_socket(ready, officer):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")
    await socket.wire.send_to(bytes_data=b"\x00")
    assert await socket.closing() == 1003


async def test_a_returning_client_gets_exactly_what_it_missed(ready, officer, second_officer, do, asked):
    first = await database_sync_to_async(asked)(body="先の質問")
    await database_sync_to_async(ready.refresh_from_db)()
    (socket,) = await sockets(ready, second_officer)
    await socket.hello(epoch=ready.epoch.hex[:8], seq=0, cv=0)
    missed = await socket.frame(lambda frame: frame["t"] == "ev")
    assert (missed["seq"], missed["q"]["id"]) == (1, first)
    await socket.bye()


@pytest.mark.parametrize("have", [{"epoch": "other", "seq": 0}, {"seq": 0}, {"epoch": "", "seq": -5}])
async def test_a_client_of_another_time_is_sent_to_the_snapshot(ready, officer, have):
    (socket,) = await sockets(ready, officer)
    await socket.hello(**have)
    assert (await socket.frame(lambda frame: frame["t"] in {"resync", "ev"}))["t"] == "resync"
    await socket.bye()


async def test_a_screens_link_that_got_around_opens_only_so_many_sockets(ready, monkeypatch):
    monkeypatch.setattr(protocol, "SCREENS_EACH", 2)
    ticket = tickets.issue(tickets.Ticket(ready.public_id, 0, False, ready.screen_key))
    screens = [Socket(ready, None, ticket=ticket, session="") for _ in range(3)]
    for screen in screens:
        await screen.hello()
    for screen in screens[:2]:
        await screen.frame(lambda frame: frame["t"] == "welcome")
    assert await screens[2].closing() == 4429
    for screen in screens[:2]:
        await screen.bye()


async def test_whoever_reads_english_is_refused_in_english(ready, officer):
    def english():
        with override("en"):
            return Socket(ready, officer)

    socket = await database_sync_to_async(english)()
    await socket.hello()
    empty = await socket.command("question.ask", body=" ")
    unknown = await socket.command("vote.set", q="no-such-question", on=True)
    assert (empty["m"], unknown["m"]) == ("Enter a question.", "This question is not public.")
    await socket.bye()


async def test_a_command_sent_twice_over_the_socket_is_one_question(ready, officer):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    message = {"t": "cmd", "id": "same-command", "op": "question.ask", "a": {"body": "一度だけ"}}
    for _ in range(2):
        await socket.say(message)
        assert (await socket.frame(lambda frame: frame["t"] == "ack"))["ok"]
    assert await database_sync_to_async(Question.objects.count)() == 1
    await socket.bye()


# --- Limits -------------------------------------------------------------------------------------------------------


async def test_the_sixth_socket_of_one_person_is_refused_and_the_five_stay(ready, officer):
    crowd = await sockets(ready, *[officer] * 6)
    for socket in crowd[:5]:
        await socket.hello()
        await socket.frame(lambda frame: frame["t"] == "welcome")
    await crowd[5].hello()
    assert await crowd[5].closing() == 4429
    assert (await crowd[0].command("question.ask", body="まだ聞けますか。"))["ok"]
    await crowd[1].bye()
    (seventh,) = await sockets(ready, officer)
    await seventh.hello()
    await seventh.frame(lambda frame: frame["t"] == "welcome")
    for socket in (*crowd[:1], *crowd[2:5], seventh):
        await socket.bye()


async def test_a_flood_of_commands_is_told_to_slow_down(ready, officer):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    for number in range(40):
        await socket.say({"t": "cmd", "id": f"command-{number:03}", "op": "vote.set", "a": {"q": "none", "on": True}})
    errors = [(await socket.frame(lambda frame: frame["t"] == "ack"))["e"] for _ in range(40)]
    assert 8 <= errors.count("rate") <= 10
    assert errors.count("gone") == 40 - errors.count("rate")
    await socket.bye()


@pytest.mark.parametrize("op", [[], {}, 7, None])
async def test_an_operation_that_is_no_text_is_bad_and_the_socket_stays(ready, officer, op):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    assert (await socket.command(op))["e"] == "bad"
    assert (await socket.command("vote.set", q="nothing", on=True))["e"] == "gone"
    await socket.bye()


async def test_a_first_message_that_is_no_hello_closes_the_socket(ready, officer):
    (socket,) = await sockets(ready, officer)
    assert (await socket.wire.connect())[0]
    await socket.say({"t": "cmd", "id": "command-1", "op": "question.ask", "a": {"body": "先に聞く"}})
    assert await socket.closing() == 4400
    assert await database_sync_to_async(Question.objects.count)() == 0


async def test_silence_before_hello_is_not_waited_for(ready, officer, monkeypatch):
    monkeypatch.setattr("live.consumers.HELLO_SECONDS", 0.05)
    (socket,) = await sockets(ready, officer)
    assert (await socket.wire.connect())[0]
    assert await socket.closing() == 4403


async def test_sockets_that_never_say_hello_are_counted_by_address(ready, officer, monkeypatch):
    monkeypatch.setattr("live.consumers.PENDING_EACH", 2)
    crowd = await sockets(ready, *[officer] * 3)
    for socket in crowd[:2]:
        assert (await socket.wire.connect())[0]
    assert await crowd[2].wire.connect() == (False, 4429)
    for socket in crowd[:2]:
        await socket.bye()


# --- The same person twice, and people who lose their standing -----------------------------------------------------


async def test_a_page_is_not_told_how_it_voted_however_late_its_answer_is(
    ready, officer, second_officer, moderator, monkeypatch
):
    voter, asker = await sockets(ready, officer, second_officer)
    (staff,) = await sockets(ready, moderator, is_staff=True)
    for socket in (voter, asker, staff):
        await socket.hello()
        await socket.frame(lambda frame: frame["t"] == "welcome")
    question = (await asker.command("question.ask", body="同じことを聞きたい方はいますか。"))["r"]["q"]
    assert (await staff.command("question.moderate", q=question, expect=1, state="public"))["ok"]
    await voter.frame(lambda frame: frame["t"] == "ev")
    answer = Seat._answer

    def late(seat, given, ack):
        asyncio.get_running_loop().call_later(0.8, answer, seat, given, ack)

    monkeypatch.setattr(Seat, "_answer", late)
    await voter.say({"t": "cmd", "id": "command-of-one", "op": "vote.set", "a": {"q": question, "on": True}})
    heard = []
    await voter.frame(lambda frame: heard.append(frame["t"]) or frame["t"] == "ack")
    assert "counts" in heard and "mine" not in heard
    hub = next(iter(lobby().hubs.by_room.values()))
    for _ in range(40):
        await asyncio.sleep(0.1)
        if not hub._given:
            break
    assert (hub._given, hub._answered) == (set(), set())
    for socket in (voter, asker, staff):
        await socket.bye()


async def test_the_other_page_of_a_person_hears_what_they_did(ready, officer, second_officer):
    first, second = await sockets(ready, officer, officer)
    (other,) = await sockets(ready, second_officer)
    for socket in (first, second, other):
        await socket.hello()
        await socket.frame(lambda frame: frame["t"] == "welcome")
    asked = await first.command("question.ask", body="自分だけの質問")
    told = await second.frame(lambda frame: frame["t"] == "mine")
    assert [question["id"] for question in told["questions"]] == [asked["r"]["q"]]
    await other.say({"t": "cmd", "id": "command-of-other", "op": "vote.set", "a": {"q": "none", "on": True}})
    heard = []
    await other.frame(lambda frame: heard.append(frame["t"]) or frame["t"] == "ack")
    assert "mine" not in heard
    for socket in (first, second, other):
        await socket.bye()


async def test_a_moderator_who_is_none_any_more_is_out_within_two_seconds(ready, moderator):
    (socket,) = await sockets(ready, moderator, is_staff=True)
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")
    await written(moderator.groups.clear)
    assert await asyncio.wait_for(socket.closing(), 2) == 4401


@pytest.mark.parametrize("loss", ["registration", "account", "password"])
async def test_who_loses_their_standing_is_out_within_five_seconds(ready, officer, loss):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")

    def lose():
        if loss == "registration":
            Registration.objects.filter(user=officer).update(cancelled_at=ready.round.programme_published_at)
        elif loss == "account":
            type(officer).objects.filter(pk=officer.pk).update(is_active=False)
        else:
            officer.set_password("another-password-1")
            officer.save()

    await written(lose)
    assert await asyncio.wait_for(socket.closing(), 5) == 4401


async def test_a_screen_comes_in_with_its_key_and_goes_with_it(ready, officer):
    good = tickets.issue(tickets.Ticket(ready.public_id, 0, False, screen_key=ready.screen_key))
    forged = tickets.issue(tickets.Ticket(ready.public_id, 0, False, screen_key="another key"))
    (screen,) = await sockets(ready, officer, ticket=good, session="")
    (stranger,) = await sockets(ready, officer, ticket=forged, session="")
    await screen.hello()
    assert (await screen.frame(lambda frame: frame["t"] == "welcome"))["me"] == {"role": "screen"}
    await stranger.hello()
    assert await stranger.closing() == 4403
    ready.screen_key = "a new key"
    await written(ready.save)
    assert await asyncio.wait_for(screen.closing(), 5) == 4401


async def test_a_heartbeat_tells_the_numbers_and_about_how_many_are_here(ready, officer):
    (socket,) = await sockets(ready, officer)
    await socket.hello()
    beat = await socket.frame(lambda frame: frame["t"] == "hb")
    assert (beat["seq"], beat["cv"], beat["here"]) == (0, 0, "1-9")
    assert await database_sync_to_async(Lease.objects.count)() == 1
    await socket.bye()


async def test_moderators_see_who_looks_at_what(ready, moderator, organiser, asked):
    question = await database_sync_to_async(asked)(publish=False)
    first, second = await sockets(ready, moderator, organiser, is_staff=True)
    for socket in (first, second):
        await socket.hello()
        await socket.frame(lambda frame: frame["t"] == "welcome")
    assert (await first.command("queue.look", q=question))["ok"]
    looks = await second.frame(lambda frame: frame["t"] == "looks")
    assert list(looks["l"]) == [question]
    for socket in (first, second):
        await socket.bye()


class Express:
    """A server's short way, as far as a consumer knows it; nothing is taken by hand."""

    def __init__(self):
        self.listener = None

    def send_at_once(self, message):
        return False

    def listen(self, listener):
        self.listener = listener


async def test_a_command_does_not_pass_one_that_waits_for_its_place(ready, officer, asked, monkeypatch):
    """Where the server calls at once with what it reads, the last wish of a person must still be their last."""
    question = await database_sync_to_async(asked)()
    (socket,), express = await sockets(ready, officer), Express()
    socket.wire.scope["extensions"] = {"express": express}
    await socket.hello()
    await socket.frame(lambda frame: frame["t"] == "welcome")
    async with asyncio.timeout(5):
        while express.listener is None:
            await asyncio.sleep(0.01)
    first, second = (
        {"t": "cmd", "id": f"command-{on}", "op": "vote.set", "a": {"q": question, "on": on}} for on in (True, False)
    )
    monkeypatch.setattr(writer, "WAIT_SECONDS", 0.5)
    monkeypatch.setattr(writer, "QUEUE_COMMANDS", 0)
    assert not express.listener(json.dumps(first))
    await socket.say(first)
    async with asyncio.timeout(5):
        while not lobby().writer._outside:
            await asyncio.sleep(0.01)
    monkeypatch.setattr(writer, "QUEUE_COMMANDS", 2_000)
    assert not express.listener(json.dumps(second))
    assert (await socket.frame(lambda frame: frame["t"] == "ack"))["e"] == "busy"
    assert express.listener(json.dumps(second))
    assert (await socket.frame(lambda frame: frame["t"] == "ack"))["id"] == "command-False"
    assert not express.listener('{"t": "hb"}')
    await socket.bye()
