"""What a program's preset makes of a file, as the page of columns shows it: made columns with what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ops.imports.columns import named
from ops.imports.models import ImportBatch
from ops.imports.presets import Preset
from ops.imports.shaping import Shaper

_SAMPLES = 3
_MOST_NAMED = 4


@dataclass(frozen=True)
class MadeColumn:
    """`places` are the columns of the file that it is made of; samples are what was made of the first rows."""

    places: tuple[int, ...]
    words: str
    samples: tuple[str, ...]


def made_columns(batch: ImportBatch, preset: Preset) -> dict[str, MadeColumn]:
    """By key of the noun's column, where the preset makes it or holds one value for every row."""
    header = batch.header
    shaper = Shaper(preset.shape, header)
    sample = [*enumerate(row + [""] * (len(header) - len(row)) for row in batch.preview.get("sample", ()))]
    rows = [cells for _, cells in shaper.rows(sample)] if sample else []
    there = {named(name) for name in header if name.strip()}
    made = {named(name): len(header) + at for at, name in enumerate(shaper.more)}
    found = {
        key: MadeColumn((), f"“{value}” on every row", ()) for key, value in preset.fixed.items()
    }  # fmt: skip
    for key, names in preset.columns.items():
        name = next((named(name) for name in names if named(name) in there or named(name) in made), "")
        if name in made:
            places = tuple(dict.fromkeys(_sources(name, preset, header)))
            cells = (row[made[name]].strip() for row in rows if made[name] < len(row))
            samples = tuple(dict.fromkeys(cell for cell in cells if cell))[:_SAMPLES]
            found[key] = MadeColumn(places, _made_of([header[at].strip() for at in places]), samples)
    return found


def _made_of(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return f"Made from {', '.join(names[:_MOST_NAMED])}" + (f" and {more} more" if more > 0 else "") if names else ""


def _sources(name: str, preset: Preset, header: Sequence[str]) -> Iterator[int]:
    """Places in the header of what a made column is made of, through those that are made themselves."""
    places = {named(one): at for at, one in reversed([*enumerate(header)]) if one.strip()}
    made = {named(one.name): one for one in preset.shape.made}
    if name in made and name not in places:
        one = made[name]
        for part in (*one.of, one.more.get("over", ""), one.more.get("down_to", "")):
            if part and named(part) != name:
                yield from _sources(named(part), preset, header)
    elif name in places:
        yield places[name]
