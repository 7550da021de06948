"""What only a noun's loader can see is wrong: told beside what reading found."""

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ops.imports.models import ImportBatch
from ops.imports.problems import KEPT, KINDS


def tell(
    batch: ImportBatch, found: list[dict[str, Any]], *, untold: Mapping[tuple[str, str], int] = MappingProxyType({})
) -> None:  # fmt: skip
    """Beside what is known already. Each has line, column, value, sentence, kind (one of KINDS) and todo; `untold` says
    how many more there are by kind and column."""
    counted = Counter((said["kind"], said["column"]) for said in found)
    counted.update({which: count for which, count in untold.items() if count})
    kinds = [
        {"kind": kind, "column": column, "label": KINDS[kind], "count": count, "told": True}
        for (kind, column), count in counted.items()
    ]
    every = [*batch.counts.get("kinds", ()), *kinds]
    batch.counts["kinds"] = sorted(every, key=lambda kind: (-kind["count"], kind["kind"], kind["column"]))
    told = [{**said, "told": True} for said in found]
    batch.problems = sorted([*batch.problems, *told][:KEPT], key=lambda said: said["line"])


def untell(batch: ImportBatch) -> None:
    """Before it is weighed as a whole again."""
    batch.problems = [said for said in batch.problems if not said.get("told")]
    batch.counts["kinds"] = [kind for kind in batch.counts.get("kinds", ()) if not kind.get("told")]
