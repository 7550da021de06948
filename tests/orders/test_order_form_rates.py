"""Orders and quotes in another currency: the rate of the day, shown before it counts, or one that somebody says."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from catalog.models import Product
from ops import clock
from ops.errors import Refused
from ops.rates.actions import RateLine, keep_rates
from orders.inputs import LineInput
from orders.models import Order, OrderSale
from orders.quotes.models import Quote, QuoteSale
from tests import make

LINE = {"description": "Silk scarf", "quantity": "2", "unit_price": "1,250.50", "discount": ""}


def typed(line: dict[str, str], **said: str) -> dict[str, str]:
    form = {"name": "Rabia Aslam", "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0"}
    return form | {f"lines-0-{field}": value for field, value in line.items()} | said


@pytest.fixture
def keep(cast, as_person):
    def kept(rate: str, *, days_ago: int = 0, currency: str = "USD") -> None:
        with as_person(cast.manager):
            keep_rates([RateLine(clock.today() - timedelta(days=days_ago), currency, Decimal(rate))], by=cast.manager)

    return kept


@pytest.fixture
def counted(cast, as_person):
    def rates() -> list[Decimal]:
        with as_person(cast.manager):
            return list(OrderSale.objects.order_by("pk").values_list("rate", flat=True))

    return rates


def text(answer) -> str:
    return answer.content.decode().replace("&#x27;", "'")


def test_the_rate_is_shown_while_the_currency_is_typed(cast, client_of, keep):
    keep("278.5", days_ago=2)
    client = client_of(cast.agent)
    since = clock.today() - timedelta(days=2)

    known = text(client.get("/orders/new/rate/?currency=usd"))

    assert f"1 USD = 278.5 PKR, the shop's rate since {since:%-d %b %Y}. Or write another." in known
    assert 'name="rate_seen" value="USD 278.5"' in known
    assert "The shop has no rate of EUR yet" in text(client.get("/orders/new/rate/?currency=EUR"))
    for nothing in ("PKR", "US", "QQQ", "%00"):
        answer = client.get(f"/orders/new/rate/?currency={nothing}")
        assert (answer.status_code, 'name="rate"' in text(answer)) == (200, False)


def test_an_order_counts_at_the_rate_that_was_shown(cast, client_of, as_person, keep):
    keep("270", days_ago=9)
    keep("278.5", days_ago=2)

    answer = client_of(cast.agent).post("/orders/new/", typed(LINE, currency="usd", rate_seen="USD 278.5"))

    assert answer.status_code == 302
    with as_person(cast.manager):
        sale = OrderSale.objects.get()
        assert (sale.currency, sale.amount, sale.rate) == ("USD", 2501, Decimal("278.5"))
        assert sale.order_amount == Decimal("696528.5")


def test_a_rate_that_nobody_saw_is_shown_first_and_what_was_typed_stays(cast, client_of, as_person, keep):
    keep("278.5")
    client = client_of(cast.agent)

    for seen in ("", "USD 270", "EUR 278.5"):
        answer = client.post("/orders/new/", typed(LINE, currency="USD", rate_seen=seen))
        page = text(answer)
        assert answer.status_code == 422
        assert "1 USD counts as 278.5 PKR today. Send it once more if that is right, or write another rate." in page
        assert 'value="Silk scarf"' in page
        assert 'name="rate_seen" value="USD 278.5"' in page
    with as_person(cast.manager):
        assert not Order.objects.exists()


def test_somebody_says_another_rate(cast, client_of, keep, counted):
    keep("278.5")
    client = client_of(cast.agent)

    for said in ({"currency": "USD", "rate": "280.25"}, {"currency": "EUR", "rate": "301"},
                 {"currency": "PKR", "rate": "7"}):  # fmt: skip
        assert client.post("/orders/new/", typed(LINE, **said)).status_code == 302

    assert counted() == [Decimal("280.25"), Decimal(301), Decimal(1)]


@pytest.mark.parametrize("address", ["/orders/new/", "/quotes/new/"])
@pytest.mark.parametrize(("shops", "beside"), [("300", "EUR 300"), ("", "EUR")])
def test_a_rate_that_was_written_for_one_currency_counts_for_no_other(
    cast, client_of, as_person, keep, address, shops, beside
):
    keep("290")
    if shops:
        keep(shops, currency="EUR")
    client = client_of(cast.agent)
    said = {"currency": "eur", "rate": "278.5", "valid_until": f"{clock.today():%Y-%m-%d}"}
    for seen in ("USD 290", "USD"):
        answer = client.post(address, typed(LINE, **said, rate_seen=seen))
        page = text(answer)
        assert answer.status_code == 422
        assert "This rate was written for USD. Write how many PKR one EUR counts" in page
        assert 'name="rate" value="278.5"' in page
        assert f'name="rate_seen" value="{beside}"' in page
    with as_person(cast.manager):
        assert not OrderSale.objects.exists()
        assert not QuoteSale.objects.exists()

    assert client.post(address, typed(LINE, **said | {"rate": "301"}, rate_seen=beside)).status_code == 302


def test_the_rate_of_a_draft_stays_with_its_currency(cast, client_of, as_person, keep):
    client = client_of(cast.agent)
    said = {"valid_until": f"{clock.today():%Y-%m-%d}"}
    client.post("/quotes/new/", typed(LINE, **said, currency="USD", rate="278.5"))
    with as_person(cast.agent):
        sale = QuoteSale.objects.get()
        quote = Quote.objects.get()
    address = f"/quotes/{quote.pk}/edit/"
    seen = re.search(r'name="rate_seen" value="([^"]*)"', text(client.get(address))).group(1)
    said |= {"rate": "278.5", "rate_seen": seen, "version": str(quote.version)}

    answer = client.post(address, typed(LINE, **said, currency="EUR"))

    assert (answer.status_code, seen) == (422, "USD")
    assert "This rate was written for USD." in text(answer)
    assert client.post(address, typed(LINE, **said, currency="USD")).status_code == 302
    with as_person(cast.agent):
        assert (QuoteSale.objects.get(pk=sale.pk).currency, QuoteSale.objects.get(pk=sale.pk).rate) == (
            "USD", Decimal("278.5"))  # fmt: skip


@pytest.mark.parametrize("address", ["/orders/new/", "/quotes/new/"])
def test_the_catalogues_price_is_none_in_another_currency(cast, client_of, as_person, keep, address):
    keep("278.5")
    with as_person(cast.manager):
        Product.objects.create(sku="CH-1", name="Walnut chair", price="1250")
    line = {"description": "Walnut chair", "quantity": "3", "unit_price": "", "discount": ""}
    said = typed(line, currency="USD", rate_seen="USD 278.5", valid_until=f"{clock.today():%Y-%m-%d}")

    answer = client_of(cast.agent).post(address, said)

    assert answer.status_code == 422
    assert "Type a price in USD: the catalogue's is in PKR." in text(answer)


def test_a_copy_has_the_prices_of_then_in_its_currency_and_the_rate_of_today(cast, client_of, as_person, keep):
    with as_person(cast.manager):
        chair = Product.objects.create(sku="CH-1", name="Walnut chair", price="1250")
    line = LineInput("Chair, as on the fair", Decimal(1), Decimal(99), product=chair)
    made = make.order(cast.agent, currency="USD", rate=Decimal(250), lines=[line])
    keep("278.5")

    client = client_of(cast.agent)
    page = text(client.get(f"/orders/new/?copy={made.pk}"))

    assert 'name="lines-0-unit_price" value="99.00"' in page
    assert "Prices are today's" not in page
    assert "1 USD = 278.5 PKR" in page
    what = re.search(r'name="lines-0-description" value="([^"]*)"', page).group(1)
    line = {"description": what, "quantity": "1", "unit_price": "99.00", "discount": ""}
    sent = typed(line, currency="USD", rate_seen="USD 278.5")
    assert client.post(f"/orders/new/?copy={made.pk}", sent).status_code == 302
    with as_person(cast.manager):
        assert Order.objects.exclude(pk=made.pk).get().lines.get().product == chair


def test_the_verb_takes_the_rate_of_the_day_and_receives_nothing_without_one(cast, keep, counted):
    with pytest.raises(Refused, match="Nobody has said what one USD was in PKR"):
        make.order(cast.agent, currency="USD")
    keep("278.5")
    make.order(cast.agent, currency="USD")

    assert counted() == [Decimal("278.5")]


def test_a_quote_is_written_at_the_rate_of_its_day(cast, client_of, as_person, keep):
    keep("278.5")
    said = typed(LINE, currency="USD", rate_seen="USD 278.5", valid_until=f"{clock.today():%Y-%m-%d}")

    answer = client_of(cast.agent).post("/quotes/new/", said)

    assert answer.status_code == 302
    with as_person(cast.agent):
        assert QuoteSale.objects.get().rate == Decimal("278.5")
