"""Where results lie: one file a job, under a name that only its own row leads to (ruling 26)."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from ops.progress.models import Job


def folder() -> Path:
    made = Path(settings.FILES_DIR) / "jobs"
    made.mkdir(parents=True, exist_ok=True)
    return made


def path_of(job: Job) -> Path:
    """The name begins with the job's own id: no hash written into a row leads to somebody else's file."""
    return folder() / f"{job.pk}-{job.file_hash}"


def keep(job: Job, data: bytes) -> str:
    """Write, then rename: a reader never meets half a file. Returns the hash."""
    job.file_hash = sha256(data).hexdigest()
    with tempfile.NamedTemporaryFile(dir=folder(), prefix=".", delete=False) as file:
        file.write(data)
    os.replace(file.name, path_of(job))  # noqa: PTH105  both names are in one folder
    return job.file_hash


def drop_but(known: Iterable[int]) -> int:
    """Remove files whose job is gone. Returns how many."""
    kept, dropped = set(known), 0
    for path in _files():
        pk = path.name.partition("-")[0]
        if not pk.isdigit() or int(pk) not in kept:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _files() -> Iterator[Path]:
    yield from (path for path in folder().iterdir() if path.is_file() and not path.name.startswith("."))
