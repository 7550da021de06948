"""Whether the collected static files still match their sources, so a second start does not collect them again."""

import hashlib
from pathlib import Path

from ops.dev.servers import CHECKOUT

COLLECT = ("collectstatic", "--no-input", "--clear", "-v", "0")


def static_is_current(data: Path) -> bool:
    """Whether nothing changed since the last collection."""
    stamp = data / "static.stamp"
    return stamp.exists() and (data / "static").is_dir() and stamp.read_text() == _fingerprint()


def static_is_collected(data: Path) -> None:
    """Remember what was collected."""
    (data / "static.stamp").write_text(_fingerprint())


def _fingerprint() -> str:
    """Changes when a static file or a package that brings static files does."""
    seen = hashlib.sha256((CHECKOUT / "requirements" / "base.txt").read_bytes())
    for path in sorted((CHECKOUT / "static").rglob("*")):
        facts = path.stat()
        seen.update(f"{path}{facts.st_size}{facts.st_mtime_ns}".encode())
    return seen.hexdigest()
