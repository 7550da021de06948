"""Bytes to text: what kind of file it is, whether it is whole, and how its letters are written (I1).

The file is read as a stream, twice: once to learn (encoding, newlines, damage), once for its rows.
"""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from ops.errors import Refused

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_NOT_TABLES = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"{\\rtf": "a word processor's document",
    b"SQLite format 3": "a database file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
_BOMS = {
    codecs.BOM_UTF8: ("utf-8-sig", "UTF-8 with a byte order mark"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}
# The commonest first: between pages under which the text reads equally well, the earlier is taken.
_OLD_CODE_PAGES = {"cp1252": "Windows-1252", "cp437": "DOS code page 437", "cp850": "DOS code page 850",
                   "cp1250": "Windows-1250"}  # fmt: skip
_OPINION = 0.05


@dataclass(frozen=True)
class Text:
    """A file that can be opened as text as often as needed; `how` names the encoding to a person."""

    path: Path
    name: str
    encoding: str
    how: str
    ends_with_newline: bool

    @contextmanager
    def opened(self) -> Iterator[IO[str]]:
        with _bytes_of(self.path) as stream, io.TextIOWrapper(stream, self.encoding, newline="") as text:
            yield text


@contextmanager
def _bytes_of(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as plain:
        gzipped = plain.read(2) == b"\x1f\x8b"
    with gzip.open(path, "rb") if gzipped else path.open("rb") as stream:
        yield stream  # type: ignore[misc]


def read_text(path: Path, name: str = "") -> Text:
    """Learn how the file is written. Raises Refused for what is no table, is damaged, or did not arrive whole."""
    name = name or path.name
    learnt = _Learner(name)
    try:
        with _bytes_of(path) as stream:
            while chunk := stream.read(_CHUNK):
                learnt.feed(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refused(f"{name} is a compressed file that is cut off or damaged; copy it again.") from error
    encoding, how = learnt.encoding()
    return Text(path, name, encoding, how, learnt.ends_with_newline)


class _Learner:
    """Fed the file once in chunks, it keeps a few bytes and three facts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = self.lines = 0
        self.head = b""
        self.unusual = b""  # lines that are not UTF-8, for telling the code pages apart
        self.last = b""
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()

    @property
    def ends_with_newline(self) -> bool:
        return self.last.rstrip(b"\0")[-1:] in {b"\n", b"\r"}

    def feed(self, chunk: bytes) -> None:
        if not self.size:
            self.head = chunk[:_SAMPLE]
            self._refuse_other_kinds()
        self.size += len(chunk)
        self.last = chunk[-4:]
        if self._wide() is None and (at := chunk.find(b"\0")) >= 0:
            line = self.lines + chunk.count(b"\n", 0, at) + 1
            raise Refused(
                f"{self.name}, line {line:,}: a NUL byte. This is no text, or it was damaged; export it again."
            )
        self.lines += chunk.count(b"\n")
        if self._utf8 is not None:
            try:
                self._utf8.decode(chunk)
            except UnicodeDecodeError:
                self._utf8 = None
        if self._utf8 is None and len(self.unusual) < _SAMPLE:
            self.unusual += b"\n".join(line for line in chunk.split(b"\n") if not line.isascii())[:_SAMPLE]

    def _refuse_other_kinds(self) -> None:
        for magic, what in _NOT_TABLES.items():
            if self.head.startswith(magic):
                raise Refused(f"{self.name} is {what}, not a table of text. Save the sheet as CSV and load that.")
        if self.head[:512].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise Refused(
                f"{self.name} is a web page, perhaps a sign-in page instead of the export. Download it again."
            )

    def _wide(self) -> tuple[str, str] | None:
        """UTF-16 by its mark, or by every second byte of the beginning being zero."""
        if found := next((known for bom, known in _BOMS.items() if self.head.startswith(bom)), None):
            return found if found[0] == "utf-16" else None
        sample = self.head[:4096]
        odd, even = sample[1::2], sample[::2]
        if len(sample) >= 8 and odd.count(0) > len(odd) * 0.7 and not even.count(0):
            return "utf-16-le", "UTF-16 without a mark"
        if len(sample) >= 8 and even.count(0) > len(even) * 0.7 and not odd.count(0):
            return "utf-16-be", "UTF-16 without a mark"
        return None

    def encoding(self) -> tuple[str, str]:
        if not self.size:
            raise Refused(f"{self.name} is empty.")
        if wide := self._wide():
            return wide
        if self.head.startswith(codecs.BOM_UTF8):
            if self._utf8 is None:
                raise Refused(f"{self.name} says it is UTF-8 and is not: it was put together from two files.")
            return _BOMS[codecs.BOM_UTF8]
        if self._utf8 is not None:
            try:
                self._utf8.decode(b"", final=True)
            except UnicodeDecodeError as error:
                raise Refused(f"{self.name} ends in the middle of a letter: it did not arrive whole.") from error
            return "utf-8", "UTF-8"
        return _old_code_page(self.unusual)


def _old_code_page(unusual: bytes) -> tuple[str, str]:
    """The code page under which the unusual bytes are letters inside words; the detector's opinion counts a little."""
    best = from_bytes(unusual[:65536], cp_isolation=list(_OLD_CODE_PAGES)).best()
    opinion = best.encoding if best else ""
    scores = {
        page: _letters(unusual, page) + _OPINION * (page == opinion) - _OPINION * 2 * order
        for order, page in enumerate(_OLD_CODE_PAGES)
    }
    page = max(scores, key=lambda name: scores[name])
    return page, _OLD_CODE_PAGES[page]


def _letters(unusual: bytes, page: str) -> float:
    text = unusual.decode(page, errors="replace")
    marks = [i for i, letter in enumerate(text) if not letter.isascii()]
    if not marks:
        return 0.0
    return sum(_fits(text, i) for i in marks) / len(marks)


def _fits(text: str, i: int) -> float:
    """A letter between letters of the same size counts fully; a quotation mark or a euro outside a word somewhat."""
    letter, beside = text[i], text[max(0, i - 1) : i] + text[i + 1 : i + 2]
    if letter == "�" or ord(letter) < 0xA0:
        return -1.0
    if not letter.isalpha():
        return 0.4 if letter in "’‘“”–—•…€£°®™©½¼¾" and not beside.strip().isalpha() else 0.0
    joined = any(other.isalpha() for other in beside)
    jumps = letter.isupper() and any(other.islower() for other in text[max(0, i - 1) : i])
    return 0.2 if jumps else (1.0 if joined else 0.5)
