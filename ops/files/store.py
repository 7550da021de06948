"""Bytes on disk by their SHA-256 (ab/cd/abcd…): written aside, made sure of, renamed before any row commits.

A content without a row is swept after a grace period. `put` makes the content young again under a shared lock and the
sweep looks at its age under the whole lock, so a content that is being added for the second time is never taken away.
"""

import errno
import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from ops.errors import Refused

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CHUNK = 500


class ContentDamaged(Exception):
    """Bytes on disk are not those that were kept: restore them from the backup."""


def root() -> Path:
    return Path(settings.FILES_DIR)


def path_of(sha256: str) -> Path:
    return root() / sha256[:2] / sha256[2:4] / sha256


def thumb_of(sha256: str) -> Path:
    return path_of(sha256).with_suffix(".webp")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder aside, on the same disk as the store, gone afterwards; a full disk is said as a sentence."""
    aside = root() / "incoming"
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with said_when_full(), tempfile.TemporaryDirectory(dir=aside) as folder:
        yield Path(folder)


@contextmanager
def said_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise Refused(
                "There is no room left on the server's disk, so this was not kept. Tell a system admin."
            ) from error
        raise


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put(source: Path, thumb: Path | None = None) -> str:
    """Move `source` into its place and return its SHA-256; the same content twice is one content."""
    sha256 = digest(source)
    target = path_of(sha256)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in filter(None, (thumb, source)):
        path.chmod(0o600)
        _make_sure(path)
    with _locked(fcntl.LOCK_SH):
        if thumb:
            thumb.replace(thumb_of(sha256))
        source.replace(target)
    _make_sure(target.parent)
    return sha256


def _make_sure(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(how: int) -> Iterator[None]:
    with (root() / ".lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


def sweep(known: Callable[[list[str]], Iterable[str]], *, grace_hours: int) -> int:
    """Remove contents that no row names and that are older than the grace period. Returns how many went."""
    before = time.time() - grace_hours * 3600
    gone = 0
    old = [
        path for path in root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*") if not path.suffix and _older(path, before)
    ]
    for start in range(0, len(old), _CHUNK):
        part = old[start : start + _CHUNK]
        rows = set(known([path.name for path in part]))
        for path in part:
            if path.name not in rows:
                gone += _take_away(path, before)
    for left in (root() / "incoming").glob("*"):  # a process was killed over them
        if _older(left, before):
            for part_of in [*left.glob("*"), left]:
                part_of.rmdir() if part_of.is_dir() else part_of.unlink(missing_ok=True)
    return gone


def _older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def _take_away(path: Path, before: float) -> int:
    with _locked(fcntl.LOCK_EX):
        if not _older(path, before):
            return 0
        path.unlink(missing_ok=True)
        path.with_suffix(".webp").unlink(missing_ok=True)
        return 1


def damage(sha256: str) -> str:
    """What is wrong with this content on disk; nothing when its bytes are those that were kept."""
    path = path_of(sha256)
    if not path.is_file():
        return "is missing"
    return "" if digest(path) == sha256 else "has other bytes than were kept"
