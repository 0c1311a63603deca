"""The scribe: a fork of the server that carries out its batches, so that talking and writing share no interpreter."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import fields
from multiprocessing.connection import Connection
from typing import NoReturn

from django.db import InterfaceError, OperationalError, connection, connections

from accounts.connections import keep_connection
from live.commands import Item, carry_out_batch
from live.publishing import nudges

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
END_SECONDS = 2.0
ITEM_FIELDS = [field.name for field in fields(Item)]
DONE, AWAY, FAILED = "done", "away", "failed"


def write_here(items: Sequence[Item]) -> list[str]:
    """Carry out a batch in this process; returns its acknowledgements as JSON, in the order of the items."""
    return [acknowledgement.text for acknowledgement in carry_out_batch(items)]


class Scribe:
    """One child of a server process, forked before the site has threads in it, or connections to the database.

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

    def write(self, items: Sequence[Item]) -> list[str]:
        """As write_here(). Raises OperationalError while the database is away, RuntimeError when the batch failed."""
        with self._asking:
            told = self._told(items) if self._is_here else None
        if told is None:
            # Whatever the scribe did with the batch before it died: the ids make it safe to carry it out again.
            return write_here(items)
        outcome, acknowledgements, rooms = told
        for room_pk in rooms:
            nudges.nudge(room_pk)
        if outcome == AWAY:
            raise OperationalError("the scribe does not reach the database")
        if outcome == FAILED:
            raise RuntimeError("the scribe could not carry out a batch; its own words are above")
        return acknowledgements

    def _told(self, items: Sequence[Item]) -> tuple[str, list[str], set[int]] | None:
        """What the scribe says became of a batch; None when it says nothing any more."""
        try:
            # As tuples: pickled as they are, frozen items cost several times as much.
            self._pipe.send([tuple(getattr(each, name) for name in ITEM_FIELDS) for each in items])
            told: tuple[str, list[str], set[int]] = self._pipe.recv()
        except (EOFError, OSError):
            logger.warning("the scribe has died; this process writes by itself from now on")
            self._is_here = False
            _reap(self.pid)
            return None
        return told

    def end(self) -> None:
        """Let it go when the batch in hand is done; where that takes END_SECONDS, it goes with the process."""
        if not self._asking.acquire(timeout=END_SECONDS):
            return  # A thread still listens to it, and the pipe is that thread's.
        self._pipe.close()
        if self._is_here:
            self._is_here = False
            _reap(self.pid)
        self._asking.release()


def _reap(pid: int) -> None:
    """Wait until a child has ended; one that does not is made to."""
    until = time.monotonic() + END_SECONDS
    # Who asked it something may have found it dead, and waited for it, meanwhile.
    with suppress(ChildProcessError):
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            if time.monotonic() >= until:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return
            time.sleep(0.01)


# --- In the child ---------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, server: int) -> NoReturn:
    """Answer batches until the server closes its end, or is no more."""
    status = 1
    try:
        _let_go(pipe.fileno())
        rooms = nudges.gather()
        while True:
            if pipe.poll(LOOK_SECONDS):
                items = [Item(*told) for told in pipe.recv()]
                pipe.send((*_carried_out(items), set(rooms)))
                rooms.clear()
            elif os.getppid() != server:
                break
        status = 0
    except (EOFError, OSError):  # the server closed its end
        status = 0
    except BaseException:
        logger.exception("the scribe broke off")
    finally:
        os._exit(status)


def _let_go(pipe: int) -> None:
    """Give back what belongs to the server: its sockets, and the signals that are meant for it."""
    signal.set_wakeup_fd(-1)
    for name in (signal.SIGINT, signal.SIGTERM):
        # Asked to stop, the server still has batches to be answered; then it closes the pipe.
        signal.signal(name, signal.SIG_IGN)
    for held in _held():
        if held > 2 and held != pipe:
            with suppress(OSError):
                os.close(held)


def _held() -> Iterable[int]:
    """The descriptors this process may hold open: a limit of millions is not gone through where they are listed."""
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return range(os.sysconf("SC_OPEN_MAX"))


def _carried_out(items: Sequence[Item]) -> tuple[str, list[str]]:
    keep_connection()
    try:
        return DONE, write_here(items)
    except (OperationalError, InterfaceError):
        connection.close()
        return AWAY, []
    except Exception:
        logger.exception("the scribe could not carry out a batch of %s commands", len(items))
        return FAILED, []
    finally:
        keep_connection()


# --- The scribe of this process -----------------------------------------------------------------------------------

_scribe: Scribe | None = None


def hire() -> None:
    """Have a scribe from now on; to be called before the site starts threads in this process."""
    global _scribe
    if any(each.connection is not None for each in connections.all(initialized_only=True)):
        # A connection has one owner: two processes that speak on the same one end each other's transactions.
        logger.warning("no scribe: this process is connected to the database already, and writes by itself")
        return
    try:
        _scribe = Scribe()
    except OSError:
        logger.warning("no scribe: this process may not fork, and writes by itself", exc_info=True)


def dismiss() -> None:
    """Have none any more."""
    global _scribe
    if _scribe is not None:
        _scribe.end()
        _scribe = None


def write(items: Sequence[Item]) -> list[str]:
    """As write_here(), by the scribe of this process where there is one; see Scribe.write."""
    return write_here(items) if _scribe is None else _scribe.write(items)
