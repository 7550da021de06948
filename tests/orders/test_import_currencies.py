"""Orders in several currencies in one load: each keeps its amount and counts at the rate of its day (C17, M12)."""
# ruff: noqa: E501  rows of files and sentences stand on one line each: they are read as tables

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from ops.errors import Refused
from ops.imports.presets import read_preset
from ops.imports.showing import verdicts_of
from ops.rates.actions import RateLine, correct_rate, keep_rates, remove_rate
from ops.rates.models import ExchangeRate
from orders.import_money import told_rates
from orders.importing import check_orders, import_orders
from orders.imports import COLUMNS, presets
from orders.models import Order, OrderSale
from tests.orders.test_import_presets import DATA, real_files

COLUMNS_OF_A_SHOP = {
    "external_id": "Order", "placed_at": "Date", "customer_name": "Customer", "description": "Product",
    "quantity": "Pieces", "unit_price": "Price", "total": "Sum", "currency": "Currency",
}  # fmt: skip
USD = [RateLine(date(2026, 1, 5), "USD", Decimal("278.5")), RateLine(date(2026, 1, 20), "USD", Decimal("280.25"))]
EUR = RateLine(date(2026, 1, 10), "EUR", Decimal(301))


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A preset of a shop that says each order's currency; the file is laid down with the columns that are given."""
    book = {"label": "Own", "source": "own", "why": "", "columns": COLUMNS_OF_A_SHOP}
    (tmp_path / "own.yaml").write_text(json.dumps(book))
    monkeypatch.setitem(presets(), "own", read_preset(tmp_path / "own.yaml", COLUMNS))

    def laid(*lines: str, header: str = "Order,Date,Customer,Product,Pieces,Sum,Currency"):
        path = tmp_path / "own.csv"
        path.write_text("\n".join([header, *lines]) + "\n")
        return path

    return laid


@pytest.fixture
def rates(cast, as_person):
    def kept(*lines: RateLine) -> None:
        with as_person(cast.manager), transaction.atomic():
            keep_rates(lines, by=cast.manager)

    return kept


@pytest.fixture
def loads(load):
    """Without a rate of its own, unlike the fixture of the other files."""

    def loaded(path, **said):
        return load(path, "own", **{"rates": {}, **said})

    return loaded


def sales() -> dict[str, tuple[str, str, str, str]]:
    return {
        sale.order.external_id: (str(sale.amount), sale.currency, str(sale.rate.normalize()), str(sale.order_amount))
        for sale in OrderSale.objects.select_related("order")
    }


def test_each_order_counts_at_the_last_rate_on_or_before_its_day(loads, own, rates, cast, as_person):
    rates(*USD, EUR)

    batch = loads(own(
        "A1,2026-01-13,Aslam,Desk,1,100,PKR", "A2,2026-01-13,Aslam,Desk,1,100,USD", "A3,2026-01-20,Bibi,Lamp,2,10.5,usd",
        "A5,2026-01-10,Aslam,Desk,1,7,€", "A5,2026-01-10,Aslam,Lamp,1,3,EUR",
    ))  # fmt: skip

    with as_person(cast.manager):
        assert sales() == {
            "A1": ("100.0000", "PKR", "1", "100.0000"), "A2": ("100.0000", "USD", "278.5", "27850.0000"),
            "A3": ("10.5000", "USD", "280.25", "2942.6250"), "A5": ("10.0000", "EUR", "301", "3010.0000"),
        }  # fmt: skip
    new = batch.counts["totals"]["new"]
    assert (new["currency"], new["amount"], new["shop_amount"]) == ("PKR", "33902.6250", "33902.6250")
    assert {code: said["amount"] for code, said in new["currencies"].items()} == {
        "EUR": "10.0000", "PKR": "100.0000", "USD": "110.5000",
    }  # fmt: skip
    assert "Amounts in EUR count in PKR at the shop's rate of each order's day." in batch.notes
    again = loads(own(
        "A1,2026-01-13,Aslam,Desk,1,100,PKR", "A2,2026-01-13,Aslam,Desk,1,100,USD", "A3,2026-01-20,Bibi,Lamp,2,10.5,usd",
        "A5,2026-01-10,Aslam,Lamp,1,3,EUR", "A5,2026-01-10,Aslam,Desk,1,7,€",
    ))  # fmt: skip
    assert (again.counts["same"], again.counts["changed"], again.counts["new"]) == (4, 0, 0)


