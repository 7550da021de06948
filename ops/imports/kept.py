"""The bytes of a load's files, under their own names, until nobody needs them: any step of a load can be done again."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from ops.errors import Refused
from ops.files.store import said_when_full
from ops.imports.models import ImportBatch, ImportFile
from ops.imports.tables.sources import announced

MOST_BYTES = 1 << 30
_MEGABYTE = 1 << 20
_MOST_NAME_BYTES = 180


class Brought(NamedTuple):
    """A file as somebody brings it: what it is called, its bytes a piece at a time."""

    name: str
    pieces: Iterable[bytes]


def folder_of(batch: ImportBatch) -> Path:
    """Named by the load's public id: a database that was restored gives a number twice."""
    return Path(settings.LOADS_DIR) / str(batch.public_id)


def path_of(file: ImportFile) -> Path:
    """Raises Refused when the bytes are no longer kept."""
    path = folder_of(file.batch) / file.name
    if not path.is_file():
        raise Refused(f"{file.name} is no longer kept here. Choose the file again.")
    return path


def keep(batch: ImportBatch, files: Sequence[Brought]) -> list[ImportFile]:
    """Write them down. Raises Refused, leaving nothing, when there is no room or they are too much."""
    folder = folder_of(batch)
    files = [Brought(_plain(file.name, position), file.pieces) for position, file in enumerate(files)]
    names = [file.name for file in files]
    if len({name.casefold() for name in names}) < len(names):
        raise Refused("Two of the files have the same name. Choose them one after the other, or rename one.")
    try:
        with said_when_full():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, mode=0o700)
            kept = [_write(batch, position, file, folder / file.name) for position, file in enumerate(files)]
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return ImportFile.objects.bulk_create(kept)


def drop(batch: ImportBatch) -> None:
    """The bytes go; what is known of them stays."""
    shutil.rmtree(folder_of(batch), ignore_errors=True)


def unpacked_bytes(batch: ImportBatch, *, enough: int) -> int:
    """How much there is to read of a load's files, as far as their archives announce it; more than `enough` counts
    as more, and is not looked into."""
    size = 0
    for file in batch.files.all():
        path, known = folder_of(batch) / file.name, int(file.bytes)
        if known <= enough and path.is_file():
            with path.open("rb") as stream:
                known = announced(stream, known, enough=enough)
        size += known
    return size


def touch(batch: ImportBatch) -> None:
    """Somebody is at work on it: what nobody touches for long is forgotten."""
    folder = folder_of(batch)
    if folder.is_dir():
        os.utime(folder)


def _write(batch: ImportBatch, position: int, file: Brought, path: Path) -> ImportFile:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as stream:
        path.chmod(0o600)
        for piece in file.pieces:
            size += len(piece)
            if size > MOST_BYTES:
                raise Refused(f"{file.name} is larger than {MOST_BYTES // _MEGABYTE:,} MB. Split the file.")
            digest.update(piece)
            stream.write(piece)
    return ImportFile(batch=batch, position=position, name=file.name, sha256=digest.hexdigest(), bytes=size)


def _plain(name: str, position: int) -> str:
    """The last part of a name, without what a path could be made of, and no longer than a disk takes, ending kept."""
    last = Path(name.replace("\\", "/")).name.replace("\0", "").strip(". ")
    return last.encode()[-_MOST_NAME_BYTES:].decode(errors="ignore").strip(". ") or f"file {position + 1}"
