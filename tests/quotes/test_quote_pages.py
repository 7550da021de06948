"""The pages of quotes, as people of each role and customers meet them."""

from datetime import timedelta

import pytest

from ops import clock
from ops.shop import setting
from orders.quotes.models import Quote, QuoteAnswer, QuoteOrder
from tests.pdfs import pages_of
from tests.quotes import offers

SAID = {
    "name": "Rabia Aslam", "phone": "0300 1234567", "email": "rabia@c.example", "city": "Lahore", "promise_on": "",
    "channel": "", "currency": "pkr", "rate": "", "note": "", "terms": "Half in advance", "lines-TOTAL_FORMS": "1",
    "lines-INITIAL_FORMS": "0", "lines-MIN_NUM_FORMS": "1", "lines-MAX_NUM_FORMS": "100",
    "lines-0-description": "Silk scarf", "lines-0-quantity": "2", "lines-0-unit_price": "1,250.50",
    "lines-0-discount": "",
}  # fmt: skip


def written(**more: str) -> dict[str, str]:
    return SAID | {"valid_until": f"{offers.today().replace(year=offers.today().year + 1):%Y-%m-%d}"} | more


def text(answer) -> str:
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_a_quote_is_written_sent_and_its_link_shown_once(cast, client_of):
    client = client_of(cast.agent)

    answer = client.post("/quotes/new/", written())
    assert answer.status_code == 302, text(answer)[:3000]
    page = text(client.get(answer.url))
    sent = text(client.post(f"{answer.url}send/", follow=True))

    assert "Rs 2,501.00" in page
    assert "Half in advance" in page
    assert "/q/" in sent
    assert "/q/" not in text(client.get(answer.url))
    assert client.post(f"{answer.url}send/").status_code == 302


def test_what_is_wrong_is_said_in_place(cast, client_of):
    client = client_of(cast.agent)

    late = client.post("/quotes/new/", written(valid_until="2020-01-01"))
    foreign = client.post("/quotes/new/", written(currency="USD"))

    assert (late.status_code, foreign.status_code) == (422, 422)
    assert "That day is over" in text(late)
    assert "no rates of USD are kept. Say its rate, or add it to the exchange rates." in text(foreign)
    assert 'value="Silk scarf"' in text(foreign)


def test_a_draft_is_edited_with_what_stands_there(cast, client_of, as_person):
    quote = offers.draft(cast.agent)
    client = client_of(cast.agent)

    form = text(client.get(f"/quotes/{quote.pk}/edit/"))
    saved = client.post(f"/quotes/{quote.pk}/edit/", written(version=str(quote.version)))
    stale = client.post(f"/quotes/{quote.pk}/edit/", written(version=str(quote.version)))

    assert 'value="Walnut chair"' in form and 'value="1250.50"' in form
    assert saved.status_code == 302
    assert stale.status_code == 409
    with as_person(cast.agent):
        assert Quote.objects.get().summary == "2 × Silk scarf"


def test_versions_stand_beside_each_other_with_their_difference(cast, client_of):
    quote, _ = offers.sent(cast.agent)
    client = client_of(cast.agent)

    edit = client.post(f"/quotes/{quote.pk}/revise/")
    client.post(edit.url, written())
    page = text(client.get(f"/quotes/{quote.pk}/?version=2&against=1"))
    old = text(client.get(f"/quotes/{quote.pk}/?version=1"))

    assert edit.url.endswith("/edit/")
    assert "From version 1 to version 2" in page
    assert "<del>Rs 11,001.00</del>" in page and "<ins>Rs 2,501.00</ins>" in page
    assert "Walnut table" in old


def test_accepting_says_who_and_leads_to_the_order_which_says_where_it_came_from(cast, client_of, as_person):
    quote, _ = offers.sent(cast.agent)
    client = client_of(cast.agent)

    refused = client.post(f"/quotes/{quote.pk}/accept/", {"name": ""})
    done = client.post(f"/quotes/{quote.pk}/accept/", {"name": "Ayesha", "note": "by WhatsApp"})

    assert (refused.status_code, done.status_code) == (422, 302)
    page = text(client.get(f"/quotes/{quote.pk}/"))
    with as_person(cast.agent):
        order = QuoteOrder.objects.get().order
    assert order.number in page and "by WhatsApp" in page
    shown = text(client.get(f"/orders/{order.pk}/"))
    assert f"/quotes/{quote.pk}/" in shown
    assert f"{cast.agent.name} made it of quote {quote.number}, version 1, accepted on" in shown
    assert "Quote</h2>" not in text(client_of(cast.production).get(f"/orders/{order.pk}/"))


