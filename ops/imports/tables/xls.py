"""XLS and XLSB by calamine, in a process of its own: its memory and its time end with it, whatever the file does.

The format has no streams worth the name, so the library holds a sheet whole; here only the rows pass through.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ops.errors import Refused
from ops.imports.tables.findings import Finding, found
from ops.imports.tables.grids import Grid, refuse_sheets
from ops.imports.tables.headers import Merge, Record
from ops.imports.tables.sheet_cells import Stored
from ops.imports.tables.sources import Source

_PROGRAM = Path(__file__).with_name("xls_child.py")
_CHUNK = 1 << 20
_MOST = 128 << 20


@contextlib.contextmanager
def _asked(source: Source, *words: str) -> Iterator[Iterator[Any]]:
    """What the child says, line by line. Raises Refused with its sentence, or when it died of the file."""
    # calamine asks the name what it is, and without one blames the file.
    ending = ".xlsb" if source.head(2) == b"PK" else ".xls"
    with tempfile.NamedTemporaryFile(prefix="ops-import-", suffix=ending) as copy, source.opened() as stream:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _MOST:
                raise Refused(f"{source.name} is larger than {_MOST >> 20} MB; save the sheet as CSV and load that.")
            copy.write(chunk)
        copy.flush()
        command = [sys.executable, "-I", str(_PROGRAM), copy.name, *words]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
        ) as child:
            assert child.stdout is not None
            try:
                yield _said(source, child)
            finally:
                child.kill()


def _said(source: Source, child: "subprocess.Popen[str]") -> Iterator[Any]:
    assert child.stdout is not None
    for line in child.stdout:
        said = json.loads(line)
        if isinstance(said, dict) and "refused" in said:
            raise Refused(f"{source.name} {said['refused']}")
        if isinstance(said, dict) and "end" in said:
            return
        yield said
    raise Refused(
        f"{source.name} could not be read: it is damaged, or unpacks to more than is allowed. Save the sheet as"
        f" XLSX or CSV and"
        " load that."
    )


def sheets_of(source: Source) -> list[Grid]:
    """The sheets in their order. Raises Refused for what is locked, damaged, or another kind of old Office file."""
    with _asked(source, "sheets") as said:
        sheets: list[Grid] = [SheetGrid(source, i, name, hidden) for i, (name, hidden) in enumerate(said)]
    refuse_sheets(source.name, len(sheets))
    return sheets


@dataclass
class SheetGrid:
    """One sheet, asked for as often as needed."""

    source: Source
    number: int
    name: str
    hidden: bool
    padded: bool = True
    merges: list[Merge] | None = None

    def records(self) -> Iterator[Record]:
        with _asked(self.source, "rows", str(self.number)) as said:
            expected = 1
            for line, cells, stored in said:
                for at in stored:
                    cells[at] = Stored(cells[at])
                if line > expected:
                    yield expected, line - 1, []
                yield line, line, cells
                expected = line + 1

    def merged(self) -> Sequence[Merge]:
        if self.merges is None:
            with _asked(self.source, "merged", str(self.number)) as said:
                self.merges = [Merge(*numbers) for numbers in said]
        return self.merges

    def findings(self) -> list[Finding]:
        findings = []
        if self.hidden:
            findings.append(found("hidden", f"The sheet “{self.name}” is hidden in the workbook."))
        if n := len(self.merged()):
            findings.append(
                found(
                    "merged",
                    f"The sheet “{self.name}” has {n:,} merged {'cell' if n == 1 else 'cells'}: the value stands"
                    " in the first, the others are blank.",
                    count=n,
                )
            )
        return findings
