"""The file of secrets (KEY=VALUE, 0600) that the launchers write and the settings read."""

import os
import tempfile
from pathlib import Path

from ops.dev.ground import locked


def path(data: Path) -> Path:
    """Where the secrets of this data folder live."""
    return data / "secrets.env"


def read(data: Path) -> dict[str, str]:
    """The stored values; empty when there are none yet."""
    try:
        lines = path(data).read_text().splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in pairs}


def write(data: Path, **values: str) -> dict[str, str]:
    """Merge the values in; a reader never sees half a file, and other accounts see none of it."""
    with locked(data, "secrets"):
        merged = read(data) | values
        handle, temporary = tempfile.mkstemp(dir=data, prefix=".secrets-")  # mkstemp makes it 0600
        with os.fdopen(handle, "w") as file:
            file.write("# Made for this machine by ops/dev. Keep it out of backups that others can read.\n")
            file.writelines(f"{key}={merged[key]}\n" for key in sorted(merged))
        Path(temporary).replace(path(data))
    return merged
