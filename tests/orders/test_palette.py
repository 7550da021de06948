"""The palette over pages, records and verbs: what it offers is what the order's own page offers, to the word (X1)."""

import json
import re
from urllib.parse import quote

import pytest
from django.conf import settings

from ops.db.actor import acting_as, for_user
from ops.management.commands.assets import named_icons
from orders.models import Order
from orders.verbs import VERBS, offers_for
from tests import make

STAGES = ["received", "in_production", "ready_to_ship", "shipped", "delivered"]
PEOPLE = ["admin", "manager", "agent", "other_agent", "production", "finance", "accountant", "owner"]


def asked(client, query="", *, here="", recent=()):
    address = f"/palette/?q={quote(query)}&recent={quote(' '.join(recent))}"
    html = client.get(address, headers={"HX-Current-URL": f"http://testserver{here}"}).content.decode()
    groups = {}
    for part in re.split(r'<li class="group"[^>]*>', html)[1:]:
        title, _, items = part.partition("</li>")
        groups[title] = re.findall(r"<span>([^<]*)</span>", items)
    return groups, html


def posts(html):
    return re.findall(r'data-post="([^"]*)" data-version="([^"]*)"', html)


def test_on_an_orders_page_it_begins_with_what_may_be_done_to_it(cast, client_of, shop):
    order = shop["in_production"]

    groups, html = asked(client_of(cast.agent), here=f"/orders/{order.pk}/")

    assert next(iter(groups)) == f"Do to {order.number}"
    assert groups[f"Do to {order.number}"] == [
        "Edit details…", "Put on hold…", "Link for the customer", "Take the last move back", "Cancel order…", "Print…",
        "Copy to a new order…",
        *[item for item in groups[f"Do to {order.number}"] if item.startswith(("As it was", "Make a quote"))],
    ]  # fmt: skip
    assert posts(html) == [(f"/orders/{order.pk}/{verb}/", str(order.version)) for verb in ("link", "undo")]


def test_the_floor_marks_an_order_ready_from_anywhere_by_typing_its_number(cast, client_of, shop):
    order = shop["in_production"]
    client = client_of(cast.production)

    whole, _ = asked(client, order.number)
    short, _ = asked(client, f"ready {order.number.removeprefix('SO-')}")

    words = f"Mark {order.number} ready to ship"
    assert words in whole[f"Do to {order.number}"]
    assert short[f"Do to {order.number}"] == [words]
    # A number alone means the order itself; a word before it means the verb.
    assert next(iter(whole)) == "Orders"
    assert next(iter(short)) == f"Do to {order.number}"


def test_a_verb_that_asks_nothing_goes_through_the_pages_own_address(cast, client_of, shop):
    order = shop["in_production"]
    client = client_of(cast.production)
    _, html = asked(client, f"ready {order.number}")
    ((address, version),) = posts(html)

    stale = client.post(address, {"version": str(int(version) - 1)})
    done = client.post(address, {"version": version})

    assert (stale.status_code, done.status_code) == (409, 302)
    with acting_as(for_user(cast.production)):
        assert Order.objects.get(pk=order.pk).stage == "ready_to_ship"


def test_a_verb_that_asks_opens_its_form(cast, client_of, shop):
    order = shop["received"]
    client = client_of(cast.manager)
    _, html = asked(client, f"hold {order.number}")

    (address,) = re.findall(r'href="([^"]*do=hold)"', html)
    page = client.get(address).content.decode()

    assert f'action="/orders/{order.pk}/hold/"' in page
    assert 'name="reason"' in page


def test_nobody_is_offered_a_verb_on_what_they_do_not_see(cast, client_of, shop):
    groups, html = asked(client_of(cast.other_agent), shop["received"].number, here=f"/orders/{shop['received'].pk}/")

    assert not [title for title in groups if title.startswith("Do to")]
    assert shop["received"].number not in html.replace("Nothing matches", "").replace(
        f"“{shop['received'].number}”", ""
    )


def test_who_only_reads_is_offered_no_change(cast, client_of, shop):
    groups, html = asked(client_of(cast.accountant), here=f"/orders/{shop['received'].pk}/")

    assert posts(html) == []
    assert [item for item in groups[f"Do to {shop['received'].number}"] if item.rstrip("…") in
            {verb.label for verb in VERBS.values()}] == []  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
def test_the_palette_and_the_page_offer_the_same(cast, client_of, person):
    """For every role and stage: each button of the page is in the palette, and nothing else is."""
    user, client = getattr(cast, person), client_of(getattr(cast, person))
    for stage in STAGES:
        order = make.order_in(stage, cast.agent, cast.production)
        page = client.get(f"/orders/{order.pk}/")
        groups, _html = asked(client, here=f"/orders/{order.pk}/")
        if page.status_code == 404:
            assert f"Do to {order.number}" not in groups
            continue
        drawn = page.content.decode()
        with acting_as(for_user(user)):
            offers = offers_for(Order.objects.get(pk=order.pk), user)
        for verb in VERBS.values():
            offered = verb in [offer.verb for offer in offers.every]
            words = verb.label + ("…" if verb.asks else "")
            button = f'href="?do={verb.key}"' if verb.asks else f'action="/orders/{order.pk}/{verb.key}/"'
            assert (words in groups.get(f"Do to {order.number}", [])) is offered, (stage, verb.key)
            assert (button.replace("hand_over/", "hand-over/") in drawn) is offered, (stage, verb.key)


def test_what_was_open_lately_comes_first_with_the_names_of_today(cast, client_of, shop):
    mine, theirs = shop["received"], shop["other"]
    recent = [f"/orders/{theirs.pk}/", f"/orders/{mine.pk}/", "/orders/calendar/", "/nowhere/", "/orders/999999/"]

    groups, _ = asked(client_of(cast.agent), recent=recent, here="/orders/")

    assert next(iter(groups)) == "Recent"
    assert groups["Recent"] == [mine.number, "Promises"]  # the other agent's order is not named
    assert "Promises" not in groups["Go to"]


def test_of_pages_that_match_the_one_open_lately_stands_first(cast, client_of):
    plain, _ = asked(client_of(cast.admin), "o")
    lately, _ = asked(client_of(cast.admin), "o", recent=["/people/"])

    assert plain["Go to"][0] == "Home"
    assert lately["Go to"][0] == "People"


def test_actions_of_every_page_are_found_too(cast, client_of):
    groups, _ = asked(client_of(cast.finance), "print")

    assert "Print this page" in groups["Go to"]


def test_it_asks_few_questions(cast, client_of, shop, django_assert_max_num_queries):
    client, order = client_of(cast.manager), shop["in_production"]
    with django_assert_max_num_queries(14):
        asked(client, f"hold {order.number}", here=f"/orders/{shop['ready'].pk}/", recent=["/orders/", "/people/"])


def test_a_current_address_that_is_no_page_of_ours_is_nothing(cast, client_of, shop):
    for here in ("", "not a url", "/orders/999999999999999999999999/", "/orders/../etc/", json.dumps({})):
        answer = client_of(cast.agent).get("/palette/", headers={"HX-Current-URL": here})
        assert answer.status_code == 200


def test_an_address_that_is_none_is_no_fault(cast, client_of):
    answer = client_of(cast.agent).get("/palette/?recent=http://[", headers={"HX-Current-URL": "http://["})

    assert answer.status_code == 200


def test_every_verb_has_its_picture_in_the_sprite():
    assert {verb.icon for verb in VERBS.values()} <= set(named_icons(settings.BASE_DIR))
