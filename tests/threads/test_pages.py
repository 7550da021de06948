"""Threads on pages: the order's, the customer's, their own, the palette, and the page behind the customer's link."""

import json
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from ops import links
from ops.files.intake import prepare
from ops.threads import actions
from ops.threads.models import Message
from orders import actions as order_actions
from orders.models import Order
from tests import make

SCRIPT = {"accept": "application/json"}
FRAGMENT = {"hx-request": "true"}


def page(client, url, **headers) -> str:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def posted(client, order, text, visibility="internal", key=None, **more):
    said = {"text": text, "visibility": visibility, "key": str(key or uuid4()), **more}
    return client.post(f"/threads/order/{order.pk}/write/", said)


# --- with and without script


def test_a_plain_form_writes_and_goes_back_to_the_order(order, cast, client_of):
    client = client_of(cast.agent)

    answer = posted(client, order, "Call <b>them</b> @Usman Ghani")

    assert (answer.status_code, answer.url) == (302, f"/threads/order/{order.pk}/")
    shown = page(client, answer.url)
    assert "Call &lt;b&gt;them&lt;/b&gt; @Usman Ghani" in shown
    assert f"Usman Ghani will not be told: they may not see {order.number}." in shown
    assert f'href="{answer.url}">Read and write messages' in page(client, f"/orders/{order.pk}/")


def test_what_is_refused_stays_in_the_form(order, cast, client_of):
    answer = posted(client_of(cast.agent), order, "kept <words>" + "x" * 10_000, "customer")

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "is 12 characters too long" in shown
    assert ">kept &lt;words&gt;xxx" in shown
    assert 'value="customer" checked' in shown


@pytest.mark.parametrize("text", ["", "  ", "a\x00b"])
def test_nothing_and_a_null_byte_are_refused(text, order, cast, client_of, as_person):
    answer = posted(client_of(cast.agent), order, text)

    assert answer.status_code == 422
    with as_person(cast.agent):
        assert Message.objects.count() == 0


def test_by_script_one_hears_what_became_of_it_and_gets_a_new_key(order, cast, client_of, as_person):
    client, key = client_of(cast.agent), uuid4()
    said = {"text": "@Sana Noor look", "key": str(key)}

    first = client.post(f"/threads/order/{order.pk}/write/", said, headers=SCRIPT).json()
    again = client.post(f"/threads/order/{order.pk}/write/", said, headers=SCRIPT).json()
    refused = client.post(f"/threads/order/{order.pk}/write/", {"text": " "}, headers=SCRIPT)

    assert first["notes"] == [f"Sana Noor will not be told: they may not see {order.number}."]
    assert first["id"] == again["id"]
    assert first["key"] not in (str(key), again["key"])
    assert (refused.status_code, refused.json()) == (422, {"error": "Write something first."})


def test_a_picture_is_attached_and_seen_by_its_readers(order, cast, client_of):
    client = client_of(cast.agent)
    picture = SimpleUploadedFile("image.png", make.photo((40, 30)), "image/png")

    assert posted(client, order, "", files=[picture]).status_code == 302

    with_photo = page(client, f"/threads/order/{order.pk}/")
    [url] = {
        part.split('"')[0]
        for part in with_photo.split('href="')
        if part.startswith("/files/") and "all.zip" not in part
    }
    assert client_of(cast.production).get(url).status_code == 200
    assert client_of(cast.other_agent).get(url).status_code == 404


def test_a_file_that_is_refused_takes_the_message_along_and_what_was_typed_stays(order, cast, client_of, as_person):
    empty = SimpleUploadedFile("empty.txt", b"", "text/plain")

    answer = posted(client_of(cast.agent), order, "see the file", files=[empty])

    assert answer.status_code == 422
    assert "empty.txt is empty" in answer.content.decode()
    assert ">see the file</textarea>" in answer.content.decode()
    with as_person(cast.agent):
        assert Message.objects.count() == 0


def test_a_form_of_another_site_writes_nothing(order, cast, client_of):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(cast.agent).cookies

    assert posted(strict, order, "forged").status_code == 403