def test_without_a_rate_an_order_is_not_taken_and_the_sentence_says_since_when_there_are_some(
    loads, own, rates, cast, as_person
):
    rates(*USD)
    path = own(
        "A1,2026-01-04,Aslam,Desk,1,100,USD", "A2,2026-01-05,Aslam,Desk,1,100,EUR", "A3,2026-01-05,B,Lamp,1,1,PKR"
    )

    batch = loads(path, leave_out=True)

    assert (batch.counts["new"], batch.counts["refused"]) == (1, 2)
    assert [(p["kind"], p["line"], p["column"], p["value"], p["sentence"]) for p in batch.problems] == [
        ("no_rate", 2, "Currency", "USD", "order A1 is in USD, and nobody has said what one USD was on 4 Jan 2026: rates"
         " of USD are kept from 5 Jan 2026 on. Say its rate for this load, or add it to the exchange rates."),
        ("no_rate", 3, "Currency", "EUR", "order A2 is in EUR, and nobody has said what one EUR was on 5 Jan 2026: no rates"
         " of EUR are kept. Say its rate for this load, or add it to the exchange rates."),
    ]  # fmt: skip
    assert batch.counts["totals"]["refused"]["unrated"] == 2
    with as_person(cast.manager):
        assert list(sales()) == ["A3"]


def test_the_check_never_adds_up_amounts_of_different_currencies(loads, own, rates, cast, as_person):
    rates(*USD)
    loads(own("A1,2026-01-13,Aslam,Desk,1,100,PKR"))
    path = own("A1,2026-01-13,Aslam,Desk,1,100,PKR", "A2,2026-01-13,Aslam,Desk,1,100,USD",
               "A3,2026-01-13,Aslam,Desk,1,40,EUR", "A4,2026-01-04,Aslam,Desk,1,40,USD")  # fmt: skip
    with as_person(cast.manager), transaction.atomic():
        batch = check_orders(path, "own", by=cast.manager, rates={})

    shown = verdicts_of(batch, {"mine-amount": "27,950"})

    amount = next(one for one in shown.sums if one.key == "amount")
    assert (amount.label, amount.whole, amount.says) == ("Amount, PKR", "27,950.00", "matches")
    assert dict(zip([row["key"] for row in shown.rows], amount.cells, strict=True)) == {
        "new": "27,850.00", "same": "100.00", "refused": "0.00"}  # fmt: skip
    assert shown.note == "2 orders without a rate are in no sum."


