"""A preset: what one program calls the columns of one noun. A small file in YAML that a shop's consultant can write."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ops.errors import Refused
from ops.imports.columns import Column
from ops.imports.dates import DMY, MDY


@dataclass(frozen=True)
class Join:
    """Columns from a second file: rows where its `key` is what stands in column `by` of the rows so far."""

    file: str
    by: str
    key: str
    optional: bool = False

    @property
    def stem(self) -> str:
        return Path(self.file).stem


@dataclass(frozen=True)
class Preset:
    """`columns` say by which names each column goes, `fixed` what holds for every row, `rows` which file has the rows.

    Columns in `first_wins` may differ between the lines of one thing: the first line counts, and a note says so.
    """

    key: str
    label: str
    why: str
    source: str
    columns: dict[str, tuple[str, ...]]
    fixed: dict[str, str] = field(default_factory=dict)
    rows: str = ""
    joins: tuple[Join, ...] = ()
    first_wins: frozenset[str] = frozenset()
    dates: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        return [name for name in (self.rows, *(join.file for join in self.joins)) if name]


_KEYS = {"label", "why", "source", "columns", "fixed", "rows", "joins", "first_wins", "dates", "options"}


def read_preset(path: Path, columns: tuple[Column, ...]) -> Preset:
    """Raises ValueError naming what is wrong with the file: it is written by people."""
    # All words stay words: to YAML a column called “No” would be false and “On” true.
    book = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506  (makes nothing but text, lists, mappings)
    known = {column.key for column in columns}
    if not isinstance(book, dict) or not {"label", "source", "columns"} <= book.keys():
        raise ValueError(f"{path.name}: a preset says label, source and columns.")
    if unknown := sorted(book.keys() - _KEYS):
        raise ValueError(f"{path.name}: {', '.join(unknown)} is nothing that a preset can say.")
    mentioned = {*book["columns"], *book.get("fixed", {}), *book.get("first_wins", [])}
    if unknown := sorted(mentioned - known):
        there = ", ".join(sorted(known))
        raise ValueError(f"{path.name}: there is no column {', '.join(unknown)}. There are: {there}.")
    if book.get("dates", "") not in {"", DMY, MDY}:
        raise ValueError(f"{path.name}: dates are dmy or mdy, or not said.")
    joins = tuple(
        Join(j["file"], j["by"], j.get("key", str(j["by"]).rpartition(".")[2]), j.get("optional") == "true")
        for j in book.get("joins", [])
    )
    return Preset(
        path.stem, str(book["label"]), str(book.get("why", "")), str(book["source"]),
        {key: tuple([names] if isinstance(names, str) else names) for key, names in book["columns"].items()},
        {key: str(value) for key, value in book.get("fixed", {}).items()}, str(book.get("rows", "")), joins,
        frozenset(book.get("first_wins", [])), str(book.get("dates", "")), dict(book.get("options", {})),
    )  # fmt: skip


def find_files(where: Path, preset: Preset) -> tuple[Path, dict[str, Path]]:
    """The file of the rows and those to join, from a file (what lies beside it counts) or a folder."""
    if not where.exists():
        raise Refused(f"There is no file {where}.")
    folder = where if where.is_dir() else where.parent
    # An absent companion is no fault yet: the file may hold its columns already.
    beside = {_plain(path.name): path for path in sorted(folder.iterdir()) if path.is_file()}
    joined = {join.file: beside[_plain(join.file)] for join in preset.joins if _plain(join.file) in beside}
    if where.is_file():
        return where, {name: path for name, path in joined.items() if path != where}
    if not preset.rows:
        raise Refused(f"{where} is a folder; the preset {preset.label} reads one file.")
    if _plain(preset.rows) not in beside:
        raise Refused(f"{where} has no file “{preset.rows}”, in which {preset.label} keeps the rows.")
    return beside[_plain(preset.rows)], joined


def _plain(name: str) -> str:
    return name.casefold().removesuffix(".gz").replace("_", " ")
