"""How often a hub looks, and how far."""

import pytest

from live import selectors
from live.models import Command
from live.publishing.hub import tick_seconds
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


@pytest.mark.django_db
def test_a_look_says_whether_it_has_seen_every_command(officer, monkeypatch):
    monkeypatch.setattr(rooms, "MOST_COMMANDS", 2)
    for number in range(3):
        Command.objects.create(
            participant=officer, command_id=f"command-{number}", op="vote.set", fingerprint="f", result={}, at=NOW
        )
    seen, last, is_all = selectors.own_commands_after(0)
    assert (seen, is_all) == ({(officer.pk, "command-0"), (officer.pk, "command-1")}, False)
    assert selectors.own_commands_after(last)[::2] == ({(officer.pk, "command-2")}, True)
    assert selectors.own_commands_after(Command.objects.latest("pk").pk)[::2] == (set(), True)
