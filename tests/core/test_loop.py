"""The loop around a piece of work: it goes on after a failure, wakes at a nudge, and ends when asked."""

import threading

from core.loop import Loop


def test_it_goes_on_after_a_failure_while_there_is_work_and_ends_when_asked():
    done, rests = [], []
    ended = threading.Event()

    def work() -> int:
        done.append(len(done))
        if len(done) == 2:
            raise OSError("the database is away")
        if len(done) == 4:
            ended.set()
        return 1

    loop = Loop("test", work, idle_seconds=0.01, between=lambda: rests.append(1))
    loop.start()
    assert ended.wait(5)
    loop.stop()
    assert len(done) >= 4 and len(rests) == len(done) + 1


def test_a_nudge_ends_its_rest():
    rounds = threading.Semaphore(0)

    def work() -> int:
        rounds.release()
        return 0

    loop = Loop("test", work, idle_seconds=3600)
    loop.start()
    assert rounds.acquire(timeout=5)
    loop.nudge()
    assert rounds.acquire(timeout=5)
    loop.stop()


def test_it_can_be_started_again():
    rounds = threading.Semaphore(0)
    loop = Loop("test", lambda: rounds.release() or 0, idle_seconds=3600)
    for _life in range(2):
        loop.start()
        assert rounds.acquire(timeout=5)
        loop.stop()
