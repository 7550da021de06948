"""Two customers who are one: what moves, what stays, and that undoing restores it exactly."""

import pytest
from django.db import IntegrityError, connection, transaction

from customers import actions, editing
from customers import merge_actions as merging
from customers.models import Customer, CustomerContact, CustomerMerge
from ops.errors import Refused
from ops.models import Event
from orders.models import Order
from tests import make


@pytest.fixture
def pair(cast, as_person):
    """Ayesha, known twice: by her phone to Omar, by her mail to Sana."""
    first = make.order(cast.agent, name="Ayesha Siddiqui", phone="0300 1112233", city="Lahore")
    make.order(cast.agent, name="Ayesha Siddiqui", phone="0300 1112233")
    second = make.order(cast.other_agent, name="A. Siddiqui", phone="0301 4445566", email="ayesha@c.example", city="")
    with as_person(cast.manager):
        return Customer.objects.get(pk=first.customer_id), Customer.objects.get(pk=second.customer_id)


def everything() -> dict[str, list[dict]]:
    """Both rows with all that hangs on them, but for what counts changes."""
    quiet = {"version", "updated_at"}
    rows = {
        "customers": list(Customer.objects.order_by("pk").values()),
        "contacts": list(CustomerContact.objects.order_by("pk").values()),
        "orders": list(Order.objects.order_by("pk").values("pk", "customer_id", "stage", "agent_id")),
    }
    return {key: [{k: v for k, v in row.items() if k not in quiet} for row in found] for key, found in rows.items()}


