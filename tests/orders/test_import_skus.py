"""Orders whose file spells SKUs otherwise: asked once, remembered, and used at once (C16)."""

import pytest
from django.db import transaction

from catalog.models import Product, SkuAlias
from ops.errors import Refused
from ops.models import ImportMatch
from orders.importing import check_orders, import_orders
from orders.models import Order, OrderLine
from tests.orders.sheets import row


@pytest.fixture
def checks(cast, as_person):
    def checked(path):
        with as_person(cast.manager), transaction.atomic():
            return check_orders(path, "superstore", by=cast.manager, rates={"USD": "1"})

    return checked


@pytest.fixture
def answers(cast, as_person):
    """Answer what a load asks, then load it."""

    def loaded(batch, **said: str):
        with as_person(cast.manager), transaction.atomic():
            for match in ImportMatch.objects.filter(batch=batch, answer=None):
                ImportMatch.objects.filter(pk=match.pk).update(answer=said.get(match.key, match.likely[0]["value"]))
            return import_orders(batch, by=cast.manager)

    return loaded


def lines() -> dict[str, tuple[str, str]]:
    found = OrderLine.objects.select_related("order", "product").order_by("pk")
    return {one.order.external_id: (one.sku, one.product.sku if one.product else "") for one in found}


def test_a_sku_that_looks_like_a_known_one_is_asked_about_and_stops_the_load(load, checks, sheet, cast, as_person):
    load(sheet(row("A-1", sku="AB-0012")))

    batch = checks(sheet(row("A-2", sku="ab12", product="Desk")))

    with as_person(cast.manager):
        match = ImportMatch.objects.get(batch=batch)
        assert (match.kind, match.key, match.name, match.line) == ("sku", "ab12", "Desk", 2)
        assert (match.likely[0]["value"], match.answer) == ("AB-0012", None)
        with pytest.raises(Refused, match="ab12"), transaction.atomic():
            import_orders(batch, by=cast.manager)
        assert (Order.objects.count(), Product.objects.count(), SkuAlias.objects.count()) == (1, 1, 0)


def test_what_was_answered_is_remembered_and_used_at_once(load, checks, answers, sheet, cast, as_person):
    load(sheet(row("A-1", sku="AB-0012")))

    answers(checks(sheet(row("A-2", sku="ab12"))))

    with as_person(cast.manager):
        assert lines()["A-2"] == ("AB-0012", "AB-0012")
        assert list(SkuAlias.objects.values_list("alias", "product__sku")) == [("ab12", "AB-0012")]
        assert Product.objects.count() == 1
    load(sheet(row("A-3", sku="ab12")))  # nothing is asked any more
    with as_person(cast.manager):
        assert lines()["A-3"] == ("AB-0012", "AB-0012")


def test_it_is_new_when_somebody_says_so(load, checks, answers, sheet, cast, as_person):
    load(sheet(row("A-1", sku="AB-0012")))

    answers(checks(sheet(row("A-2", sku="ab12"))), ab12="")

    with as_person(cast.manager):
        assert lines()["A-2"] == ("ab12", "ab12")
        assert not SkuAlias.objects.exists()
    load(sheet(row("A-3", sku="ab12")))


def test_two_spellings_in_one_file_become_one_product(checks, answers, sheet, cast, as_person):
    path = sheet(row("A-1", sku="A-100"), row("A-2", sku="A-100"), row("A-3", sku="a100"))

    answers(checks(path))

    with as_person(cast.manager):
        assert lines() == dict.fromkeys(("A-1", "A-2", "A-3"), ("A-100", "A-100"))
        assert list(Product.objects.values_list("sku", flat=True)) == ["A-100"]
        assert list(SkuAlias.objects.values_list("alias", flat=True)) == ["a100"]


def test_changed_orders_find_their_product_by_its_alias_too(load, checks, answers, sheet, cast, as_person):
    load(sheet(row("A-1", sku="AB-0012")))
    answers(checks(sheet(row("A-2", sku="ab12"))))

    batch = load(sheet(row("A-2", sku="ab12", sales="200")))

    assert (batch.counts["changed"], batch.counts["new"]) == (1, 0)
    with as_person(cast.manager):
        assert lines()["A-2"] == ("AB-0012", "AB-0012")


def test_a_damaged_barcode_is_what_it_was(load, checks, answers, sheet, cast, as_person):
    load(sheet(row("A-1", sku="365275000001")))

    batch = checks(sheet(row("A-2", sku="3.65275e+11"), row("A-3", sku="00365275000001")))
    with as_person(cast.manager):
        asked = {match.key: match.likely[0]["value"] for match in ImportMatch.objects.filter(batch=batch)}
    assert asked == {"3.65275E+11": "365275000001", "00365275000001": "365275000001"}
    answers(batch)

    with as_person(cast.manager):
        assert {lines()[key] for key in ("A-2", "A-3")} == {("365275000001", "365275000001")}


def test_a_shortened_barcode_that_nothing_here_can_have_been_is_refused(load, checks, sheet, cast, as_person):
    load(sheet(row("A-1", sku="365275000001"), row("A-1", sku="365275000002")))

    batch = checks(sheet(row("A-2", sku="9.65275E+11"), row("A-3", sku="3.65275E+11")))

    assert [(p["line"], p["column"], p["sentence"]) for p in batch.problems] == [
        (
            2,
            "SKU",
            "of order A-2 a spreadsheet has shortened the SKU to 9.65275E+11, and no product here can have been it.",
        )
    ]
    with as_person(cast.manager):
        match = ImportMatch.objects.get(batch=batch)
        assert [one["value"] for one in match.likely] == ["365275000001", "365275000002"]


def test_sizes_and_numbers_are_products_of_their_own(load, checks, sheet, cast, as_person):
    load(sheet(row("A-1", sku="TEE-RED-S", product="Red tee"), row("A-2", sku="TEE-RED-38", product="Red tee")))

    batch = checks(
        sheet(row("A-3", sku="TEE-RED-M", product="Red tee"), row("A-4", sku="TEE-RED-40", product="Red tee"))
    )

    with as_person(cast.manager):
        assert not ImportMatch.objects.filter(batch=batch).exists()
