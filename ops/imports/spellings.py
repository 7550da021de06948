"""What people call the columns of a noun, by language: `<app>/spellings.yaml`, a list that anybody may lengthen."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from ops.imports.columns import Column, Spelling


def with_spellings(columns: Sequence[Column], path: Path) -> tuple[Column, ...]:
    """The same columns with their names. Raises ValueError naming what is wrong with the file."""
    # All words stay words: to YAML a column called “No” would be false.
    book = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506  (makes nothing but text, lists, mappings)
    if unknown := sorted(book.keys() - {column.key for column in columns}):
        raise ValueError(f"{path.name}: there is no column {', '.join(unknown)}.")
    return tuple(
        replace(column, names=tuple(
            Spelling(name, language) for language, names in book.get(column.key, {}).items() for name in names))
        for column in columns
    )  # fmt: skip
