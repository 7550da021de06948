"""A preset: what one program calls the columns of one noun. A small file in YAML that a shop's consultant can write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ops.errors import Refused
from ops.imports.columns import Column, named
from ops.imports.shaping import KEYS as SHAPE_KEYS
from ops.imports.shaping import Shape, shape_from
from ops.imports.values.dates import DMY, MDY


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
    A file that has all names in `recognised_by` is of this kind; `shape` is what is done to its rows (shaping.py).
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
    recognised_by: tuple[str, ...] = ()
    shape: Shape = field(default_factory=Shape)

    @property
    def files(self) -> list[str]:
        return [name for name in (self.rows, *(join.file for join in self.joins)) if name]


_KEYS = {"label", "why", "source", "columns", "fixed", "rows", "joins", "first_wins", "dates", "options",
         "recognised_by", *SHAPE_KEYS}  # fmt: skip


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
    try:
        shape = shape_from(book)
    except ValueError as wrong:
        raise ValueError(f"{path.name}: {wrong}") from wrong
    joins = tuple(
        Join(j["file"], j["by"], j.get("key", str(j["by"]).rpartition(".")[2]), j.get("optional") == "true")
        for j in book.get("joins", [])
    )
    return Preset(
        path.stem, str(book["label"]), str(book.get("why", "")), str(book["source"]),
        {key: tuple([names] if isinstance(names, str) else names) for key, names in book["columns"].items()},
        {key: str(value) for key, value in book.get("fixed", {}).items()}, str(book.get("rows", "")), joins,
        frozenset(book.get("first_wins", [])), str(book.get("dates", "")), dict(book.get("options", {})),
        tuple(book.get("recognised_by", ())), shape,
    )  # fmt: skip


def presets_in(folder: Path, columns: tuple[Column, ...]) -> dict[str, Preset]:
    """Those of a folder by their keys: what programs call the columns of one noun."""
    return {path.stem: read_preset(path, columns) for path in sorted(folder.glob("*.yaml"))}


def find_files(where: Path, preset: Preset) -> tuple[Path, dict[str, Path]]:
    """The file of the rows and those to join, from a file (what lies beside it counts) or a folder."""
    if not where.exists():
        raise Refused(f"There is no file {where}.")
    folder = where if where.is_dir() else where.parent
    # An absent companion is no fault yet: the file may hold its columns already.
    beside = {plain(path.name): path for path in sorted(folder.iterdir()) if path.is_file()}
    joined = {join.file: beside[plain(join.file)] for join in preset.joins if plain(join.file) in beside}
    if where.is_file():
        return where, {name: path for name, path in joined.items() if path != where}
    if not preset.rows:
        raise Refused(f"{where} is a folder; the preset {preset.label} reads one file.")
    if plain(preset.rows) not in beside:
        raise Refused(f"{where} has no file “{preset.rows}”, in which {preset.label} keeps the rows.")
    return beside[plain(preset.rows)], joined


def plain(name: str) -> str:
    return name.casefold().removesuffix(".gz").replace("_", " ")


# --- which preset is it? ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fit:
    """How well a file fits a preset, from 0 to 1, and why. `missing` must be there and is not."""

    preset: Preset
    score: float
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


def fits(header: Sequence[str], presets: Iterable[Preset], columns: Sequence[Column]) -> list[Fit]:
    """Every preset that has something in common with the header, the best first. From 0.8 it is worth suggesting."""
    found = (_fit(header, preset, columns) for preset in presets)
    return sorted((fit for fit in found if fit.score > 0.2), key=lambda fit: (-fit.score, fit.preset.key))


def _fit(header: Sequence[str], preset: Preset, columns: Sequence[Column]) -> Fit:
    there = {named(name) for name in header if name.strip()}
    made = {named(one.name): one for one in preset.shape.made}

    def has(name: str) -> bool:
        one = made.get(named(name))
        return named(name) in there or (
            one is not None and ("or" in one.more or any(named(part) in there for part in one.of))
        )

    # A name with a file in front comes from a companion, which is not looked at here.
    stems = tuple(f"{join.stem}." for join in preset.joins)
    joined = {key for key, names in preset.columns.items() if stems and any(name.startswith(stems) for name in names)}
    hit = [key for key, names in preset.columns.items() if any(map(has, names))]
    asked = {*hit, *(key for key, names in preset.columns.items() if names and key not in joined)}
    signs = [name for name in preset.recognised_by if named(name) in there]
    missing = tuple(
        column.label for column in columns
        if column.required and column.key not in {*hit, *preset.fixed, *joined}
    )  # fmt: skip
    share = len(hit) / len(asked) if asked else 0.0
    wanted = len(preset.recognised_by)
    score = (0.4 * share + 0.6 * len(signs) / wanted) if wanted else 0.9 * share
    reasons = [f"{len(hit)} of its {len(asked)} columns are there"]
    if wanted and len(signs) == wanted:
        reasons.insert(0, f"only {preset.label} has {', '.join(f'“{name}”' for name in signs)}")
    if missing:
        score *= 0.5
        reasons.append(f"{', '.join(missing)} is missing" if len(missing) == 1 else f"{', '.join(missing)} are missing")
    return Fit(preset, round(score, 3), tuple(reasons), missing)
