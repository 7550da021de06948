"""The process that reads an old workbook: it limits itself first, prints lines of JSON, imports nothing of the house.

Started as `python -I xls_child.py FILE sheets|rows N|merged N` by xls.py.
"""

import importlib.util
import json
import resource
import sys
from pathlib import Path

_MEMORY = 400 << 20
_SECONDS = 60
_WIDTH = 1000
_KINDS = {
    "WordDocument": "is an old Word document, not a table. Save its table as CSV or XLSX.",
    "PowerPoint Document": "is an old PowerPoint file, not a table.",
    "__substg1.0_": "is a message of Outlook, not a table. Save the sheet in it and load that.",
}
_LOCKED = "is locked with a password. Save it without one and load that."


def _say(words: object) -> None:
    sys.stdout.write(json.dumps(words, ensure_ascii=True) + "\n")


def _refuse(sentence: str) -> None:
    _say({"refused": sentence})
    sys.stdout.flush()
    raise SystemExit(0)


def _look_first(path: Path) -> None:
    """By the names of its streams: a workbook that is locked, or no workbook."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        return
    if "EncryptedPackage".encode("utf-16-le") in data:
        _refuse(_LOCKED)
    if not any(name.encode("utf-16-le") + b"\0\0" in data for name in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        for name, sentence in _KINDS.items():
            if name.encode("utf-16-le") in data:
                _refuse(sentence)
        _refuse("is an old Office file without a sheet in it, or it is cut off; save it again.")


def main(path: Path, what: str, number: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    _look_first(path)
    import python_calamine as calamine

    spec = importlib.util.spec_from_file_location("sheet_cells", Path(__file__).with_name("sheet_cells.py"))
    assert spec and spec.loader
    spelling = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(spelling)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        metadata = [m for m in book.sheets_metadata if m.typ == calamine.SheetTypeEnum.WorkSheet]
        if what == "sheets":
            for sheet in metadata:
                _say([sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible])
        else:
            _tell(book.get_sheet_by_name(metadata[number].name), what, spelling)
    except calamine.PasswordError:
        _refuse(_LOCKED)
    except (calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        _refuse(_LOCKED if locked else "is damaged inside, or cut off; save it again.")
    _say({"end": True})
    sys.stdout.flush()


def _tell(sheet, what, spelling) -> None:  # type: ignore[no-untyped-def]
    if what == "merged":
        for (top, left), (bottom, right) in (sheet.merged_cell_ranges or [])[:5000]:
            _say([top + 1, left, bottom + 1, right])
        return
    start = sheet.start
    if start is None:
        return
    pad = [""] * start[1]
    for i, values in enumerate(sheet.iter_rows()):
        cells = pad + [spelling.cell_words(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > _WIDTH:
            _refuse(f"has more than {_WIDTH:,} columns (line {start[0] + i + 1:,}). Leave out those that nobody needs.")
        if cells:
            stored = [at for at, cell in enumerate(cells) if isinstance(cell, spelling.Stored)]
            _say([start[0] + i + 1, cells, stored])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