def test_one_currency_is_added_up_as_it_stands(own, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        batch = check_orders(own("A1,2026-01-13,Aslam,Desk,1,100,EUR"), "own", by=cast.manager, rates={})

    shown = verdicts_of(batch)

    amount = next(one for one in shown.sums if one.key == "amount")
    assert (amount.label, amount.whole, shown.note) == ("Amount, EUR", "100.00", "")


def test_a_rate_said_for_the_load_counts_before_those_that_are_kept(loads, own, rates, cast, as_person):
    rates(*USD)

    batch = loads(own("A1,2026-01-13,Aslam,Desk,1,100,USD", "A2,2026-01-13,Aslam,Desk,1,100,EUR"),
                  rates={"usd": "279", "EUR": "300.5"})  # fmt: skip

    with as_person(cast.manager):
        assert {key: sale[2] for key, sale in sales().items()} == {"A1": "279", "A2": "300.5"}
    assert "Amounts in USD: 1 USD counts as 279 PKR, as said for this load." in batch.notes


def test_an_order_keeps_its_rate_until_somebody_asks(loads, own, rates, cast, as_person):
    rates(*USD)
    path = own("A1,2026-01-13,Aslam,Desk,1,100,USD", "A2,2026-01-13,Aslam,Desk,1,5,PKR")
    loads(path)
    with as_person(cast.manager), transaction.atomic():
        correct_rate(ExchangeRate.objects.get(day=date(2026, 1, 5)), Decimal(270), by=cast.manager)

    def counted(**said) -> tuple[int, int, str]:
        batch = loads(path, **said)
        with as_person(cast.manager):
            return batch.counts["same"], batch.counts["changed"], sales()["A1"][3]

    assert counted() == (2, 0, "27850.0000")  # corrected later: what is here stays
    assert counted(rates={"USD": "table"}) == (1, 1, "27000.0000")
    assert counted(rates={"USD": "table"}) == (2, 0, "27000.0000")
    assert counted(rates={"USD": "281"}) == (1, 1, "28100.0000")
    assert counted(rates={"USD": "281.0"}) == (2, 0, "28100.0000")
    assert counted() == (2, 0, "28100.0000")
    extended = own("A1,2026-01-13,Aslam,Desk,1,200,USD", "A2,2026-01-13,Aslam,Desk,1,5,PKR")
    assert loads(extended).counts["changed"] == 1
    with as_person(cast.manager):
        assert sales()["A1"] == ("200.0000", "USD", "281", "56200.0000")  # changed, and still at its rate


def test_an_order_that_was_worked_on_keeps_its_rate(loads, own, cast, as_person):
    path = own("A1,2026-01-13,Aslam,Desk,1,100,USD")
    loads(path, rates={"USD": "280"})
    with as_person(cast.manager):
        Order.objects.filter(external_id="A1").update(production_note="walnut")

    batch = loads(path, rates={"USD": "281"}, leave_out=True)

    assert batch.counts["refused"] == 1
    assert "has been worked on here since it was loaded, so it keeps the rate" in batch.problems[0]["sentence"]
    assert loads(path).counts["same"] == 1


def test_a_rate_that_is_gone_when_it_is_loaded_stops_the_load(own, rates, cast, as_person):
    rates(*USD)
    with as_person(cast.manager):
        with transaction.atomic():
            batch = check_orders(own("A1,2026-01-13,Aslam,Desk,1,100,USD"), "own", by=cast.manager)
        assert batch.counts["new"] == 1
        for one in ExchangeRate.objects.all():
            remove_rate(one, by=cast.manager)

        with pytest.raises(Refused, match="no rates of USD are kept"), transaction.atomic():
            import_orders(batch, by=cast.manager)

        assert not Order.objects.exists()


def test_lines_of_one_order_in_two_currencies_do_not_agree(loads, own):
    batch = loads(own("A1,2026-01-13,Aslam,Desk,1,100,USD", "A1,2026-01-13,Aslam,Desk,1,100,EUR"),
                  rates={"USD": "280", "EUR": "300"}, leave_out=True)  # fmt: skip

    assert (batch.counts["refused"], batch.problems[0]["kind"], batch.problems[0]["column"]) == (
        1,
        "disagree",
        "Currency",
    )


# --- what the amounts say ---------------------------------------------------------------------------------------


BARE = "Order,Date,Customer,Product,Pieces,Price,Sum"


def test_amounts_say_the_currency_of_their_order(loads, own, cast, as_person):
    path = own('A1,2026-01-13,Aslam,Desk,1,,"Rs 1,500.50/-"', "A2,2026-01-13,Bibi,Lamp,1,,KSh 20", "A3,2026-01-13,Bibi,Rug,2,€3,",
               "A4,2026-01-13,Bibi,Rug,1,,25", "A5,2026-01-13,Bibi,Rug,1,,25", "A5,2026-01-13,Bibi,Rug,1,,25 EUR",
               header=BARE)  # fmt: skip

    batch = loads(path, rates={"EUR": "300", "KES": "2.16"})

    with as_person(cast.manager):
        assert {key: sale[:2] for key, sale in sales().items()} == {
            "A1": ("1500.5000", "PKR"), "A2": ("20.0000", "KES"), "A3": ("6.0000", "EUR"), "A4": ("25.0000", "PKR"),
            "A5": ("50.0000", "EUR"),
        }  # fmt: skip
    assert "The amounts of “Price” name their currencies: EUR 1 times. Each counts in its own." in batch.notes


def test_two_amounts_of_a_row_in_two_currencies_are_a_problem(loads, own, cast, as_person):
    path = own("A1,2026-01-13,Aslam,Desk,1,€3,KSh 20", "A2,2026-01-13,Aslam,Desk,1,€3,3", header=BARE)

    batch = loads(path, rates={"EUR": "300"}, leave_out=True)

    assert [(p["kind"], p["line"], p["column"], p["sentence"]) for p in batch.problems] == [
        ("other_currency", 2, "Sum", "“KSh 20”: this is in KES, and another amount of its row in EUR.")
    ]
    with as_person(cast.manager):
        assert list(sales()) == ["A2"]


def test_an_amount_that_contradicts_the_column_of_currencies_is_a_problem(loads, own):
    batch = loads(own("A1,2026-01-13,Aslam,Desk,1,€100,USD", "A2,2026-01-13,Aslam,Desk,1,$100,USD",
                      "A3,2026-01-13,Aslam,Desk,1,€100,"), rates={"USD": "280", "EUR": "300"}, leave_out=True)  # fmt: skip

    assert [p["sentence"] for p in batch.problems] == ["“€100”: this is in EUR, and its row is in USD."]
    assert {code: said["orders"] for code, said in batch.counts["totals"]["new"]["currencies"].items()} == {
        "EUR": 1, "USD": 1,
    }  # fmt: skip


def test_a_sign_of_several_currencies_is_asked_about(loads, own, cast, as_person):
    path = own("A1,2026-01-13,Aslam,Desk,1,,$100", "A2,2026-01-13,Aslam,Desk,1,,100", header=BARE)
    with pytest.raises(
        Refused, match=r"The amounts of “Sum” name \$, which is that of USD, CAD, .*Say what they are in"
    ):
        loads(path)

    loads(path, currencies={"Sum": "each:CAD"}, rates={"CAD": "200"})
    with as_person(cast.manager):
        assert {key: sale[1] for key, sale in sales().items()} == {"A1": "CAD", "A2": "PKR"}

    assert loads(path, currencies={"Sum": "column"}).counts["changed"] == 1
    with as_person(cast.manager):
        assert {sale[1] for sale in sales().values()} == {"PKR"}


def test_what_was_said_for_the_file_and_its_cells_disagree_so_it_is_asked(loads, own, cast, as_person):
    path = own("A1,2026-01-13,Aslam,Desk,1,,€100", "A2,2026-01-13,Aslam,Desk,1,,100", header=BARE)
    with pytest.raises(Refused, match="name other currencies than USD: EUR 1 times"):
        loads(path, currency="USD")

    loads(path, currency="USD", currencies="each", rates={"USD": "280", "EUR": "300"})

    with as_person(cast.manager):
        assert {key: sale[1] for key, sale in sales().items()} == {"A1": "EUR", "A2": "USD"}


# --- rates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rates", "sentence"),
    [
        ({"PKR": "2"}, "PKR is the shop's own currency"), ({"USD": "0"}, "more than zero"),
        ({"USD": "lots"}, "more than zero"), ({"USD": "1e-9"}, "eight decimals"), ({"XXQ": "5"}, "three letters"),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_refused(rates, sentence):
    with pytest.raises(Refused, match=sentence):
        told_rates(rates, None, "")


def test_rates_are_kept_by_currency_in_plain_digits():
    assert told_rates({"eur": "3E+2", "PKR": "1"}, Decimal("278.500"), "USD") == {"USD": "278.5", "EUR": "300"}
    assert told_rates({}, Decimal(1), "") == {}


@tries(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kept=st.dictionaries(st.integers(0, 60), st.decimals("0.00000001", "99999", places=8), max_size=8),
    asked=st.lists(st.integers(0, 70), min_size=1, max_size=6, unique=True),
)
def test_any_order_counts_at_the_last_rate_on_or_before_its_day(kept, asked, loads, own, cast, as_person):
    first = date(2025, 11, 1).toordinal()
    path = own(*(f"A{n},{date.fromordinal(first + n)},Aslam,Desk,1,100,USD" for n in asked))

    class Enough(Exception):
        pass

    with pytest.raises(Enough), transaction.atomic():
        with as_person(cast.manager):
            ExchangeRate.objects.bulk_create(
                ExchangeRate(currency="USD", day=date.fromordinal(first + n), rate=rate) for n, rate in kept.items()
            )
        loads(path, leave_out=True)
        with as_person(cast.manager):
            said = {int(key[1:]): Decimal(sale[2]) for key, sale in sales().items()}
        known = {n: max((day for day in kept if day <= n), default=None) for n in asked}
        assert said == {n: kept[day] for n, day in known.items() if day is not None}
        raise Enough


# --- a real file ------------------------------------------------------------------------------------------------


@real_files
def test_a_shopify_export_of_three_currencies_loads_whole(load, cast, as_person):
    path = DATA / "storefront" / "shopify_csv" / "orders_export_multicurrency_messy.csv"

    batch = load(path, "shopify", rates={"GBP": "350", "EUR": "301.5", "USD": "278.5"})

    assert (batch.counts["new"], batch.counts["refused"]) == (15, 0)
    assert {code: (said["orders"], said["amount"]) for code, said in batch.counts["totals"]["new"]["currencies"].items()} == {
        "EUR": (3, "1460.0000"), "GBP": (11, "5070.0000"), "USD": (1, "540.0000"),
    }  # fmt: skip
    in_shop = Decimal(1460) * Decimal("301.5") + 5070 * 350 + 540 * Decimal("278.5")
    assert Decimal(batch.counts["totals"]["new"]["shop_amount"]) == in_shop
    with as_person(cast.manager):
        assert sum(sale.order_amount for sale in OrderSale.objects.all()) == in_shop
