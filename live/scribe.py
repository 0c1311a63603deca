"""The scribe: a fork of the server that carries out its batches, so that talking and writing share no interpreter."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import NoReturn

from django.db import InterfaceError, OperationalError, connection, connections

from accounts.connections import keep_connection
from live.commands import Item, carry_out_batch
from live.protocol import as_text
from live.publishing import nudges

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
END_SECONDS = 2.0
DONE, AWAY, FAILED = "done", "away", "failed"


def written(items: Sequence[Item]) -> list[str]:
    """Carry out a batch here; returns its acknowledgements as they go over the wire, in the order of the items."""
    return [as_text(acknowledgement) for acknowledgement in carry_out_batch(items)]


class Scribe:
    """One child of a server process, born before that has threads or connections to the database.

    In one process the thread that writes and the loop that talks to thousands of sockets take the interpreter from each
    other, and both become slower (docs/benchmarks.md). A scribe that dies is not replaced, as a server with threads
    must not fork: from then on batches are carried out by the thread that asks. Mails that a command writes are found
    by whoever sends them when they look, within two seconds.
    """

    def __init__(self) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        self._asking = threading.Lock()
        self._is_here = True
        server = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _serve(theirs, server)
        theirs.close()

    def carry_out(self, items: Sequence[Item]) -> list[str]:
        """As written(). Raises OperationalError while the database is away, RuntimeError when the batch failed."""
        with self._asking:
            told = self._told(items) if self._is_here else None
        if told is None:
            # Whatever the scribe did with the batch before it died: the ids make it safe to carry it out again.
            return written(items)
        outcome, acknowledgements, rooms = told
        for room_pk in rooms:
            nudges.nudge(room_pk)
        if outcome == AWAY:
            raise OperationalError("the scribe does not reach the database")
        if outcome == FAILED:
            raise RuntimeError("the scribe could not carry out a batch")
        return acknowledgements

    def _told(self, items: Sequence[Item]) -> tuple[str, list[str], set[int]] | None:
        """What the scribe says became of a batch; None when it says nothing any more."""
        try:
            self._pipe.send([(each.user, each.room, each.message, each.at, each.language) for each in items])
            told: tuple[str, list[str], set[int]] = self._pipe.recv()
        except (EOFError, OSError):
            logger.warning("the scribe has died; this process writes by itself from now on")
            self._is_here = False
            _reap(self.pid)
            return None
        return told

    def end(self) -> None:
        """Let it finish the batch in hand and go."""
        is_idle = self._asking.acquire(timeout=END_SECONDS)
        self._pipe.close()
        if self._is_here:
            self._is_here = False
            _reap(self.pid)
        if is_idle:
            self._asking.release()


def _reap(pid: int) -> None:
    """Wait until a child has ended; one that does not is made to."""
    until = time.monotonic() + END_SECONDS
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() >= until:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        time.sleep(0.01)


# --- In the child ---------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, server: int) -> NoReturn:
    """Answer batches until the server closes its end, or is no more."""
    try:
        _let_go(pipe.fileno())
        rooms = nudges.gathered()
        while True:
            if pipe.poll(LOOK_SECONDS):
                items = [Item(*told) for told in pipe.recv()]
                pipe.send((*_carried_out(items), set(rooms)))
                rooms.clear()
            elif os.getppid() != server:
                break
    except (EOFError, OSError):
        pass
    except BaseException:
        logger.exception("the scribe goes")
    finally:
        os._exit(0)


def _let_go(pipe: int) -> None:
    """Give back what belongs to the server: its sockets, and the signals that are meant for it."""
    signal.set_wakeup_fd(-1)
    for name in (signal.SIGINT, signal.SIGTERM):
        # Asked to stop, the server still has batches to be answered; then it closes the pipe.
        signal.signal(name, signal.SIG_IGN)
    os.closerange(3, pipe)
    os.closerange(pipe + 1, os.sysconf("SC_OPEN_MAX"))


def _carried_out(items: Sequence[Item]) -> tuple[str, list[str]]:
    keep_connection()
    try:
        return DONE, written(items)
    except (OperationalError, InterfaceError):
        connection.close()
        return AWAY, []
    except Exception:
        logger.exception("a batch of %s commands failed", len(items))
        return FAILED, []
    finally:
        keep_connection()


# --- The scribe of this process -----------------------------------------------------------------------------------

_scribe: Scribe | None = None


def hire() -> None:
    """Have a scribe from now on; to be called before the process has threads."""
    global _scribe
    if connections.all(initialized_only=True):
        # A connection has one owner: two processes that speak on the same one end each other's transactions.
        logger.warning("no scribe: this process is connected to the database already, and writes by itself")
        return
    _scribe = Scribe()


def dismiss() -> None:
    """Have none any more."""
    global _scribe
    if _scribe is not None:
        _scribe.end()
        _scribe = None


def carry_out(items: Sequence[Item]) -> list[str]:
    """As written(), by the scribe of this process where there is one; see Scribe.carry_out."""
    return written(items) if _scribe is None else _scribe.carry_out(items)
