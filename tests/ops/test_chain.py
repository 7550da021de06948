"""History that was tampered with shows: a changed row, a row taken out, a tail cut off (A13, ruling 13)."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from ops import chain
from ops.chain import Broken
from ops.db import history
from ops.db.actor import acting_as, task
from tests.generated.conftest import as_owner_in_django, world  # noqa: F401

KEPT = "orders_historicalorder"


@pytest.fixture
def tamper(as_owner_in_django):  # noqa: F811
    """What only somebody with the owner's password could do: take the triggers off first."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"alter table {KEPT} disable trigger user")
        yield cursor
        transaction.set_rollback(True)


def one(cursor, question: str) -> int:
    cursor.execute(question)
    return cursor.fetchone()[0]


def test_untouched_history_is_whole(as_owner_in_django):  # noqa: F811
    assert chain.verify() == []
    assert len(chain.kept_models()) >= 11


def test_a_changed_row_does_not_follow(tamper):
    row = one(tamper, f"select max(history_id) from {KEPT} where history_type = '~'")
    tamper.execute(f"update {KEPT} set summary = 'something else' where history_id = {row}")

    assert Broken(KEPT, row, "does not follow from the row before") in chain.verify()


def test_a_changed_author_does_not_follow(tamper):
    row = one(tamper, f"select min(history_id) from {KEPT}")
    tamper.execute(f"update {KEPT} set history_user_id = 99 where history_id = {row}")

    assert Broken(KEPT, row, "does not follow from the row before") in chain.verify()


def test_a_row_taken_out_of_the_middle_breaks_the_next(tamper):
    tamper.execute(
        f"select history_id, lead(history_id) over (order by history_id) from {KEPT} where id = (select min(id) from {KEPT})"
    )
    [(first, second), *_] = tamper.fetchall()
    tamper.execute(f"delete from {KEPT} where history_id = {first}")

    assert Broken(KEPT, second, "does not follow from the row before") in chain.verify()


def test_a_tail_cut_off_is_missed_by_the_days_root(tamper):
    with acting_as(task("chain")):
        chain.keep_roots()
    tamper.execute('select last_id from ops_chainroot where "table" = %s', [KEPT])
    [(last,)] = tamper.fetchall()
    tamper.execute(f"delete from {KEPT} where history_id >= {last}")

    assert Broken(KEPT, last, "was the last row of a day and is gone") in chain.verify()


def test_the_roots_of_a_day_are_kept_once(tamper):
    with acting_as(task("chain")):
        chain.keep_roots()
        assert chain.keep_roots() == 0


def test_a_column_added_later_breaks_no_old_link(tamper):
    tamper.execute("alter table orders_order add column later text")
    tamper.execute(f"alter table {KEPT} add column later text")

    assert chain.verify() == []


def test_the_command_names_the_row_and_fails(tamper, capsys):
    row = one(tamper, f"select max(history_id) from {KEPT}")
    tamper.execute(f"update {KEPT} set carrier = 'x' where history_id = {row}")

    with pytest.raises(CommandError) as caught:
        call_command("verify_history")

    assert caught.value.returncode == 1
    assert f"{KEPT}: row {row} does not follow from the row before." in capsys.readouterr().out


def test_proving_counts_every_row_of_every_history(tamper):
    rows = sum(one(tamper, f"select count(*) from {history.history_model(kept)._meta.db_table}")
               for kept in chain.kept_models())  # fmt: skip

    assert chain.prove() == rows > 100


def test_proving_stops_at_what_was_altered_and_names_it(tamper):
    row = one(tamper, f"select max(history_id) from {KEPT}")
    tamper.execute(f"update {KEPT} set summary = 'something else' where history_id = {row}")

    with pytest.raises(chain.HistoryAltered, match=rf"^{KEPT} {row} does not follow from the row before$"):
        chain.prove()
