"""The hook for a virus scanner: any program that ends with 0 for a clean file and 1 for one that it has found out."""

import logging
import shlex
import subprocess
from pathlib import Path

from django.conf import settings

from ops.errors import Refused

log = logging.getLogger(__name__)
_SECONDS = 60
_FOUND = 1


def scan(name: str, path: Path) -> None:
    """Refuse what the scanner finds; a scanner that fails lets nothing through either. Never inside a transaction."""
    if not settings.SCAN_COMMAND:
        return
    command = [part.replace("{path}", str(path)) for part in shlex.split(settings.SCAN_COMMAND)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        result = done.returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        log.error("The virus scanner does not run: %s", error)
        result = -1
    if result == _FOUND:
        log.warning("The virus scanner refused an upload: %s", path.name)
        raise Refused(f"{name} was refused by the virus scanner and not kept. Check the device it came from.")
    if result:
        log.error("The virus scanner ended with %s", result)
        raise Refused(f"{name} was not kept: the virus scanner does not answer. Try again in a few minutes.")