def test_everything_of_the_other_comes_along_and_the_other_stays_as_what_it_was(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        merge = merging.merge_customers(kept, gone, by=cast.manager, take=["email"])

        kept.refresh_from_db()
        gone.refresh_from_db()
        assert (kept.name, kept.phone, kept.email, kept.city) == (
            "Ayesha Siddiqui", "+923001112233", "ayesha@c.example", "Lahore")  # fmt: skip
        assert (gone.name, gone.phone, gone.email, gone.merged_into_id) == ("A. Siddiqui", None, None, kept.pk)
        assert Order.objects.filter(customer=kept).count() == 3
        assert sorted(kept.contacts.values_list("value", "is_main")) == [
            ("+923001112233", True), ("+923014445566", False), ("ayesha@c.example", True)]  # fmt: skip
        assert merge.by_id == cast.manager.pk
        assert {what: len(ids) for what, ids in merge.moved.items()} == {
            "customers_customercontact.customer_id": 2, "orders_order.customer_id": 1}  # fmt: skip
        assert set(Event.objects.filter(noun="customer").values_list("kind", "subject_id")) == {
            ("customer.merged", kept.pk), ("customer.merged_away", gone.pk)}  # fmt: skip
        assert gone.history.count() >= 2


@pytest.mark.parametrize("take", [[], ["phone"], ["name", "phone", "email", "keeper", "city", "notes"]])
def test_undoing_restores_both_exactly(cast, as_person, pair, take):
    kept, gone = pair
    with as_person(cast.manager):
        actions.add_contact(gone, by=cast.manager, value="042 35761234", label="shop")
        before = everything()
        merge = merging.merge_customers(kept, gone, by=cast.manager, take=take)
        assert everything() != before

        merging.undo_merge(merge, by=cast.manager)

        assert everything() == before
        assert CustomerMerge.objects.get().undone_by_id == cast.manager.pk
        again = merging.merge_customers(kept, gone, by=cast.manager)
        merging.undo_merge(again, by=cast.manager)
        assert everything() == before


def test_a_number_of_the_merged_one_finds_the_one_who_stayed(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        merging.merge_customers(kept, gone, by=cast.manager)

    order = make.order(cast.agent, name="Ayesha", phone="0301 4445566")

    assert order.customer_id == kept.pk


def test_what_came_since_stays_with_who_was_kept(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        merge = merging.merge_customers(kept, gone, by=cast.manager)
    late = make.order(cast.agent, name="Ayesha", phone="0301 4445566")
    with as_person(cast.manager):
        merging.undo_merge(merge, by=cast.manager)

        assert Order.objects.get(pk=late.pk).customer_id == kept.pk
        assert Order.objects.filter(customer=gone).count() == 1


def test_a_field_changed_since_stops_the_undo_and_is_named(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        merge = merging.merge_customers(kept, gone, by=cast.manager, take=["name"])
        editing.edit_customer(kept, by=cast.manager, values={"name": "Ayesha S."}, was={})
        before = everything()

        with pytest.raises(Refused, match=r"Name of Ayesha S\. was changed since"):
            merging.undo_merge(merge, by=cast.manager)

        assert everything() == before


def test_an_order_that_went_elsewhere_stops_the_undo_and_is_named(cast, as_person, pair):
    kept, gone = pair
    other = make.order(cast.agent, name="Nida", phone="0302 7778899")
    with as_person(cast.manager):
        merge = merging.merge_customers(kept, gone, by=cast.manager)
        moved = Order.objects.get(pk=merge.moved["orders_order.customer_id"][0])
        Order.objects.filter(pk=moved.pk).update(customer_id=other.customer_id)

        with pytest.raises(Refused, match=f"{moved.number} went to another customer since"):
            merging.undo_merge(merge, by=cast.manager)


def test_a_chain_is_undone_from_its_end(cast, as_person, pair):
    kept, gone = pair
    third = make.order(cast.agent, name="Ayesha Sid", phone="0333 1234567").customer_id
    with as_person(cast.manager):
        third = Customer.objects.get(pk=third)
        before = everything()
        first = merging.merge_customers(kept, gone, by=cast.manager)
        second = merging.merge_customers(third, kept, by=cast.manager)
        assert Customer.objects.get(pk=gone.pk).merged_into_id == third.pk  # one step from who they are

        with pytest.raises(Refused, match=r"was merged into Ayesha Sid since\. Undo that first"):
            merging.undo_merge(first, by=cast.manager)

        merging.undo_merge(second, by=cast.manager)
        merging.undo_merge(first, by=cast.manager)
        assert everything() == before


def test_who_was_merged_is_neither_merged_again_nor_edited(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        merging.merge_customers(kept, gone, by=cast.manager)

        with pytest.raises(Refused, match=r"A\. Siddiqui was merged into Ayesha Siddiqui by Hamza Sheikh"):
            merging.merge_customers(kept, gone, by=cast.manager)
        with pytest.raises(Refused, match="was merged into another customer"):
            editing.edit_customer(gone, by=cast.manager, values={"city": "Multan"}, was={})


def test_only_who_sees_every_customer_merges(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.agent), pytest.raises(Refused, match="Only who sees every customer"):
        merging.merge_customers(kept, gone, by=cast.agent)

    with as_person(cast.agent), pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("select ops.merge_customers(1)")


def test_finance_merges_although_it_may_not_write_orders(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.finance):
        merging.merge_customers(kept, gone, by=cast.finance)

        assert Order.objects.filter(customer=kept).count() == 3


def test_a_page_that_showed_older_rows_is_refused(cast, as_person, pair):
    kept, gone = pair
    with as_person(cast.manager):
        seen = {kept.pk: kept.version, gone.pk: gone.version}
        editing.edit_customer(gone, by=cast.manager, values={"city": "Multan"}, was={})

        with pytest.raises(Refused, match="was changed while you were looking"):
            merging.merge_customers(kept, gone, by=cast.manager, versions=seen)


# --- what raw SQL of the strongest person cannot do ---------------------------------------------------------------


def refused(sql: str, *params) -> str:
    """The rule that refused it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name or ""
    return ""


def test_the_database_holds_what_a_merge_means(cast, as_person, pair):
    kept, gone = pair
    order = make.order(cast.agent, name="Nida", phone="0302 7778899")
    with as_person(cast.owner):
        merging.merge_customers(kept, gone, by=cast.owner)
        give = "update orders_order set customer_id = %s where id = %s"
        link = "update customers_customer set merged_into_id = %s where id = %s"

        add = "insert into customers_customercontact (customer_id, kind, value) values (%s, 'email', 'x@c.example')"
        edit = "update customers_customer set city = 'Multan' where id = %s"

        assert refused(give, gone.pk, order.pk) == "ops_guard_live_customer"
        assert refused(add, gone.pk) == "ops_guard_live_customer"
        assert refused(edit, gone.pk) == "ops_guard_customer_merged"
        assert refused(link, None, gone.pk) == "ops_guard_customer_record"
        assert refused(link, order.customer_id, kept.pk) == "ops_guard_customer_record"
        ask = "insert into customers_customermerge (kept_id, gone_id, chosen) values (%s, %s, '{}')"
        for target, of in ((gone.pk, order.customer_id), (order.customer_id, kept.pk)):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(ask, [target, of])
                wanted = "ops_guard_customer_chain" if target == gone.pk else "ops_guard_customer_rows"
                assert refused(link, target, of) == wanted
                transaction.set_rollback(True)


def test_every_table_that_points_at_a_customer_refuses_merged_ones(cast):
    from tests import database

    with database.as_owner(connection.settings_dict["NAME"]) as owner:
        bare = owner.execute(
            "select l.rel, kind from ops.customer_links() l, unnest(array[4, 16]) kind"  # insert, update
            " where l.rel <> 'customers_customer' and not exists (select 1 from"
            " pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = format('public.%I', l.rel)::regclass"
            " and t.tgtype & kind > 0 and p.proname in ('guard_live_customer', 'guard_live_customers'))"
        ).fetchall()

    assert bare == []