def test_who_may_be_named_is_who_may_see_the_order(order, cast, client_of):
    said = client_of(cast.agent).get(f"/threads/order/{order.pk}/people/").json()["people"]

    assert {one["name"] for one in said} == {
        "Ayesha Khan",
        "Hamza Sheikh",
        "Bilal Shah",
        "Hira Baig",
        "Nadia Malik",
        "Tariq Mehmood",
    }
    assert {"name": "Bilal Shah", "role": "Production"} in said


# --- reading


def test_numbers_lead_to_orders_that_the_reader_may_see(order, cast, client_of, write):
    other = make.order(cast.other_agent, name="Not yours", phone="+923009998877")
    write(cast.manager, f"like {other.number} and {order.number.lower()}, not SO-99999")

    agent, manager = (
        page(client_of(cast.agent), f"/threads/order/{order.pk}/"),
        page(client_of(cast.manager), f"/threads/order/{order.pk}/"),
    )

    assert f'href="/orders/{order.pk}/">{order.number.lower()}</a>' in agent
    assert f"/orders/{other.pk}/" not in agent
    assert f'href="/orders/{other.pk}/">{other.number}</a>' in manager
    assert "SO-99999</a>" not in manager


def test_only_notes_to_the_customer_are_shared_by_whatsapp_and_only_by_who_knows_the_phone(
    order, cast, client_of, write
):
    write(cast.agent, "internal & secret")
    write(cast.agent, "Ready on Monday.\n50% is due & ok?", "customer")

    shown = page(client_of(cast.agent), f"/threads/order/{order.pk}/")
    [link] = [part.split('"')[0] for part in shown.split('href="') if part.startswith("https://wa.me/")]
    address, _, text = link.partition("?text=")

    assert address == "https://wa.me/923001112233"
    assert unquote(text) == "Ready on Monday.\n50% is due & ok?"
    assert 'rel="noopener noreferrer"' in shown[shown.index(link) :][:300]
    assert "wa.me" not in page(client_of(cast.accountant), f"/threads/order/{order.pk}/")
    assert "wa.me" not in page(client_of(cast.production), f"/threads/order/{order.pk}/")


def test_a_long_thread_shows_the_newest_and_finds_the_rest(order, cast, client_of, write):
    for number in range(45):
        message = write(cast.agent, f"word{number:02} of the thread")
    client, url = client_of(cast.agent), f"/threads/order/{order.pk}/"

    shown = page(client, f"/threads/order/{order.pk}/")
    assert [f"word{number:02}" in shown for number in (44, 25, 24)] == [True, True, False]
    assert 'type="search"' in shown
    earlier = page(client, f"{url}?before={message.pk - 19}", **FRAGMENT)
    assert [f"word{number:02}" in earlier for number in (25, 24, 5, 4)] == [False, True, True, False]
    assert "Earlier messages" in earlier
    found = page(client, f"{url}?q=WORD03+thread", **FRAGMENT)
    assert "<mark>word03</mark> of the <mark>thread</mark>" in found
    assert "No message with" in page(client, f"{url}?q=nothing", **FRAGMENT)
    live = page(client, f"{url}?since={message.pk - 30}&ids={order.pk}", **{"ops-live": "1"})
    assert live.count('<li class="message') == 31
    assert "<textarea" not in live
    first = message.pk - 44
    assert client.get(f"/threads/{first}/").url == f"{url}?since={first}#message-{first}"
    assert f'id="message-{first}"' in page(client, f"{url}?since={first}")


def test_whoever_lost_the_order_is_told_so_on_the_threads_own_page(order, cast, client_of, write, as_person):
    write(cast.agent, "secret")
    with as_person(cast.production):
        ready = order_actions.mark_ready(order, by=cast.production)
    with as_person(cast.agent):
        order_actions.ship_order(ready, by=cast.agent, tracking="1", carrier="TCS")

    gone = page(client_of(cast.production), f"/threads/order/{order.pk}/?since=0", **{"ops-live": "1"})

    assert "data-gone" in gone
    assert "secret" not in gone


# --- changing


