"""What only a noun's loader can see is wrong: told beside what reading found."""

from typing import Any

from ops.imports.models import ImportBatch
from ops.imports.problems import KEPT, KINDS

_OWN = {"disagree", "no_rate", "refused"}


def tell(batch: ImportBatch, found: list[dict[str, Any]]) -> None:
    """Beside what is known already. Each has line, column, value, sentence, kind (one of these) and todo."""
    counted = {(kind["kind"], kind["column"]): kind["count"] for kind in batch.counts.get("kinds", ())}
    for said in found:
        assert said["kind"] in _OWN
        counted[said["kind"], said["column"]] = counted.get((said["kind"], said["column"]), 0) + 1
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    batch.counts["kinds"] = [
        {"kind": kind, "column": column, "label": KINDS[kind], "count": count} for (kind, column), count in ordered
    ]
    batch.problems = sorted([*batch.problems, *found][:KEPT], key=lambda said: said["line"])


def untell(batch: ImportBatch) -> None:
    """Before it is weighed as a whole again."""
    batch.problems = [said for said in batch.problems if said["kind"] not in _OWN]
    batch.counts["kinds"] = [kind for kind in batch.counts.get("kinds", ()) if kind["kind"] not in _OWN]
