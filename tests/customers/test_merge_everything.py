"""Whatever hangs on a customer comes along with a merge and goes back with its undo.

HANGS makes a row of each table for a customer. The tables come from the catalogue: a new one without a line is red.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from customers import actions
from customers import merge_actions as merging
from customers.models import Customer
from ops.db.actor import acting_as, for_link, for_user
from ops.threads import actions as threads
from orders.actions import CustomerInput
from orders.models import Order
from orders.quotes import answers
from orders.quotes.models import Quote, QuoteOrder, QuoteVersion
from tests import database, make
from tests.cast import Cast
from tests.quotes import offers

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Scene:
    """`gone` is whom the rows hang on; `sql` writes as the owner, for rooms that no noun uses for customers yet."""

    cast: Cast
    gone: Customer
    sql: Callable[..., Any]

    @property
    def as_input(self) -> CustomerInput:
        return CustomerInput(self.gone.name, self.gone.phone or "", self.gone.email or "")


def _contact(scene: Scene) -> None:
    with acting_as(for_user(scene.cast.manager)), transaction.atomic():
        actions.add_contact(scene.gone, by=scene.cast.manager, value="042 35761234", label="shop")


def _merged_before(scene: Scene) -> None:
    with acting_as(for_user(scene.cast.manager)), transaction.atomic():
        earlier = actions.add_customer(by=scene.cast.manager, name="A. S.", phone="0333 9990001")
        merging.merge_customers(scene.gone, earlier, by=scene.cast.manager)


def _order(scene: Scene) -> None:
    with transaction.atomic():
        make.order_in("delivered", scene.cast.agent, scene.cast.production, name="A.", phone=scene.gone.phone)


def _quotes(scene: Scene) -> None:
    """A draft, one that is out, and one that became an order."""
    offers.draft(scene.cast.agent, customer=scene.as_input)
    offers.sent(scene.cast.agent, customer=scene.as_input)
    accepted, _ = offers.sent(scene.cast.agent, customer=scene.as_input)
    with acting_as(for_user(scene.cast.agent)), transaction.atomic():
        answers.accept_quote(accepted, by=scene.cast.agent, name="Ayesha")


def _file(scene: Scene) -> None:
    scene.sql(
        "insert into files_file (noun, subject_id, name, sha256, size, content_type, kind, stage, visibility,"
        " removed_reason, at) values ('customer', %s, 'card.txt', repeat('a', 64), 1, 'text/plain', 'document', '',"
        " 'everyone', '', now())", scene.gone.pk,
    )  # fmt: skip


def _message(scene: Scene) -> None:
    with acting_as(for_user(scene.cast.manager)):
        threads.write("Prefers mornings", by=scene.cast.manager, noun="customer", subject=scene.gone)


def _letter(scene: Scene) -> None:
    scene.sql(
        "insert into notices_letter (noun, subject_id, kind, txid, at, state, why)"
        " values ('customer', %s, 'x', 1, now(), 'due', '')", scene.gone.pk,
    )  # fmt: skip


def _notice(scene: Scene) -> None:
    scene.sql(
        "insert into notices_notice (person_id, noun, subject_id, kind, topic, rows, data, txid, at, in_app, mail)"
        " values (%s, 'customer', %s, 'x', 'told', 1, '{}', 1, now(), true, false)",
        scene.cast.manager.pk, scene.gone.pk,
    )  # fmt: skip


def _watch(scene: Scene) -> None:
    """Nobody watches customers yet, and a guard says so; the merge is ready for the day on which they do."""
    scene.sql("alter table notices_watch disable trigger user")
    scene.sql(
        "insert into notices_watch (person_id, noun, subject_id, at) values (%s, 'customer', %s, now())",
        scene.cast.manager.pk, scene.gone.pk,
    )  # fmt: skip
    scene.sql("alter table notices_watch enable trigger user")


def _extension(scene: Scene) -> None:
    scene.sql(
        "insert into digests_extension (noun, subject_id, until, reason, by_id, made_at)"
        " values ('customer', %s, current_date + 3, 'fabric', null, now())", scene.gone.pk,
    )  # fmt: skip


def _snooze(scene: Scene) -> None:
    scene.sql(
        "insert into digests_snooze (person_id, noun, subject_id, until) values (%s, 'customer', %s, current_date + 3)",
        scene.cast.manager.pk, scene.gone.pk,
    )  # fmt: skip


def _hand_back(scene: Scene) -> None:
    scene.sql(
        "insert into digests_handback (person_id, noun, subject_id, reason, made_at)"
        " values (%s, 'customer', %s, 'not mine', now())", scene.cast.agent.pk, scene.gone.pk,
    )  # fmt: skip


HANGS: dict[str, Callable[[Scene], None]] = {
    "customers_customer.merged_into_id": _merged_before,
    "customers_customercontact.customer_id": _contact,
    "digests_extension.subject_id": _extension,
    "digests_handback.subject_id": _hand_back,
    "digests_snooze.subject_id": _snooze,
    "files_file.subject_id": _file,
    "notices_letter.subject_id": _letter,
    "notices_notice.subject_id": _notice,
    "notices_watch.subject_id": _watch,
    "orders_order.customer_id": _order,
    "quotes_quote.customer_id": _quotes,
    "threads_message.subject_id": _message,
}


@pytest.fixture
def owner(cast) -> Iterator[psycopg.Connection]:
    with database.as_owner(connection.settings_dict["NAME"]) as opened:
        yield opened


@pytest.fixture
def scene(cast, owner) -> Scene:
    def sql(text: str, *values: Any) -> None:
        owner.execute(text, values)
        owner.commit()

    with acting_as(for_user(cast.manager)), transaction.atomic():
        gone = actions.add_customer(by=cast.manager, name="A. Siddiqui", phone="0301 4445566", email="a@c.example")
    return Scene(cast, gone, sql)


@pytest.fixture
def kept(cast) -> Customer:
    with acting_as(for_user(cast.manager)), transaction.atomic():
        return actions.add_customer(by=cast.manager, name="Ayesha Siddiqui", phone="0300 1112233", city="Lahore")


def links(owner: psycopg.Connection) -> list[str]:
    said = owner.execute(
        "select rel || '.' || col from ops.customer_links() union select rel || '.subject_id' from ops.subject_tables()"
    )
    return sorted(row[0] for row in said.fetchall())


def everything(owner: psycopg.Connection) -> dict[str, list[Any]]:
    """Every row of every table that can hang on a customer, and what hangs on those, but for what counts changes."""
    found = {}
    tables = {
        "customers_customer",
        "quotes_quoteorder",
        "ops_takeover",
        *(one.partition(".")[0] for one in links(owner)),
    }
    for table in sorted(tables):
        rows = owner.execute(f"select to_jsonb(t) - 'version' - 'updated_at' from {table} t")  # type: ignore[arg-type]
        found[table] = sorted((row[0] for row in rows.fetchall()), key=str)
    owner.commit()
    return found


def merge(by: Any, kept: Customer, gone: Customer) -> Any:
    with acting_as(for_user(by)), transaction.atomic():
        return merging.merge_customers(
            Customer.objects.get(pk=kept.pk), Customer.objects.get(pk=gone.pk), by=by, take=["email"]
        )


def undo(by: Any, merged: Any) -> None:
    with acting_as(for_user(by)), transaction.atomic():
        merging.undo_merge(merged, by=by)


def test_every_table_that_can_hang_on_a_customer_is_known_to_the_merge(owner):
    assert links(owner) == sorted(HANGS)
    keys = owner.execute(
        "select distinct k.conrelid::regclass::text from pg_constraint k where k.contype = 'f'"
        " and k.confrelid = 'customers_customer'::regclass"
    ).fetchall()
    named = owner.execute(
        "select c.relname from pg_attribute a join pg_class c on c.oid = a.attrelid where c.relkind in ('r', 'p')"
        " and c.relnamespace = 'public'::regnamespace and c.relname !~ 'historical' and a.attname = 'customer_id'"
    ).fetchall()

    assert {name for (name,) in [*keys, *named]} - {one.partition(".")[0] for one in HANGS} == {
        "customers_customermerge"
    }


@pytest.mark.parametrize("table", HANGS)
def test_it_comes_along_and_goes_back(scene, owner, kept, table):
    HANGS[table](scene)
    before = everything(owner)

    merged = merge(scene.cast.manager, kept, scene.gone)
    rel, _, column = table.partition(".")
    assert table in merged.moved or rel == "customers_customer"
    left = owner.execute(f"select count(*) from {rel} where {column} = %s", [scene.gone.pk]).fetchone()  # type: ignore[arg-type]
    owner.commit()
    assert left == (0,)
    undo(scene.cast.manager, merged)

    assert everything(owner) == before


def test_all_of_it_at_once_and_twice(scene, owner, kept):
    for hangs in HANGS.values():
        hangs(scene)
    before = everything(owner)

    for _ in range(2):
        merged = merge(scene.cast.manager, kept, scene.gone)
        undo(scene.cast.manager, merged)

        assert everything(owner) == before


def test_the_link_of_a_quote_opens_it_whoever_its_customer_is_by_now(scene, kept):
    quote, token = offers.sent(scene.cast.agent, customer=scene.as_input)

    merged = merge(scene.cast.manager, kept, scene.gone)
    with acting_as(for_link(token, "r")):
        assert Quote.objects.get().pk == quote.pk
    undo(scene.cast.manager, merged)
    with acting_as(for_link(token, "r")):
        assert QuoteVersion.objects.get().quote_id == quote.pk


def test_an_order_that_came_of_a_moved_quote_since_goes_back_with_the_quote(scene, kept):
    quote, _ = offers.sent(scene.cast.agent, customer=scene.as_input)
    merged = merge(scene.cast.manager, kept, scene.gone)
    with acting_as(for_user(scene.cast.agent)), transaction.atomic():
        answers.accept_quote(Quote.objects.get(pk=quote.pk), by=scene.cast.agent, name="Ayesha")
        made = QuoteOrder.objects.get(quote=quote).order
        assert made.customer_id == kept.pk

    undo(scene.cast.manager, merged)

    with acting_as(for_user(scene.cast.manager)):
        assert Quote.objects.get(pk=quote.pk).customer_id == scene.gone.pk
        assert Order.objects.get(pk=made.pk).customer_id == scene.gone.pk


# --- nobody else --------------------------------------------------------------------------------------------------


def test_nobody_can_say_that_a_merge_is_going_on(scene, kept):
    _quotes(scene)
    people = scene.cast
    with acting_as(for_user(people.owner)), transaction.atomic():
        ordered = QuoteOrder.objects.get()
        for wish in (
            f"insert into ops_takeover (noun, kept, gone) values ('customer', {kept.pk}, {scene.gone.pk})",
            "select * from ops_takeover",
            f"insert into customers_customermerge (kept_id, gone_id, chosen) select {kept.pk}, {scene.gone.pk}, '{{}}'",
            "select set_config('ops.merging', 'on', true), set_config('ops.takeover', 'on', true)",
        ):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(wish)
            except Exception as error:  # noqa: BLE001  the rights of the table refuse it
                assert "permission denied" in str(error)
        with pytest.raises(Exception, match="has become an order"), transaction.atomic():
            Quote.objects.filter(pk=ordered.quote_id).update(customer_id=kept.pk)
        assert Quote.objects.get(pk=ordered.quote_id).customer_id == scene.gone.pk
