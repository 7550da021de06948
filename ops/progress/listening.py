"""Work that is one long transaction: it is known to be alive, and ends where it is once its person has cancelled it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import DatabaseError, connection

from ops.progress.kinds import Stopped, is_hushed, stir

LISTENS_SECONDS = 1.0
_CANCELLED = "57014"


@contextmanager
def listening(job: int) -> Iterator[None]:
    """Around the whole transaction: the statement that runs is cancelled, and all of it rolled back. Raises Stopped."""
    connection.ensure_connection()
    working, over, stopped = connection.connection, threading.Event(), threading.Event()

    def listen() -> None:
        while not over.wait(LISTENS_SECONDS):
            stir(job)
            if is_hushed(job):
                stopped.set()
                with suppress(psycopg.Error):  # asked again in a moment
                    working.cancel_safe()

    listener = threading.Thread(target=listen, name=f"job {job}", daemon=True)
    listener.start()
    try:
        yield
    except DatabaseError as error:
        if stopped.is_set() and getattr(error.__cause__, "sqlstate", "") == _CANCELLED:
            raise Stopped from error
        raise
    finally:
        over.set()
        listener.join()
