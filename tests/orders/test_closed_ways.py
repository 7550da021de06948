"""Ways round that a careful reader found: each stays closed."""

import pytest
from django.core.cache import cache
from django.db import IntegrityError, ProgrammingError, connection, transaction

from customers import actions as customers
from customers.models import Customer
from ops import events, outbox
from ops.db.actor import acting_as, mailer
from ops.errors import Refused
from ops.models import ImportBatch, OutboxMail
from orders import actions, editing
from orders.bulk_verbs import _assign, _assign_back
from orders.emails import status_link
from orders.models import Order
from tests import make


@pytest.mark.parametrize("verb", ["ready", "undo"])
def test_a_verb_does_not_act_on_head_which_carries_no_token(cast, client_of, as_person, verb):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(cast.production).head(f"/orders/{order.pk}/{verb}/").status_code == 405

    with as_person(cast.agent):
        assert Order.objects.get(pk=order.pk).stage == "in_production"


def test_an_address_that_no_server_could_take_fails_alone(cast, as_person, settings):
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                                    "OPTIONS": {"host": "127.0.0.1", "port": 1, "timeout": 1}}}  # fmt: skip
    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("select ops.queue_mail('k', 'test', 'not an address', 's', 't', '')")

    with acting_as(mailer()):
        outbox.send_waiting()
        assert OutboxMail.objects.get().state in {"failed", "waiting"}
        assert OutboxMail.objects.get().attempts == 1


def test_the_search_tells_an_agent_nothing_of_others(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)

    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("select ops.search_orders('SO-', 1000) || ops.search_orders('Walnut', 1000)")
        assert set(cursor.fetchone()[0]) == {mine.pk}
    assert theirs.pk


def test_a_customers_link_works_when_nobody_has_used_the_shop_for_a_while(cast, client, as_person):
    order = make.order_in("shipped", cast.agent, cast.production)
    with as_person(cast.agent):
        token = status_link(order)
    cache.clear()

    assert client.get(f"/o/{token}/").status_code == 200


def test_what_a_move_needed_stays_after_it(cast, as_person):
    order = make.order_in("shipped", cast.agent, cast.production)

    with as_person(cast.agent), pytest.raises(Exception, match="its tracking number stays"):
        editing.edit_order(order, by=cast.agent, values={"tracking_number": ""}, was={"tracking_number": "TCS-1"})


def test_handing_back_does_not_undo_what_somebody_did_since(cast, as_person):
    order = make.order(cast.agent)

    with as_person(cast.manager):
        token = _assign(order, cast.manager, str(cast.other_agent.pk))
        actions.assign_agent(order, by=cast.manager, agent=cast.manager)
        with pytest.raises(Refused, match="Somebody changed"):
            _assign_back(order, cast.manager, token)
        with pytest.raises(Refused, match="is not known"):
            _assign_back(order, cast.manager, "999999.1")


@pytest.mark.parametrize("query", ["show=0000001009999999999999", "page=0000000019999999999999999999"])
def test_a_page_of_everything_is_refused(cast, client_of, query):
    assert client_of(cast.manager).get(f"/orders/list/?{query}").status_code == 404


def test_a_version_that_only_looks_like_a_number_is_no_fault_of_ours(cast, client_of):
    order = make.order_in("in_production", cast.agent, cast.production)

    assert client_of(cast.production).post(f"/orders/{order.pk}/ready/", {"version": "²"}).status_code == 302


# --- whose customer an order may be given to ------------------------------------------------------------------------


def gives_to(order: Order, customer_id: int) -> None:
    """By raw SQL: foreign keys do not ask row security."""
    with connection.cursor() as cursor:
        cursor.execute("update orders_order set customer_id = %s where id = %s", [customer_id, order.pk])


def test_an_agent_cannot_read_a_customer_by_giving_them_an_own_order(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent, name="Sadia Malik", phone="0300 7654321")

    with as_person(cast.agent):
        with pytest.raises(IntegrityError, match="is not yours to know") as caught, transaction.atomic():
            gives_to(mine, theirs.customer_id)

        assert caught.value.__cause__.diag.constraint_name == "ops_guard_order_customer"
        assert not Customer.objects.filter(pk=theirs.customer_id).exists()


def test_nor_by_receiving_an_order_of_theirs(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)
    copy = (
        "insert into orders_order (customer_id, agent_id, stage, summary, pieces, origin, channel, rush,"
        " production_note, carrier, tracking_number, hold_reason, cancel_reason, source, external_id, row_sha256)"
        " select %s, agent_id, 'received', '', 1, 'form', '', false, '', '', '', '', '', '', '', '' from orders_order"
        " where id = %s"
    )

    with as_person(cast.agent), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="is not yours to know"), transaction.atomic():
            cursor.execute(copy, [theirs.customer_id, mine.pk])
        cursor.execute(copy, [mine.customer_id, mine.pk])  # one's own customer orders again


def test_a_shared_order_does_not_hand_over_its_customer(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)
    with as_person(cast.other_agent):
        actions.share_order(theirs, by=cast.other_agent, colleague=cast.agent)

    with as_person(cast.agent), pytest.raises(IntegrityError, match="is not yours to know"), transaction.atomic():
        gives_to(mine, Order.objects.get(pk=theirs.pk).customer_id)


def test_who_can_name_the_phone_may_link_an_order_to_it_in_the_same_transaction_only(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent, name="Sadia Malik", phone="0300 7654321")

    with as_person(cast.agent), transaction.atomic():
        found = customers.find_or_create(by=cast.agent, name="Sadia", phone="0300 7654321")
        assert found == theirs.customer_id
        gives_to(mine, found)
        assert Customer.objects.get(pk=found).name == "Sadia Malik"


def test_an_own_customer_without_any_order_may_be_given_one(cast, as_person):
    mine = make.order(cast.agent)

    with as_person(cast.agent):
        kept = Customer.objects.create(name="Imran Yousaf", keeper=cast.agent)
        gives_to(mine, kept.pk)

        assert Order.objects.get(pk=mine.pk).customer_id == kept.pk


def test_who_sees_every_customer_gives_an_order_to_any(cast, as_person):
    mine, theirs = make.order(cast.agent), make.order(cast.other_agent)

    with as_person(cast.manager):
        gives_to(mine, theirs.customer_id)

        assert Order.objects.get(pk=mine.pk).customer_id == theirs.customer_id


@pytest.mark.parametrize(
    "statement",
    [
        "insert into ops.found_customers values (pg_current_xact_id(), ops.uid(), 1)",
        "select * from ops.found_customers",
        "delete from ops.found_customers",
        "select ops.has_found(1)",
    ],
)
def test_nobody_writes_down_by_hand_whom_they_found(cast, as_person, statement):
    denied = pytest.raises(ProgrammingError, match="permission denied")
    with as_person(cast.agent), connection.cursor() as cursor, denied, transaction.atomic():
        cursor.execute(statement)


# --- records of loads -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["agent", "production", "manager", "finance"])
def test_what_a_load_did_is_told_by_the_person_who_made_it(cast, as_person, who):
    with as_person(cast.admin):
        load = ImportBatch.objects.create(
            noun="order", preset="superstore", file_name="a.csv", file_sha256="0" * 64, by=cast.admin
        )
        events.record("orders.imported", load, file="a.csv", new=1, changed=0, same=0)

    denied = pytest.raises(ProgrammingError, match=r"row-level security|permission denied")
    with as_person(getattr(cast, who)), denied, transaction.atomic():
        events.record("orders.imported", load, file="a.csv", new=900, changed=0, same=0)
