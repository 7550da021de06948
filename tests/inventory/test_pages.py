"""The list of stock, the page of one line with its forms, opening stock by hand, and locations."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Product
from inventory import actions
from inventory.models import Level, Location, Move, StockItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def level(cast, chair, main, as_person) -> Level:
    with as_person(cast.manager), transaction.atomic():
        actions.set_opening(chair, by=cast.manager, location=main, quantity=Decimal(10))
        actions.receive(
            chair, by=cast.manager, location=main, quantity=Decimal(2), unit_cost=Decimal(987), note="From Chiniot"
        )
        return Level.objects.get()


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_who_sees_stock_sees_what_is_on_hand_and_nobody_without_costs_what_it_cost(cast, client_of, level):
    for person, sees in ((cast.production, False), (cast.agent, False), (cast.accountant, True), (cast.manager, True)):
        shown = client_of(person).get("/stock/")
        assert "Walnut chair" in text(shown) and "CH-1" in text(shown)
        assert "1,250" not in text(shown)  # the list price is not the floor's
        page = client_of(person).get(f"/stock/{level.pk}/")
        assert page.status_code == 200
        assert "From Chiniot" in text(page)
        assert ("987" in text(page)) is sees
    assert client_of(cast.sysadmin).get("/stock/").status_code == 403
    assert client_of(cast.production).get("/stock/new/").status_code == 403


def test_the_list_is_filtered_and_searched(cast, client_of, level, as_person):
    with as_person(cast.manager), transaction.atomic():
        attic = actions.add_location(by=cast.manager, name="Attic")
        Product.objects.create(sku="LAMP", name="Brass lamp", price=1)
        actions.set_opening(StockItem.objects.get(sku="LAMP"), by=cast.manager, location=attic, quantity=Decimal(0))
    client = client_of(cast.manager)

    for query, there, gone in (
        ("q=walnut", "Walnut chair", "Brass lamp"), ("q=lam", "Brass lamp", "Walnut chair"),
        (f"location={attic.pk}", "Brass lamp", "Walnut chair"), ("none=1", "Brass lamp", "Walnut chair"),
        ("none=0", "Walnut chair", "Brass lamp"),
    ):  # fmt: skip
        shown = text(client.get(f"/stock/?{query}"))
        assert there in shown and gone not in shown, query


def test_a_count_is_saved_once_and_told(cast, client_of, level, as_person):
    client, key = client_of(cast.manager), str(uuid4())
    assert "Counted at" in text(client.get(f"/stock/{level.pk}/?do=count"))

    for _ in range(2):
        answer = client.post(f"/stock/{level.pk}/count/", {"key": key, "counted": "11", "note": "on the shelf"})
        assert answer.url == f"/stock/{level.pk}/"

    assert "Counted: 1 fewer than expected." in text(client.get(f"/stock/{level.pk}/"))
    with as_person(cast.manager):
        assert Level.objects.get().on_hand == 11
        assert Move.objects.filter(kind="count").count() == 1


@pytest.mark.parametrize(("do", "typed", "sentence"), [
    ("scrap", {"quantity": "99", "note": "fell from the van"}, "There are 12 of Walnut chair (CH-1) in Main: 99"),
    ("scrap", {"quantity": "1", "note": ""}, "This field is required."),
    ("count", {"counted": "1", "at": "2999-01-01T10:00", "note": "fell from the van"}, "This time has not come yet."),
    ("opening", {"quantity": "5", "note": "fell from the van"}, "has stock in Main already: 12 on hand."),
    ("receive", {"quantity": "0", "note": "fell from the van"}, "What is received is more than nothing."),
])  # fmt: skip
def test_a_refusal_stands_in_its_form_and_keeps_what_was_typed(cast, client_of, level, do, typed, sentence, as_person):
    answer = client_of(cast.manager).post(f"/stock/{level.pk}/{do}/", {"key": str(uuid4()), **typed})

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert typed["note"] in answer.content.decode()
    with as_person(cast.manager):
        assert Level.objects.get().on_hand == 12


def test_who_only_sees_stock_has_no_forms_of_it(cast, client_of, level):
    for person in (cast.agent, cast.production, cast.finance):
        client = client_of(person)
        assert "?do=" not in client.get(f"/stock/{level.pk}/?do=count").content.decode()
        assert client.post(f"/stock/{level.pk}/count/", {"counted": "1"}).status_code == 403
    assert client_of(cast.manager).post(f"/stock/{level.pk}/burn/", {}).status_code == 404


def test_opening_stock_is_set_by_hand_and_says_which_product_it_does_not_know(cast, client_of, chair, main, as_person):
    client = client_of(cast.manager)
    typed = {"key": str(uuid4()), "location": main.pk, "quantity": "4", "as_of": "", "note": ""}

    answer = client.post("/stock/new/", typed | {"item": "CH-9"})
    assert (answer.status_code, "There is no product with this SKU." in text(answer)) == (422, True)
    assert "Walnut chair" in client.get("/stock/items/?item=wal").content.decode()

    answer = client.post("/stock/new/", typed | {"item": "walnut chair"})
    with as_person(cast.manager):
        assert answer.url == f"/stock/{Level.objects.get().pk}/"
    answer = client.post("/stock/new/", typed | {"item": "CH-1", "key": str(uuid4())})
    assert "has stock in Main already" in text(answer)


def test_locations_are_added_and_renamed(cast, client_of, main, as_person):
    client = client_of(cast.manager)

    assert client.post("/stock/locations/", {"name": "Attic"}).url == "/stock/locations/"
    assert "There is a location of this name already." in text(client.post("/stock/locations/", {"name": "ATTIC"}))
    client.post(f"/stock/locations/?edit={main.pk}", {"name": "Workshop"})

    with as_person(cast.manager):
        assert sorted(Location.objects.values_list("name", flat=True)) == ["Attic", "Workshop"]


def test_an_empty_stock_room_says_how_it_fills(cast, client_of):
    assert "opening stock is set, product by product or from a file" in text(client_of(cast.manager).get("/stock/"))


def test_many_moves_cost_no_more_queries_than_few(cast, client_of, level, chair, main, as_person):
    client = client_of(cast.manager)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/stock/{level.pk}/").status_code == 200
        return len(queries)

    client.get(f"/stock/{level.pk}/")
    few = asked()
    with as_person(cast.manager), transaction.atomic():
        for _ in range(60):
            actions.receive(chair, by=cast.manager, location=main, quantity=Decimal(1))
    assert asked() == few

    more = client.get(f"/stock/{level.pk}/moves/?page=2", headers={"HX-Request": "true"})
    assert "Opening stock" in text(more)


def test_the_page_of_a_product_can_show_its_stock(cast, level, as_person, rf):
    from inventory.panels import of_product

    request = rf.get("/")
    request.user = cast.agent
    with as_person(cast.agent), transaction.atomic():
        shown = of_product(request, Product.objects.get())
    assert (shown["total"], shown["works"], [one.on_hand for one in shown["levels"]]) == (12, False, [12])
