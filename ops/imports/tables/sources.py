"""Where bytes come from: a plain file, a compressed one, a member of an archive. Each can be read again from its start.

Whatever is unpacked is measured while it is unpacked: a bomb is refused before it fills anything (limits below).
"""

import gzip
import io
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ops.errors import Refused

MOST_BYTES = 1 << 30
_RATIO = 250  # the most repetitive honest sheets pack to a hundredth; bombs to a thousandth
_RATIO_FROM = 16 << 20
_CHUNK = 1 << 20
_PACKED = frozenset({".zip", ".xlsx", ".xlsm", ".ods", ".gz"})
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
Opener = Callable[[], IO[bytes]]
# What zipfile, gzip and zlib raise of bytes that were changed; names in an archive may be no text at all.
DAMAGED = (
    EOFError,
    zlib.error,
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    ValueError,
    struct.error,
    OverflowError,
)


class Measured(io.RawIOBase):
    """Unpacked bytes, counted against what is allowed and against the bytes they were packed in."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, name: str, packed: int) -> None:
        self._inner, self._name, self._packed = inner, name, max(packed, 1)
        self._out = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        try:
            data = self._inner.read(min(len(buffer), _CHUNK))
        except DAMAGED as error:
            raise Refused(f"{self._name} is a compressed file that is cut off or damaged; copy it again.") from error
        except RuntimeError as error:  # zipfile's word for a password
            raise Refused(f"{self._name} is locked with a password. Save it without one and load that.") from error
        self._out += len(data)
        refuse_spread(self._name, self._out, self._packed)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


def refuse_size(name: str, size: int) -> None:
    """Raises Refused for more bytes than a table may have, announced or real."""
    if size > MOST_BYTES:
        raise Refused(
            f"{name} is larger than {MOST_BYTES >> 30}"
            f" GB{f' (it says {size / (1 << 30):,.0f} GB)' if size > 2 * MOST_BYTES else ''};"
            " split it and load the parts."
        )


def refuse_spread(name: str, size: int, packed: int) -> None:
    """Raises Refused for a bomb: what was unpacked, or is said by few letters many times, against what it came in."""
    refuse_size(name, size)
    if size > _RATIO_FROM and size > _RATIO * packed:
        raise Refused(
            f"{name} unpacks to more than {_RATIO} times its size, as only files made to do harm do."
            " Send the table itself."
        )


@dataclass(frozen=True)
class Source:
    """Bytes with a name; `how` says what they were taken out of, for a person."""

    name: str
    opener: Opener
    how: str = ""

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        with self.opener() as stream:
            yield stream

    def head(self, size: int = 4096) -> bytes:
        with self.opened() as stream:
            return stream.read(size)

    @contextmanager
    def seekable(self) -> Iterator[IO[bytes]]:
        """The bytes where a zip reader can jump about: the file itself, or a copy that lives as long as it is open."""
        with self.opened() as stream:
            if not isinstance(stream, io.BufferedReader) or not stream.raw.seekable():
                with tempfile.TemporaryFile(prefix="ops-import-") as copy:
                    while chunk := stream.read(_CHUNK):
                        copy.write(chunk)
                    copy.seek(0)
                    yield copy
            else:
                yield stream


def of_path(path: Path, name: str = "") -> Source:
    """A file on disk. Raises Refused for one that is too large or is not there."""
    name = name or path.name
    if not path.is_file():
        raise Refused(f"There is no file {name}.")
    refuse_size(name, path.stat().st_size)
    return Source(name, lambda: path.open("rb"))


def gunzipped(source: Source) -> Source:
    """What is inside a .gz; its own name without the ending."""

    def opener() -> IO[bytes]:
        packed = source.opener()
        size = packed.seek(0, io.SEEK_END) if packed.seekable() else MOST_BYTES
        if packed.seekable():
            packed.seek(0)
        return io.BufferedReader(Measured(gzip.GzipFile(fileobj=packed), source.name, size), _CHUNK)

    return Source(source.name, opener, how="a .gz file")


def member(source: Source, info: zipfile.ZipInfo) -> Source:
    """One file of a zip archive, named as the archive names it."""
    name = Path(info.filename).name
    refuse_size(name, info.file_size)

    def opener() -> IO[bytes]:
        outer = source.seekable()
        archive_stream = outer.__enter__()
        try:
            archive = zipfile.ZipFile(archive_stream)
            inner = archive.open(info)
        except RuntimeError as error:
            outer.__exit__(None, None, None)
            raise Refused(f"{name} is locked with a password. Save it without one and load that.") from error
        except DAMAGED as error:
            outer.__exit__(None, None, None)
            raise Refused(f"{name} is a compressed file that is cut off or damaged; copy it again.") from error
        return _Member(Measured(inner, name, info.compress_size), outer)

    return Source(name, opener, how=source.name)


class _Member(io.BufferedReader):
    """Closes the archive with the member."""

    def __init__(self, raw: Measured, outer) -> None:  # type: ignore[no-untyped-def]
        super().__init__(raw, _CHUNK)
        self._outer = outer

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._outer.__exit__(None, None, None)


@contextmanager
def archive(source: Source) -> Iterator[zipfile.ZipFile]:
    """The table of contents of a zip. Raises Refused when it cannot be read to its end."""
    with source.seekable() as stream:
        try:
            book = zipfile.ZipFile(stream)
        except DAMAGED as error:
            raise Refused(
                f"{source.name} begins like an Excel workbook or a zip archive and is cut off or damaged; copy"
                f" it again."
            ) from error
        with book:
            yield book


def announced(stream: IO[bytes], size: int, *, enough: int, depth: int = 2) -> int:
    """How many bytes a file of `size` says that it unpacks to: itself where it is not packed, more than `enough` where
    that cannot be told cheaply."""
    stream.seek(0)
    head = stream.read(4)
    stream.seek(0)
    if size > enough or not _is_packed(head):
        return size
    try:
        if head[:2] == _GZIP:
            return max(size, _gunzipped_size(stream, enough=enough, depth=depth))
        with zipfile.ZipFile(stream) as book:
            whole = sum(info.file_size for info in book.infolist())
            if whole > enough:
                return whole
            inside = [info for info in book.infolist() if Path(info.filename).suffix.casefold() in _PACKED]
            if inside and not depth:
                return enough + 1
            for info in inside:  # what is packed in it once more, no more of it than is enough
                whole += announced(io.BytesIO(book.read(info)), info.file_size, enough=enough, depth=depth - 1)
            return whole
    except (RuntimeError, *DAMAGED):
        return size  # which is said when it is read


def _is_packed(head: bytes) -> bool:
    return head[:2] == _GZIP or head == _ZIP


def _gunzipped_size(stream: IO[bytes], *, enough: int, depth: int) -> int:
    """Counted by unpacking: a gzip says at its end how large its last member is, and may have many."""
    with gzip.GzipFile(fileobj=stream) as unpacked:
        data = unpacked.read(enough + 1)
    if len(data) > enough or not _is_packed(data[:4]):
        return len(data)
    return announced(io.BytesIO(data), len(data), enough=enough, depth=depth - 1) if depth else enough + 1


def packed_size(book: zipfile.ZipFile) -> int:
    return max(sum(info.compress_size for info in book.infolist()), 1)


@contextmanager
def part(source: Source, book: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """One file of a workbook, measured like everything that is unpacked."""
    try:
        info = book.getinfo(name)
        inner = book.open(info)
    except KeyError as error:
        raise Refused(f"{source.name} is damaged: {name} is not in it. Save it again.") from error
    except (RuntimeError, *DAMAGED) as error:
        raise Refused(f"{source.name} is damaged inside; save it again.") from error
    with Measured(inner, source.name, info.compress_size) as stream:
        yield stream  # type: ignore[misc]
