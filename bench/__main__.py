"""`make bench`: pages, writes, streams and imports of a shop with N orders, measured in one run against what is bare.

    make bench                       200,000 orders
    LINES=50000 make bench ARGS=imports   a smaller file than 500,000 lines
    N=1000000 DURATION=5 make bench  a million, five seconds a page
    make bench ARGS="pages writes"   only some of it

Prints a table with each goal and whether it is met, and keeps everything in `.data/bench/<time>.json`.
"""

import importlib.util
import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

N = int(os.environ.get("N", "200000"))
DURATION = float(os.environ.get("DURATION", "2"))
LINES = int(os.environ.get("LINES", "500000"))
PARTS = (
    "pages", "palette", "customers", "loads", "rate", "writes", "streams", "imports", "documents", "asof", "digest",
)  # fmt: skip


def main(wanted: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ops.settings")
    from bench import seed

    variables = seed.environment(N)
    seed.ensure(N, variables)
    os.environ.update(variables | {"OPS_LOGIN": "web"})
    import importlib

    import django

    from ops import env

    importlib.reload(env)
    django.setup()
    found: dict[str, Any] = {"orders": N, "at": datetime.now(UTC).isoformat(), "load": os.getloadavg()[0]}
    print(f"{N:,} orders, {DURATION:g} s a page, {os.cpu_count()} cores, load {found['load']:.1f} before it began")
    for part in PARTS:
        if part in wanted or not wanted:
            print(f"\n── {part}", flush=True)
            found[part] = globals()[f"_{part}"]()
    folder = env.DATA_DIR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(found, indent=1, default=str))
    print(f"\nKept in {path}")
    return 0


def _pages() -> list[dict[str, Any]]:
    from bench import pages

    measured = pages.run(DURATION, N)
    for one in measured:
        print(pages.line(one))
    for one in measured:
        if not one.is_met:
            print(f"\nslowest of {one.page}, {one.person}:")
            for spent, sql in one.slowest:
                print(f"  {spent:7.1f} ms  {' '.join(sql.split())[:400]}")
    return [asdict(one) for one in measured]


def _palette() -> list[dict[str, Any]]:
    from bench import palette

    measured = palette.run(DURATION)
    for one in measured:
        print(palette.line(one))
    return [asdict(one) for one in measured]


def _customers() -> list[dict[str, Any]]:
    from bench import customers

    rows = customers.run()
    for row in rows:
        print(customers.line(row))
    return rows


def _loads() -> list[dict[str, Any]]:
    from bench import loads

    rows = loads.run()
    for row in rows:
        print(loads.line(row))
    return rows


def _rate() -> list[dict[str, Any]]:
    from bench import pages

    rows = pages.per_second(max(DURATION, 2))
    for row in rows:
        print(
            "{page:<12} {person:<12} {per_second:7.1f} pages/s  p50 {p50_ms:6.1f}  p95 {p95_ms:6.1f} ms".format(**row)
        )
    return rows


def _writes() -> list[dict[str, Any]]:
    from bench import writes

    rows = writes.run()
    for row in rows:
        print(writes.line(row))
    return rows


def _streams() -> list[dict[str, float]]:
    from bench import streams

    return streams.run([10, 200, 1000])


def _imports() -> Any:
    if importlib.util.find_spec("bench.imports") is None:
        print("Imports are not measured here yet.")
        return None
    from bench import imports

    return [imports.run(lines) for lines in (imports.CHECK_LINES, LINES)]


def _documents() -> Any:
    from bench import documents

    measured = documents.run()
    print(documents.line(measured))
    return asdict(measured)


def _asof() -> list[dict[str, Any]]:
    from bench import past

    measured = past.run(DURATION)
    for one in measured:
        print(past.line(one))
    return [asdict(one) for one in measured]


def _digest() -> Any:
    """In a process and a database of its own: there every order is open."""
    import subprocess

    return subprocess.run([sys.executable, "-m", "bench.digest", str(N)], check=True).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