def test_in_its_place_a_message_is_changed_and_removed(order, cast, client_of, write):
    message, client = write(cast.agent, "frist"), client_of(cast.agent)
    url = f"/threads/{message.pk}/edit/"

    assert ">frist</textarea>" in page(client, url, **FRAGMENT)
    saved = client.post(url, {"text": "first @Usman", "version": "1"}, headers=FRAGMENT).content.decode()
    stale = client.post(url, {"text": "mine <3", "version": "1"}, headers=FRAGMENT)
    gone = client.post(f"/threads/{message.pk}/remove/", headers=FRAGMENT).content.decode()

    assert "edited" in saved
    assert "Usman Ghani will not be told" in saved
    assert stale.status_code == 409
    assert ">mine &lt;3</textarea>" in stale.content.decode()
    assert "first @Usman" in stale.content.decode()
    assert 'name="version" value="2"' in stale.content.decode()
    assert "Removed by the writer" in gone
    assert "first" not in gone
    assert "Removed by the writer" in page(client_of(cast.manager), f"/threads/order/{order.pk}/")
    assert client.post(url, {"text": "x", "version": "2"}).status_code == 422
    assert client_of(cast.other_agent).post(f"/threads/{message.pk}/remove/").status_code == 404
    stands = write(cast.agent, "stands")
    assert client_of(cast.production).post(f"/threads/{stands.pk}/remove/").status_code == 422
    assert (
        client_of(cast.production).post(f"/threads/{stands.pk}/edit/", {"text": "x", "version": "1"}).status_code == 422
    )


def test_without_script_it_is_changed_on_a_page_of_its_own(cast, client_of, write, order):
    message, client = write(cast.agent, "frist"), client_of(cast.agent)

    assert "<title>" in page(client, f"/threads/{message.pk}/edit/")
    answer = client.post(f"/threads/{message.pk}/edit/", {"text": "first", "version": "1"})
    place = f"/threads/order/{order.pk}/?since={message.pk}#message-{message.pk}"
    assert answer.url == client.post(f"/threads/{message.pk}/remove/").url == place


# --- found


def test_messages_are_in_the_palette_for_who_may_read_them(order, cast, client_of, write, as_person):
    message = write(cast.production, "The sponge is torn; sponsored foam instead")
    gone = write(cast.agent, "sponge, removed")
    with as_person(cast.agent):
        actions.remove(gone, by=cast.agent)

    for query in ("sponge", "spon", "torn sponge", '"sponge is"', "SPONSORED"):
        shown = page(client_of(cast.agent), f"/palette/?q={query}", **FRAGMENT)
        assert f"/threads/{message.pk}/" in shown, query
        assert f"/threads/{gone.pk}/" not in shown
        assert order.number in shown
    for who in (cast.other_agent, cast.sysadmin):
        assert "sponge is" not in page(client_of(who), "/palette/?q=sponge", **FRAGMENT)
    for query in ("50%_", "\\", "' or 1=1 --", "&|!():*", "a\x00b"):
        assert f"/threads/{message.pk}/" not in page(client_of(cast.agent), "/palette/", **FRAGMENT)
        assert client_of(cast.agent).get("/palette/", {"q": query}, headers=FRAGMENT).status_code == 200


def test_hits_of_others_do_not_fill_the_cap(cast, as_person, order, write):
    mine = write(cast.agent, "needle in mine")
    other = make.order(cast.other_agent, name="Other", phone="+923009998877")
    for number in range(30):
        write(cast.other_agent, f"needle {number}", of=other)

    with as_person(cast.agent), connection.cursor() as cursor:
        cursor.execute("select ops.search_messages('needle', 5)")
        assert cursor.fetchone() == ([mine.pk],)


# --- customers