@pytest.mark.parametrize("path", ["", "list/", "new/", "{pk}/", "{pk}/edit/", "{pk}/pdf/"])
def test_production_sees_no_quote(cast, client_of, path):
    quote = offers.draft(cast.agent)

    assert client_of(cast.production).get(f"/quotes/{path.format(pk=quote.pk)}").status_code == 403


def test_a_colleagues_quote_is_not_there_and_the_accountant_reads_no_names(cast, client_of):
    quote, _ = offers.sent(cast.agent)

    assert client_of(cast.other_agent).get(f"/quotes/{quote.pk}/").status_code == 404
    page = text(client_of(cast.accountant).get(f"/quotes/{quote.pk}/"))
    listed = text(client_of(cast.accountant).get("/quotes/list/"))
    assert "11,001.00" in page and "11,001.00" in listed
    assert "Ayesha Siddiqui" not in page + listed
    assert "Ayesha Siddiqui" not in "".join(
        pages_of(client_of(cast.accountant).get(f"/quotes/{quote.pk}/pdf/").content)
    )


@pytest.mark.parametrize("many", [20, 21, 22, 23, 24])
def test_the_total_of_a_long_quote_stands_with_its_last_line(cast, client_of, many):
    lines = [offers.line(f"Silk scarf {number}", "1", "10") for number in range(1, many + 1)]
    quote, _ = offers.sent(cast.agent, lines=lines)

    *_, last = pages_of(client_of(cast.agent).get(f"/quotes/{quote.pk}/pdf/").content)

    assert f"Rs {10 * many}.00" in last.replace("\N{NO-BREAK SPACE}", " ")
    assert f"Silk scarf {many} " in last


def test_board_list_palette_and_bulk_verbs(cast, client_of, as_person):
    quote, _ = offers.sent(cast.agent)
    draft = offers.draft(cast.agent, lines=[offers.line("Rug", "1", "10")])
    client = client_of(cast.agent)

    board = text(client.get("/quotes/"))
    found = text(client.get("/quotes/list/?q=ayesha&stage=sent"))
    palette = text(client.get(f"/palette/?q={quote.number}"))
    client.post("/quotes/bulk/", {"verb": "send", "choice": "mail", "pk": [draft.pk], "go": "1"})
    shown = client.post("/quotes/bulk/", {"verb": "lost", "choice": "Too late", "pk": [quote.pk], "go": "1"})

    assert f"card-{quote.pk}" in board
    assert quote.number in found and draft.number not in found
    assert quote.number in palette
    assert shown.status_code == 200


def test_the_shop_says_how_it_quotes(cast, client_of, as_person):
    client = client_of(cast.manager)
    today = clock.today()

    def say(key: str, value: str, by=client) -> int:
        return by.post("/rules/set/", {"key": f"quotes.{key}", "value": value, "starts_on": today}).status_code

    assert [say("lost_reasons", " "), say("valid_days", "0"), say("terms", "x" * 2001)] == [422, 422, 422]
    assert say("lost_reasons", "Price\n\nPrice \n Time") == say("valid_days", "30") == say("order_at_once", "") == 302
    assert say("terms", "Half in advance.\r\nRest on delivery.") == 302
    assert say("terms", "Cash only", by=client_of(cast.agent)) == 403
    with as_person(cast.agent):
        kept = [setting(f"quotes.{key}") for key in ("valid_days", "order_at_once", "lost_reasons", "terms")]
    assert kept == [30, False, ["Price", "Time"], "Half in advance.\nRest on delivery."]
    form = text(client_of(cast.agent).get("/quotes/new/"))
    assert "Half in advance." in form
    assert f'value="{today + timedelta(days=30)}"' in form


# --- the customer's page ------------------------------------------------------------------------------------------


