"""From any file to loaded things, by the verbs that the pages call: what is brought, decided, checked, applied."""

from io import BytesIO

import pytest
from django.db import transaction

from ops.errors import Refused
from ops.imports.applying import apply, put_aside
from ops.imports.checking import check
from ops.imports.deciding import answer, correct, mend, name_columns, receive, say_rate
from ops.imports.kept import Brought, folder_of
from ops.imports.models import ImportBatch, ImportItem, ImportMapping, ImportRow
from orders.models import Order

OWN = (
    "Sr,Bill No,Bill Date,Party Name,Item,Qty,Rate,Amount\n"
    "1,B-1,13/01/2026,Aslam Traders,Walnut desk,2,1500,3000\n"
    "2,B-1,13/01/2026,Aslam Traders,Lamp,1,200,200\n"
    "3,B-2,14/01/2026,Bibi Stores,Chair,4,500,2000\n"
)


@pytest.fixture
def bring(cast, as_person):
    def brought(text: str | bytes, name: str = "old orders.csv") -> ImportBatch:
        data = text.encode() if isinstance(text, str) else text
        with as_person(cast.manager):
            return receive([Brought(name, BytesIO(data))], by=cast.manager)

    return brought


@pytest.fixture
def checked(cast, as_person):
    def again(batch: ImportBatch) -> ImportBatch:
        with as_person(cast.manager):
            return check(ImportBatch.objects.get(pk=batch.pk))

    return again


def load(cast, as_person, batch: ImportBatch, **said) -> ImportBatch:
    with as_person(cast.manager), transaction.atomic():
        return apply(batch, by=cast.manager, **said)


def test_an_own_sheet_is_understood_and_loads(bring, checked, cast, as_person):
    batch = bring(OWN)
    assert batch.noun == "order"
    named = {key: batch.header[at] for key, at in batch.mapping.items()}
    assert named["external_id"] == "Bill No" and named["customer_name"] == "Party Name"
    assert named["placed_at"] == "Bill Date" and named["quantity"] == "Qty" and named["total"] == "Amount"

    batch = load(cast, as_person, checked(batch))

    assert batch.state == "applied"
    assert (batch.counts["new"], batch.counts["refused"]) == (2, 0)
    with as_person(cast.manager):
        assert sorted(Order.objects.values_list("external_id", "source", "sale__amount")) == [
            ("B-1", "sheet", 3200), ("B-2", "sheet", 2000)]  # fmt: skip


def test_the_same_file_again_changes_nothing_and_an_extended_one_adds_what_is_new(bring, checked, cast, as_person):
    load(cast, as_person, checked(bring(OWN)))

    again = load(cast, as_person, checked(bring(OWN, "the same.csv")))
    more = load(cast, as_person, checked(bring(OWN + "4,B-3,15/01/2026,Cyra,Shelf,1,900,900\n")))

    assert (again.counts["new"], again.counts["changed"], again.counts["same"]) == (0, 0, 2)
    assert (more.counts["new"], more.counts["changed"], more.counts["same"]) == (1, 0, 2)


def test_a_header_that_was_explained_once_is_known_again(bring, checked, cast, as_person):
    odd = OWN.replace("Bill No", "Zettel").replace("Party Name", "Wer")
    batch = bring(odd)
    with as_person(cast.manager):
        place = {name: at for at, name in enumerate(batch.header)}
        columns = {"external_id": "Zettel", "placed_at": "Bill Date", "customer_name": "Wer", "description": "Item",
                   "quantity": "Qty", "total": "Amount"}  # fmt: skip
        name_columns(batch, {key: place[name] for key, name in columns.items()}, source="Old book")
    load(cast, as_person, checked(batch))

    again = bring(odd.replace("B-", "C-"))

    assert again.settings["known"] and again.source == "old book"
    assert {key: again.header[at] for key, at in again.mapping.items()} == columns
    with as_person(cast.manager):
        assert ImportMapping.objects.count() == 1


