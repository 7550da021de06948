"""Verbs of products: added once, edited field by field, active or not; never deleted."""

from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from catalog import actions, editing
from catalog.models import Category, Product
from ops.errors import Conflict, Refused
from ops.models import Event


def test_a_new_category_comes_with_its_first_product_and_is_found_again_whatever_its_capitals(cast, as_person, chair):
    with as_person(cast.manager):
        bench = actions.add_product(by=cast.manager, sku="SEA-02", name="Bench", category=" seating ")

        assert bench.category == chair.category
        assert Category.objects.count() == 1


def test_a_sku_is_given_once(cast, as_person, chair):
    with as_person(cast.manager):
        with pytest.raises(Refused, match="Walnut chair has this SKU") as refused:
            actions.add_product(by=cast.manager, sku=" SEA-01 ", name="Another")

        assert refused.value.field == "sku"
        assert Product.objects.count() == 1


@pytest.mark.parametrize(("field", "value"), [("sku", "  "), ("name", "")])
def test_a_product_needs_a_sku_and_a_name(cast, as_person, chair, field, value):
    with as_person(cast.manager):
        with pytest.raises(Refused, match="A product needs a"):
            editing.edit_product(chair, by=cast.manager, values={field: value}, was={})
        with pytest.raises(Refused, match="A product needs a"):
            actions.add_product(by=cast.manager, **{"sku": "X", "name": "X", field: value})


def test_an_edit_bumps_the_version_and_says_what_it_changed(cast, as_person, chair):
    with as_person(cast.manager):
        edited = editing.edit_product(
            chair, by=cast.manager, values={"price": Decimal(1300), "category": "Chairs"}, was={}
        )

        assert (edited.version, edited.price, edited.category.name) == (2, Decimal(1300), "Chairs")
        told = Event.objects.get(noun="product", subject_id=chair.pk, kind="product.edited")
        assert told.data == {"fields": "the category, the price"}


def test_two_who_edit_one_field_are_shown_both_values(cast, as_person, chair):
    with as_person(cast.manager):
        editing.edit_product(chair, by=cast.manager, values={"price": Decimal(1300)}, was={"price": "1250.5"})
        with pytest.raises(Conflict) as clash:
            editing.edit_product(chair, by=cast.manager, values={"price": Decimal(1400)}, was={"price": "1250.5"})

        assert [(one.field, one.theirs, one.mine) for one in clash.value.fields] == [("price", "1300", "1400")]
        assert Product.objects.get().price == 1300


def test_the_sku_of_another_product_is_refused_beside_its_field(cast, as_person, chair, table):
    with as_person(cast.manager):
        with pytest.raises(Refused, match="Another product has this SKU") as refused:
            editing.edit_product(table, by=cast.manager, values={"sku": "SEA-01"}, was={})

        assert refused.value.field == "sku"


def test_inactive_twice_is_inactive_once(cast, as_person, chair):
    with as_person(cast.manager):
        actions.set_active(chair, by=cast.manager, active=False)
        again = actions.set_active(chair, by=cast.manager, active=False)

        assert not again.is_active
        assert Event.objects.filter(kind="product.deactivated").count() == 1


def test_who_only_reads_the_catalogue_changes_nothing_and_nobody_deletes(cast, as_person, chair):
    with as_person(cast.agent), pytest.raises(ProgrammingError), transaction.atomic():
        Product.objects.filter(pk=chair.pk).update(price=1)
    with as_person(cast.manager), pytest.raises(ProgrammingError), transaction.atomic():
        Product.objects.filter(pk=chair.pk).delete()
    with as_person(cast.production), pytest.raises(ProgrammingError), transaction.atomic():
        Product.objects.count()
