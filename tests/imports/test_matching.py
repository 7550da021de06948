"""Columns are suggested with a reason each; what is not sure is asked, what fits nowhere is shown."""

import csv
import gzip
from pathlib import Path

import pytest

from catalog.imports import COLUMNS as PRODUCTS
from customers.imports import COLUMNS as CUSTOMERS
from ops.imports.matching import Matching, match
from ops.imports.spellings import with_spellings
from orders.imports import COLUMNS as ORDERS

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
real_files = pytest.mark.skipif(not DATA.exists(), reason="the developer data set is not beside the checkout")


def found(matching: Matching) -> dict[str, str]:
    return {s.column.key: s.chosen.header for s in matching.suggestions if s.chosen and s.sure}


def asked(matching: Matching) -> dict[str, str]:
    return {s.column.key: s.chosen.header for s in matching.suggestions if s.chosen and not s.sure}


def why(matching: Matching, key: str) -> str:
    return next("; ".join(s.chosen.reasons) for s in matching.suggestions if s.column.key == key and s.chosen)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Order no.;Order date;Customer;E-mail;Item;Qty;Unit price", "A-1;2026-01-31;Ayla;a@b.pk;Desk;2;150.5"),
        ("Bestellnr.;Bestelldatum;Kunde;E-Mail-Adresse;Artikel;Menge;Einzelpreis",
         "A-1;31.1.2026;Otto;o@x.de;Tisch;2;1,5"),
        ("N° de commande;Date de commande;Client;Courriel;Désignation;Quantité;Prix unitaire",
         "A-1;31/01/2026;Zoé;z@x.fr;Bureau;2;1,5"),
        ("Número de pedido;Fecha del pedido;Cliente;Correo electrónico;Producto;Cantidad;Precio unitario",
         "A-1;31/01/2026;Inés;i@x.es;Mesa;2;1,5"),
        ("Número do pedido;Data do pedido;Nome do cliente;E-mail do cliente;Produto;Quantidade;Preço unitário",
         "A-1;31/01/2026;João;j@x.pt;Mesa;2;1,5"),
        ("Sipariş no;Sipariş tarihi;Müşteri adı;E-posta;Ürün adı;Adet;Birim fiyat",
         "A-1;31.01.2026;Ali;a@x.tr;Masa;2;1,5"),
        ("Order nambar;Tareekh;Gahak ka naam;Email;Cheez;Tadad;Qeemat", "A-1;31/01/2026;Ali;a@x.pk;Mez;2;150"),
    ],
    ids=["English", "German", "French", "Spanish", "Portuguese", "Turkish", "Urdu"],
)  # fmt: skip
def test_the_usual_words_of_seven_languages_are_known(header, row):
    names = header.split(";")

    matching = match(names, [row.split(";")], ORDERS)

    keys = ["external_id", "placed_at", "customer_name", "customer_email", "description", "quantity", "unit_price"]
    assert found(matching) == dict(zip(keys, names, strict=True))
    assert (matching.unmatched, matching.missing) == ((), [])


def test_each_suggestion_says_why():
    matching = match(
        ["Bestellnummer", "OrderDate", "Kunde", "qty (pcs)"], [["1", "2026-01-31", "Otto", "2"]] * 3, ORDERS
    )

    assert why(matching, "external_id") == "the name is “Bestellnummer”, German for “Order number”"
    assert why(matching, "placed_at") == "the name is “Order date”; every cell is a date"
    assert why(matching, "quantity") == "the name is “Qty”, with something in brackets; every cell is a number"
    assert matching.missing == ["Product"]


def test_cells_that_contradict_a_name_make_it_a_question():
    rows = [["A-1", "soon"], ["A-2", "later"]]

    matching = match(["Order no", "Order date"], rows, ORDERS)

    assert asked(matching) == {"placed_at": "Order date"}
    assert why(matching, "placed_at") == "the name is “Order date”; but no cell is a date"
    assert matching.questions()[0].sentence == (
        "Is “Order date” the Order date? The name is “Order date”; but no cell is a date."
    )


