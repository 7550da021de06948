"""Loading orders: what a row becomes, found again, refused; the same guards and history."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from catalog.models import Category, Product
from customers.models import Customer
from ops.errors import Refused
from ops.models import Event, ImportRow, Transition
from orders.importing import check_orders
from orders.models import Order, OrderCosting, OrderLine, OrderSale
from tests import make
from tests.orders.sheets import row

pytestmark = pytest.mark.django_db


# --- what a row becomes -----------------------------------------------------------------------------------------


def test_an_order_arrives_with_everything_the_file_says(load, sheet, cast, as_person):
    path = sheet(
        row(), row(sku="SK-2", product="Chair", sub="Chairs", sales="33.3334", qty="3", off="0.2", profit="-5")
    )

    batch = load(path)

    with as_person(cast.manager):
        order = Order.objects.get()
        assert (order.number, order.external_id, order.source, order.batch_id) == ("A-1", "A-1", "superstore", batch.pk)
        assert (order.stage, order.origin, order.carrier, order.channel) == (
            "delivered",
            "import",
            "Second Class",
            "Consumer",
        )
        assert (f"{order.placed_on}", f"{order.stage_since:%Y-%m-%d}") == ("2026-01-13", "2026-01-16")
        assert (order.summary, order.pieces, order.agent) == ("2 × Desk + 1 more", 5, cast.manager)
        assert (order.customer.name, order.customer.city, order.customer.external_id) == ("Ayla Bose", "Lahore", "C-1")
        desk, chair = order.lines.order_by("position")
        assert (desk.sku, desk.description, desk.category, desk.product.name) == ("SK-1", "Desk", "Furniture", "Desk")
        assert (desk.price.unit_price, desk.price.discount, desk.price.total) == (Decimal("50.25"), 0, Decimal("100.5"))
        assert chair.price.total == Decimal("33.3334")
        assert chair.price.unit_price == Decimal("13.8889")
        assert (order.sale.amount, order.sale.currency) == (Decimal("133.8334"), "USD")
        assert (order.costing.profit, order.costing.production_cost) == (Decimal("15.25"), Decimal("118.5834"))
        assert Category.objects.get(name="Desks").parent.name == "Furniture"


def test_a_load_is_recorded_like_any_other_change(load, sheet, cast, as_person):
    batch = load(sheet(row()))

    with as_person(cast.manager):
        order = Order.objects.get()
        kept = order.history.get()
        assert (kept.history_type, kept.history_user_id, kept.history_source) == ("+", cast.manager.pk, "import")
        assert order.costing.history.latest("history_id").production_cost == Decimal("80.25")
        move = Transition.objects.get(subject_id=order.pk, noun="order")
        assert (move.to_stage, move.source, move.by_id) == ("delivered", "import", cast.manager.pk)
        told = Event.objects.get(kind="orders.imported")
        assert (told.noun, told.subject_id, told.data["new"]) == ("importbatch", batch.pk, 1)
        assert not ImportRow.objects.exists()


@pytest.mark.parametrize(("ship", "stage"), [("", "received"), ("2999-01-01", "received"), ("2026-01-14", "delivered")])
def test_the_ship_date_says_where_an_order_is(load, sheet, cast, as_person, ship, stage):
    load(sheet(row(ship=ship)))

    with as_person(cast.manager):
        assert Order.objects.get().stage == stage


def test_a_formula_is_text_and_a_name_is_not_executed(load, sheet, cast, as_person):
    load(sheet(row(product="=cmd()|'/c calc'!A0", name="'; drop table orders_order; --", sku="%s")))

    with as_person(cast.manager):
        order = Order.objects.get()
        assert order.lines.get().description == "=cmd()|'/c calc'!A0"
        assert order.customer.name == "'; drop table orders_order; --"


def test_amounts_in_another_currency_keep_it_and_count_at_the_rate(load, sheet, cast, as_person):
    batch = load(sheet(row()), currency="eur", rate=Decimal("300.5"))

    with as_person(cast.manager):
        order = Order.objects.get()
        assert (order.sale.amount, order.sale.currency) == (Decimal("100.5"), "EUR")
        assert order.sale.order_amount == Decimal("30200.25")
        assert order.costing.profit == Decimal("6085.125")
    assert any("1 EUR counts as 300.5 PKR" in note for note in batch.notes)


def test_more_than_four_decimals_are_rounded_at_the_line_and_sum_to_the_order(load, sheet, cast, as_person):
    load(sheet(*(row(sku=f"S{n}", sales="0.00005", profit="") for n in range(3))))

    with as_person(cast.manager):
        order = Order.objects.get()
        assert order.sale.amount == sum(line.price.total for line in order.lines.all()) == Decimal("0.0003")


# --- found again ------------------------------------------------------------------------------------------------


def test_customers_and_products_that_are_known_are_found_again(load, sheet, cast, as_person):
    with as_person(cast.manager):
        Product.objects.create(sku="SK-1", name="Our desk", price=9)
        Customer.objects.create(name="Bose, A.", source="superstore", external_id="C-1")

    load(sheet(row(), row("A-2", name="A. Bose")))

    with as_person(cast.manager):
        assert {order.customer.name for order in Order.objects.all()} == {"Bose, A."}
        assert {line.product.name for line in OrderLine.objects.all()} == {"Our desk"}
        assert Product.objects.get().price == 9


def test_the_same_file_changes_nothing_whatever_the_order_of_its_rows(load, sheet, cast, as_person):
    load(sheet(row(), row("A-2")))
    with as_person(cast.manager):
        before = list(Order.history.values_list("history_id", flat=True))

    batch = load(sheet(row("A-2", date="13/01/2026", ship="16/01/2026"), row(date="13/01/2026", ship="16/01/2026")))

    assert (batch.counts["new"], batch.counts["changed"], batch.counts["same"]) == (0, 0, 2)
    with as_person(cast.manager):
        assert list(Order.history.values_list("history_id", flat=True)) == before


def test_an_extended_file_adds_only_what_is_new(load, sheet, cast, as_person):
    load(sheet(row()))

    batch = load(sheet(row(), row("A-2", cid="C-2", name="Omar")))

    assert (batch.counts["new"], batch.counts["same"]) == (1, 1)
    with as_person(cast.manager):
        assert Order.objects.count() == 2


def test_a_changed_order_nobody_touched_becomes_what_the_file_says(load, sheet, cast, as_person):
    load(sheet(row(), row(sku="SK-2", product="Chair")))

    batch = load(sheet(row(sales="90", profit="1", product="Oak desk")))

    with as_person(cast.manager):
        order = Order.objects.get()
        assert batch.counts["changed"] == 1
        assert [(line.description, line.price.total) for line in order.lines.all()] == [("Oak desk", 90)]
        assert (order.sale.amount, order.costing.profit, order.summary) == (90, 1, "2 × Oak desk")
    assert load(sheet(row(sales="90", profit="1", product="Oak desk"))).counts["same"] == 1


def test_a_changed_order_that_was_worked_on_here_is_refused(load, sheet, cast, as_person):
    load(sheet(row(), row("A-2")))
    with as_person(cast.manager), transaction.atomic():
        OrderCosting.objects.filter(order__number="A-1").update(shipping_cost=7)

    with pytest.raises(Refused, match="order A-1 has been worked on here"):
        load(sheet(row(sales="90"), row("A-2", sales="91")))
    with as_person(cast.manager):
        assert set(OrderSale.objects.values_list("amount", flat=True)) == {Decimal("100.5")}
    load(sheet(row(sales="90"), row("A-2", sales="91")), leave_out=True)

    with as_person(cast.manager):
        assert set(OrderSale.objects.values_list("amount", flat=True)) == {Decimal("100.5"), Decimal(91)}


def test_the_date_of_an_order_stays(load, sheet):
    load(sheet(row()))

    with pytest.raises(Refused, match="the date of order A-1 is another one here"):
        load(sheet(row(date="2026-01-14")))


def test_a_number_that_is_taken_gets_one_of_ours(load, sheet, cast, as_person):
    with as_person(cast.manager):
        customer = Customer.objects.create(name="Taken")
        Order.objects.create(customer=customer, agent=cast.manager, number="A-1")

    load(sheet(row()))

    with as_person(cast.manager):
        assert Order.objects.get(external_id="A-1").number.startswith("SO-")


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"sales": "lots"}, "Sales", "“lots”: this is not a number."),
        ({"sales": "-4"}, "Sales", "returns are no orders"),
        ({"sales": ""}, "Sales", "this is blank"),
        ({"qty": "0"}, "Quantity", "more than zero"),
        ({"date": "31.02.2026"}, "Order Date", "no such day"),
        ({"date": ""}, "Order Date", "this is blank"),
        ({"name": "x" * 161}, "Customer Name", "161 letters long; 160 fit"),
        ({"off": "7"}, "Discount", "between 0 and 1"),
        ({"profit": "200"}, "Profit", "earns more than it sells for"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_loaded(load, sheet, cast, as_person, cells, column, words):
    with pytest.raises(Refused) as refused:
        load(sheet(row("A-1"), row("A-2", **cells)))

    assert "1 order cannot be taken, so nothing was loaded. The first: line 3" in refused.value.sentence
    assert column in refused.value.sentence
    assert words in refused.value.sentence
    with as_person(cast.manager):
        assert not Order.objects.exists()
        assert not Customer.objects.filter(source="superstore").exists()


def test_lines_that_contradict_each_other_refuse_their_order(load, sheet):
    with pytest.raises(Refused, match="Ship date: the lines of order A-1 do not agree"):
        load(sheet(row(), row(ship="2026-01-20")))


def test_leaving_out_takes_whole_orders(load, sheet, cast, as_person):
    batch = load(sheet(row(), row(qty="none"), row("A-2"), "A-3,2026-01-13"), leave_out=True)

    assert (batch.counts["new"], batch.counts["refused"]) == (1, 2)
    assert [problem["line"] for problem in batch.problems] == [3, 5]
    with as_person(cast.manager):
        assert Order.objects.get().number == "A-2"


def test_a_file_with_nothing_in_it_is_refused(load, sheet):
    with pytest.raises(Refused, match="column names and no rows"):
        load(sheet())


def test_who_may_not_load_is_refused_by_the_verb_and_by_the_database(cast, sheet, as_person):
    with as_person(cast.agent), pytest.raises(Refused):
        check_orders(sheet(row()), "superstore", by=cast.agent)
    with as_person(cast.agent), pytest.raises(Exception, match="permission denied"), transaction.atomic():
        check_orders(sheet(row()), "superstore", by=cast.manager)


def test_staged_rows_are_their_loaders_alone(cast, sheet, as_person):
    with as_person(cast.manager):
        check_orders(sheet(row()), "superstore", by=cast.manager)
        assert ImportRow.objects.count() == 1

    with as_person(cast.admin):
        assert ImportRow.objects.count() == 0


# --- the command ------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_will_do_and_does_it(cast, sheet, as_person, capsys):
    path = str(sheet(row()))

    call_command("import_orders", path, "--preset", "superstore", "--rate", "1", "--check", "--by", cast.manager.email)
    with as_person(cast.manager):
        assert not Order.objects.exists()
    call_command("import_orders", path, "--preset", "superstore", "--rate", "USD=1")

    said = capsys.readouterr().out
    assert "1 orders         1 lines   sales 100.5000, profit 20.25" in said
    assert f"Loaded as {cast.admin.name}" in said
    assert "1 orders, sales 100.5000, profit 20.2500" in said


def test_the_command_refuses_with_a_sentence(sheet, cast):
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("import_orders", str(sheet(row(sales="?"))), "--preset", "superstore")
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_orders", "nowhere.csv", "--preset", "superstore")


@pytest.mark.parametrize("who", ["agent", "production", "manager", "finance", "sysadmin"])
def test_nobody_records_what_a_load_of_somebody_else_meant(load, sheet, cast, as_person, who):
    batch = load(sheet(row()))  # the manager's
    said = "insert into ops_event (kind, noun, subject_id, data, source, reason, request, txid) values ('orders.imported', 'importbatch', %s, '{}', '', '', '', 0)"  # noqa: E501
    person = getattr(cast, who)
    of = batch.pk if who != "manager" else batch.pk + 1

    with (
        as_person(person),
        pytest.raises(ProgrammingError, match=r"row-level security|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(said, [of])


def test_a_number_that_a_file_brought_in_is_passed_over_when_ours_gets_there(load, sheet, cast, as_person):
    first = int(make.order(cast.agent).number.removeprefix("SO-"))
    load(sheet(row(f"SO-{first + 1}"), row(f"SO-{first + 2}")))

    assert make.order(cast.agent).number == f"SO-{first + 3}"
    assert make.order(cast.agent).number == f"SO-{first + 4}"
