"""Products from files, through the whole way in: new, changed, the same; blank is left alone; out and in closes."""

from io import BytesIO

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog import actions
from catalog.alias_actions import keep_alias
from catalog.models import Category, Product
from ops.errors import Refused
from ops.imports.applying import apply
from ops.imports.checking import check
from ops.imports.deciding import mend, read_as, receive, settle
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch, ImportItem, ImportMapping, ImportMatch
from ops.imports.simple import SimpleLoader
from tests.imports.pipeline import written_before_a_restore

SHEET = (
    "SKU,Product,Category,Price,Active\n"
    "SEA-01,Walnut chair,Seating,1250.50,yes\n"
    "TAB-01,Oak table,TABLES,9900,yes\n"
    "LIG-01,Brass lamp,Lighting,\"1,400.00\",no\n"
)  # fmt: skip


@pytest.fixture
def checked(cast, as_person):
    def brought(text: str | bytes, name: str = "products.csv") -> ImportBatch:
        data = text.encode() if isinstance(text, str) else text
        with as_person(cast.manager):
            batch = receive([Brought(name, BytesIO(data))], by=cast.manager)
            assert batch.noun == "product"
            return check(ImportBatch.objects.get(pk=batch.pk))

    return brought


@pytest.fixture
def load(cast, as_person):
    def loaded(batch: ImportBatch, **said) -> ImportBatch:
        with as_person(cast.manager), transaction.atomic():
            return apply(batch, by=cast.manager, **said)

    return loaded


@pytest.fixture
def shown(cast, as_person):
    def rows():
        with as_person(cast.manager):
            found = Product.objects.order_by("sku").values_list("sku", "name", "category__name", "price", "is_active")
            return [(*row[:3], float(row[3]), row[4]) for row in found]

    return rows


def verdicts(batch: ImportBatch) -> tuple[int, ...]:
    return tuple(batch.counts[key] for key in ("new", "changed", "same", "refused"))


def test_new_products_come_with_their_categories_changed_ones_say_what_changed(
    cast, as_person, chair, table, checked, load, shown
):
    batch = checked(SHEET)

    assert verdicts(batch) == (1, 1, 1, 0)
    with as_person(cast.manager):
        changed = ImportItem.objects.get(batch=batch, verdict="changed")
        assert (changed.subject_id, changed.changes) == (table.pk, {"price": ["9000.0000", "9900"]})
    load(batch)
    assert shown() == [
        ("LIG-01", "Brass lamp", "Lighting", 1400.0, False),
        ("SEA-01", "Walnut chair", "Seating", 1250.5, True),
        ("TAB-01", "Oak table", "Tables", 9900.0, True),
    ]
    with as_person(cast.manager):
        assert Category.objects.count() == 3


def test_the_same_file_again_changes_nothing(chair, table, checked, load):
    load(checked(SHEET))

    again = load(checked(SHEET, "again.csv"))

    assert verdicts(again) == (0, 0, 3, 0)


def test_a_blank_cell_and_a_column_that_is_not_there_leave_what_is_known(chair, table, checked, load, shown):
    load(checked("SKU,Product,Price\nSEA-01,,1300\nTAB-01,Oak table,\n"))

    assert shown() == [
        ("SEA-01", "Walnut chair", "Seating", 1300.0, True),
        ("TAB-01", "Oak table", "Tables", 9000.0, True),
    ]


def test_what_is_new_needs_a_name_and_what_is_said_twice_is_refused(chair, checked, load, shown):
    batch = checked("SKU,Product,Price\nNEW-01,,10\nSEA-01,Walnut chair,1\nSEA-01,Walnut chair,2\nNEW-02,Stool,5\n")

    assert verdicts(batch) == (1, 0, 0, 2)
    assert {(problem["line"], problem["sentence"]) for problem in batch.problems} == {
        (2, "This product is new here, and the file does not say what it is called."),
        (3, "“SEA-01” stands in lines 3 and 4, and they say different things: Price."),
        (4, "“SEA-01” stands in lines 3 and 4, and they say different things: Price."),
    }
    with pytest.raises(Refused, match="nothing was loaded"):
        load(batch)
    load(batch, leave_out=True)
    assert [row[0] for row in shown()] == ["NEW-02", "SEA-01"]


def test_what_others_changed_since_is_weighed_again(cast, as_person, chair, table, checked, load):
    from catalog import editing

    batch = checked(SHEET)
    with as_person(cast.manager):
        editing.edit_product(table, by=cast.manager, values={"price": 9900}, was={})
        actions.add_product(by=cast.manager, sku="LIG-01", name="Brass lamp", category="Lighting", price=1400,
                            is_active=False)  # fmt: skip

    assert verdicts(load(batch)) == (0, 0, 3, 0)


def test_stock_is_said_to_come_in_elsewhere(checked):
    batch = checked("SKU,Product,Price,Stock on hand\nA,Stool,5,12\n")

    assert "Load the same file once more as opening stock" in " ".join(batch.notes)
    assert verdicts(batch) == (1, 0, 0, 0)


