"""What the log says while the database is away: a line a request, where a page of trace each would bury the rest."""

import logging

from django.db import InterfaceError, OperationalError

_LOST = ("08", "57P")


class OneLineWhenAway(logging.Filter):
    """Keeps the trace of every other error, deadlocks and time-outs too."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, OperationalError | InterfaceError) and _lost(error):
            said = str(error).partition("\n")[0]
            record.msg, record.args = f"{record.getMessage()} - the database is away: {said}", ()
            record.exc_info = record.exc_text = None
        return True


def _lost(error: Exception) -> bool:
    """Whether it is the connection that failed: those errors carry no state, or one of going away."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_LOST)
