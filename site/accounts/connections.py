"""The database connection of a thread that lives as long as its process."""

from django.db import close_old_connections, connection


def keep_connection() -> None:
    """Between two pieces of work: let go of a connection that broke, keep a good one however old it is.

    Under ASGI each request has a thread of its own and takes its connection with it at the end (CONN_MAX_AGE is 0): one
    kept beyond that belongs to nobody and stays open until the garbage is collected. A thread that stays opens its own
    once, as opening one costs more than most of what it is asked.
    """
    connection.close_at = None
    close_old_connections()
