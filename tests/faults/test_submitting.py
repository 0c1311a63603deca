"""A server that dies in the middle of a submission loses nothing it acknowledged; builds that would are found out."""

import pytest

from tests.faults.submitting import run
from tests.nursery.broken import BREAKS

pytestmark = pytest.mark.journey

ROUNDS = 20


def test_nothing_acknowledged_is_lost_and_nothing_is_half():
    report = run(ROUNDS, seed=2026)
    assert report.wrongs == []
    # Otherwise the server died too late, or too early, to prove anything.
    assert report.kills >= ROUNDS // 4 and report.acknowledged_submissions >= 1 and report.acknowledged_files >= 1


@pytest.mark.parametrize("broken", sorted(BREAKS))
def test_a_broken_build_is_found_out(broken):
    assert run(8, seed=2026, broken=broken).wrongs != []
