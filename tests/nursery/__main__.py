"""A server that can be killed and is back in milliseconds: a parent that has imported everything forks each life of it.

    python -m tests.nursery

Reads one JSON command a line from stdin and answers each with one JSON line: {"do": "serve"} forks a server on the
inherited port, {"do": "kill"} ends it by SIGKILL, {"do": "call", "module": …, "name": …, "with": {…}} runs a function
in a fork of its own. The parent holds no connection and no thread, so that a fork is a birth.
"""

import json
import os
import signal
import sys
import traceback
from importlib import import_module
from typing import Any

import django

django.setup()

import uvicorn

from config import asgi  # noqa: F401  (imported before the first fork: a life must not cost seconds)
from config.server import configuration, listening_socket
from tests.nursery import broken, rows  # noqa: F401  (rows too: each call of it is a fork)


class Nursery:
    """The parent: one listening socket that outlives every server on it."""

    def __init__(self) -> None:
        self.listener = listening_socket("127.0.0.1", int(os.environ.get("PORT", "0")))
        self.server = 0

    def serve(self) -> dict[str, Any]:
        self.server = os.fork()
        if self.server == 0:
            _in_the_child(lambda: uvicorn.Server(configuration()).run(sockets=[self.listener]))
        return {"pid": self.server, "port": self.listener.getsockname()[1]}

    def kill(self) -> dict[str, Any]:
        os.kill(self.server, signal.SIGKILL)
        os.waitpid(self.server, 0)
        return {}

    def call(self, module: str, name: str, given: dict[str, Any]) -> Any:
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            _in_the_child(lambda: _reply(theirs, getattr(import_module(module), name)(**given)))
        os.close(theirs)
        with os.fdopen(ours, "rb") as source:
            said = source.read()
        os.waitpid(child, 0)
        return {"returned": json.loads(said)} if said else {"failed": name}


def _in_the_child(work: Any) -> None:
    code = 1
    try:
        # What the parent reads commands from is not the child's.
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        work()
        code = 0
    except BaseException as error:
        traceback.print_exception(error)
    finally:
        os._exit(code)


def _reply(target: int, value: Any) -> None:
    with os.fdopen(target, "wb") as out:
        out.write(json.dumps(value).encode())


def main() -> None:
    broken.apply(os.environ.get("BREAK", ""))
    nursery = Nursery()
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "serve":
            answer = nursery.serve()
        elif command["do"] == "kill":
            answer = nursery.kill()
        else:
            answer = nursery.call(command["module"], command["name"], command["with"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
