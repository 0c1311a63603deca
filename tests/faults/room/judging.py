"""What must hold when calm is back: nothing acknowledged is lost, nothing counts twice, everybody sees the same."""

import asyncio
import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.room.client import Participant
from tests.nursery.site import Site

ROWS = "tests.faults.room.rows"
REPLAY = Path(__file__).with_name("replay.mjs")
CALM_SECONDS = 10.0


async def judged(grounds: Site, people: Sequence[Participant]) -> list[str]:
    """Every wrong as a sentence, once everything given has been acknowledged and ten seconds of calm were enough."""
    await asyncio.gather(*[person.settle() for person in people], return_exceptions=True)
    left = sum(len(person.outbox) for person in people)
    unanswered = [f"{left} commands were never acknowledged"] if left else []
    stored = await call(grounds, "stored")
    return [
        *unanswered,
        *votes_kept(people, stored),
        *questions_kept(people, stored),
        *await views_equal(grounds, people),
    ]


async def call(grounds: Site, name: str, **given: Any) -> Any:
    return await asyncio.to_thread(grounds.call, name, module=ROWS, **given)


def votes_kept(people: Sequence[Participant], stored: dict[str, Any]) -> list[str]:
    """The last acknowledged wish of each person for each question is what is stored; the tally is a recount."""
    wanted: dict[str, bool] = {}
    for person in people:
        for ack in person.acks.values():
            message = person.given[ack["id"]]
            if message["op"] == "vote.set" and ack["ok"]:
                wanted[f"{message['a']['q']} {person.person['number']}"] = message["a"]["on"]
    wrongs = [
        f"vote {key}: acknowledged {is_on}, stored {stored['votes'].get(key)}"
        for key, is_on in wanted.items()
        if stored["votes"].get(key) is not is_on
    ]
    if stored["doubled"]:
        wrongs.append(f"{stored['doubled']} votes are stored twice")
    for question, score in stored["scores"].items():
        recount = sum(is_on for key, is_on in stored["votes"].items() if key.startswith(f"{question} "))
        if score != recount:
            wrongs.append(f"question {question} counts {score}, its votes are {recount}")
    if stored["trail"] is not None:
        wrongs.append(f"the trail is broken at {stored['trail']}")
    return wrongs


def questions_kept(people: Sequence[Participant], stored: dict[str, Any]) -> list[str]:
    """Every question whose asking was acknowledged is there, once."""
    wrongs = []
    for person in people:
        for ack in person.acks.values():
            message = person.given[ack["id"]]
            if message["op"] == "question.ask" and ack["ok"]:
                many = stored["asked"].count(message["a"]["body"])
                if many != 1:
                    wrongs.append(f"an acknowledged question is stored {many} times")
    return wrongs


async def views_equal(grounds: Site, people: Sequence[Participant], seconds: float = CALM_SECONDS) -> list[str]:
    """Whether everybody's view, by the browser's reducer over all that was heard, becomes what a newcomer is shown."""
    until = asyncio.get_running_loop().time() + seconds
    while True:
        fresh = await call(grounds, "snapshots")
        views = await asyncio.to_thread(replayed, [person.log for person in people])
        wrongs = [
            f"person {person.person['number']}: {difference}"
            for person, view in zip(people, views, strict=True)
            if (difference := _difference(view, fresh["staff" if person.is_staff else "audience"]))
        ]
        if not wrongs or asyncio.get_running_loop().time() > until:
            return wrongs
        await asyncio.sleep(0.5)


def replayed(logs: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The views that logs of frames end with, by live/static/live/reducer.js under Node."""
    done = subprocess.run(["node", REPLAY], input=json.dumps(logs), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _difference(view: dict[str, Any], fresh: dict[str, Any]) -> str:
    for name in ("seq", "cv", "phase", "stage"):
        if view[name] != fresh[name]:
            return f"{name} is {view[name]}, a newcomer sees {fresh[name]}"
    for name in ("questions", "queue"):
        shown = {question["id"]: question for question in fresh.get(name, [])}
        if shown and view[name] != shown:
            changed = [key for key in {*view[name], *shown} if view[name].get(key) != shown.get(key)]
            return f"{name} differ from a newcomer's in {len(changed)}: {view[name].get(changed[0])}"
    return ""
