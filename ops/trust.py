"""What the house promises about rights and history, and when it was last proved to hold (A73)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import ProgrammingError, connection, transaction

from ops.access.roles import ShippedRole, policybook
from ops.db import security
from ops.db.actor import Actor, acting_as, builtin_role
from ops.db.sync import drift
from ops.models import JobRun

DOORS = "try every door"
HISTORY = "verify history"


class DoorsDiffer(Exception):
    """A role reads a table that no declaration opens to it, or does not read one that it should."""


class RightsDiffer(Exception):
    """The rights in the database are not the declared ones."""


def try_every_door() -> int:
    """How many pairs of a role and a table are as declared: each is tried, as that role, through row security.

    Raises RightsDiffer or DoorsDiffer with the first difference.
    """
    if found := drift():
        raise RightsDiffer(found[0])
    tables, readers = _every_table(), _readers()
    book = policybook()
    return sum(_doors_of(role, tables, readers) for role in (*book.roles, *book.system))


def _every_table() -> list[str]:
    """Tables that no declaration names are tried too: nobody may read those."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1"
        )
        return [name for (name,) in cursor.fetchall()]


def _readers() -> dict[str, set[str]]:
    """Table → the scopes that are granted to select from it."""
    found: dict[str, set[str]] = defaultdict(set)
    for made in security.declarations():
        kind, *rest = made.key.split(":")
        if kind == "grant" and "select" in made.create.partition(" on ")[0]:
            found[rest[0]].add(rest[1])
    return found


def _doors_of(role: ShippedRole, tables: list[str], readers: dict[str, set[str]]) -> int:
    """As nobody in particular: whether a table opens at all does not hang on who asks."""
    nobody = Actor(None, builtin_role(role.key), "task", "task:doors", source="cron", read_only=True)
    with acting_as(nobody), transaction.atomic():
        for table in tables:
            should = not role.scopes.isdisjoint(readers[table])
            if _opens(table) is not should:
                says = "does not read" if should else "reads"
                raise DoorsDiffer(f"{role.key} {says} {table}, against its declaration.")
    return len(tables)


def _opens(table: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'select exists (select 1 from public."{table}")')
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") != "42501":  # insufficient_privilege
            raise
        return False
    return True


@dataclass(frozen=True)
class Proof:
    """One promise; `good` is None until it has been proved for the first time."""

    promise: str
    how: str
    says: str
    good: bool | None
    at: datetime | None = None


def proofs() -> list[Proof]:
    """What is asked right now, then what the last nights proved."""
    return [row_security(), login(), *(_of_job(*nightly[:4]) for nightly in _by_night.values())]


def declare_nightly(name: str, promise: str, how: str, holds: str, task: str) -> None:
    """What an app's own job proves each night; `holds` is said of the last run, with the number of its {rows}."""
    _by_night[name] = (name, promise, how, holds, task)


def nightly_tasks() -> list[str]:
    return [task for *_, task in _by_night.values()]


_by_night: dict[str, tuple[str, str, str, str, str]] = {}
for _declared in (
    (
        DOORS, "Each role reads what it is declared to read, and nothing else",
        "Every role is tried at every table, as that role, and every policy, grant and trigger is compared"
        " with its declaration.", "{rows:,} doors were tried, and all are as declared.", "ops.tasks.try_every_door",
    ),
    (
        HISTORY, "Nobody has changed what happened",
        "Every change is chained to the one before it by a hash, and each day's last hashes are kept.",
        "{rows:,} changes follow from one another.", "ops.tasks.verify_history",
    ),
):  # fmt: skip
    declare_nightly(*_declared)


def _of_job(name: str, promise: str, how: str, holds: str) -> Proof:
    """The last run that ended; a running one has proved nothing yet."""
    run = JobRun.objects.filter(name=name, ended_at__isnull=False).order_by("-started_at").first()
    if run is None:
        return Proof(promise, how, "It is proved tonight for the first time.", None)
    if run.error:
        return Proof(promise, how, "It did not hold, or could not be proved. The log of that run says why.",
                     good=False, at=run.ended_at)  # fmt: skip
    return Proof(promise, how, holds.format(rows=run.rows or 0), good=True, at=run.ended_at)


def row_security() -> Proof:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where relrowsecurity), count(*),"
            " (select count(*) from pg_policies where schemaname = 'public') from pg_class"
            " where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
        )
        on, every, policies = cursor.fetchone()
    return Proof(
        "The database itself decides who sees which row",
        "Row security is on for every table; pages, files, searches, live screens and mails all pass through it.",
        f"On for {on} of {every} tables, by {policies} policies.", good=on == every,
    )  # fmt: skip


def login() -> Proof:
    with connection.cursor() as cursor:
        cursor.execute(
            "select not (rolsuper or rolbypassrls or rolinherit) and not exists"
            " (select 1 from pg_class where relowner = r.oid) from pg_roles r where rolname = session_user"
        )
        (plain,) = cursor.fetchone()
    return Proof(
        "The program cannot go round the rules",
        "The pages sign in to the database with a login that owns nothing and is nobody until a person acts.",
        "It owns nothing and may not go round." if plain else "It may do too much.", good=plain,
    )  # fmt: skip
