"""A thread that stays keeps its connection; one that serves a request does not."""

import threading

import pytest
from django.db import close_old_connections, connection

from accounts.connections import keep_connection

pytestmark = pytest.mark.django_db(transaction=True)


def is_closed_by(between):
    """Whether `between` closes the connection of a thread. (To close one in memory does nothing: the call is heard.)"""
    closed = []

    def work():
        connection.ensure_connection()
        connection.close = lambda: closed.append(True)
        between()
        del connection.close
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    return closed != []


def test_a_thread_that_stays_keeps_it():
    assert not is_closed_by(keep_connection)


def test_a_request_lets_go_of_it():
    assert is_closed_by(close_old_connections)


def test_one_that_broke_is_let_go():
    def broken():
        connection.errors_occurred, connection.is_usable = True, lambda: False
        keep_connection()

    assert is_closed_by(broken)