def test_who_may_not_edit_the_catalogue_loads_none(cast, as_person, checked):
    with as_person(cast.agent), pytest.raises(Refused):
        receive([Brought("products.csv", BytesIO(SHEET.encode()))], by=cast.agent)


@pytest.mark.django_db(transaction=True)  # history tells a load by its transaction
def test_the_list_shows_what_a_load_made_and_changed(client_of, cast, chair, table, checked, load):
    batch = load(checked(SHEET))

    page = client_of(cast.manager).get(f"/products/?batch={batch.pk}").content.decode()

    assert "Brass lamp" in page
    assert "Oak table" in page
    assert "Walnut chair" not in page


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_the_same_number_before_a_restore_is_none_of_the_load(
    client_of, cast, chair, table, checked, load
):
    batch = load(checked(SHEET))
    written_before_a_restore(batch, chair)

    page = client_of(cast.manager).get(f"/products/?batch={batch.pk}").content.decode()

    assert "Brass lamp" in page
    assert "Walnut chair" not in page


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_lists_own_file_read_back_changes_nothing_and_a_price_changed_in_it_is_the_one_change(
    cast, as_person, client_of, chair, table, checked, load, shown, form
):
    load(checked(SHEET))
    before = shown()
    answer = client_of(cast.manager).get(f"/products/export/?as={form}")
    file = b"".join(answer.streaming_content)

    back = checked(file, f"products.{form}")

    assert verdicts(back) == (0, 0, 3, 0)
    load(back)
    assert shown() == before
    if form == "csv":
        assert verdicts(checked(file.replace(b"9900", b"9950"))) == (0, 1, 2, 0)


def test_a_programs_file_of_products_is_known_by_its_header(cast, as_person, checked, load, shown):
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Type,Status,"
        "Published\n"
        "mug,Mug,Colour,Red,MUG-R,450,3,Kitchen,active,true\n"
        "mug,,,Blue,MUG-B,450,0,,,\n"
    )
    batch = checked(text)

    assert batch.preset == "shopify"
    load(batch)
    assert [row[:3] for row in shown()] == [("MUG-B", "Mug Blue", "Kitchen"), ("MUG-R", "Mug Red", "Kitchen")]


def test_an_order_file_is_not_taken_for_products(cast, as_person):
    text = "Bill No,Bill Date,Party Name,SKU,Item,Qty,Rate\nB-1,13/01/2026,Aslam,SEA-01,Chair,2,1500\n"
    with as_person(cast.manager):
        batch = receive([Brought("old.csv", BytesIO(text.encode()))], by=cast.manager)
        assert batch.noun == "order"
        assert read_as(batch, noun="product").noun == "product"


def test_a_sku_that_is_only_almost_known_is_asked_about_and_remembered(cast, as_person, chair, checked, load, shown):
    text = "SKU,Product,Price\nsea 01,Walnut chair,1300\n"
    batch = checked(text)
    with as_person(cast.manager):
        asked = ImportMatch.objects.get(batch=batch)
        assert [one["value"] for one in asked.likely] == ["SEA-01"]
        with pytest.raises(Refused, match="known here"), transaction.atomic():
            apply(batch, by=cast.manager)
        settle(batch, {asked.pk: "SEA-01"})
        batch = check(ImportBatch.objects.get(pk=batch.pk))
        assert ImportItem.objects.get(batch=batch).changes == {"price": ["1250.5000", "1300"]}
    load(batch)

    again = checked(text.replace("1300", "1350"))

    assert verdicts(again) == (0, 1, 0, 0)
    load(again)
    assert [(row[0], row[3]) for row in shown()] == [("SEA-01", 1350.0)]


def test_many_answers_are_written_in_one_statement(cast, as_person, chair, checked):
    batch = checked("SKU,Product,Price\nsea 01,Walnut chair,1300\nSEA_01,Walnut chair,1300\n")
    with as_person(cast.manager):
        asked = list(ImportMatch.objects.filter(batch=batch).values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            settle(batch, dict.fromkeys(asked, "SEA-01"))

        assert len(asked) == 2
        assert set(ImportMatch.objects.filter(batch=batch).values_list("answer", flat=True)) == {"SEA-01"}
    assert sum(query["sql"].lower().count('update "ops_importmatch"') for query in queries) == 1


def test_a_sku_that_is_said_to_be_new_is_a_product_of_its_own(cast, as_person, chair, checked, load, shown):
    batch = checked("SKU,Product,Price\nsea 01,Rosewood chair,1300\n")
    with as_person(cast.manager):
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: ""})
        batch = check(ImportBatch.objects.get(pk=batch.pk))
    load(batch)

    assert [row[:2] for row in shown()] == [("SEA-01", "Walnut chair"), ("sea 01", "Rosewood chair")]


