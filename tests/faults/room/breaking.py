"""The ways a room's surroundings break, as stories: each returns what went wrong, which is nothing in a sound build."""

import asyncio
import os
import random
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from tests.engines import Engines
from tests.faults.room.client import Participant
from tests.faults.room.judging import call, judged
from tests.nursery.site import Site
from tests.processes import children

Story = Callable[[Site, Engines], Awaitable[list[str]]]


async def crowd(grounds: Site, made: dict[str, Any], *, staff: int = 0) -> list[Participant]:
    """Everybody of a made room, spread over the places, and so many moderators behind them."""
    places = list(grounds.ports)
    everybody = [*made["people"], *made["moderators"][:staff]]
    people = [
        Participant(made["room"], person, grounds.ports, place=places[number % len(places)])
        for number, person in enumerate(everybody)
    ]
    await asyncio.gather(*[person.enter() for person in people])
    return people


async def gone(people: Sequence[Participant]) -> None:
    await asyncio.gather(*[person.leave() for person in people])


async def storm(
    people: Sequence[Participant], questions: Sequence[str], seconds: float, *, has_questions: bool = True
) -> None:
    """Votes on and off, and now and then a question, as fast as the limits let a crowd."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        person = people[number % len(people)]
        await person.give("vote.set", q=random.choice(questions), on=random.random() < 0.6)
        if has_questions and number % 25 == 0:
            await person.give("question.ask", body=f"嵐の中の質問{number}")
        number += 1
        # A person may vote 20 times in 10 seconds: more would only wait for its turn.
        await asyncio.sleep(max(0.01, 0.7 / len(people)))


async def a_process_dies_in_a_storm(grounds: Site, _both: Engines) -> list[str]:
    """kill -9 of one of two processes, again and again, while votes and questions pour in."""
    made = await call(grounds, "make_room", people=24, questions=4)
    people = await crowd(grounds, made)
    blowing = asyncio.create_task(storm(people, made["questions"], 4.0))
    for _ in range(4):
        await asyncio.sleep(random.uniform(0.5, 0.9))
        await asyncio.to_thread(grounds.ask, do="kill", place=0)
        await asyncio.to_thread(grounds.serve, 0)
    await blowing
    wrongs = await judged(grounds, people)
    if not any(len(person.closings) for person in people):
        wrongs.append("nobody lost a socket: nothing was proved")
    await gone(people)
    return wrongs


async def the_scribes_die_in_a_storm(grounds: Site, _both: Engines) -> list[str]:
    """kill -9 of the processes that write for the servers, which go on by themselves."""
    made = await call(grounds, "make_room", people=24, questions=4)
    people = await crowd(grounds, made)
    blowing = asyncio.create_task(storm(people, made["questions"], 4.0))
    wrongs = []
    for place in grounds.pids:
        await asyncio.sleep(random.uniform(0.8, 1.2))
        born = children(grounds.pids[place])
        for child in born:
            os.kill(child, signal.SIGKILL)
        wrongs += (
            [] if len(born) == 1 else [f"server {place} has {len(born)} children, not a scribe: nothing was proved"]
        )
    await blowing
    wrongs += await judged(grounds, people)
    wrongs += [f"{len(person.closings)} sockets were closed" for person in people if person.closings]
    await gone(people)
    return wrongs


async def redis_comes_back_empty(grounds: Site, both: Engines) -> list[str]:
    """Redis goes and comes back knowing nothing; nothing stops, and processes still hear of one another."""
    made = await call(grounds, "make_room", people=12, questions=4)
    people = await crowd(grounds, made)
    blowing = asyncio.create_task(storm(people, made["questions"], 5.0))
    await asyncio.sleep(1)
    await asyncio.to_thread(both.redis.stop)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(both.redis.start)
    await blowing
    # One more, when nothing else makes anybody look: each process hears of what the other did.
    for person in people[:2]:
        await asyncio.sleep(1)
        await person.do("vote.set", q=made["questions"][0], on=True)
    wrongs = await judged(grounds, people)
    await gone(people)
    return wrongs


async def postgresql_restarts(grounds: Site, both: Engines) -> list[str]:
    """PostgreSQL is restarted, first politely and then by kill -9, with commands on their way."""
    made = await call(grounds, "make_room", people=12, questions=4)
    people = await crowd(grounds, made)
    blowing = asyncio.create_task(storm(people, made["questions"], 6.0))
    await asyncio.sleep(1)
    await asyncio.to_thread(both.postgres.stop)
    await asyncio.to_thread(both.postgres.start)
    await asyncio.sleep(1.5)
    await asyncio.to_thread(both.postgres.kill)
    await asyncio.to_thread(both.postgres.start)
    await blowing
    wrongs = await judged(grounds, people)
    if not any(person.acks for person in people):
        wrongs.append("nothing was acknowledged: nothing was proved")
    await gone(people)
    return wrongs


async def sent_twice_on_three_transports(grounds: Site, _both: Engines) -> list[str]:
    """One question, the same id, at once by two sockets' processes, by POST and by a plain form."""
    made = await call(grounds, "make_room", people=4, questions=1)
    people = await crowd(grounds, made)
    wrongs = []
    for person in people:
        body = f"三つの道で同じ質問 {person.person['number']}"
        asked = {"body": body, "slot": None, "kind": "question", "naming": "body_only"}
        answer = await person.give("question.ask", **asked)
        [message] = person.outbox.values()
        fields = {**asked, "slot": "", "command_id": message["id"], "confirmed": "1"}
        elsewhere = 1 - person.place
        posted, _ = await asyncio.gather(person.post(message, elsewhere), person.form("", fields, elsewhere))
        ack = await asyncio.wait_for(answer, 20)
        if posted.json().get("r") != ack.get("r"):
            wrongs.append(f"two transports were told different things: {ack} and {posted.text}")
    wrongs += await judged(grounds, people)
    await gone(people)
    return wrongs


