"""The pages of products: who sees them, what is typed and kept, many at once, the palette, what is open."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import editing
from catalog.models import Product
from ops.db.actor import acting_as, for_user
from orders.inputs import LineInput
from tests import make


def text_of(client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


@pytest.fixture
def sold(cast, chair):
    return make.order(cast.agent, lines=(LineInput("Walnut chair", Decimal(3), Decimal(1250), product=chair),))


def test_who_sells_reads_the_catalogue_and_only_who_edits_it_gets_its_forms(cast, client_of, chair):
    agents, managers = (
        text_of(client_of(cast.agent), f"/products/{chair.pk}/"),
        text_of(client_of(cast.manager), f"/products/{chair.pk}/?do=all"),
    )

    assert "Walnut chair" in agents
    assert "Make inactive" not in agents
    assert "?do=all" not in agents
    assert 'name="was_price" value="1250.5"' in managers
    assert 'name="price"' not in text_of(client_of(cast.agent), f"/products/{chair.pk}/?do=price")
    text_of(client_of(cast.agent), "/products/new/", 403)
    assert "New product" not in text_of(client_of(cast.agent), "/products/")


def test_the_floor_has_no_business_with_prices(cast, client_of, chair):
    for url in ("/products/", f"/products/{chair.pk}/", f"/products/{chair.pk}/past/"):
        text_of(client_of(cast.production), url, 403)
    assert "/products/" not in text_of(client_of(cast.production), "/orders/")


def test_an_empty_catalogue_says_how_products_come(cast, client_of):
    assert "Products appear here when you add one" in text_of(client_of(cast.manager), "/products/")


def test_a_product_is_added_and_a_refusal_keeps_what_was_typed(cast, client_of, chair):
    client = client_of(cast.manager)
    typed = {"sku": "SEA-01", "name": "Stool", "category": "Seating", "price": "Rs 1,500", "is_active": "on"}

    refused = client.post("/products/new/", typed)
    made = client.post("/products/new/", {**typed, "sku": "SEA-03"})

    assert refused.status_code == 422
    assert "Walnut chair has this SKU" in refused.content.decode()
    assert 'value="Rs 1,500"' in refused.content.decode()
    assert made.status_code == 302
    assert "1,500.00" in text_of(client, made.url)
    assert "added the product" in text_of(client, made.url)


def test_while_it_is_typed_products_like_it_are_shown(cast, client_of, chair):
    said = text_of(client_of(cast.manager), "/products/known/?sku=sea-01&name=")
    nothing = text_of(client_of(cast.manager), "/products/known/?sku=&name=")

    assert "Walnut chair" in said
    assert "is in the catalogue already" in said
    assert "catalogue already" not in nothing


def test_a_field_is_edited_where_it_stands_and_a_clash_is_shown(cast, client_of, chair):
    client, url = client_of(cast.manager), f"/products/{chair.pk}/edit/"

    saved = client.post(url, {"field": "price", "price": "1300", "was_price": "1250.5"})
    clash = client.post(url, {"field": "price", "price": "1400", "was_price": "1250.5"})
    wrong = client.post(url, {"field": "price", "price": "-1", "was_price": "1300"})
    nothing = client.post(url, {"field": "stock", "stock": "4"})

    assert [one.status_code for one in (saved, clash, wrong, nothing)] == [302, 409, 422, 422]
    page = text_of(client, f"/products/{chair.pk}/")
    assert "changed the price" in page
    assert "1,300.00</ins>" in page


def test_one_press_makes_it_inactive_but_not_over_a_change_that_was_not_seen(cast, client_of, as_person, chair):
    with as_person(cast.manager):
        editing.edit_product(chair, by=cast.manager, values={"price": Decimal(5)}, was={})
    client, url = client_of(cast.manager), f"/products/{chair.pk}/active/"

    late = client.post(url, {"active": "0", "version": "1"})
    now = client.post(url, {"active": "0", "version": "2"})

    assert (late.status_code, now.status_code) == (422, 302)
    assert "was changed in the meantime" in late.content.decode()
    assert "Make active" in text_of(client, f"/products/{chair.pk}/")


def test_many_are_made_inactive_at_once_and_taken_back(cast, client_of, as_person, chair, table):
    client = client_of(cast.manager)
    both = {"ids": f"{chair.pk},{table.pk}", "verb": "active", "choice": "0"}

    done = client.post("/products/bulk/", both)

    assert "Oak table" in text_of(client_of(cast.agent), "/products/?active=0")
    assert "Oak table" not in text_of(client_of(cast.agent), "/products/?active=1")
    tokens = done.content.decode().partition('name="tokens" value="')[2].partition('"')[0]
    client.post("/products/bulk/undo/", {"verb": "active", "tokens": tokens})
    with as_person(cast.manager):
        assert Product.objects.filter(is_active=True).count() == 2
    assert client_of(cast.agent).post("/products/bulk/", both).status_code == 404


def test_many_get_a_category_at_once_and_have_their_own_again(cast, client_of, as_person, chair, table):
    client = client_of(cast.manager)
    choice = {"ids": f"{chair.pk},{table.pk}", "verb": "category", "choice": str(chair.category_id)}

    done = client.post("/products/bulk/", choice)

    with as_person(cast.manager):
        assert set(Product.objects.values_list("category__name", flat=True)) == {"Seating"}
    tokens = done.content.decode().partition('name="tokens" value="')[2].partition('"')[0]
    client.post("/products/bulk/undo/", {"verb": "category", "tokens": tokens})
    with as_person(cast.manager):
        assert set(Product.objects.values_list("category__name", flat=True)) == {"Seating", "Tables"}


def test_the_list_is_searched_and_narrowed(cast, client_of, chair, table):
    client = client_of(cast.agent)

    assert "Walnut chair" in text_of(client, "/products/?q=sea-0")
    assert "Oak table" not in text_of(client, "/products/?q=sea-0")
    assert "Oak table" in text_of(client, f"/products/?category={table.category_id}")
    assert "Walnut chair" not in text_of(client, f"/products/?category={table.category_id}")
    assert "Oak table" not in text_of(client, "/products/?unpriced=1")


def test_the_palette_finds_products_by_sku_and_name(cast, client_of, chair):
    assert f"/products/{chair.pk}/" in text_of(client_of(cast.agent), "/palette/?q=SEA-01")
    assert f"/products/{chair.pk}/" in text_of(client_of(cast.agent), "/palette/?q=walnut+ch")
    assert f"/products/{chair.pk}/" not in text_of(client_of(cast.production), "/palette/?q=walnut+ch")


def test_open_orders_with_it_are_shown_to_who_may_see_them_and_lead_to_the_list(cast, client_of, chair, sold):
    mine = text_of(client_of(cast.agent), f"/products/{chair.pk}/")
    theirs = text_of(client_of(cast.other_agent), f"/products/{chair.pk}/")

    assert sold.number in mine
    assert sold.number not in theirs
    assert sold.number in text_of(client_of(cast.agent), f"/orders/list/?product={chair.pk}&cancelled=0")
    text_of(client_of(cast.agent), "/orders/list/?product=999", 404)
    text_of(client_of(cast.production), f"/orders/list/?product={chair.pk}", 404)


def test_the_product_is_shown_as_it_was(cast, client_of, chair):
    with acting_as(for_user(cast.manager, request="another")):
        editing.edit_product(chair, by=cast.manager, values={"category": "Chairs"}, was={})

    page = text_of(client_of(cast.agent), f"/products/{chair.pk}/past/")

    assert "<del>Seating</del> → <ins>Chairs</ins>" in page


def test_the_page_takes_fifteen_queries_at_most(cast, client_of, chair, sold):
    client = client_of(cast.manager)
    client.get(f"/products/{chair.pk}/")
    with CaptureQueriesContext(connection) as queries:
        text_of(client, f"/products/{chair.pk}/")
    asked = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) <= 15, "\n".join(sql[:150] for sql in asked)
