"""A check by a worker, which has no transaction of its own."""

from dataclasses import replace

import pytest
from django.db import connection

from ops.imports import nouns
from ops.imports.checking import check
from ops.imports.models import ImportBatch
from tests.imports.pipeline import bring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seen():
    """What the database grants while products are weighed."""
    noun, found = nouns.noun_named("product"), []

    def look(batch: ImportBatch) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('work_mem'), current_setting('jit')")
            found.append(cursor.fetchone())

    nouns.declare(replace(noun, loader=replace(noun.loader, near=look)))
    yield found
    nouns.declare(noun)


def test_a_file_is_weighed_with_room_for_its_sorts_and_nothing_keeps_it_afterwards(seen, cast, as_person):
    with as_person(cast.manager):
        batch = bring(cast.manager, ("prices.csv", b"SKU,Product,Price\nWD-1,Walnut desk,1500\n"))
        assert batch.noun == "product"
        check(ImportBatch.objects.get(pk=batch.pk))
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('work_mem')")
            after = cursor.fetchone()[0]

    assert seen == [("64MB", "off")]
    assert after != "64MB"
