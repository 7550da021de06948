"""Each test has a store of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def shelves(tmp_path: Path, settings) -> Path:
    settings.FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


def contents(folder: Path) -> list[str]:
    """The contents that lie in the store, thumbs left out."""
    return sorted(path.name for path in folder.glob("??/??/*") if not path.suffix)