def test_two_spellings_of_one_product_that_say_the_same_are_one(cast, as_person, chair, checked, load, shown):
    batch = checked("SKU,Product,Price\nsea 01,Walnut chair,1300\nSEA-01,Walnut chair,1300\n")
    with as_person(cast.manager):
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: "SEA-01"})
        batch = check(ImportBatch.objects.get(pk=batch.pk))

    assert (verdicts(batch), batch.problems) == ((0, 1, 0, 0), [])
    load(batch)
    assert [(row[0], row[3]) for row in shown()] == [("SEA-01", 1300.0)]


def test_two_spellings_of_one_product_that_differ_are_said_at_both_rows(cast, as_person, chair, checked, client_of):
    batch = checked("SKU,Product,Price\nsea 01,Walnut chair,1300\nB-1,Stool,5\nSEA-01,Walnut chair,1400\n")
    with as_person(cast.manager):
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: "SEA-01"})
        batch = check(ImportBatch.objects.get(pk=batch.pk))

    said = "“SEA-01” stands in lines 2 and 4, spelled “SEA-01” and “sea 01”, and they say different things: Price."
    assert verdicts(batch) == (1, 0, 0, 1)
    assert [(problem["line"], problem["sentence"]) for problem in batch.problems] == [(2, said), (4, said)]
    file = client_of(cast.manager).get(f"/import/{batch.pk}/problems/csv/").getvalue().decode()
    assert "sea 01" in file and "1400" in file


def test_what_somebody_else_said_of_a_sku_meanwhile_counts(cast, as_person, chair, table, checked, load):
    batch = checked("SKU,Product,Price\nsea 01,Walnut chair,1300\n")
    with as_person(cast.manager):
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: "SEA-01"})
        batch = check(ImportBatch.objects.get(pk=batch.pk))
    with as_person(cast.admin), transaction.atomic():
        keep_alias("sea 01", table, by=cast.admin)

    with pytest.raises(Refused, match="Ayesha Khan has said meanwhile that sea 01 is TAB-01"):
        load(batch)


def test_a_person_lets_the_first_of_several_rows_count(cast, as_person, chair, checked, load, shown):
    batch = checked("SKU,Product,Price\nSEA-01,Walnut chair,1300\nB-1,Stool,5\nSEA-01,Walnut chair,1400\n")
    [kind] = batch.counts["kinds"]
    with as_person(cast.manager):
        mend(batch, kind["kind"], kind["column"], "first_line")
        batch = check(ImportBatch.objects.get(pk=batch.pk))

    assert (verdicts(batch), batch.problems) == ((1, 1, 0, 0), [])
    load(batch)
    assert [(row[0], row[3]) for row in shown()] == [("B-1", 5.0), ("SEA-01", 1300.0)]
    assert batch.notes[-1] == "Several lines say different things of 1 product; the first line counts (“SEA-01”)."


def test_that_the_first_of_several_rows_counts_is_said_of_one_file_alone(cast, as_person, chair, checked, load):
    batch = checked("SKU,Product,Price\nSEA-01,Walnut chair,1300\nSEA-01,Walnut chair,1400\n")
    [kind] = batch.counts["kinds"]
    with as_person(cast.manager):
        mend(batch, kind["kind"], kind["column"], "first_line")
        batch = load(check(ImportBatch.objects.get(pk=batch.pk)))
        assert [note.split(" of ")[1][:9] for note in batch.notes if note.startswith("Several lines")] == ["1 product"]
        assert "first_wins" in batch.answers
        assert [known.answers for known in ImportMapping.objects.all()] == [{}]
        ImportMapping.objects.update(answers={"first_wins": {"SKU": "yes"}})  # as it was remembered before

    again = checked("SKU,Product,Price\nSEA-01,Walnut chair,1500\nSEA-01,Walnut chair,1600\n")

    assert again.settings["known"]
    assert ([kind["kind"] for kind in again.counts["kinds"]], verdicts(again)) == (["disagree"], (0, 0, 0, 1))


def test_of_many_rows_that_differ_no_more_is_made_than_is_kept(chair, checked, monkeypatch):
    """All are counted; a sentence is made once for a key, and none for what nobody sees."""
    made, twice_said = [], SimpleLoader._twice_said
    monkeypatch.setattr(SimpleLoader, "_twice_said", lambda *said: made.append(said[1]) or twice_said(*said))
    rows = "".join(f"N-{number:04},Stool,{price}\n" for number in range(600) for price in (1, 2))
    many = "".join(f"SEA-01,Walnut chair,{price}\n" for price in range(1, 31))

    batch = checked(f"SKU,Product,Price\n{many}{rows}")

    [kind] = batch.counts["kinds"]
    assert (kind["kind"], kind["count"], len(batch.problems)) == ("disagree", 1230, 1000)
    assert len(made) == 1 + 490 == len({*made})
    assert batch.problems[0]["sentence"] == (
        "“SEA-01” stands in lines 2, 3, 4 and 27 more, and they say different things: Price."
    )
    assert batch.problems[-1]["line"] == 31 + 980