async def five_hundred_votes_at_once(grounds: Site, _both: Engines) -> list[str]:
    """Thirty people vote for seventeen questions each, by socket, by POST and by plain forms, to both processes."""
    made = await call(grounds, "make_room", people=30, questions=17)
    people = await crowd(grounds, made)
    refused: list[str] = []

    async def vote(person: Participant, question: str, way: int) -> None:
        elsewhere = 1 - person.place
        if way == 0:
            ack = await person.do("vote.set", q=question, on=True)
            refused.extend([] if ack["ok"] else [f"by socket: {ack}"])
        elif way == 1:
            message = {"t": "cmd", "id": f"posted-{question}", "op": "vote.set", "a": {"q": question, "on": True}}
            answer = await person.post(message, elsewhere)
            refused.extend([] if answer.status == 200 and answer.json()["ok"] else [f"by POST: {answer.text[:200]}"])
        else:
            fields = {"command_id": f"formed-{question}", "q": question, "on": "1"}
            answer = await person.form("vote/", fields, elsewhere)
            refused.extend([] if answer.status == 302 else [f"by form: {answer.status}"])

    votes = [
        vote(person, question, (at + number) % 3)
        for number, question in enumerate(made["questions"])
        for at, person in enumerate(people)
    ]
    await asyncio.wait_for(asyncio.gather(*votes), 60)
    stored = await call(grounds, "stored")
    wrongs = refused + await judged(grounds, people)
    if len(votes) != 510 or sum(stored["votes"].values()) != len(votes):
        wrongs.append(f"{len(votes)} votes were given, {sum(stored['votes'].values())} are there")
    await gone(people)
    return wrongs


