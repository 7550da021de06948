"""Opening stock from files: what is new, what is as before, what is refused and why, and taking a load back."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from catalog.alias_actions import keep_alias, remove_alias
from catalog.models import Product, SkuAlias
from inventory import actions
from inventory.models import Level, Location, Move, StockItem
from inventory.proof import add_up
from ops import clock
from ops.db.actor import acting_as, door
from ops.errors import Refused
from ops.imports.applying import apply
from ops.imports.bad_rows import file_of
from ops.imports.checking import check
from ops.imports.deciding import read_as, receive, settle
from ops.imports.kept import Brought
from ops.imports.models import ImportBatch
from ops.imports.nouns import noun_named
from ops.imports.undoing import stops, undo
from ops.models import Event, ImportMatch, Role
from tests.imports.round_trips import brought_back, loaded, taken

pytestmark = pytest.mark.django_db
_COMMITS = pytest.mark.django_db(transaction=True)  # what a load wrote is known by its transaction
FILE = "SKU,Location,Opening stock\nCH-1,Main,12\nCH-2,,7.5\nCH-2,Attic,3\n"


@pytest.fixture
def shelf(cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        for number in (1, 2, 3):
            Product.objects.create(sku=f"CH-{number}", name=f"Chair {number}", price=1)
        actions.add_location(by=cast.manager, name="Attic")


@pytest.fixture
def checked(cast, as_person):
    def brought(text: str, name: str = "stock.csv") -> ImportBatch:
        with as_person(cast.manager), transaction.atomic():
            batch = receive([Brought(name, BytesIO(text.encode()))], by=cast.manager)
            if batch.noun != "stock":
                batch = read_as(batch, noun="stock")
            return check(batch)

    return brought


def counted(batch: ImportBatch) -> dict[str, int]:
    return {key: batch.counts[key] for key in ("new", "changed", "same", "refused")}


def on_hand() -> dict[tuple[str, str], Decimal]:
    return {(one.item.sku, one.location.name): one.on_hand for one in Level.objects.select_related("item", "location")}


def test_a_file_of_opening_stock_is_loaded_once(shelf, checked, cast, as_person):
    batch = checked(FILE)
    assert (counted(batch), batch.problems) == ({"new": 3, "changed": 0, "same": 0, "refused": 0}, [])
    assert Decimal(batch.counts["totals"]["new"]["quantity"]) == Decimal("22.5")

    batch = loaded(batch, by=cast.manager, as_person=as_person)

    with as_person(cast.manager), transaction.atomic():
        assert on_hand() == {("CH-1", "Main"): 12, ("CH-2", "Main"): Decimal("7.5"), ("CH-2", "Attic"): 3}
        assert {(m.kind, m.by_id, m.batch_id) for m in Move.objects.all()} == {("opening", cast.manager.pk, batch.pk)}
        assert Event.objects.filter(kind="stock.imported", subject_id=batch.pk).count() == 1
        assert add_up() == 3
    assert counted(checked(FILE, "again.csv")) == {"new": 0, "changed": 0, "same": 3, "refused": 0}


def test_another_quantity_where_stock_stands_is_refused_and_says_what_is_there(shelf, checked, cast, as_person):
    loaded(checked(FILE), by=cast.manager, as_person=as_person)

    batch = checked(FILE.replace("Main,12", "Main,13"))

    assert counted(batch) == {"new": 0, "changed": 0, "same": 2, "refused": 1}
    [problem] = batch.problems
    assert (problem["line"], problem["column"], problem["value"]) == (2, "On hand", "13")
    assert problem["sentence"] == "Stock is kept here already: 12 on hand. Count it instead, if it is not so."


def test_a_product_or_a_location_that_is_not_there_says_what_to_do(shelf, checked):
    batch = checked("SKU,Location,On hand,As of\nXX-1,Main,1,2026-01-02\nCH-1,Cellar,1,2026-01-02\n"
                    "CH-2,Main,-1,2026-01-02\nCH-3,Main,1,2999-01-02\n")  # fmt: skip

    said = {(problem["line"], problem["sentence"]) for problem in batch.problems}
    assert (2, "There is no product with this SKU. Load products first, or correct it.") in said
    assert (3, "There is no location of this name. Add it to the locations of stock, or correct it.") in said
    assert (4, "“-1”: there is never less than nothing on hand.") in said
    assert (5, "This day has not come yet.") in said
    assert batch.counts["new"] == 0


def test_a_file_of_numbers_and_quantities_alone_is_taken_for_stock(shelf, cast, as_person):
    files = {b"SKU,On hand\nCH-1,5\n": "stock", b"SKU,Product,Price,Stock\nCH-1,Chair,2,5\n": "product"}
    with as_person(cast.manager):
        for data, noun in files.items():
            assert receive([Brought("a.csv", BytesIO(data))], by=cast.manager).noun == noun


def test_stock_as_of_a_day_is_there_as_that_day_begins(shelf, checked, cast, as_person):
    day = clock.today() - timedelta(days=20)

    loaded(checked(f"SKU,On hand,As of\nCH-1,5,{day}\n"), by=cast.manager, as_person=as_person)

    with as_person(cast.manager):
        move = Move.objects.get()
        assert move.at == actions.began(day)
        assert clock.business_day(move.recorded_at) == clock.today()


def test_two_rows_of_one_line_that_differ_are_refused_and_two_alike_are_one(shelf, checked):
    batch = checked("SKU,Location,On hand\nCH-1,Main,5\nCH-1,Main,6\nCH-2,Main,4\nCH-2,Main,4\n")

    assert counted(batch) == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    assert [(problem["kind"], problem["line"]) for problem in batch.problems] == [("disagree", 2), ("disagree", 3)]


def test_what_others_did_since_the_check_is_seen_when_it_is_applied(shelf, checked, cast, as_person):
    batch = checked(FILE)
    with as_person(cast.manager), transaction.atomic():
        chair = StockItem.objects.get(sku="CH-1")
        main = Location.objects.get(name="Main")
        actions.set_opening(chair, by=cast.manager, location=main, quantity=Decimal(4))

    with pytest.raises(Refused, match="cannot be taken"):
        loaded(batch, by=cast.manager, as_person=as_person)

    with as_person(cast.manager):
        assert on_hand() == {("CH-1", "Main"): 4}


@_COMMITS
def test_a_load_is_taken_back_by_contrary_moves_and_can_come_again(shelf, checked, cast, as_person):
    batch = loaded(checked(FILE), by=cast.manager, as_person=as_person)

    with as_person(cast.manager), transaction.atomic():
        assert undo(batch, by=cast.manager).sentence == "3 lines of stock as before"
        assert ImportBatch.objects.get(pk=batch.pk).state == "undone"
        assert set(on_hand().values()) == {Decimal(0)}
        assert Move.objects.count() == 6
        assert add_up() == 3

    again = loaded(checked(FILE, "again.csv"), by=cast.manager, as_person=as_person)
    assert again.counts["new"] == 3
    with as_person(cast.manager):
        assert on_hand()["CH-1", "Main"] == 12


@_COMMITS
def test_a_load_of_which_something_has_moved_since_stays_whole(shelf, checked, cast, as_person):
    batch = loaded(checked(FILE), by=cast.manager, as_person=as_person)
    with as_person(cast.manager), transaction.atomic():
        level = Level.objects.get(item__sku="CH-1")
        actions.scrap(level.item, by=cast.manager, location=level.location, quantity=Decimal(1), note="lost")

    with as_person(cast.manager), pytest.raises(Refused) as refused, transaction.atomic():
        undo(batch, by=cast.manager)

    assert refused.value.sentence.startswith("Chair 1 (CH-1) in Main moved after this load, so it stays as it is.")
    with as_person(cast.manager):
        assert on_hand()["CH-2", "Attic"] == 3


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_of_stock_as_it_went_out_changes_nothing(shelf, checked, cast, as_person, client_of, form):
    loaded(checked(FILE), by=cast.manager, as_person=as_person)
    name, data = taken(client_of(cast.manager), f"/stock/export/?as={form}")

    batch = brought_back(name, data, by=cast.manager, as_person=as_person)

    assert (batch.noun, batch.preset, batch.problems) == ("stock", "opsdeck", [])
    assert counted(batch) == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    loaded(batch, by=cast.manager, as_person=as_person)
    with as_person(cast.manager):
        assert Move.objects.count() == 3


def test_who_may_not_move_stock_loads_none(shelf, checked, cast, as_person):
    batch = checked(FILE)

    with as_person(cast.finance), pytest.raises(Refused, match="may not load"):
        apply(batch, by=cast.finance)


@_COMMITS
def test_products_that_came_from_a_file_stay_once_there_is_stock_of_them(cast, as_person, checked):
    goods = b"SKU,Product name,Price\nN-1,New chair,5\nN-2,Stool,6\n"
    with as_person(cast.manager), transaction.atomic():
        batch = check(receive([Brought("products.csv", BytesIO(goods))], by=cast.manager))
    assert batch.noun == "product"
    batch = loaded(batch, by=cast.manager, as_person=as_person)
    stock = loaded(checked("SKU,On hand\nN-1,5\n"), by=cast.manager, as_person=as_person)

    with as_person(cast.manager), transaction.atomic():
        assert [stop.sentence for stop in stops(batch).first] == [
            "Product New chair: there is a line of stock of it.",
            "Product New chair: there is a move of it.",
        ]
        with pytest.raises(Refused), transaction.atomic():
            undo(batch, by=cast.manager)
        assert Product.objects.filter(sku__startswith="N-").count() == 2
    assert stock.counts["new"] == 1


@_COMMITS
def test_products_without_stock_go_with_their_load_and_their_items_with_them(cast, as_person):
    with as_person(cast.manager):
        goods = b"SKU,Product name,Price\nN-1,New chair,5\n"
        batch = check(receive([Brought("products.csv", BytesIO(goods))], by=cast.manager))
    batch = loaded(batch, by=cast.manager, as_person=as_person)

    with as_person(cast.manager), transaction.atomic():
        assert StockItem.objects.filter(sku="N-1").exists()
        undo(batch, by=cast.manager)
        assert not Product.objects.filter(sku="N-1").exists()
        assert not StockItem.objects.filter(sku="N-1").exists()


@_COMMITS
def test_what_is_only_reversed_is_not_undone_past_its_contrary_moves(shelf, checked, cast, as_person):
    batch = loaded(checked(FILE), by=cast.manager, as_person=as_person)

    refuses = pytest.raises(DatabaseError, match="3 of its rows are reversed first")
    with as_person(cast.manager), refuses, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select ops.undo_load(%s)", [batch.pk])

    with as_person(cast.manager):
        assert ImportBatch.objects.get(pk=batch.pk).state == "applied"
        assert on_hand()["CH-1", "Main"] == 12


def test_the_file_of_problems_has_every_line_of_what_is_refused(shelf, checked, cast, as_person):
    batch = checked("SKU,Location,Opening stock\nCH-1,Main,12\nCH-2,Main,1\nCH-1,,5\n")

    with as_person(cast.manager):
        rows = list(file_of(batch, noun_named("stock")).rows)

    assert [(row[0], row[2], row[3]) for row in rows] == [("CH-1", "12", 2), ("CH-1", "5", 4)]


# --- SKUs that are spelled otherwise -----------------------------------------------------------------------------


@pytest.fixture
def answered(cast, as_person):
    """Says of the open questions of a load which product each means, and checks it again."""

    def said(batch: ImportBatch, answers: dict[str, str]) -> ImportBatch:
        with as_person(cast.manager), transaction.atomic():
            asked = {match.key: match.pk for match in ImportMatch.objects.filter(batch=batch, answer=None)}
            settle(batch, {asked[key]: answer for key, answer in answers.items()})
            return check(ImportBatch.objects.get(pk=batch.pk))

    return said


@pytest.mark.parametrize("sku", ["ch-1", "CH 1", "CH1", "'CH-1", "CH-001", "ch_1"])
def test_a_sku_that_is_only_almost_known_is_asked_about_and_the_same_file_again_changes_nothing(
    shelf, checked, answered, cast, as_person, sku
):
    text = f"SKU,Location,On hand\n{sku},Main,12\nCH-2,Main,1\n"
    batch = checked(text)
    if sku != "'CH-1":  # the apostrophe kept a spreadsheet's hands off it: it is no spelling
        assert (counted(batch)["refused"], batch.problems) == (0, [])
        with pytest.raises(Refused, match="known here"):
            loaded(batch, by=cast.manager, as_person=as_person)
        batch = answered(batch, {sku: "CH-1"})

    loaded(batch, by=cast.manager, as_person=as_person)

    with as_person(cast.manager), transaction.atomic():
        assert on_hand() == {("CH-1", "Main"): 12, ("CH-2", "Main"): 1}
        aliases = [] if sku == "'CH-1" else [(sku, "CH-1")]
        assert list(SkuAlias.objects.values_list("alias", "product__sku")) == aliases
    for again in (text, text.replace(sku, "CH-1")):
        assert counted(checked(again, "again.csv")) == {"new": 0, "changed": 0, "same": 2, "refused": 0}


def test_a_number_that_a_spreadsheet_has_shortened_is_asked_about_or_refused(shelf, checked, answered, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        Product.objects.create(sku="365275000001", name="Phone", price=1)
    text = "SKU,On hand\n3.65275E+11,4\n9.9E+11,1\nCH-3,2\n"

    batch = answered(checked(text), {"3.65275E+11": "365275000001"})

    [problem] = batch.problems
    assert (problem["line"], problem["value"]) == (3, "9.9E+11")
    assert problem["sentence"].startswith("A spreadsheet has shortened this SKU, and no product here can have been it.")
    with as_person(cast.manager), transaction.atomic():
        apply(batch, by=cast.manager, leave_out=True)
        assert on_hand() == {("365275000001", "Main"): 4, ("CH-3", "Main"): 2}


def test_a_shortened_number_in_several_rows_may_be_several_products(shelf, checked, answered, cast, as_person):
    with as_person(cast.manager), transaction.atomic():
        Product.objects.create(sku="365275000001", name="Phone", price=1)

    batch = answered(checked("SKU,On hand\n3.65275E+11,4\n3.65275E+11,4\n"), {"3.65275E+11": "365275000001"})

    assert counted(batch)["refused"] == 1
    assert "they may be several products" in batch.problems[0]["sentence"]


def test_two_spellings_at_one_location_are_said_at_both_rows_and_at_two_they_are_two_lines(shelf, checked, answered):
    batch = checked("SKU,Location,On hand\nCH-1,Main,5\nch 1,Attic,2\nch 1,main,5\n")
    assert counted(batch)["new"] == 3

    batch = answered(batch, {"ch 1": "CH-1"})

    said = "“CH-1 in Main” stands in lines 2 and 4, spelled “CH-1” and “ch 1”"
    assert counted(batch) == {"new": 1, "changed": 0, "same": 0, "refused": 1}
    assert [(problem["line"], problem["sentence"][: len(said)]) for problem in batch.problems] == [(2, said), (4, said)]


def test_what_is_said_to_be_no_known_product_is_refused_with_what_to_do(shelf, checked, answered):
    batch = answered(checked("SKU,On hand\nch 1,5\n"), {"ch 1": ""})

    assert [problem["sentence"] for problem in batch.problems] == [
        "There is no product with this SKU. Load products first, or correct it."
    ]


def test_what_somebody_else_said_meanwhile_counts(shelf, checked, answered, cast, as_person):
    batch = answered(checked("SKU,On hand\nch 1,5\n"), {"ch 1": "CH-1"})
    with as_person(cast.admin), transaction.atomic():
        keep_alias("ch 1", Product.objects.get(sku="CH-2"), by=cast.admin)

    with pytest.raises(Refused, match="Ayesha Khan has said meanwhile that ch 1 is CH-2"):
        loaded(batch, by=cast.manager, as_person=as_person)


def test_a_storekeeper_without_the_catalogue_says_what_skus_mean(shelf, checked, answered, cast, as_person):
    with as_person(cast.admin):
        Role.objects.create(key="keeper", label="Keeper", scopes=["staff", "stock_all", "imports"])
        User.objects.filter(pk=cast.production.pk).update(role="keeper")
    with acting_as(door()):
        keeper = User.objects.get(pk=cast.production.pk)
    with as_person(keeper), transaction.atomic():
        batch = receive([Brought("stock.csv", BytesIO(b"SKU,On hand\nch 1,5\n"))], by=keeper)
        batch = check(batch)
        settle(batch, {ImportMatch.objects.get(batch=batch).pk: "CH-1"})
        batch = check(ImportBatch.objects.get(pk=batch.pk))
    batch = loaded(batch, by=keeper, as_person=as_person)

    with as_person(cast.manager):
        assert on_hand() == {("CH-1", "Main"): 5}
        assert SkuAlias.objects.get().by == keeper


@_COMMITS
def test_an_alias_taken_back_since_does_not_keep_the_load_from_being_taken_out(
    shelf, checked, answered, cast, as_person
):
    batch = answered(checked("SKU,On hand\nch 1,5\nch 2,5\n"), {"ch 1": "CH-1", "ch 2": "CH-2"})
    batch = loaded(batch, by=cast.manager, as_person=as_person)
    with as_person(cast.manager), transaction.atomic():
        remove_alias(SkuAlias.objects.get(alias="ch 2"), by=cast.manager)

    with as_person(cast.manager), transaction.atomic():
        assert stops(batch).count == 0
        undo(batch, by=cast.manager)
        assert set(on_hand().values()) == {Decimal(0)}
        assert not SkuAlias.objects.exists()
