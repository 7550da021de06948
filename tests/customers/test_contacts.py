"""Several phones and e-mails: each finds the customer, and nobody else may have it."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from customers import actions, editing
from customers.models import Customer
from ops.errors import Conflict, Refused
from tests import make


def values(customer: Customer) -> list[tuple[str, bool]]:
    return sorted(customer.contacts.values_list("value", "is_main"))


def test_any_of_them_finds_the_customer(cast, as_person, ayesha):
    with as_person(cast.agent):
        actions.add_contact(ayesha, by=cast.agent, value="0321 9998877", label="office")
        actions.add_contact(ayesha, by=cast.agent, value="Shop@C.example")

    for phone, email in (("0321 9998877", ""), ("", "shop@c.example"), ("0300 1112233", "")):
        assert make.order(cast.agent, name="A", phone=phone, email=email).customer_id == ayesha.pk


def test_the_first_of_a_kind_becomes_the_main_one(cast, as_person):
    with as_person(cast.agent):
        plain = actions.add_customer(by=cast.agent, name="Imran")
        actions.add_contact(plain, by=cast.agent, value="0321 9998877")

        plain.refresh_from_db()
        assert plain.phone == "+923219998877"
        assert values(plain) == [("+923219998877", True)]


def test_main_and_further_change_places(cast, as_person, ayesha):
    with as_person(cast.agent):
        further = actions.add_contact(ayesha, by=cast.agent, value="0321 9998877")
        actions.make_main(ayesha, by=cast.agent, contact=further)

        ayesha.refresh_from_db()
        assert ayesha.phone == "+923219998877"
        assert values(ayesha) == [("+923001112233", False), ("+923219998877", True), ("ayesha@c.example", True)]


def test_a_further_one_is_taken_away_and_a_main_one_is_not(cast, as_person, ayesha):
    with as_person(cast.agent):
        further = actions.add_contact(ayesha, by=cast.agent, value="0321 9998877")
        actions.drop_contact(ayesha, by=cast.agent, contact=further)

        with pytest.raises(Refused, match="is the main one"):
            actions.drop_contact(ayesha, by=cast.agent, contact=ayesha.contacts.get(kind="phone"))
        assert values(ayesha) == [("+923001112233", True), ("ayesha@c.example", True)]


def test_nobody_else_may_have_it_whether_main_or_not(cast, as_person, ayesha):
    with as_person(cast.manager):
        actions.add_contact(ayesha, by=cast.manager, value="0321 9998877")
        other = actions.add_customer(by=cast.manager, name="Nida", phone="0302 7778899")

        with pytest.raises(Refused, match=r"Ayesha Siddiqui has this number\. Are the two one"):
            actions.add_contact(other, by=cast.manager, value="0321 9998877")
        with pytest.raises(Refused, match="Another customer has this phone or e-mail"):
            editing.edit_customer(other, by=cast.manager, values={"phone": "0321 9998877"}, was={})
        with pytest.raises(Refused, match="Ayesha Siddiqui has this number already"):
            actions.add_customer(by=cast.manager, name="Zoya", phone="0321 9998877")
    with as_person(cast.other_agent), pytest.raises(Refused, match="A colleague's customer has this already"):
        actions.add_customer(by=cast.other_agent, name="Zoya", phone="0321 9998877")


@pytest.mark.parametrize("value", ["", "  ", "no@", "a b@c.example", "12", "+++"])
def test_what_is_neither_phone_nor_mail_is_refused(cast, as_person, ayesha, value):
    with as_person(cast.agent), pytest.raises(Refused):
        actions.add_contact(ayesha, by=cast.agent, value=value)


def test_nobody_marks_a_main_one_by_hand(cast, as_person, ayesha):
    table = "customers_customercontact"
    tries = {
        f"insert into {table} (customer_id, kind, value, is_main) values (%s, 'email', 'x@c.example', true)": "row-",
        f"update {table} set is_main = false where customer_id = %s": "permission denied",
        f"update {table} set value = 'x@c.example' where customer_id = %s": "permission denied",
    }
    for sql, why in tries.items():
        with as_person(cast.owner), pytest.raises(ProgrammingError, match=why), transaction.atomic():
            connection.cursor().execute(sql, [ayesha.pk])
    with as_person(cast.owner), connection.cursor() as cursor:
        cursor.execute("delete from customers_customercontact where customer_id = %s", [ayesha.pk])
        assert cursor.rowcount == 0


def test_one_key_holds_both_mains_and_further_ones_against_raw_sql(cast, as_person, ayesha):
    with as_person(cast.manager):
        actions.add_contact(ayesha, by=cast.manager, value="0321 9998877")
        with pytest.raises(IntegrityError, match="customers_contact_once"), transaction.atomic():
            Customer.objects.create(name="Zoya", phone="+923219998877")


# --- editing ------------------------------------------------------------------------------------------------------


def test_two_who_edit_different_fields_both_win_and_the_same_field_is_a_conflict(cast, as_person, ayesha):
    with as_person(cast.agent):
        editing.edit_customer(ayesha, by=cast.agent, values={"city": "Multan"}, was={"city": "Lahore"})
        editing.edit_customer(ayesha, by=cast.agent, values={"address": "Mall 5"}, was={"address": ""})

        with pytest.raises(Conflict) as clash:
            editing.edit_customer(ayesha, by=cast.agent, values={"city": "Quetta"}, was={"city": "Lahore"})

        assert [(f.label, f.theirs, f.mine) for f in clash.value.fields] == [("City", "Multan", "Quetta")]
        ayesha.refresh_from_db()
        assert (ayesha.city, ayesha.address) == ("Multan", "Mall 5")


def test_an_agent_gives_no_customer_to_a_colleague(cast, as_person, ayesha):
    with as_person(cast.agent), pytest.raises(Refused, match="Only who sees every customer may give one"):
        editing.edit_customer(ayesha, by=cast.agent, values={"keeper": cast.other_agent}, was={})
    with as_person(cast.manager), pytest.raises(Refused, match="does not look after customers"):
        actions.set_keeper(ayesha, by=cast.manager, keeper=cast.production)
    with as_person(cast.manager):
        assert actions.set_keeper(ayesha, by=cast.manager, keeper=cast.other_agent).keeper_id == cast.other_agent.pk


def test_who_wants_no_order_mails_gets_none(cast, as_person, ayesha, sold):
    from ops.models import Event
    from orders.models import Order

    with as_person(cast.agent):
        editing.edit_customer(ayesha, by=cast.agent, values={"wants_order_mail": False}, was={})
    order = make.order_in("shipped", cast.agent, cast.production, name="Ayesha", phone="0300 1112233")

    with as_person(cast.manager):
        assert Order.objects.get(pk=order.pk).stage == "shipped"
        assert Event.objects.get(kind="order.shipped", subject_id=order.pk).data["told"] is False
