"""Statements that live in files of their own, as they are sent."""

from functools import cache
from pathlib import Path


@cache
def sql_of(path: Path) -> str:
    """Without its lines of comment: a driver would look for parameters in them."""
    return "\n".join(line for line in path.read_text().splitlines() if not line.startswith("--"))
