"""A lost database is one line in the log; every other error keeps its trace."""

import logging
import sys

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.utils import InterfaceError

from ops.logs import OneLineWhenAway


def logged(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except Exception:  # noqa: BLE001  whatever is given
        trace = sys.exc_info()
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Internal Server Error: %s", ("/orders/",), trace
    )
    assert OneLineWhenAway().filter(record)
    return record


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_lost_connection_is_one_line(kind):
    record = logged(kind("connection failed: refused\nIs the server running?"))

    assert record.exc_info is None
    assert record.getMessage() == ("Internal Server Error: /orders/ - the database is away: connection failed: refused")


def test_a_server_that_shuts_down_is_one_line():
    error = OperationalError("terminating connection due to administrator command")
    error.__cause__ = psycopg.errors.AdminShutdown()

    assert logged(error).exc_info is None


def test_a_statement_that_took_too_long_keeps_its_trace(db):
    with pytest.raises(OperationalError) as caught, connection.cursor() as cursor:
        cursor.execute("set local statement_timeout = 5; select pg_sleep(1)")

    assert logged(caught.value).exc_info is not None


def test_an_ordinary_fault_keeps_its_trace():
    assert logged(ZeroDivisionError("division by zero")).exc_info is not None
