"""One page asked again and again: how long, how much work, how many statements."""

import time
from statistics import median, quantiles
from typing import Any

GOAL_MS = 100.0


def measure(client: Any, address: str, rounds: int) -> dict[str, Any]:
    """`ours_ms` is what this process and its backend worked: with others on the machine it says more than the clock."""
    from django.db import connection

    from bench.work import worked

    asked: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(address).status_code == 200, address
    took, before = [], worked()
    for _ in range(rounds):
        began = time.perf_counter()
        client.get(address)
        took.append(1000 * (time.perf_counter() - began))
    return {"p50_ms": median(took), "p95_ms": quantiles(took, n=20)[-1], "best_ms": min(took),
            "ours_ms": (worked() - before) / rounds, "queries": len(asked)}  # fmt: skip


def line(row: dict[str, Any], *, judged: bool = True) -> str:
    """With `judged`, whether the goal for a page was met."""
    missed = "MISSED, ours within" if row["ours_ms"] <= GOAL_MS else "MISSED"
    met = "" if not judged else "met" if row["p95_ms"] <= GOAL_MS else missed
    return (
        f"{row['page']:<14} {row['person']:<8} p50 {row['p50_ms']:6.1f}  p95 {row['p95_ms']:6.1f}"
        f"  best {row['best_ms']:6.1f}  ours {row['ours_ms']:5.1f} ms  {row['queries']:3} statements  {met}"
    )
