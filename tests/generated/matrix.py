"""Who may do what with which rows, tried out: role x table x operation, as the text that matrix.txt holds.

all, some, none: of the rows of the small world, so many were seen, taken as new, changed, or deleted; `-` means that the
role has no such right at all. `OPS_WRITE_MATRIX=1 pytest tests/generated/test_policies.py` writes the file anew.
"""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from tests.generated.session import Session, Who
from tests.generated.world import World, declared_tables

FILE = Path(__file__).parent / "matrix.txt"
_COLUMNS = """
select a.attname, has_column_privilege(%s, a.attrelid, a.attnum, 'update') from pg_attribute a
 where a.attrelid = %s::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
"""
_MOST = 60  # rows tried one by one


def text(world: World, session: Session, truth: Session, only: str = "") -> str:
    """`session` tries; `truth` is the owner's, and knows every row."""
    lines = ["# Written by tests/generated/matrix.py; read it as a table of who may do what.", ""]
    tables = {table: _rows(truth, table) for table in declared_tables() if not only or table == only}
    for who in _one_of_each_role(world):
        lines += ["", f"{who.key}", f"  {'':<36}{'select':<8}{'insert':<8}{'delete':<8}update"]
        nothing = []
        for table, rows in tables.items():
            cells = _cells(session, who, table, rows)
            if set(cells) == {"-"}:
                nothing.append(table)
                continue
            select, insert, update, delete = cells
            lines.append(f"  {table:<36}{select:<8}{insert:<8}{delete:<8}{update}".rstrip())
        lines += _wrapped("  nothing of: ", nothing)
    return "\n".join(lines) + "\n"


def _one_of_each_role(world: World) -> list[Who]:
    return [who for who in world.everybody() if who.key != "other_agent"]


def _wrapped(head: str, words: list[str]) -> Iterator[str]:
    line = head
    for word in words:
        if len(line) + len(word) > 118:
            yield line.rstrip()
            line = "    "
        line += f"{word}, "
    yield line.rstrip(", ")


def _rows(truth: Session, table: str) -> list[tuple[str, Any]]:
    found = truth.attempt(None, f'select x.ctid::text, to_jsonb(x) from public."{table}" x order by 1')
    if not found.ok:  # a view has no ctid
        found = truth.attempt(None, f"select '', to_jsonb(x) from public.\"{table}\" x")
    return [(ctid, row) for ctid, row in found.rows]


def _cells(session: Session, who: Who, table: str, rows: list[tuple[str, Any]]) -> tuple[str, str, str, str]:
    return (
        _select(session, who, table, len(rows)), _insert(session, who, table, rows[:_MOST]),
        _update(session, who, table, len(rows)), _delete(session, who, table, rows[:_MOST]),
    )  # fmt: skip


def _share(part: int, whole: int) -> str:
    if not whole:
        return "empty"
    return "none" if part == 0 else "all" if part == whole else "some"


def _may(session: Session, who: Who, table: str, right: str) -> bool:
    [(may,)] = session.attempt(
        None, "select has_table_privilege(%s, %s, %s)", [who.db_role, f'public."{table}"', right]
    ).rows
    return bool(may)


def _select(session: Session, who: Who, table: str, whole: int) -> str:
    seen = session.attempt(who, f'select count(*) from public."{table}"')
    if seen.denied:
        return "-"
    assert seen.ok, seen.said
    return _share(seen.rows[0][0], whole)


def _insert(session: Session, who: Who, table: str, rows: list[tuple[str, Any]]) -> str:
    """A copy of each row, as a new one: a row policy says no before any constraint is looked at."""
    if not _may(session, who, table, "insert"):
        return "-"
    columns = [name for name, _ in session.attempt(None, _COLUMNS, [who.db_role, f'public."{table}"']).rows]
    names = ", ".join(f'"{name}"' for name in columns)
    copy = (
        f'insert into public."{table}" ({names}) select {names} from jsonb_populate_record(null::public."{table}", %s)'
    )
    tried = [session.attempt(who, copy, [Jsonb(row)]) for _, row in rows]
    guarded = [one for one in tried if one.rule.startswith("ops_guard_")]
    return _share(len([one for one in tried if not one.not_this_row and not one.denied]) - len(guarded), len(rows))


def _update(session: Session, who: Who, table: str, whole: int) -> str:
    may = [(name, may) for name, may in session.attempt(None, _COLUMNS, [who.db_role, f'public."{table}"']).rows]
    mine = [name for name, may in may if may]
    if not mine:
        return "-"
    done = session.attempt(who, f'update public."{table}" set "{mine[-1]}" = "{mine[-1]}"')
    said = _share(max(done.count, 0), whole) if done.ok else f"refused by {done.why}"
    return said if len(mine) == len(may) else f"{said} ({', '.join(mine)})"


def _delete(session: Session, who: Who, table: str, rows: list[tuple[str, Any]]) -> str:
    if not _may(session, who, table, "delete"):
        return "-"
    gone = 0
    for ctid, _ in rows:
        done = session.attempt(who, f'delete from public."{table}" where ctid = %s::tid', [ctid])
        gone += done.count if done.ok else done.code.startswith("23") and not done.rule.startswith("ops_guard_")
    return _share(gone, len(rows))
