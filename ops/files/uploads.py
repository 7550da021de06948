"""Takes files of a request straight to disk, and stops writing one the moment it passes the limit.

Nothing is held in memory but one chunk. What is refused here is remembered by name; the other files go on.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from ops.errors import Refused
from ops.files import store

if TYPE_CHECKING:  # generic for the type checker alone
    Upload = UploadedFile[bytes]
else:
    Upload = UploadedFile


@dataclass(frozen=True)
class Refusal:
    """A file of a request that was not kept, and why."""

    name: str
    sentence: str


class Incoming(Upload):
    """A file that has arrived on disk whole, and is gone when the request ends unless it was moved away."""

    def __init__(self, path: Path, name: str, size: int) -> None:
        super().__init__(None, name, "", size)
        self.path = path

    def close(self) -> None:
        self.path.unlink(missing_ok=True)


class ToDisk(FileUploadHandler):
    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refused: list[Refusal] = []
        self.begun = 0
        self.path: Path | None = None
        self.handle = -1
        self.written = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.begun += 1
        most = settings.FILES_PER_REQUEST
        if self.begun > most:
            self._refuse(f"{self.file_name} was not taken: at most {most} files at a time. Send it with the next ones.")
        try:
            with store.said_when_full():
                aside = store.root() / "incoming"
                aside.mkdir(parents=True, exist_ok=True, mode=0o700)
                self.handle, path = tempfile.mkstemp(dir=aside)
        except Refused as refused:
            self._refuse(f"{self.file_name}: {refused.sentence}")
        self.path, self.written = Path(path), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.written + len(raw_data) > settings.FILES_MAX_BYTES:
            self._refuse(too_big(str(self.file_name)))
        try:
            with store.said_when_full():
                _write(self.handle, raw_data)
        except Refused as refused:
            self._refuse(f"{self.file_name}: {refused.sentence}")
        self.written += len(raw_data)

    def file_complete(self, file_size: int) -> Incoming:
        path = self.path
        assert path is not None
        self._shut()
        return Incoming(path, str(self.file_name), file_size)

    def upload_interrupted(self) -> None:
        self._drop()

    def _refuse(self, sentence: str) -> None:
        self._drop()
        self.refused.append(Refusal(str(self.file_name), sentence))
        raise SkipFile

    def _shut(self) -> None:
        if self.handle >= 0:
            os.close(self.handle)
        self.handle, self.path = -1, None

    def _drop(self) -> None:
        path = self.path
        self._shut()
        if path is not None:
            path.unlink(missing_ok=True)


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def too_big(name: str) -> str:
    most = settings.FILES_MAX_BYTES // 1_000_000
    return f"{name} is larger than {most} MB, which is the most for one file. Send it smaller, or in parts."
