"""A quote from the first word to the order: exact amounts, versions that stay, one order whoever answers how often."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from ops.db.actor import acting_as, for_link, mailer, task
from ops.errors import Conflict, Refused
from ops.models import Event, OutboxMail
from ops.shop import working_day_from
from orders.models import Order, OrderLine, OrderLinePrice, OrderSale
from orders.quotes import actions, answers
from orders.quotes.models import Quote, QuoteAnswer, QuoteOrder, QuoteSale, QuoteVersion
from tests import make
from tests.quotes import offers


def fresh(quote):
    return Quote.objects.get(pk=quote.pk)


def test_a_draft_is_written_with_its_amounts(cast, as_person):
    quote = offers.draft(cast.agent)

    with as_person(cast.agent):
        quote = fresh(quote)
        assert (quote.number[:3], quote.stage, quote.current.n) == ("QT-", "draft", 1)
        assert QuoteSale.objects.get(pk=quote.current_id).shop_amount == Decimal("11001.0000")
        assert quote.summary == "2 × Walnut chair + 1 more"


def test_sending_mails_the_link_once_and_freezes_the_version(cast, as_person, settings):
    settings.ORIGIN = "https://shop.example"
    quote, token = offers.sent(cast.agent)

    with as_person(cast.agent):
        again, nothing = actions.send_quote(quote, by=cast.agent)
        assert (again.stage, nothing) == ("sent", "")
        with pytest.raises(Refused, match="make a new version"):
            actions.edit_draft(quote, offers.offer(), by=cast.agent)
    with acting_as(mailer()):
        [mail] = OutboxMail.objects.filter(kind="quote.sent")
    assert mail.recipient == "ayesha@c.example"
    assert f"https://shop.example/q/{token}/" in mail.text
    assert "11,001.00" in mail.text


def test_accepting_makes_the_order_without_typing_anything_again(cast, as_person):
    quote, _ = offers.sent(cast.agent, promise_on=offers.today() + timedelta(days=20), channel="WhatsApp", note="Oiled")

    with as_person(cast.agent):
        answers.accept_quote(quote, by=cast.agent, name="Ayesha", note="on the phone")
        made = QuoteOrder.objects.get(quote=quote)
        order = made.order
        assert (order.agent_id, order.customer_id) == (cast.agent.pk, fresh(quote).customer_id)
        assert (order.channel, order.production_note, order.stage) == ("WhatsApp", "Oiled", "received")
        assert order.promise_on == offers.today() + timedelta(days=20)
        assert list(OrderLine.objects.filter(order=order).values_list("description", "quantity")) == [
            ("Walnut chair", Decimal("2.000")), ("Walnut table", Decimal("1.000")),
        ]  # fmt: skip
        assert list(OrderLinePrice.objects.filter(line__order=order).order_by("line__position").values_list(
            "unit_price", "discount", "total")) == [
            (Decimal("1250.5000"), Decimal(0), Decimal("2501.0000")), (Decimal(9000), Decimal(500), Decimal(8500)),
        ]  # fmt: skip
        assert OrderSale.objects.get(order=order).amount == Decimal("11001.0000")
        assert answers.convert_quote(quote, by=cast.agent) == order
        said = Event.objects.get(noun="order", subject_id=order.pk, kind="order.from_quote").data
        assert (said["quote"], said["n"], said["who"]) == (quote.number, 1, "the customer")


def test_where_the_shop_wants_it_the_order_waits_for_one_click(cast, as_person):
    offers.order_at_once(cast.manager, yes=False)
    quote, token = offers.sent(cast.agent)
    answers.accept_by_link(token, name="Ayesha Siddiqui")

    with as_person(cast.agent):
        assert not QuoteOrder.objects.exists()
        first = answers.convert_quote(quote, by=cast.agent)
        assert answers.convert_quote(quote, by=cast.agent) == first
        assert Order.objects.count() == 1


def test_another_currency_comes_into_the_order_with_its_rate(cast, as_person):
    quote, _ = offers.sent(cast.agent, currency="USD", rate=Decimal("280.5"), lines=[offers.line("Rug", "1", "100")])

    with as_person(cast.agent):
        answers.accept_quote(quote, by=cast.agent, name="Ayesha")
        sale = OrderSale.objects.get(order__quoted__quote=quote)
    assert (sale.currency, sale.amount, sale.order_amount) == ("USD", Decimal(100), Decimal(28050))


def test_a_customer_without_phone_or_mail_is_not_made_twice(cast, as_person):
    from customers.models import Customer
    from orders.actions import CustomerInput

    quote, _ = offers.sent(cast.agent, customer=CustomerInput("Walk-in Bano"))

    with as_person(cast.agent):
        answers.accept_quote(quote, by=cast.agent, name="Bano")
        assert Customer.objects.filter(name="Walk-in Bano").count() == 1
        assert Order.objects.get().customer_id == fresh(quote).customer_id


def test_a_colleagues_customer_quoted_by_phone_becomes_an_own_order(cast, as_person):
    theirs = make.order(cast.other_agent, name="Ayesha Siddiqui", phone="+923001234567")
    quote, token = offers.sent(cast.agent)

    answers.accept_by_link(token, name="Ayesha")

    with as_person(cast.agent):
        assert QuoteOrder.objects.get(quote=quote).order.customer_id == theirs.customer_id


# --- versions -----------------------------------------------------------------------------------------------------


def test_a_new_version_leaves_the_old_one_as_it_was_sent(cast, as_person):
    quote, token = offers.sent(cast.agent)
    with as_person(cast.agent):
        quote = actions.revise_quote(quote, by=cast.agent)
        quote = actions.edit_draft(quote, offers.offer(lines=[make.CHAIR]), by=cast.agent)
        amounts = QuoteSale.objects.filter(version__quote=quote).order_by("version__n").values_list("amount", flat=True)
        assert list(amounts) == [Decimal(11001), Decimal(2501)]
        quote, second = actions.send_quote(quote, by=cast.agent)

    with pytest.raises(Refused, match="newer version"):
        answers.accept_by_link(token, name="Ayesha")
    answers.accept_by_link(second, name="Ayesha")
    with as_person(cast.agent):
        assert QuoteOrder.objects.get(quote=quote).n == 2
        assert OrderSale.objects.get(order__quoted__quote=quote).amount == Decimal(2501)


def test_the_difference_of_two_versions_names_what_changed(cast, as_person):
    from orders.quotes.queries import quote_page

    quote, _ = offers.sent(cast.agent)
    with as_person(cast.agent):
        quote = actions.revise_quote(quote, by=cast.agent)
        lines = [offers.line("Walnut chair", "3", "1250.50"), offers.line("Stool", "1", "400")]
        quote = actions.edit_draft(quote, offers.offer(lines=lines), by=cast.agent)
        page = quote_page(quote, cast.agent, n=2, against=1)

    said = [
        (one.what, one.was.replace("\N{NO-BREAK SPACE}", " "), one.now.replace("\N{NO-BREAK SPACE}", " "))
        for one in page.differences
    ]
    assert said == [
        ("Walnut chair", "2 × Rs 1,250.50 = Rs 2,501.00", "3 × Rs 1,250.50 = Rs 3,751.50"),
        ("Walnut table", "1 × Rs 9,000.00 − Rs 500.00 = Rs 8,500.00", ""),
        ("Stool", "", "1 × Rs 400.00 = Rs 400.00"),
        ("Total", "Rs 11,001.00", "Rs 4,151.50"),
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "update quotes_quotelineprice set unit_price = 1",
        "update quotes_quoteline set description = 'x'",
        "delete from quotes_quoteline",
        "update quotes_quotesale set amount = 1",
        "update quotes_quoterecipient set name = 'x'",
        "update quotes_quoteversion set valid_until = valid_until + 1",
        "update quotes_quoteversion set sent_at = null",
        "insert into quotes_quoteline (version_id, position, sku, description, category, quantity)"
        " select id, 9, '', 'x', '', 1 from quotes_quoteversion",
    ],
)
def test_nobody_changes_a_sent_version_by_sql(cast, as_person, sql):
    offers.sent(cast.agent)

    for person in (cast.agent, cast.manager, cast.owner):
        with (
            as_person(person),
            pytest.raises(DatabaseError) as refused,
            transaction.atomic(),
            connection.cursor() as on,
        ):
            on.execute(sql)
        assert refused.value.__cause__.diag.constraint_name in {"ops_guard_quote_part", "ops_guard_quote_sent"}


def test_a_line_does_not_move_from_a_draft_into_a_sent_version(cast, as_person):
    offers.draft(cast.agent)
    offers.sent(cast.agent)

    with as_person(cast.agent), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as on:
        on.execute("update quotes_quoteline set position = position + 10, version_id = (select max(id) from"
                   " quotes_quoteversion) where version_id = (select min(id) from quotes_quoteversion)")  # fmt: skip


# --- what ends it -------------------------------------------------------------------------------------------------


def test_lost_asks_for_one_of_the_shops_reasons_and_can_be_opened_again(cast, as_person):
    quote, _ = offers.sent(cast.agent)
    with as_person(cast.agent):
        with pytest.raises(Refused, match="Choose why"):
            actions.lose_quote(quote, by=cast.agent, reason="Because")
        actions.lose_quote(quote, by=cast.agent, reason="Too late", note="needed it by Eid")
        assert (fresh(quote).stage, fresh(quote).lost_reason) == ("lost", "Too late")
        actions.reopen_quote(quote, by=cast.agent)
        assert (fresh(quote).stage, fresh(quote).lost_reason, fresh(quote).decided_at) == ("sent", "", None)


def test_an_accepted_quote_that_became_an_order_is_not_opened_again(cast, as_person):
    quote, _ = offers.sent(cast.agent)
    with as_person(cast.agent):
        answers.accept_quote(quote, by=cast.agent, name="Ayesha")
        with pytest.raises(DatabaseError, match="has become an order"), transaction.atomic():
            actions.reopen_quote(quote, by=cast.agent)


def test_the_job_ends_a_quote_on_its_day_once_and_a_new_version_brings_it_back(cast, as_person, past_day):
    quote, token = offers.sent(cast.agent)
    alive, _ = offers.sent(cast.other_agent)
    past_day(quote)

    for expected in (1, 0):
        with acting_as(task("quotes")):
            assert answers.expire_quotes() == expected
    with pytest.raises(Refused, match=r"answered already|valid until"):
        answers.accept_by_link(token, name="Ayesha")
    with as_person(cast.manager):
        assert (fresh(quote).stage, fresh(alive).stage) == ("expired", "sent")
        assert Event.objects.filter(kind="quote.expired").count() == 1
        again = actions.reopen_quote(quote, by=cast.manager)
        until = working_day_from(offers.today() + timedelta(days=14))
        assert (again.stage, again.current.n, again.valid_until) == ("draft", 2, until)


def test_a_quote_past_its_day_is_accepted_by_nobody_even_before_the_job_ran(cast, as_person, past_day):
    quote, token = offers.sent(cast.agent)
    past_day(quote)

    with pytest.raises(Refused, match="valid until"):
        answers.accept_by_link(token, name="Ayesha")
    with as_person(cast.manager), pytest.raises(DatabaseError) as refused, transaction.atomic():
        Quote.objects.filter(pk=quote.pk).update(stage="accepted", accepted_id=fresh(quote).current_id)
    assert refused.value.__cause__.diag.constraint_name == "ops_guard_quote_expired"


# --- by the link --------------------------------------------------------------------------------------------------


def test_the_link_answers_once_and_goes_on_showing_what_was_answered(cast, as_person):
    _, token = offers.sent(cast.agent)

    answers.accept_by_link(token, name="  Ayesha   Siddiqui ")

    for verb in (answers.accept_by_link, answers.decline_by_link):
        with pytest.raises(Refused, match=r"^This link was already used\.$"):
            verb(token, name="Somebody else")
    with acting_as(for_link(token)):
        assert [row.name for row in QuoteAnswer.objects.all()] == ["Ayesha Siddiqui"]
        assert Quote.objects.get().stage == "accepted"
    with as_person(cast.manager):
        assert Order.objects.count() == 1
        [story] = Event.objects.filter(kind="quote.accepted_by_customer")
        assert (story.by_id, story.source) == (None, "link")
        assert Event.objects.get(kind="order.from_quote").data["who"] == "the customer through the link"
    with acting_as(mailer()):
        assert OutboxMail.objects.filter(kind="quote.answered", recipient=cast.agent.email).count() == 1


def test_a_customer_declines_with_a_reason(cast, as_person):
    quote, token = offers.sent(cast.agent)

    answers.decline_by_link(token, reason="My cousin makes it")

    with as_person(cast.agent):
        kept = fresh(quote)
        assert (kept.stage, kept.lost_reason, kept.lost_note) == (
            "lost",
            "Declined by the customer",
            "My cousin makes it",
        )
        assert QuoteAnswer.objects.get().by_customer


def test_a_link_opens_its_own_version_and_nothing_else(cast):
    quote, token = offers.sent(cast.agent)
    offers.sent(cast.other_agent)

    with acting_as(for_link(token)):
        assert [row.pk for row in Quote.objects.all()] == [quote.pk]
        assert QuoteVersion.objects.count() == 1
        assert QuoteSale.objects.get().amount == Decimal(11001)
    with acting_as(for_link(token[:-1] + ("x" if token[-1] != "x" else "y"))):
        assert not Quote.objects.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "update quotes_quote set stage = 'accepted', accepted_id = current_id",
        "update quotes_quote set stage = 'lost', lost_reason = 'x'",
        "update quotes_quote set lost_note = 'x'",
        "insert into quotes_quoteanswer (quote_id, n, kind, name, note, by_customer)"
        " select id, 1, 'accepted', 'x', '', true from quotes_quote",
        "insert into ops_event (kind, noun, subject_id, data, source, reason, request, txid)"
        " select 'quote.accepted', 'quote', id, '{}', '', '', '', 0 from quotes_quote",
    ],
)
def test_a_link_that_is_not_used_up_writes_nothing(cast, sql):
    _, token = offers.sent(cast.agent)

    refused = pytest.raises(DatabaseError, match="row-level security")
    with acting_as(for_link(token)), refused, transaction.atomic(), connection.cursor() as on:
        on.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "update quotes_quotesale set amount = 1",
        "update quotes_quoteversion set terms = ''",
        "update quotes_quote set agent_id = 1",
        "delete from quotes_quoteline",
        "select * from customers_customer",
        "insert into quotes_quoteorder (quote_id, order_id, n) values (1, 1, 1)",
    ],
)
def test_the_links_role_has_no_right_to_more(cast, sql):
    _, token = offers.sent(cast.agent)

    with acting_as(for_link(token)), transaction.atomic(), connection.cursor() as on:
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            on.execute(sql)
        assert not Order.objects.exists()


def test_a_new_link_ends_the_one_before(cast, as_person):
    quote, token = offers.sent(cast.agent)
    with as_person(cast.agent):
        second = actions.make_link(quote, by=cast.agent)

    with pytest.raises(Refused, match="not valid, or it has ended"):
        answers.accept_by_link(token, name="Ayesha")
    answers.accept_by_link(second, name="Ayesha")


# --- who ----------------------------------------------------------------------------------------------------------


def test_a_colleague_production_and_finance_change_no_quote(cast, as_person):
    quote, _ = offers.sent(cast.agent)

    with as_person(cast.other_agent), pytest.raises(Refused, match="not yours"):
        actions.lose_quote(quote, by=cast.other_agent, reason="Too late")
    with as_person(cast.production), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(Quote.objects.all())
    with as_person(cast.finance), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        actions.lose_quote(quote, by=cast.finance, reason="Too late")


def test_two_editors_of_a_draft_do_not_overwrite_each_other(cast, as_person):
    quote = offers.draft(cast.agent)
    with as_person(cast.manager):
        actions.edit_draft(quote, offers.offer(lines=[make.CHAIR]), by=cast.manager, version=quote.version)

    with as_person(cast.agent), pytest.raises(Conflict):
        actions.edit_draft(quote, offers.offer(), by=cast.agent, version=quote.version)


def test_conversion_is_accepted_of_decided_by_month_under_the_readers_rights(cast, as_person):
    from orders.quotes.queries import conversion

    for index, agent in enumerate([cast.agent] * 4 + [cast.other_agent]):
        _, token = offers.sent(agent, lines=[offers.line(f"Thing {index}", "1", "10")])
        if index in {0, 1, 4}:
            answers.accept_by_link(token, name="A")
        elif index == 2:
            answers.decline_by_link(token)
    unsent = offers.draft(cast.agent)
    with as_person(cast.agent):
        actions.lose_quote(unsent, by=cast.agent, reason="Other")
        mine = conversion(offers.today())
        last = conversion(offers.today().replace(day=1) - timedelta(days=1))
    with as_person(cast.manager):
        everybody, of_one = conversion(offers.today()), conversion(offers.today(), cast.agent)

    assert (mine.accepted, mine.decided, mine.rate) == (2, 3, Decimal(2) / 3)
    assert (everybody.accepted, everybody.decided, everybody.rate) == (3, 4, Decimal("0.75"))
    assert of_one == mine
    assert (last.decided, last.rate) == (0, None)
