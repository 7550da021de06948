"""What people do with a load while a worker has it in hand: nothing is lost, and nothing said that is not so."""

from io import BytesIO

import pytest
from django.db import transaction

from ops.db.actor import acting_as, task
from ops.errors import Refused
from ops.imports import applying, checking, deciding, kept, staging, sweeping, undoing, work
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch, ImportRow
from ops.progress import actions as progress

pytestmark = pytest.mark.django_db
PRODUCTS = "SKU,Name,Price\nCH-1,Chair,12\nCH-2,Table,7.5\n"


@pytest.fixture
def batch(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        batch = deciding.receive([Brought("products.csv", BytesIO(PRODUCTS.encode()))], by=cast.manager)
        return deciding.read_as(batch, noun="product")


def meanwhile(monkeypatch, does):
    """Something happens when the rows of the file are staged and nothing is said of them yet."""
    staged = staging.stage

    def stage(batch, reading, report=None):
        staged(batch, reading, report)
        does(ImportBatch.objects.get(pk=batch.pk))

    monkeypatch.setattr(staging, "stage", stage)


def test_what_was_put_aside_while_it_was_checked_stays_aside_and_keeps_no_rows(batch, cast, as_person, monkeypatch):
    meanwhile(monkeypatch, lambda now: applying.put_aside(now, by=cast.manager))

    with as_person(cast.manager), pytest.raises(Refused, match="This load is over"):
        checking.check(batch)

    with as_person(cast.manager):
        assert ImportBatch.objects.get(pk=batch.pk).state == "refused"
        assert not ImportRow.objects.filter(batch=batch).exists()


@pytest.mark.parametrize("decides", [
    lambda now: deciding.name_columns(now, {"sku": 0, "name": 1}),
    lambda now: deciding.correct_at(now, {(2, 1): "Stool"}),
], ids=["columns", "cell"])  # fmt: skip
def test_what_was_decided_while_it_was_checked_stands(batch, cast, as_person, monkeypatch, decides):
    meanwhile(monkeypatch, decides)

    with as_person(cast.manager), pytest.raises(Refused, match="Something else was decided"):
        checking.check(batch)

    with as_person(cast.manager):
        now = ImportBatch.objects.get(pk=batch.pk)
        assert now.state == "uploaded"
        assert now.mapping == {"sku": 0, "name": 1} or now.cells.get().value == "Stool"


@pytest.mark.parametrize(("kind", "doing"), [(work.CHECK, "checked"), (work.APPLY, "loaded")])
def test_nothing_is_decided_while_a_worker_has_it(batch, cast, as_person, monkeypatch, kind, doing):
    monkeypatch.setattr(progress, "_to_queue", lambda pk: None)
    with as_person(cast.manager), transaction.atomic():
        job = work.begin(kind, batch, cast.manager)

    with as_person(cast.manager), pytest.raises(Refused, match=f"is being {doing} just now"), transaction.atomic():
        deciding.correct_at(batch, {(2, 1): "Stool"})

    with as_person(cast.manager), transaction.atomic():
        progress.cancel(job, by=cast.manager)
        deciding.correct_at(batch, {(2, 1): "Stool"})


@pytest.mark.django_db(transaction=True)  # what a load wrote is known by its transaction
@pytest.mark.parametrize("state", ["put aside", "loaded", "taken back"])
def test_putting_aside_says_what_became_of_it(batch, cast, as_person, client_of, state):
    with as_person(cast.manager), transaction.atomic():
        checking.check(batch)
    if state != "put aside":
        with as_person(cast.manager), transaction.atomic():
            applying.apply(batch, by=cast.manager)
    if state == "taken back":
        with as_person(cast.manager), transaction.atomic():
            undoing.undo(batch, by=cast.manager)

    page = client_of(cast.manager).post(f"/import/{batch.pk}/aside/", follow=True).content.decode()

    assert ("is put aside. Nothing of it was loaded." in page) == (state == "put aside")
    assert ("is loaded already" in page) == (state == "loaded")
    assert ("was loaded and taken back: there is nothing to put aside." in page) == (state == "taken back")


def test_the_sweep_leaves_what_was_loaded_since_it_looked(batch, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        checking.check(batch)
        seen = ImportBatch.objects.get(pk=batch.pk)
        applying.apply(batch, by=cast.manager)

    with acting_as(task("sweeper")):
        assert not sweeping._forget(seen)

    with as_person(cast.manager):
        assert ImportBatch.objects.get(pk=batch.pk).state == "applied"
        assert kept.folder_of(batch).exists()
