"""A rule of the shop reaches every page, paper and mail: how numbers are grouped, its name, where weeks begin."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from ops import clock
from ops.db.actor import acting_as, for_user, mailer
from ops.env import BASE_DIR
from ops.models import OutboxMail
from ops.shop import actions
from ops.shop.rules import every_rule
from orders import papers
from orders.actions import LineInput
from orders.forms import HoldForm
from orders.quotes.forms import blank
from tests import make
from tests.digests.conftest import YESTERDAY, origin, tell  # noqa: F401
from tests.pdfs import pages_of
from tests.quotes import offers

DEAR = LineInput("Walnut hall", Decimal(1), Decimal("1234567.50"))
PLAIN, LAKH = "1,234,56", "12,34,56"  # however it is rounded


def decide(cast, **rules) -> None:
    with acting_as(for_user(cast.owner)):
        for key, value in rules.items():
            actions.change_setting(key.replace("__", "."), value, by=cast.owner)


def papers_of(order, by, as_person) -> str:
    with as_person(by):
        pdf, _ = papers.print_one(order, by=by, paper="confirmation", choice="a4")
    return " ".join(" ".join(pages_of(pdf)).split())


@pytest.fixture
def shown(cast, client_of, as_person, origin, settings, tmp_path):  # noqa: F811
    """Everything that says the amount of one order and one quote: by its name, what it says."""
    settings.FILES_DIR = tmp_path
    order = make.order_in("in_production", cast.agent, cast.production, lines=(DEAR,), **YESTERDAY)
    quote, token = offers.sent(cast.agent, lines=(DEAR,))
    manager = client_of(cast.manager)

    def ask() -> dict[str, str]:
        pages = ("/", "/orders/", "/orders/list/", f"/orders/{order.pk}/", "/quotes/", "/quotes/list/",
                 f"/quotes/{quote.pk}/", f"/customers/{order.customer_id}/", "/report/", f"/orders/{order.pk}/past/",
                 f"/q/{token}/", "/orders/totals/")  # fmt: skip
        said = {path: manager.get(path) for path in pages}
        said["nobody"] = Client().get(f"/q/{token}/")
        found = {path: answer.content.decode() for path, answer in said.items() if answer.status_code == 200}
        found["pdf"] = " ".join(pages_of(b"".join(Client().get(f"/q/{token}/pdf/"))))
        found["paper"] = papers_of(order, cast.manager, as_person)
        return found

    return ask


@pytest.mark.django_db
def test_lakh_changes_every_amount_on_pages_papers_and_links(cast, shown):
    before = shown()
    decide(cast, money__lakh=True)
    after = shown()

    says = {name for name, text in before.items() if PLAIN in text}
    assert {"/orders/", "/orders/list/", "/quotes/", "nobody", "pdf", "paper"} <= says
    assert len(says) >= 9
    assert not [name for name, text in before.items() if LAKH in text]
    assert {name for name, text in after.items() if LAKH in text} == says
    assert not [name for name, text in after.items() if PLAIN in text]


@pytest.mark.django_db
def test_lakh_reaches_the_mails_of_quotes(cast, origin):  # noqa: F811
    decide(cast, money__lakh=True)

    offers.sent(cast.agent, lines=(DEAR,))

    with acting_as(mailer()):
        mail = OutboxMail.objects.filter(kind__startswith="quote").latest("pk")
    if PLAIN in mail.text + mail.html or LAKH in mail.text + mail.html:
        assert LAKH in mail.text
        assert PLAIN not in mail.text + mail.html


@pytest.mark.django_db
def test_currencies_are_written_as_the_shop_wants(cast, shown):
    decide(cast, money__sign="code")

    said = shown()

    assert "PKR\N{NO-BREAK SPACE}1,234,567.50" in said["nobody"]
    assert not [name for name, text in said.items() if re.search("Rs[\N{NO-BREAK SPACE} ]1,234", text)]


@pytest.mark.django_db
def test_the_shop_is_called_what_it_says_on_pages_papers_and_mails(cast, shown, client_of, as_person):
    decide(cast, shop__name="Noor & Sons", shop__address="7 Canal Bank\nLahore")

    said = shown()
    tell()

    assert "Noor &amp; Sons" in said["/orders/"]
    assert "Noor &amp; Sons" in said["nobody"]
    assert "Noor &amp; Sons" in Client().get("/accounts/login/").content.decode()
    assert "Noor & Sons" in said["pdf"] and "7 Canal Bank" in said["pdf"]
    assert "Noor & Sons" in said["paper"] and "7 Canal Bank" in said["paper"]
    with acting_as(mailer()):
        assert all("Noor & Sons" in mail.text for mail in OutboxMail.objects.filter(kind="digest"))


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "head"), [("monday", "Mon"), ("saturday", "Sat"), ("sunday", "Sun")])
def test_weeks_begin_where_the_shop_says(cast, client_of, first, head):
    if first != "monday":
        decide(cast, calendar__week_start=first)

    page = client_of(cast.manager).get("/orders/calendar/?month=2026-11").content.decode()

    week = re.findall(r">(Mon|Tue|Wed|Thu|Fri|Sat|Sun)<", page)
    assert week[0] == head
    assert len(week) == len(set(week)) == 7


@pytest.mark.django_db
def test_what_cannot_be_printed_is_no_name(cast, client_of):
    browser = client_of(cast.owner)

    for value in ("", "  ", "x" * 61):
        said = {"key": "shop.name", "value": value, "starts_on": "2030-01-01"}
        assert browser.post("/rules/set/", said).status_code == 422


@pytest.mark.django_db
def test_days_that_are_proposed_are_days_on_which_the_shop_works(cast, as_person):
    week, two = (clock.today() + timedelta(days=days) for days in (7, 14))
    decide(cast, calendar__working_days=[(week.weekday() + 2) % 7])

    with as_person(cast.owner):
        assert HoldForm()["until"].value() == week + timedelta(days=2)
        assert blank()["valid_until"] == two + timedelta(days=2)


def _code() -> dict[str, str]:
    apps = ("ops", "accounts", "customers", "catalog", "orders", "analytics")
    paths = [path for app in apps for path in (BASE_DIR / app).rglob("*.py") if path.name != "shop_rules.py"]
    return {str(path.relative_to(BASE_DIR)): path.read_text() for path in paths}


def test_every_rule_of_the_shop_has_a_reader():
    code = _code()
    read = re.compile(r"""(?:setting|shown|value|rule)\(\s*"([a-z_]+\.[a-z_]+)\"""")
    keys = {key for text in code.values() for key in read.findall(text)}

    assert every_rule().keys() - keys == set()


def test_what_reads_the_calendar_is_asked_from_outside_of_it():
    outside = "\n".join(text for path, text in _code().items() if not path.startswith("ops/shop/"))
    asked = {"is_working_day", "working_day_from", "working_days_between"}

    assert {name for name in asked if f"{name}(" not in outside} == set()