def test_a_scanner_that_fetches_every_address_changes_nothing(cast, client, as_person):
    quote, token = offers.sent(cast.agent)

    for _ in range(2):
        for path in ("", "accept/", "decline/", "pdf/"):
            client.get(f"/q/{token}/{path}")
            client.head(f"/q/{token}/{path}")

    with as_person(cast.agent):
        kept = Quote.objects.get(pk=quote.pk)
        assert (kept.stage, kept.version, QuoteAnswer.objects.count()) == ("sent", quote.version, 0)
    page = client.get(f"/q/{token}/")
    assert "Accept for Rs 11,001.00" in text(page)
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("private, no-store", "same-origin")


def test_the_customer_accepts_sees_it_and_a_second_time_says_so(cast, client):
    _, token = offers.sent(cast.agent)

    nameless = client.post(f"/q/{token}/accept/", {"name": " "})
    first = client.post(f"/q/{token}/accept/", {"name": "Ayesha"})
    again = client.post(f"/q/{token}/accept/", {"name": "Ayesha"})
    declined = client.post(f"/q/{token}/decline/", {})

    assert (nameless.status_code, first.status_code) == (422, 302)
    assert "Ayesha accepted this quote on" in text(client.get(first.url))
    assert (again.status_code, declined.status_code) == (422, 422)
    assert "This link was already used." in text(again)
    assert "Accept for" not in text(again)


def test_the_customer_declines(cast, client, as_person):
    quote, token = offers.sent(cast.agent)

    client.post(f"/q/{token}/decline/", {"name": "", "reason": "Too dear"})

    assert "This quote was declined on" in text(client.get(f"/q/{token}/"))
    with as_person(cast.agent):
        assert Quote.objects.get(pk=quote.pk).lost_note == "Too dear"


def test_altered_ended_replaced_and_expired_links_say_what_is_wrong(cast, client, client_of, past_day):
    quote, token = offers.sent(cast.agent)
    other = token[:-2] + ("yy" if token.endswith("xx") else "xx")
    altered = client.get(f"/q/{other}/")
    posted = client.post(f"/q/{other}/accept/", {"name": "A"})
    paper = client.get(f"/q/{other}/pdf/")
    assert (altered.status_code, paper.status_code) == (404, 404)
    assert posted.status_code in {404, 422}
    assert "This link does not work" in text(altered)
    assert quote.number not in text(altered) + text(posted)

    client_of(cast.agent).post(f"/quotes/{quote.pk}/link/")
    assert "This link has ended" in text(client.get(f"/q/{token}/"))

    other, second = offers.sent(cast.agent, lines=[offers.line("Rug", "1", "10")])
    client_of(cast.agent).post(f"/quotes/{other.pk}/revise/")
    assert "The shop is writing a new version" in text(client.get(f"/q/{second}/"))
    client_of(cast.agent).post(f"/quotes/{other.pk}/send/")
    assert "There is a newer version" in text(client.get(f"/q/{second}/"))
    assert client.post(f"/q/{second}/accept/", {"name": "A"}).status_code == 422

    third_quote, third = offers.sent(cast.agent, lines=[offers.line("Lamp", "1", "10")])
    past_day(third_quote)
    assert "This quote was valid until" in text(client.get(f"/q/{third}/"))
    assert client.post(f"/q/{third}/accept/", {"name": "A"}).status_code == 422


def test_the_pdf_of_a_link_is_its_version_as_it_was_sent(cast, client, client_of):
    quote, token = offers.sent(cast.agent, terms="Half in advance")
    client_of(cast.agent).post(f"/quotes/{quote.pk}/revise/")

    answer = client.get(f"/q/{token}/pdf/")

    assert answer["Content-Type"] == "application/pdf"
    [said] = pages_of(answer.content)
    for words in (quote.number, "Ayesha Siddiqui", "Walnut table", "11,001.00", "Half in advance"):
        assert words in said.replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_of_a_quote_costs_few_queries(cast, client_of, django_assert_max_num_queries):
    quote, _ = offers.sent(cast.agent)
    client = client_of(cast.manager)
    client.get(f"/quotes/{quote.pk}/")

    with django_assert_max_num_queries(22):
        client.get(f"/quotes/{quote.pk}/")
