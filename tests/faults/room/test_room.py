"""Whatever breaks around it, the room loses nothing it acknowledged and everybody ends up seeing the same.

Each story is also told of a build that is broken on purpose, and must find it out.
"""

import asyncio

import pytest

from tests.faults.room import breaking, hostile
from tests.faults.room.grounds import started_engines, two_servers
from tests.nursery.broken_room import FOUND_BY, ROOM_BREAKS

pytestmark = pytest.mark.services
STORIES = breaking.STORIES | hostile.STORIES


@pytest.fixture(scope="module")
def both():
    with started_engines() as running:
        yield running


def tell(both, story: str, broken: str = "") -> list[str]:
    with two_servers(both, broken) as grounds:
        return asyncio.run(STORIES[story](grounds, both))


@pytest.mark.parametrize("story", STORIES)
def test_nothing_goes_wrong_when(both, story):
    assert tell(both, story) == []


@pytest.mark.parametrize(("broken", "story"), FOUND_BY)
def test_a_broken_build_is_found_out(both, broken, story):
    assert tell(both, story, broken) != []


def test_every_story_finds_something_out_and_every_break_is_found():
    assert {story for _, story in FOUND_BY} == set(STORIES)
    assert {broken for broken, _ in FOUND_BY} == set(ROOM_BREAKS)