def test_dates_that_read_both_ways_are_asked_once(bring, checked, cast, as_person):
    batch = checked(bring(OWN.replace("13/01", "03/01").replace("14/01", "04/01")))
    assert batch.state == "uploaded"
    (question,) = batch.questions
    assert question["kind"] == "order_of_dates" and question["column"] == "Bill Date"
    assert {one["key"] for one in question["answers"]} == {"dmy", "mdy"}

    with as_person(cast.manager):
        answer(batch, 0, "dmy")
    batch = load(cast, as_person, checked(batch))

    with as_person(cast.manager):
        days = Order.objects.order_by("external_id").values_list("placed_at__date", flat=True)
        assert [f"{day:%d %b}" for day in days] == ["03 Jan", "04 Jan"]


def test_a_cell_is_corrected_in_place_and_the_file_stays_as_it_came(bring, checked, cast, as_person):
    batch = checked(bring(OWN.replace(",4,500,2000", ",four,500,2000")))
    assert [(p["line"], p["column"], p["kind"]) for p in batch.problems] == [(4, "Qty", "no_number")]
    with pytest.raises(Refused, match=r"1 order cannot be taken.* line 4, Qty"):
        load(cast, as_person, batch)

    with as_person(cast.manager):
        correct(batch, {(4, "Qty"): "4"})
    batch = checked(batch)

    assert not batch.problems and batch.counts["new"] == 2


def test_one_kind_of_problem_is_mended_at_once(bring, checked, cast, as_person):
    batch = checked(bring(OWN.replace(",2,1500,", ",2 pcs,1500,").replace(",4,500,", ",4 pcs,500,")))
    assert batch.counts["kinds"][0] | {"label": ""} == {"kind": "no_number", "column": "Qty", "count": 2, "label": ""}

    with as_person(cast.manager):
        mend(batch, "no_number", "Qty", "number_in")
    batch = checked(batch)

    assert (batch.counts["new"], batch.counts["problems"]) == (2, 0)


def test_rows_that_somebody_leaves_out_do_not_stand_in_the_way(bring, checked, cast, as_person):
    batch = checked(bring(OWN.replace(",4,500,2000", ",four,500,2000")))
    with as_person(cast.manager):
        batch = mend(batch, "no_number", "Qty", "leave_out")

    batch = load(cast, as_person, batch)

    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)


def test_a_column_is_chosen_for_one_thing_only(bring, cast, as_person):
    batch = bring(OWN)
    with as_person(cast.manager), pytest.raises(Refused, match="“Qty” is chosen for Quantity and for Line total"):
        name_columns(batch, {"quantity": 5, "total": 5})


def test_what_is_put_aside_leaves_neither_rows_nor_bytes(bring, checked, cast, as_person):
    batch = checked(bring(OWN))
    assert folder_of(batch).is_dir()
    with as_person(cast.manager), transaction.atomic():
        batch = put_aside(batch, by=cast.manager)
        assert not ImportRow.objects.exists() and not ImportItem.objects.exists()
    assert batch.state == "refused" and not folder_of(batch).exists()


def test_a_file_that_is_no_table_keeps_nothing(bring, cast, as_person):
    with pytest.raises(Refused, match="is empty"):
        bring("")
    with as_person(cast.manager):
        assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "name", ["ماہانہ آرڈر " * 14 + ".csv", "orders of the whole year, " * 12 + ".csv", "../../x/..", "\0"]
)
def test_a_file_is_found_again_whatever_it_is_called(bring, checked, name):
    assert checked(bring(OWN, name)).counts["new"] == 2


@pytest.mark.parametrize("rate", ["1,300", "16,300", "0", "-2", "1e400", "NaN", "two"])
def test_a_rate_that_reads_two_ways_or_none_is_refused(bring, cast, as_person, rate):
    batch = bring(OWN)
    with as_person(cast.manager), pytest.raises(Refused, match="rate"):
        say_rate(batch, "USD", rate)


def test_an_order_of_more_than_amounts_hold_is_refused_when_it_is_checked(bring, checked):
    batch = checked(bring(OWN.replace("4,500,2000", "5000,36527512345678,")))

    assert (batch.counts["new"], batch.counts["refused"]) == (1, 1)
    assert "order B-2 comes to more than an order can" in batch.problems[0]["sentence"]