def test_a_customer_has_a_thread_and_the_timeline_says_what_was_written(order, cast, client_of, as_person, write):
    with as_person(cast.agent):
        customer = Customer.objects.get(pk=order.customer_id)
    client = client_of(cast.agent)
    write(cast.agent, "Prefers calls in the morning", of=customer)
    write(cast.agent, "Ready on Monday.", "customer")

    shown = page(client, f"/threads/customer/{customer.pk}/")

    assert "Prefers calls in the morning" in shown
    assert "The customer reads this on the page of each of their orders" in shown
    story = page(client, f"/customers/{customer.pk}/?kind=messages")
    assert "wrote to the customer: Ready on Monday." in story
    assert order.number in story
    assert client_of(cast.other_agent).get(f"/threads/customer/{customer.pk}/").status_code == 404
    assert client_of(cast.production).get(f"/threads/customer/{customer.pk}/").status_code == 403


def test_a_merge_takes_the_messages_along_and_back(order, cast, as_person, write):
    from customers import merge_actions

    with as_person(cast.manager):
        kept = Customer.objects.get(pk=order.customer_id)
        other = make.order(cast.manager, name="Ayesha S.", phone="+923004445566")
        gone = Customer.objects.get(pk=other.customer_id)
    message = write(cast.manager, "known as two", of=gone)

    with as_person(cast.manager):
        merge = merge_actions.merge_customers(kept, gone, by=cast.manager)
        message.refresh_from_db()
        assert (message.subject_id, message.text, message.version) == (kept.pk, "known as two", 1)
        merge_actions.undo_merge(merge, by=cast.manager)
        message.refresh_from_db()
        assert message.subject_id == gone.pk


# --- what the customer reads


def test_the_customer_reads_notes_and_nothing_else(order, cast, as_person, write):
    with as_person(cast.agent):
        customer = Customer.objects.get(pk=order.customer_id)
        token = links.issue("order_status", order.pk, valid_for=timedelta(days=1))
        other = Order.objects.get(pk=make.order(cast.agent, name="Someone else", phone="+923007776655").pk)
    write(cast.agent, "margin is thin")
    photo = prepare(make.photo((40, 30), "JPEG"), "table.jpg")
    write(cast.agent, f"Ready on <Monday>, like {other.number}. https://a.example/map", "customer", attached=[photo])
    write(cast.manager, "A holiday on Friday.", "customer", of=customer)
    write(cast.manager, "internal of the customer", of=customer)
    write(cast.agent, "for somebody else", "customer", of=other)
    gone = write(cast.agent, "a mistake", "customer")
    with as_person(cast.agent):
        actions.remove(gone, by=cast.agent)

    shown = page(Client(), f"/o/{token}/")

    assert "Ready on &lt;Monday&gt;" in shown
    assert 'href="https://a.example/map"' in shown
    assert "A holiday on Friday." in shown
    for hidden in ("margin", "internal of", "for somebody else", "a mistake", cast.agent.name, f"/orders/{other.pk}/"):
        assert hidden not in shown, hidden
    [picture] = {part.split('"')[0] for part in shown.split('src="') if part.startswith("/o/")}
    assert Client().get(picture).headers["Content-Type"] == "image/jpeg"
    with as_person(cast.agent):
        other_token = links.issue("order_status", other.pk, valid_for=timedelta(days=1))
    assert Client().get(picture.replace(token, other_token)).status_code == 404
    assert Client().get(picture.replace(token, "x" * 32)).status_code == 404


# --- what it costs


@pytest.mark.parametrize("who", ["manager", "agent", "production"])
def test_a_full_thread_takes_a_few_queries_and_the_page_around_it_none(who, order, cast, client_of, write):
    for number in range(25):
        write(
            cast.agent,
            f"{number}: @{cast.manager.name} see {order.number}",
            "customer" if number % 2 else "internal",
        )
    client = client_of(getattr(cast, who))
    client.get(f"/orders/{order.pk}/")

    with CaptureQueriesContext(connection) as around:
        client.get(f"/orders/{order.pk}/")
    with CaptureQueriesContext(connection) as inside:
        page(client, f"/threads/order/{order.pk}/", **FRAGMENT)

    assert not [one for one in around if "threads_message" in one["sql"] and "ops_event" not in one["sql"]]
    assert sum("threads_message" in one["sql"] for one in inside) == 1
    assert len(inside) <= 10, json.dumps([one["sql"][:120] for one in inside], indent=1)
