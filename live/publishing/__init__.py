"""The room's way to everybody in it: the log inside a transaction, nudges after it, hubs and connections beyond."""

from live.publishing.log import log, nudge_on_commit

__all__ = ["log", "nudge_on_commit"]
