"""A server that can be killed and is back in milliseconds: a parent that has imported everything forks each life of it.

    python -m tests.nursery

Reads one JSON command a line from stdin and answers each with one JSON line: {"do": "serve", "place": 0} forks a server
on the port of that place, {"do": "kill", "place": 0, "with": 9} ends it by a signal, {"do": "call", "module": …,
"name": …, "with": {…}} runs a function in a fork of its own. Servers in several places share the database and nothing
else. The parent holds no connection and no thread, so that a fork is a birth.
"""

import json
import os
import signal
import socket
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
    """The parent: one listening socket a place, which outlives every server on it."""

    def __init__(self) -> None:
        self.listeners: dict[int, socket.socket] = {}
        self.servers: dict[int, int] = {}

    def serve(self, place: int) -> dict[str, Any]:
        if place not in self.listeners:
            port = int(os.environ.get("PORT", "0")) if place == 0 else 0
            self.listeners[place] = listening_socket("127.0.0.1", port)
        listener = self.listeners[place]
        self.servers[place] = os.fork()
        if self.servers[place] == 0:
            for other, elsewhere in self.listeners.items():
                if other != place:
                    elsewhere.close()
            _in_the_child(lambda: uvicorn.Server(configuration()).run(sockets=[listener]))
        return {"pid": self.servers[place], "port": listener.getsockname()[1]}

    def kill(self, place: int, number: int) -> dict[str, Any]:
        os.kill(self.servers[place], number)
        os.waitpid(self.servers[place], 0)
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
            answer = nursery.serve(command.get("place", 0))
        elif command["do"] == "kill":
            answer = nursery.kill(command.get("place", 0), command.get("with", signal.SIGKILL))
        else:
            answer = nursery.call(command["module"], command["name"], command["with"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