def test_cells_alone_suggest_an_email_and_nothing_is_taken_for_it_in_silence():
    matching = match(["Contact", "Order no"], [["a@b.pk", "1"], ["c@d.pk", "2"]], ORDERS)

    assert asked(matching) == {"customer_email": "Contact"}
    assert why(matching, "customer_email") == "every cell is an e-mail address"
    assert [answer.key for answer in matching.questions()[0].answers] == ["0", ""]


def test_two_columns_for_one_place_are_asked():
    matching = match(["Billing City", "Shipping City"], [["Lahore", "Karachi"]], ORDERS)

    assert asked(matching) == {"city": "Billing City"}
    assert [header for _, header in matching.unmatched] == ["Shipping City"]
    assert [answer.key for answer in matching.questions()[0].answers] == ["0", "1", ""]


def test_one_column_never_goes_to_two_places():
    matching = match(["Customer", "Order no"], [["Ayla", "1"]], ORDERS)

    places = [s.at for s in matching.suggestions if s.at is not None]
    assert len(places) == len(set(places))


def test_a_slip_of_the_pen_is_suggested_and_asked():
    matching = match(["Order Nubmer", "Custmer"], [["1", "Ayla"]], ORDERS)

    assert asked(matching) == {"external_id": "Order Nubmer", "customer_name": "Custmer"}
    assert why(matching, "external_id") == "the name is almost “Order number”"


def test_a_column_without_a_cell_is_not_sure():
    matching = match(["Invoice no", "Customer"], [["", "Ayla"], ["", "Omar"]], ORDERS)

    assert asked(matching) == {"external_id": "Invoice no"}
    assert why(matching, "external_id").endswith("but every cell is blank")


def test_customers_and_products_have_their_words_too():
    customers = match(["Kundennummer", "Vorname", "Nachname", "Handy", "E-Mail", "Ort"],
                      [["1", "Otto", "Kern", "0171 2345678", "o@x.de", "Köln"]], CUSTOMERS)  # fmt: skip
    products = match(["Artikelnummer", "Bezeichnung", "Warengruppe", "Preis", "Bestand"],
                     [["A-1", "Tisch", "Möbel", "1,50", "7"]], PRODUCTS)  # fmt: skip

    assert list(found(customers)) == ["external_id", "given_name", "surname", "phone", "email", "city"]
    assert list(found(products)) == ["sku", "name", "category", "price", "stock"]


@pytest.mark.parametrize("columns", [ORDERS, CUSTOMERS, PRODUCTS], ids=["orders", "customers", "products"])
def test_no_name_stands_for_two_columns_of_a_noun(columns):
    from ops.imports.values.likeness import words

    names = [("".join(words(name.text)), column.key) for column in columns for name in column.names]

    twice = {name for name, key in names for other, second in names if name == other and key != second}
    assert twice == set()


def test_a_spelling_of_a_column_that_is_not_there_is_named(tmp_path):
    path = tmp_path / "spellings.yaml"
    path.write_text("colour: {English: [Colour]}")

    with pytest.raises(ValueError, match="there is no column colour"):
        with_spellings(ORDERS, path)


@real_files
@pytest.mark.parametrize(
    ("file", "keys", "left"),
    [
        ("orders/superstore/superstore_mdy.csv.gz", 16, ["Row ID", "Country", "State", "Postal Code", "Region"]),
        ("messy/sales_data_sample_ascii.csv", 8, None),
        ("storefront/etsy/EtsySoldOrderItems.csv", 11, None),
    ],
)
def test_real_files_find_their_columns_without_a_preset(file, keys, left):
    path = DATA / file
    with gzip.open(path, "rt", encoding="latin-1") if path.suffix == ".gz" else path.open(encoding="latin-1") as stream:
        rows = list(csv.reader(stream))

    matching = match(rows[0], rows[1:300], ORDERS)

    assert len(found(matching)) >= keys
    if left is not None:
        assert [header for _, header in matching.unmatched] == left
