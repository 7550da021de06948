"""Many files as one zip, made while it is sent: nothing is written aside and no more than a piece is held."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from ops.files import store
from ops.files.models import File

_PIECE = 256 * 1024


class _Pipe(io.RawIOBase):
    """What the zip writer takes for a file; whoever reads takes what has been written since."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[bytes] = []

    def write(self, data: Any) -> int:
        self.waiting.append(bytes(data))
        return len(data)

    def writable(self) -> bool:
        return True

    def taken(self) -> bytes:
        data, self.waiting = b"".join(self.waiting), []
        return data


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    pipe = _Pipe()
    used: set[str] = set()
    with zipfile.ZipFile(cast("IO[bytes]", pipe), "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            path = store.path_of(file.sha256)
            if not path.is_file():
                continue
            entry = zipfile.ZipInfo(_free(file.name, used), file.at.timetuple()[:6])
            entry.external_attr = 0o600 << 16
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                    yield pipe.taken()
    yield pipe.taken()


def _free(name: str, used: set[str]) -> str:
    """Two photos of the same name both get out."""
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    free, number = name, 1
    while free.lower() in used:
        number += 1
        free = f"{stem} ({number}){dot}{extension}"
    used.add(free.lower())
    return free
