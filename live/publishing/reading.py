"""The threads in which sockets read the database: two of them, each with a connection that is kept."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from accounts.connections import keep_connection

P = ParamSpec("P")
T = TypeVar("T")

_threads = ThreadPoolExecutor(2, thread_name_prefix="live-reader")


async def read(question: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Ask something of the database away from the event loop.

    The threads of pages are not used: a page that takes its time would hold up ten thousand sockets.
    """

    def ask() -> T:
        keep_connection()
        try:
            return question(*given, **named)
        finally:
            keep_connection()

    return await asyncio.get_running_loop().run_in_executor(_threads, ask)