async def acknowledgements_are_lost(grounds: Site, _both: Engines) -> list[str]:
    """Sockets are torn down the moment a command is sent: it is sent again, and happens once."""
    made = await call(grounds, "make_room", people=8, questions=2)
    people = await crowd(grounds, made)
    for number in range(3):
        for person in people:
            if number == 0:
                await person.give("question.ask", body=f"消えた返事 {person.person['number']}")
            await person.give("vote.set", q=random.choice(made["questions"]), on=True)
            if person.socket is not None:
                person.socket.transport.abort()
        await asyncio.gather(*[person.settle() for person in people])
    wrongs = await judged(grounds, people)
    await gone(people)
    return wrongs


async def two_tabs(grounds: Site, _both: Engines) -> list[str]:
    """One person in two tabs on two processes: one vote, and both tabs know it."""
    made = await call(grounds, "make_room", people=1, questions=1)
    [person], question = made["people"], made["questions"][0]
    tabs = [Participant(made["room"], person, {place: grounds.ports[place]}, place=place) for place in grounds.ports]
    await asyncio.gather(*[tab.enter() for tab in tabs])
    wrongs = []
    for wish in (True, False, True):
        first, second = tabs if wish else reversed(tabs)
        heard = len(second.log)
        await first.do("vote.set", q=question, on=wish)
        if not await _eventually(lambda: _mine(second, heard, question) is wish):  # noqa: B023
            wrongs.append(f"the other tab was not told that the vote is {wish}")
    await asyncio.gather(*[tab.give("vote.set", q=question, on=True) for tab in tabs])
    wrongs += await judged(grounds, tabs)
    await gone(tabs)
    return wrongs


def _mine(tab: Participant, since: int, question: str) -> bool | None:
    """What a tab was last told of its own vote since a point in its log; None when nothing."""
    told = [frame for frame in tab.log[since:] if frame["t"] == "mine"]
    return question in told[-1]["votes"] if told else None


async def two_moderators_race(grounds: Site, _both: Engines) -> list[str]:
    """Two moderators on two processes decide differently at once, again and again: one wins, one is told."""
    made = await call(grounds, "make_room", people=2, questions=0)
    people = await crowd(grounds, made, staff=2)
    asker, staff, wrongs = people[0], people[2:], []
    for number in range(3):
        asked = await asker.do("question.ask", body=f"競争 {number}")
        question = asked["r"]["q"]
        wishes = [{"state": "public"}, {"state": "withheld", "reason": "重複"}]
        given = [
            await one.give("question.moderate", q=question, expect=1, **wish)
            for one, wish in zip(staff, wishes, strict=True)
        ]
        acks = await asyncio.wait_for(asyncio.gather(*given), 20)
        outcome = sorted(ack.get("e", "ok") for ack in acks)
        if outcome != ["conflict", "ok"]:
            wrongs.append(f"two decisions at once came to {outcome}")
        winner = next((wish["state"] for ack, wish in zip(acks, wishes, strict=True) if ack["ok"]), None)
        stored = await call(grounds, "stored")
        if stored["states"][question] != winner:
            wrongs.append(f"{winner} was acknowledged, {stored['states'][question]} is stored")
    wrongs += await judged(grounds, people)
    await gone(people)
    return wrongs


