"""The embedded PostgreSQL: who gets in, what the logins may do, and what it survives."""

import os
import signal
import socket
import stat
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from ops.dev import env_file, ground
from ops.dev.cluster import SUPERUSER, Cluster, ensure_cluster, is_running, stop_cluster

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("servers")]
EVERYBODY = ("opsdeck_owner", "opsdeck_web", "opsdeck_live", SUPERUSER)


def ask(cluster: Cluster, login: str, query: str) -> object:
    with psycopg.connect(cluster.url(login), autocommit=True) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return row[0] if row else None


def test_the_data_stands_in_the_path_with_spaces(cluster: Cluster, place: Path) -> None:
    assert cluster.folder == place / "the data" / "postgres" / "cluster"
    assert ask(cluster, "opsdeck_web", "select current_user") == "opsdeck_web"
    assert str(ask(cluster, "opsdeck_web", "show server_version")).startswith("18")


def test_text_sorts_by_the_builtin_provider_and_knows_letters_of_every_script(cluster: Cluster) -> None:
    provider = "select datlocprovider::text || ' ' || datlocale from pg_database where datname = current_database()"

    assert ask(cluster, "opsdeck_web", provider) == "b C.UTF-8"
    assert ask(cluster, "opsdeck_web", "select upper('ñandú')") == "ÑANDÚ"
    assert ask(cluster, "opsdeck_web", "select to_tsvector('simple', 'ہیلو')::text") == "'ہیلو':1"


@pytest.mark.parametrize("login", EVERYBODY)
@pytest.mark.parametrize("way", ["socket", "network"])
def test_no_login_gets_in_without_its_password(cluster: Cluster, login: str, way: str) -> None:
    sockets = (cluster.folder / "postmaster.pid").read_text().splitlines()[4]
    host = sockets if way == "socket" else "127.0.0.1"

    for password in ({}, {"password": "guess"}):
        with pytest.raises(psycopg.OperationalError, match=r"password|no password supplied|Permission denied"):
            psycopg.connect(
                host=host, port=cluster.port, user=login, dbname="postgres", passfile="/nowhere", **password
            )


@pytest.mark.parametrize("login", ["opsdeck_web", "opsdeck_live"])
@pytest.mark.parametrize(
    "statement",
    [
        "create table mine ()",
        "create temporary table mine ()",
        "create schema mine",
        "create role mine",
        "create database mine",
        "create extension citext",
        "alter role opsdeck_owner password 'x'",
        "set role opsdeck_owner",
        "set role pg_read_server_files",
        "copy (select 1) to program 'id'",
        "select pg_read_file('pg_hba.conf')",
        "set session_replication_role = replica",
    ],
)
def test_the_web_and_live_logins_make_and_take_nothing(cluster: Cluster, login: str, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(cluster, login, statement)


@pytest.mark.parametrize("login", ["opsdeck_web", "opsdeck_live"])
def test_the_web_and_live_logins_own_nothing_and_see_no_other_database(cluster: Cluster, login: str) -> None:
    owned = f"select count(*) from pg_class where relowner = '{login}'::regrole"

    assert ask(cluster, login, owned) == 0
    assert (
        ask(cluster, login, f"select rolsuper or rolbypassrls or rolinherit from pg_roles where rolname='{login}'")
        is False
    )
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(cluster.url(login, "postgres"))


def test_the_owner_is_no_superuser_and_can_make_what_migrations_need(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("opsdeck_owner"), autocommit=True) as owner:
        for statement in (
            "create extension if not exists pg_trgm",
            "create extension if not exists btree_gist",
            "create role a_test_scope",
            "grant a_test_scope to opsdeck_web with inherit false, set true",
            "drop role a_test_scope",
            "create database a_test_database",
            "drop database a_test_database",
        ):
            owner.execute(statement)
        superuser = owner.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()

    assert superuser == (False,)


def test_the_secrets_are_ours_alone_and_no_process_shows_them(cluster: Cluster) -> None:
    mode = env_file.path(cluster.data).stat().st_mode
    words = [value for key, value in env_file.read(cluster.data).items() if key.endswith("_PASSWORD")]

    assert stat.S_IMODE(mode) == 0o600
    assert len(words) == 4
    log = (cluster.folder.parent / "server.log").read_text()
    pid = (cluster.folder / "postmaster.pid").read_text().split()[0]
    shown = Path(f"/proc/{pid}/cmdline").read_text() + Path(f"/proc/{pid}/environ").read_text() + log
    assert not [word for word in words if word in shown]


def test_a_second_start_is_quick_and_keeps_port_and_rows(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("opsdeck_owner"), autocommit=True) as owner:
        owner.execute("create table if not exists kept as select 42 as answer")
    stop_cluster(cluster.data)

    began = time.monotonic()
    again = ensure_cluster(cluster.data, durable=False)

    assert time.monotonic() - began < 3
    assert again == cluster
    assert ask(again, "opsdeck_owner", "select answer from kept") == 42


def test_two_callers_at_once_share_one_cluster(cluster: Cluster) -> None:
    stop_cluster(cluster.data)
    found: list[Cluster] = []

    threads = [
        threading.Thread(target=lambda: found.append(ensure_cluster(cluster.data, durable=False))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [cluster] * 3


def test_it_comes_back_after_a_crash(cluster: Cluster) -> None:
    pid_file = cluster.folder / "postmaster.pid"
    pid = int(pid_file.read_text().split()[0])
    left_over = pid_file.read_text()
    os.kill(pid, signal.SIGKILL)
    assert ground.wait_until(lambda: not is_running(cluster.data), 5)
    # The id of the dead server belongs to somebody else by now: to us.
    pid_file.write_text(left_over.replace(str(pid), str(os.getpid()), 1))

    again = ensure_cluster(cluster.data, durable=False)

    assert ask(again, "opsdeck_web", "select 1") == 1


def test_a_taken_port_moves_the_cluster_and_its_addresses(cluster: Cluster) -> None:
    stop_cluster(cluster.data)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", cluster.port))
        squatter.listen()

        moved = ensure_cluster(cluster.data, durable=False)

        assert moved.port != cluster.port
        assert urlsplit(env_file.read(cluster.data)["DATABASE_URL"]).port == moved.port
        assert ask(moved, "opsdeck_web", "select 1") == 1


def test_lost_secrets_are_made_anew_and_the_data_stays(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("opsdeck_owner"), autocommit=True) as owner:
        owner.execute("create table if not exists precious as select 7 as number")
    env_file.path(cluster.data).unlink()

    again = ensure_cluster(cluster.data)

    assert again.urls != cluster.urls
    assert ask(again, "opsdeck_owner", "select number from precious") == 7
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url(SUPERUSER).replace(str(cluster.port), str(again.port)))


def test_a_throw_away_cluster_without_its_secrets_is_an_old_checkouts_and_starts_empty(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url("opsdeck_owner"), autocommit=True) as owner:
        owner.execute("create table if not exists left_over ()")
    env_file.path(cluster.data).unlink()

    again = ensure_cluster(cluster.data, durable=False)

    assert ask(again, "opsdeck_owner", "select to_regclass('left_over')") is None


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user runs the servers itself")
def test_a_folder_the_account_cannot_reach_moves_elsewhere_and_says_so(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(ground, "ELSEWHERE", place / "elsewhere")

    folder = ground.server_folder(tmp_path / "data", "postgres")

    assert folder.is_relative_to(place / "elsewhere")
    said = capsys.readouterr().err
    assert "cannot reach" in said
    assert str(folder) in said
