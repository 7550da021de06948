"""Bytes to text: what kind of file it is, whether it is whole, and how its letters are written (I1).

The file is read as a stream, and never kept: once to learn (encoding, newlines, damage), then for its rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from ops.errors import Refused
from ops.imports.tables.encodings import Encoding, Letters, marked, text_of, unmarked_wide
from ops.imports.tables.findings import Finding, Lines, found
from ops.imports.tables.sources import Source

_CHUNK = 1 << 20
_HEAD = 1 << 16
MOST_LINE = 4 << 20
_NOT_TABLES = {
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF8": "a picture (GIF)",
    b"BM": "a picture (BMP)",
    b"II*\0": "a picture (TIFF)",
    b"MM\0*": "a picture (TIFF)",
    b"RIFF": "a picture, a sound or a film",
    b"ID3": "a sound",
    b"OggS": "a sound",
    b"%PDF": "a PDF document",
    b"%!PS": "a PostScript document",
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"{\\rtf": "a word processor's document",
    b"SQLite format 3": "a database file",
    b"\x00\x01\x00\x00Standard": "a database file (Access)",
    b"PAR1": "a database file (Parquet)",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\xca\xfe\xba\xbe": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an XZ archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
}
_ARCHIVES = "archive"
_SHORT_MAGIC = {b"BM", b"MZ", b"ID3"}


@dataclass(frozen=True)
class Text:
    """A file that can be opened as text as often as needed; `how` names the encoding to a person."""

    source: Source
    encoding: Encoding
    ends_with_newline: bool = True
    nuls: int = 0
    findings: tuple[Finding, ...] = ()
    size: int = 0

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def how(self) -> str:
        return self.encoding.how

    @contextmanager
    def opened(self) -> Iterator[IO[str]]:
        try:
            with self.source.opened() as stream, text_of(stream, self.encoding) as text:
                yield text
        except UnicodeDecodeError as error:
            raise Refused(
                f"{self.name}: these bytes are not {self.how}, or the file was cut off inside a letter. Export"
                f" it again."
            ) from error

    @contextmanager
    def lines(self) -> Iterator[Iterator[str]]:
        """Its lines without NUL bytes."""
        with self.opened() as text:
            yield (line.replace("\0", "") for line in text) if self.nuls else text


def learn(source: Source) -> Text:
    """Read it once: encoding, newlines, NUL bytes, damage. Raises Refused for what is no text, or not whole."""
    learner = _Learner(source.name)
    with source.opened() as stream:
        while chunk := stream.read(_CHUNK):
            learner.feed(chunk)
    encoding = learner.encoding()
    return Text(source, encoding, learner.ends_with_newline, 0 if learner.wide else learner.nuls.count,
                tuple(learner.findings(encoding)), learner.size)  # fmt: skip


def refuse_other_kinds(name: str, head: bytes) -> None:
    """Raises Refused for what begins like a picture, a document, a program, a page of the web."""
    for magic, what in _NOT_TABLES.items():
        if head.startswith(magic) and (magic not in _SHORT_MAGIC or _control_share(head) > 0.02):
            do = "Unpack it and load the sheet in it." if what.endswith(_ARCHIVES) else (
                "Save the sheet as CSV or XLSX and load that.")  # fmt: skip
            raise Refused(f"{name} is {what}, not a table of text. {do}")
    if head[257:262] == b"ustar":
        raise Refused(f"{name} is a tar archive, not a table of text. Unpack it and load the sheet in it.")
    start = head[:2048].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or (start.startswith(b"<") and b"<table" in head.lower()):
        if b"<table" in head.lower():
            raise Refused(
                f"{name} is a web page with a table in it, whatever its name says. Open it in a spreadsheet program and"
                " save it as XLSX or CSV."
            )
        raise Refused(f"{name} is a web page, perhaps a sign-in page instead of the export. Download it again.")
    if start.startswith((b"<?xml", b"<!doctype")):
        raise Refused(f"{name} is an XML file, not a table. Save the sheet as CSV or XLSX and load that.")
    if start.startswith((b'{"', b"{\n", b"{\r", b'{ "')) or (
        start[:1] == b"[" and start[1:].lstrip()[:1] in {b"{", b"[", b"]", b'"'}
    ):
        raise Refused(f"{name} is a JSON file, not a table. Export it as CSV or XLSX and load that.")
    if start.startswith((b"-- ", b"--\n", b"/*!", b"create table", b"insert into", b"set ")) and any(
        word in head.lower() for word in (b"create table", b"insert into", b"set statement_timeout", b"drop table")
    ):
        raise Refused(f"{name} is a dump of a database (SQL), not a table. Export the table as CSV and load that.")


def _control_share(sample: bytes) -> float:
    control = sum(byte < 9 or 13 < byte < 26 or 27 < byte < 32 for byte in sample)
    return control / max(len(sample), 1)


class _Learner:
    """Fed the file once in chunks, it keeps a few bytes and some facts."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.size = 0
        self.lines = 0
        self.head = b""
        self.last = b""
        self.marked: Encoding | None = None
        self.wide: Encoding | None = None
        self.letters = Letters()
        self.nuls = Lines()
        self.newlines = {"\r\n": 0, "\n": 0, "\r": 0}
        self._unbroken = 0

    @property
    def ends_with_newline(self) -> bool:
        return self.last.rstrip(b"\0")[-1:] in {b"\n", b"\r"} or self.last[-2:] in {b"\0\n", b"\0\r"}

    def feed(self, chunk: bytes) -> None:
        if not self.size:
            self._begin(chunk[:_HEAD])
        self.size += len(chunk)
        held = self.last[-1:] == b"\r"
        self.last = (self.last + chunk[-8:])[-8:]
        self._measure_lines(chunk)
        if self.wide is None:
            self._count_newlines(chunk, held=held)
            if b"\0" in chunk:
                self._find_nuls(chunk)
            self.letters.feed(chunk)
        else:
            self._count_wide_newlines(chunk)
        self.lines += chunk.count(b"\n") or chunk.count(b"\r")

    def _begin(self, head: bytes) -> None:
        self.head = head
        refuse_other_kinds(self.name, head)
        self.marked = marked(head)
        if self.marked and self.marked.codec != "utf-8-sig":
            self.wide = self.marked
        elif not self.marked:
            self.wide = unmarked_wide(head)
        if self.wide is None and (_control_share(head) > 0.03 or head.count(0) > len(head) * 0.3):
            raise Refused(
                f"{self.name} is not a table: its bytes are no letters. Save the sheet as CSV or XLSX and load that."
            )

    def _measure_lines(self, chunk: bytes) -> None:
        at = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        self._unbroken = self._unbroken + len(chunk) if at < 0 else len(chunk) - at
        if self._unbroken > MOST_LINE:
            raise Refused(
                f"{self.name}, line {self.lines + 1:,}: the line is longer than {MOST_LINE >> 20} MB. One cell"
                f" holds far too"
                " much, or this is no table; export it again."
            )

    def _count_newlines(self, chunk: bytes, *, held: bool) -> None:
        both = chunk.count(b"\r\n") + (held and chunk[:1] == b"\n")
        self.newlines["\r\n"] += both
        self.newlines["\n"] += chunk.count(b"\n") - both
        self.newlines["\r"] += chunk.count(b"\r") - chunk.count(b"\r\n") - (held and chunk[:1] == b"\n")

    def _count_wide_newlines(self, chunk: bytes) -> None:
        codec = self.wide.codec if self.wide else "utf-16-le"
        if codec == "utf-16":
            codec = "utf-16-le" if self.head.startswith(b"\xff\xfe") else "utf-16-be"
        if codec.startswith("utf-16"):
            both = chunk.count("\r\n".encode(codec))
            self.newlines["\r\n"] += both
            self.newlines["\n"] += chunk.count("\n".encode(codec)) - both

    def _find_nuls(self, chunk: bytes) -> None:
        line, before = self.lines + 1, 0
        at = chunk.find(b"\0")
        while at >= 0 and self.nuls.complete:
            line += chunk.count(b"\n", before, at)
            before = at
            self.nuls.add(line)
            end = chunk.find(b"\n", at)
            at = chunk.find(b"\0", end) if end >= 0 else -1

    def encoding(self) -> Encoding:
        if not self.size or not self.head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n\x1a"):
            what = "is empty" if not self.size else "is empty: it holds nothing but blanks"
            if self.size > _HEAD:
                what = "is not a table: it begins with nothing but blanks"
            raise Refused(f"{self.name} {what}. Export it again.")
        if self.wide:
            return self.wide
        learnt = self.letters.encoding()
        if self.letters.is_utf8 and not self.letters.ends_whole():
            raise Refused(f"{self.name} ends in the middle of a letter: it did not arrive whole.")
        if self.marked:
            if self.letters.is_utf8:
                return self.marked
            errors = learnt.errors if learnt.errors != "strict" else "ops-latin-1"
            return Encoding("utf-8-sig", f"UTF-8 with a byte order mark, mixed with {learnt.how}", "it says so", errors)
        return learnt

    def findings(self, encoding: Encoding) -> Iterator[Finding]:
        yield found("encoding", f"Read as {encoding.how}: {encoding.why}.")
        if "mixed with" in encoding.how:
            says = "says it is UTF-8 and is not everywhere" if self.marked else "is UTF-8 with others between"
            yield found(
                "mixed_encoding",
                f"{self.name} {says}: it was put together from two files. The odd letters are read as"
                f" {encoding.how.partition('mixed with ')[2]}; look at names with accents.",
            )
        if self.nuls:
            yield found(
                "nul",
                f"{self.name}, {self.nuls.words}: NUL bytes, which are no letters. They are left out; the file"
                f" may have"
                " been damaged, so look at these lines or export it again.",
                self.nuls,
            )  # fmt: skip
        used = [name for key, name in (("\r\n", "Windows"), ("\n", "Unix"), ("\r", "old Mac")) if self.newlines[key]]
        if len(used) > 1:
            yield found("mixed_newlines", f"Lines end in {len(used)} ways ({' and '.join(used)}); each ends a line.")
