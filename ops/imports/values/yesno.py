"""Yes and no as spreadsheets say them, in several languages."""

from ops.imports.problems import Unreadable
from ops.imports.values.likeness import folded

_YES = frozenset((
    "yes", "y", "true", "t", "1", "1.0", "x", "✓", "✔", "☑", "on", "ja", "j", "wahr", "oui", "o", "vrai", "si", "s",
    "verdadero", "sim", "verdadeiro", "evet", "e", "dogru", "haan", "han", "ji", "jee", "active", "enabled",
))  # fmt: skip
_NO = frozenset((
    "no", "n", "false", "f", "0", "0.0", "-", "✗", "✘", "☐", "off", "nein", "falsch", "non", "faux", "falso", "nao",
    "hayir", "h", "yanlis", "nahin", "nahi", "na", "inactive", "disabled",
))  # fmt: skip


def yes_or_no_text(cell: str) -> str:
    """“true” or “false”; blank is the column's business."""
    word = folded(cell.strip()).rstrip(".")
    if word in _YES:
        return "true"
    if word in _NO:
        return "false"
    raise Unreadable("this is neither yes nor no.", "no_yes_or_no", "Write yes or no.")