async def hidden_while_people_vote(grounds: Site, _both: Engines) -> list[str]:
    """A question is hidden in the middle of its votes: its text is in no later frame, snapshot, replay or page."""
    made = await call(grounds, "make_room", people=12, questions=2)
    # Letters alone, so that no way of writing JSON spells it differently.
    secret = "hidden-canary-7f3a"
    people = await crowd(grounds, made, staff=1)
    audience, moderator = people[:-1], people[-1]
    asked = await audience[0].do("question.ask", body=secret)
    question = asked["r"]["q"]
    await moderator.do("question.moderate", q=question, expect=1, state="public")
    wrongs = []
    if not await _eventually(lambda: all(any(secret in text for text in one.raw) for one in audience)):
        wrongs.append("the text never reached everybody: nothing is proved by its absence")
    blowing = asyncio.create_task(storm(audience[1:], [question, *made["questions"]], 2.0))
    await asyncio.sleep(0.7)
    await moderator.do("question.moderate", q=question, expect=2, state="hidden", reason="個人名を含むため")
    # A frame made before the commit may still be on its way; the removal behind it takes the text off the screen.
    await _eventually(lambda: all(_removed(one, question) for one in audience[1:]), 5.0)
    marks = [len(one.raw) for one in audience]
    await blowing
    late = [await one.give("vote.set", q=question, on=True) for one in audience[1:4]]
    for ack in await asyncio.wait_for(asyncio.gather(*late), 20):
        if ack.get("e") != "gone":
            wrongs.append(f"a vote for a hidden question was answered {ack}")
    newcomers = [
        Participant(made["room"], made["people"][5], {place: grounds.ports[place]}, place=place)
        for place in grounds.ports
    ]
    for newcomer in newcomers:
        newcomer.numbers |= {"epoch": made["epoch"], "seq": 0, "cv": 0}
        await newcomer.enter(is_new=False)
        await newcomer.fetch_state()
        newcomer.raw.append((await newcomer.page("", newcomer.place)).text)
        newcomer.raw.append((await newcomer.page("events?after=0&cv=0", newcomer.place)).text)
    for one, mark in zip(audience[1:], marks[1:], strict=True):
        wrongs += [f"the hidden text was heard again: {text[:80]}" for text in one.raw[mark:] if secret in text]
    for newcomer in newcomers:
        wrongs += [f"a newcomer saw the hidden text: {text[:80]}" for text in newcomer.raw if secret in text]
    wrongs += await judged(grounds, audience)
    await gone([*people, *newcomers])
    return wrongs


def _removed(person: Participant, question: str) -> bool:
    return any(frame.get("k") == "question.removed" and frame.get("id") == question for frame in person.log)


async def closed_at_its_second(grounds: Site, _both: Engines) -> list[str]:
    """Questions around the end of the feedback period: kept before it, refused from it on, by the server's clock."""
    made = await call(grounds, "make_room", people=30, questions=1)
    people = await crowd(grounds, made)
    await call(grounds, "set_times", closes_at=-60, feedback_until=2.0)
    end = time.monotonic() + 2.0
    given = []
    for number, person in enumerate(people):
        await asyncio.sleep(max(0.0, end - 1.5 + number * 0.1 - time.monotonic()))
        given.append((time.monotonic(), await person.give("question.ask", body=f"締切前後 {number}")))
    acks = [(at - end, await asyncio.wait_for(answer, 20)) for at, answer in given]
    # Sending takes a moment, and so did setting the times: right at the edge either is right.
    wrongs = [f"{at:+.2f} s from the end: {ack}" for at, ack in acks if at < -0.3 and not ack["ok"]]
    wrongs += [f"{at:+.2f} s from the end: {ack}" for at, ack in acks if at > 0.05 and ack.get("e") != "closed"]
    if not any(ack["ok"] for _, ack in acks) or all(ack["ok"] for _, ack in acks):
        wrongs.append("all or none of the questions were in time: nothing was proved")
    wrongs += await judged(grounds, people)
    await gone(people)
    return wrongs


async def a_reader_stalls(grounds: Site, _both: Engines) -> list[str]:
    """Some stop reading: everybody else still hears, and the server lets the stalled go."""
    made = await call(grounds, "make_room", people=8, questions=4)
    people = await crowd(grounds, made)
    stalled, reading = people[:4], people[4:]
    for one in stalled:
        assert one.socket is not None
        one.socket.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.socket.transport.pause_reading()  # type: ignore[attr-defined]
    wrongs = []
    # More than a system keeps for a socket that nobody reads.
    await call(grounds, "say_much", times=150)
    blowing = asyncio.create_task(storm(reading, made["questions"], 4.0, has_questions=False))
    began = time.monotonic()
    ack = await asyncio.wait_for(await reading[0].give("vote.set", q=made["questions"][0], on=True), 20)
    heard = await _eventually(lambda: any(f["t"] == "counts" and f["cv"] > 0 for f in reading[1].log), 3.0)
    if not ack["ok"] or not heard or time.monotonic() - began > 3.0:
        wrongs.append(f"the others waited {time.monotonic() - began:.1f} s behind a stalled reader")
    await blowing
    wrongs += await judged(grounds, reading)
    await gone(people)
    return wrongs


