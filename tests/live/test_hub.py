"""How often a hub looks, and how far."""

import pytest
from channels.db import database_sync_to_async

from live import selectors
from live.models import Command
from live.publishing.hub import Hub, tick_seconds
from live.selectors import rooms
from tests.factories import NOW


@pytest.mark.parametrize(
    ("people", "commands", "seconds"),
    [
        (0, 0, 0.25),
        (40, 0, 0.25),
        (40, 10, 0.3125),
        (5_000, 0, 0.5),
        (10_000, 60, 0.6036),
        (5_000, 8_000, 1.0),
        (0, 9, 1),
    ],
)
def test_the_more_is_written_the_longer_counts_are_gathered_and_never_longer_than_a_second(people, commands, seconds):
    assert tick_seconds(people, commands) == pytest.approx(seconds)


def sent(person, *numbers):
    for number in numbers:
        Command.objects.create(
            participant=person, command_id=f"command-{number}", op="vote.set", fingerprint="f", result={}, at=NOW
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_what_a_look_did_not_come_to_is_still_known_as_given_here(room, officer, monkeypatch):
    """Otherwise whoever gave it is told once more, by a frame of all that is theirs, and in a storm everybody is."""
    monkeypatch.setattr(rooms, "LOOK_COMMANDS", 2)
    hub = Hub(room.pk, lambda room_pk: None)
    await database_sync_to_async(sent)(officer, 0, 1, 2)
    pairs = [(officer.pk, f"command-{number}") for number in range(3)]
    for user, command in [*pairs, (officer.pk, "refused")]:
        hub.gives(user, command)
        hub.answered(user, command)
    assert await hub._look() == 2
    assert hub._given == hub._answered == {pairs[2], (officer.pk, "refused")}
    assert await hub._look() == 1
    assert hub._given == hub._answered == set()


@pytest.mark.django_db
def test_a_look_says_whether_it_has_seen_every_command(officer, monkeypatch):
    monkeypatch.setattr(rooms, "LOOK_COMMANDS", 2)
    sent(officer, 0, 1, 2)
    seen, last, is_all = selectors.own_commands_after(0)
    assert (seen, is_all) == ({(officer.pk, "command-0"), (officer.pk, "command-1")}, False)
    assert selectors.own_commands_after(last)[::2] == ({(officer.pk, "command-2")}, True)
    assert selectors.own_commands_after(Command.objects.latest("pk").pk)[::2] == (set(), True)
