"""One template database for the suite, and a copy of it for each worker (ruling 24).

The template is made by the owner - migrated, synced, with the cast of people in it - and named after a hash of what it
was made from, so that the next run finds it. Copies take some 50 ms.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings

CHECKOUT = Path(__file__).resolve().parent.parent
_MADE_FROM = (
    "*/migrations/*.py",
    "*/*/migrations/*.py",
    "*/security.py",
    "*/*/security.py",
    "*/sql/*.sql",
    "*/*/sql/*.sql",
    "*/models.py",
    "*/*/models.py",
    "*/past.py",
    "*/stages.py",
    "*/*/stages.py",
    "ops/access/*.yaml",
    "ops/db/*.py",
    "ops/apps.py",
    "ops/lifecycle.py",
    "accounts/actions.py",
    "tests/cast.py",
    "tests/database.py",
)


def owner_url(database: str) -> str:
    parts = urlsplit(os.environ["OPS_OWNER_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def web_url(database: str) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def live_url(database: str) -> str:
    parts = urlsplit(os.environ["OPS_LIVE_DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


def as_owner(database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(owner_url(database), autocommit=True)


def _as_super() -> psycopg.Connection[tuple[object, ...]]:
    """Only to end sessions that still use a database which is to be dropped."""
    return psycopg.connect(os.environ["OPS_SUPER_DATABASE_URL"], autocommit=True)


def template_name() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _MADE_FROM for path in CHECKOUT.glob(pattern)}):
        digest.update(path.relative_to(CHECKOUT).as_posix().encode() + path.read_bytes())
    return f"test_template_{digest.hexdigest()[:12]}"


def ensure_template() -> str:
    """Make the template unless it is there; one process makes it, the others wait."""
    name = template_name()
    with (settings.DATA_DIR / "template.lock").open("w") as lock, as_owner("opsdeck") as admin:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            return name
        sweep()
        draft = "test_draft"
        admin.execute(f'drop database if exists "{draft}" with (force)')
        admin.execute(f'create database "{draft}"')
        environment = os.environ | {
            "OPS_LOGIN": "owner",
            "OPS_OWNER_DATABASE_URL": owner_url(draft),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(CHECKOUT),
        }
        for command in (["manage.py", "migrate", "--verbosity", "0"], ["-m", "tests.cast"]):
            made = subprocess.run(
                [sys.executable, *command], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
            )
            if made.returncode:
                raise RuntimeError(f"The test template could not be made:\n{made.stdout}\n{made.stderr}")
        admin.execute(f'alter database "{draft}" rename to "{name}"')
    return name


def copy_template(to: str) -> None:
    name = ensure_template()
    drop(to)
    with as_owner("opsdeck") as admin:
        admin.execute(f'create database "{to}" template "{name}" strategy wal_log')
        # As in production (ops/dev/cluster.py): a copy does not take the rights on its template along.
        admin.execute(f'revoke all on database "{to}" from public')
        for login in (settings.WEB_LOGIN, str(urlsplit(os.environ["OPS_LIVE_DATABASE_URL"]).username)):
            admin.execute(f'grant connect on database "{to}" to "{login}"')


def drop(database: str) -> None:
    for attempt in range(5):
        try:
            with _as_super() as admin:
                admin.execute(f'drop database if exists "{database}" with (force)')
            return
        except psycopg.errors.InsufficientPrivilege:  # an autovacuum worker is in it, which nobody may end
            time.sleep(0.2 * (attempt + 1))
    raise RuntimeError(f"{database} stays in use.")


def sweep() -> None:
    """Drop copies whose test run was killed."""
    with _as_super() as admin:
        left = admin.execute(
            "select datname from pg_database where datname ~ '^(test|world)_opsdeck_.*_[0-9]+$'"
        ).fetchall()
    for (name,) in left:
        if not Path(f"/proc/{str(name).rpartition('_')[2]}").exists():
            drop(str(name))