async def everybody_comes_back_at_once(grounds: Site, _both: Engines) -> list[str]:
    """A whole process full of people dies: all are back within a minute, in step, and did not come as one."""
    made = await call(grounds, "make_room", people=120, questions=3)
    people = await crowd(grounds, made)
    await asyncio.to_thread(grounds.ask, do="kill", place=0)
    await asyncio.to_thread(grounds.ask, do="kill", place=1)
    # Something happens that nobody can be told of.
    await call(grounds, "publish_one", body="みんながいない間の質問")
    for place in list(grounds.ports):
        await asyncio.to_thread(grounds.serve, place)
    began = time.monotonic()
    wrongs = []
    if not await _eventually(lambda: all(one.welcomes >= 2 for one in people), 60.0):
        wrongs.append(f"{sum(one.welcomes < 2 for one in people)} of {len(people)} were not back within a minute")
    await people[0].do("vote.set", q=made["questions"][0], on=True)
    wrongs += await judged(grounds, people)
    if time.monotonic() - began > 75:
        wrongs.append("coming back took more than a minute")
    await gone(people)
    return wrongs


async def signed_out_with_an_open_socket(grounds: Site, _both: Engines) -> list[str]:
    """Signing out closes the person's socket within five seconds; the neighbour's stays."""
    made = await call(grounds, "make_room", people=2, questions=1)
    people = await crowd(grounds, made)
    await call(grounds, "sign_out", session=made["people"][0]["session"])
    wrongs = []
    if not await _eventually(lambda: 4401 in people[0].closings, 5.0):
        wrongs.append(f"five seconds after signing out the socket is still there ({people[0].closings})")
    if people[1].closings:
        wrongs.append("the neighbour was thrown out as well")
    await gone(people)
    return wrongs


async def a_process_is_asked_to_stop(grounds: Site, _both: Engines) -> list[str]:
    """SIGTERM under load, as at a deployment: sockets are told to come back, nothing acknowledged is lost."""
    made = await call(grounds, "make_room", people=12, questions=3)
    people = await crowd(grounds, made)
    blowing = asyncio.create_task(storm(people, made["questions"], 4.0))
    await asyncio.sleep(1)
    await asyncio.to_thread(lambda: grounds.ask(do="kill", place=0, **{"with": int(signal.SIGTERM)}))
    await asyncio.to_thread(grounds.serve, 0)
    await blowing
    wrongs = await judged(grounds, people)
    told = [one for one in people if any(frame["t"] == "bye" for frame in one.log)]
    if not told:
        wrongs.append("nobody was told when to come back")
    if not any(1012 in one.closings for one in people):
        wrongs.append(f"no socket was closed with 1012: {[one.closings for one in people]}")
    await gone(people)
    return wrongs


async def _eventually(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    until = asyncio.get_running_loop().time() + seconds
    while not holds():
        if asyncio.get_running_loop().time() > until:
            return False
        await asyncio.sleep(0.05)
    return True


STORIES: dict[str, Story] = {
    story.__name__: story
    for story in (
        a_process_dies_in_a_storm,
        the_scribes_die_in_a_storm,
        redis_comes_back_empty,
        postgresql_restarts,
        sent_twice_on_three_transports,
        five_hundred_votes_at_once,
        acknowledgements_are_lost,
        two_tabs,
        two_moderators_race,
        hidden_while_people_vote,
        closed_at_its_second,
        a_reader_stalls,
        everybody_comes_back_at_once,
        signed_out_with_an_open_socket,
        a_process_is_asked_to_stop,
    )
}
