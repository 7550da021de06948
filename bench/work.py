"""Processor time, which others on the machine do not change as they change the clock."""

import os
import time
from pathlib import Path

from django.db import connection


def worked() -> float:
    """Milliseconds of processor time of this process and of the backend that answers it (Linux; else without it)."""
    own = time.process_time() * 1000
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat") if connection.connection else None
    if stat is None or not stat.exists():
        return own
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return own + (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")
