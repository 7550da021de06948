"""The catalogue of a synced database is what security.py and roles.yaml declare, and the lock file says the same."""

import pytest
from django.core.management import CommandError, call_command

from ops.db import security
from ops.db.sync import definers, drift, sync
from ops.management.commands.rules import LOCK, text
from tests.generated import catalogue


def test_the_catalogue_holds_what_is_declared_and_nothing_careless(world):
    with world.owner() as session:
        assert catalogue.every_finding(session) == []


def test_the_lock_file_is_what_will_be_installed():
    assert LOCK.read_text() == security.lock_text(), "Run `make rules ARGS=--lock` and read the difference."


def test_a_fresh_database_has_not_drifted_and_a_second_sync_does_nothing(as_owner_in_django):
    assert drift() == []
    report = sync()

    assert (report.made, report.dropped) == ([], [])


def test_every_definer_there_is_has_its_reason(as_owner_in_django):
    reasons = security.definers()

    assert {name.partition("(")[0] for name in definers()} == set(reasons)
    assert [name for name, reason in reasons.items() if len(reason) < 20] == []


def test_the_commands_agree(as_owner_in_django, capsys):
    call_command("security", "--check")
    call_command("verify_history")

    said = capsys.readouterr().out
    assert "The database is as declared." in said
    assert "tables are whole." in said


def test_the_check_says_what_differs_and_fails(as_owner_in_django, capsys):
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('drop policy "managers see every order" on orders_order')
        with pytest.raises(CommandError, match="differs from its declarations in 1 places"):
            call_command("security", "--check")
        transaction.set_rollback(True)

    assert "policy:orders_order:managers see every order has gone from the database." in capsys.readouterr().out


def test_the_rules_are_printed_in_words():
    said = "\n".join(text())

    assert "Sales agent (sales_agent)" in said
    assert "own orders and shared ones are seen (select)" in said
    assert "Ready to ship -> Shipped: orders_all, orders_own" in said
    assert "ops.shared_orders" in said
    assert "The quantity of a line is more than zero." in said


def test_what_somebody_took_away_is_installed_again(as_owner_in_django, capsys):
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('drop policy "managers see every order" on orders_order')
        call_command("security")
        cursor.execute("select count(*) from pg_policies where policyname = 'managers see every order'")
        assert cursor.fetchone() == (1,)
        transaction.set_rollback(True)

    assert "security: 1 made, 1 dropped" in capsys.readouterr().out


def test_the_lock_is_written_where_it_is_kept_and_only_when_asked(tmp_path, monkeypatch, capsys):
    lock = tmp_path / "security.lock.sql"
    monkeypatch.setattr("ops.management.commands.rules.LOCK", lock)

    call_command("rules")
    assert not lock.exists()
    call_command("rules", "--lock")

    assert lock.read_text() == security.lock_text()
    said = capsys.readouterr().out
    assert said.count("Who may do what") == 2
    assert said.endswith("Written: security.lock.sql\n")
