"""Exports of programs and sheets of people in more countries: what each is taken for, and the sums it must come to.

Each begins with the true names of its program's columns; nobody says anything but what a question asks.
"""

import io
from dataclasses import dataclass, field

import pytest
import xlsxwriter

from catalog.models import Product
from customers.models import Customer
from ops.errors import Refused
from ops.imports.deciding import mend
from orders.models import OrderLine
from tests.imports.pipeline import NOTHING, Said, bring, checked, kinds, loaded, money, named, sums

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Export:
    """A file, the program it is known by, what is said of it; then orders and their sum, and words of its notes."""

    name: str
    text: str
    preset: str
    orders: int
    amount: str
    said: Said = NOTHING
    problems: dict[tuple[str, str], int] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    encoding: str = "utf-8"


def rows(head: str, *said: dict[str, str], sep: str = ",", mark: str = '"') -> str:
    """Under a header the rows that say what is named, with nothing in the other cells."""
    names = head.split(sep)
    lines = [sep.join(f"{mark}{row.get(name, '')}{mark}" for name in names) for row in said]
    return "\n".join([head, *lines]) + "\n"


RATES = dict.fromkeys(("USD", "EUR", "GBP", "AUD"), "1")
AMAZON = ("amazon-order-id\tmerchant-order-id\tpurchase-date\torder-status\tsales-channel\tship-service-level"
          "\tproduct-name\tsku\tasin\titem-status\tquantity\tcurrency\titem-price\titem-tax"
          "\titem-promotion-discount\tship-city")  # fmt: skip
AMAZON_ROW = {
    "amazon-order-id": "111-1", "purchase-date": "2026-01-05T19:40:11+00:00", "order-status": "Shipped",
    "product-name": '24" Desk', "sku": "AM-1", "quantity": "2", "currency": "USD", "item-price": "39.98",
}  # fmt: skip
EBAY = ("Sales Record Number,Order Number,Buyer Username,Buyer Name,Item Number,Item Title,Custom Label,Quantity,"
        "Sold For,Shipping And Handling,Total Price,Sale Date,Paid On Date,Ship By Date,Shipped On Date")  # fmt: skip
EBAY_ROW = {
    "Sales Record Number": "101", "Order Number": "02-1", "Buyer Username": "bob1", "Buyer Name": "Bob",
    "Item Title": "Clock", "Custom Label": "CL-1", "Quantity": "2", "Sold For": "$1,025.00",
    "Total Price": "$2,055.00", "Sale Date": "Jan-12-26",
}  # fmt: skip
SQUARESPACE = ("Order ID,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Amount Refunded,Total,Discount Code,"
               "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
               "Lineitem variant,Billing Name,Cancelled at,Channel Type,Channel Name")  # fmt: skip
WIX = ("Order number,Date created,Time,Total order quantity,Contact email,Item,Variant,SKU,Qty,Price,Billing name,"
       "Payment status,Coupon discount,Shipping rate,Total,Currency,Refunded amount")  # fmt: skip
WIX_ROW = {"Order number": "10023", "Date created": "Jan 12, 2026", "Time": "4:15 PM", "Item": "Soap", "Qty": "2",
           "Price": "7.5", "Billing name": "Wendy", "Shipping rate": "3", "Total": "23", "Currency": "GBP"}  # fmt: skip
XERO = ("ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,InventoryItemCode,"
        "Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxAmount,Currency,Type,Status")  # fmt: skip
XERO_ROW = {"ContactName": "City Agency", "InvoiceNumber": "INV-1", "InvoiceDate": "25/01/2026", "Total": "51.67",
            "Description": "Mouse", "Quantity": "5.0000", "UnitAmount": "10.0000", "Discount": "10.00",
            "LineAmount": "45.00", "Currency": "GBP", "Type": "Sales invoice", "Status": "Paid"}  # fmt: skip
ADVANCED = ("Order Number,Order Status,Order Date,First Name (Billing),Last Name (Billing),Cart Discount Amount,"
            "Order Subtotal Amount,Order Refund Amount,SKU,Item #,Item Name,Quantity (- Refund),Item Cost")  # fmt: skip
ADVANCED_ROW = {"Order Number": "7001", "Order Status": "Processing", "Order Date": "2026-02-03 18:05",
                "First Name (Billing)": "Sara", "Cart Discount Amount": "450", "Order Subtotal Amount": "4500",
                "Item Name": "Rug", "Quantity (- Refund)": "1", "Item Cost": "4050"}  # fmt: skip
EXPORTS = [
    Export("Amazon", rows(AMAZON, AMAZON_ROW, {**AMAZON_ROW, "amazon-order-id": "112-1", "order-status": "Cancelled"},
                          {**AMAZON_ROW, "amazon-order-id": "113-1", "item-promotion-discount": "1.05"},
                          sep="\t", mark=""),
           "amazon", 2, "78.91", words=("“order-status” is “cancelled”",)),
    Export("eBay, a blank line under the names and a count at the end",
           "\n" + rows(EBAY, {}, EBAY_ROW, {**EBAY_ROW, "Order Number": "03-1", "Item Title": "", "Sold For": "$5.00"},
                       {**EBAY_ROW, "Order Number": "03-1", "Quantity": "1", "Sold For": "$5.00"})
           + '\n"2",record(s) downloaded,from ,Jan-01-26\n\nSeller ID : myshop\n',
           "ebay", 2, "2055", words=("2 record(s) downloaded", "it only sums up the order")),
    Export("Squarespace", rows(
        SQUARESPACE,
        {"Order ID": "34", "Email": "s@ex.com", "Currency": "USD", "Discount Amount": "6.00", "Total": "59.00",
         "Created at": "2026-01-12 10:00:00 -0500", "Lineitem quantity": "2", "Lineitem name": "Print",
         "Lineitem price": "20.00", "Billing Name": "Sue"},
        {"Order ID": "34", "Email": "s@ex.com", "Lineitem quantity": "1", "Lineitem name": "Card",
         "Lineitem price": "20.00"}),
        "squarespace", 1, "54"),
    Export("Wix, the order's total on each row",
           rows(WIX, WIX_ROW, {**WIX_ROW, "Item": "Candle", "Qty": "1", "Price": "5"}), "wix", 1, "20"),
    Export("Xero", rows(XERO, XERO_ROW, {**XERO_ROW, "Description": "Cable", "LineAmount": "6.67"},
                        {**XERO_ROW, "InvoiceNumber": "INV-2", "Status": "Voided"}), "xero", 1, "51.67"),
    Export("WooCommerce, what is left after refunds",
           rows(ADVANCED, ADVANCED_ROW, {**ADVANCED_ROW, "Order Number": "7002", "Quantity (- Refund)": "0"}),
           "woocommerce", 1, "4050", words=("all of it was given back",)),
    Export("Magento 1", '"Order #","Purchased From (Store)","Purchased On","Bill to Name","Ship to Name","G.T. (Base)",'
           '"G.T. (Purchased)",Status\n100000041,Main,"Mar 13, 2026 4:05:09 AM",Jane,Jane,"$1,219.50","$1,219.50",'
           "Complete\n", "magento_1", 1, "1219.5", said=Said(rates=RATES, answers={"mixed_currencies": "each"})),
    Export("Magento 2, a store in three lines", 'ID,"Purchase Point","Purchase Date","Bill-to Name","Ship-to Name",'
           '"Grand Total (Base)","Grand Total (Purchased)",Status\n000000001,"Main Website\n    Main Website Store\n'
           '        Default Store View","Jan 12, 2026, 7:05:09 AM",Veronica,Veronica,36.3900,36.3900,processing\n',
           "magento", 1, "36.39"),
    Export("WebToffee", "order_id,order_number,order_date,status,order_total,order_key,order_currency,customer_email,"
           "billing_first_name,billing_last_name,line_item_1\n5,5,2026-02-03 10:11:12,processing,3200,k,PKR,w@ex.com,"
           "Wali,Shah,name:Tray|quantity:2|total:3000\n", "woocommerce_webtoffee", 1, "3200"),
    Export("Etsy orders", "Sale Date,Order ID,Buyer User ID,Full Name,Number of Items,Date Shipped,Currency,"
           "Order Value,Discount Amount,Shipping,Order Total,Order Net\n01/08/26,3211,mia,Mia Stone,3,01/09/2026,USD,"
           "95.00,9.00,4.95,97.45,94.28\n", "etsy_orders", 1, "86"),
    Export("BigCommerce", "Order ID,Customer Name,Order Date,Order Status,Order Total (inc tax),Total Quantity,"
           "Order Currency Code,Exchange Rate\n118,Lee,13/01/2026,Completed,120.00,2,AUD,1.0\n",
           "bigcommerce", 1, "120"),
    Export("Square transactions", "Date,Time,Net Sales,Total Collected,Card Entry Methods,Transaction ID,Description,"
           "Event Type,Location\n2026-01-12,08:01:02,$11.50,$12.40,Tapped,TX1,2 x Latte,Payment,Main\n"
           "2026-01-13,08:01:02,-$4.50,-$4.50,,TX2,Latte,Refund,Main\n", "square_transactions", 1, "11.5"),
    Export("PrestaShop", "ID;Référence;Nouveau client;Livraison;Client;Total;Paiement;État;Date\n"
           "1;XKBK;1;France;J. Doé;61,80 €;Chèque;Livré;2026-01-13 10:15:22\n", "prestashop", 1, "61.8"),
    Export("Italian", "N. ordine;Data ordine;Cliente;Città;Codice articolo;Descrizione;Quantità;Prezzo unitario;Sconto;"
           "Importo;Valuta\nORD/1;19/02/2026;D'Angelo;Forlì;CF-1;Tazzina;24;2,50;0%;60,00;EUR\n", "", 1, "60",
           encoding="cp1252"),
    Export("Dutch", "Ordernummer;Orderdatum;Klant;Plaats;Artikelnummer;Omschrijving;Aantal;Prijs;Korting;Bedrag\n"
           "2026;19-2-2026;Café 't Hoekje;Assen;K-1;Kruk;4;€ 1.089,95;0%;€ 4.359,80\n", "", 1, "4359.8",
           encoding="cp1252"),
    Export("German, percent without its sign", "Auftragsnr.;Auftragsdatum;Firma;Bezeichnung;Menge;E-Preis;Rabatt %;"
           "G-Preis\nAB-1;17.01.2026;Größl;Schüssel;2,00;1.249,50;10,00;2.249,10\n", "", 1, "2249.1",
           words=("are percent, as its name says",), encoding="cp1252"),
    Export("an order's total on each of its lines",
           "Order no,Date,Customer,Item,Qty,Price,Total\n1,13/01/2026,Ali,Desk,2,100,350\n1,13/01/2026,Ali,Lamp,3,50,"
           "350\n2,14/01/2026,Bibi,Desk,1,100,100\n", "", 2, "450"),
    Export("a line's amount beside an order's",
           "Order no,Date,Customer,Item,Qty,Price,Total,Line value\n1,13/01/2026,Ali,Desk,2,100,350,200\n"
           "1,13/01/2026,Ali,Lamp,3,50,350,150\n", "", 1, "350"),
    Export("a register with units, and a total under the second column",
           "Date,Particulars,Buyer,Voucher No.,Quantity,Rate,Value\n13-Jan-26,Rack,Karim,S/1,2,"
           '"12,500.00/Nos","25,000.00"\n,Grand Total,,,2 Nos,,"25,000.00"\n', "", 1, "25000",
           words=("Line 3 is a line of totals",)),
    Export("a titled table under the orders, and a line about the program at the end",
           "Order no,Order date,Customer name,Item,Qty,Amount\n1,13/01/2026,Asma,Rug,1,500\n,,,,,\nExpenses,,,,,\n"
           "Date,Head,Amount,,,\n16-Jan-26,Petrol,1500,,,\nGenerated by Till on 31/01/2026,,,,,\n", "", 1, "500",
           words=("“Expenses”", "another table begins")),
]  # fmt: skip


@pytest.mark.parametrize("sent", [pytest.param(sent, id=sent.name) for sent in EXPORTS])
def test_an_export_of_a_program_comes_to_its_sums_and_twice_changes_nothing(sent, cast, as_person):
    said = sent.said if sent.said is not NOTHING else Said(rates=RATES)
    with as_person(cast.manager):
        file = ("export.csv", sent.text.encode(sent.encoding))
        batch = bring(cast.manager, file)
        assert (batch.noun, batch.preset) == ("order", sent.preset), batch.settings["why"]
        batch = checked(batch, said)
        assert batch.state == "checked", batch.questions
        assert kinds(batch) == sent.problems, batch.problems
        assert [words for words in sent.words if words not in " ".join(batch.notes)] == []

        loaded(batch, cast.manager)

        found = sums()
        assert (found["orders"], found["amount"]) == (sent.orders, money(sent.amount))
        again = checked(bring(cast.manager, file), said)
        assert (again.counts["new"], again.counts["changed"]) == (0, 0)


def test_a_word_in_common_is_no_column(cast, as_person):
    head = (
        "Order no,Date,Customer,Item,Qty,Price,Exchange Rate,Seller Collected Tax,Discount Amount,Buyer Note,Event Type"
    )
    with as_person(cast.manager):
        batch = bring(
            cast.manager, ("a.csv", f"{head}\n1,13/01/2026,Ali,Desk,1,100,1.0,5.00,6.00,ring first,Sale\n".encode())
        )

    assert sorted(named(batch)) == [
        "customer_name", "description", "external_id", "placed_at", "quantity", "unit_price",
    ]  # fmt: skip


def test_numbers_of_a_sheet_are_never_asked_about(cast, as_person):
    """What a sheet holds as a number has one decimal mark, also where it shows three decimals."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order no", "Date", "Customer", "Item", "Qty", "Amount"])
        sheet.write_row(1, 0, ["1", "13/01/2026", "Ali", "Desk", 2, 35.982])
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, ("a.xlsx", out.getvalue())))

    assert (batch.state, money(batch.counts["totals"]["new"]["amount"])) == ("checked", money("35.982"))


def test_an_article_number_that_a_sheet_holds_as_a_number_keeps_its_letters(cast, as_person):
    """The amount beside it is still never asked about, nor read as thousands where words beside it have a comma."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Order no", "Date", "Customer", "SKU", "Item", "Qty", "Amount"])
        sheet.write_row(1, 0, ["1", "13/01/2026", "Ali", 12.345, "Desk", 2, 35.982])
        sheet.write_row(2, 0, ["2", "13/01/2026", "Ali", "A-1", "Desk", 2, "1.250,50"])
        sheet.write_row(3, 0, ["3", "13/01/2026", "Ali", "A-1", "Desk", 2, "2.250"])
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, ("a.xlsx", out.getvalue())), Said(answers={"mixed_decimals": "."}))
        loaded(batch, cast.manager, leave_out=True)

        assert set(OrderLine.objects.values_list("sku", flat=True)) == {"12.345", "A-1"}
        assert sums()["amount"] == money("38.232")


@pytest.mark.parametrize(("discount", "taken"), [("Discount", "10%"), ("Discount", "0.1"), ("Whatever less", "20")])
def test_the_amount_after_a_discount_is_the_line_total(cast, as_person, discount, taken):
    """Quantity times price gives the gross amount, but a column of that very name is beside it."""
    head = f"Order no,Date,Customer,Item,Qty,Price,{discount},Gross amount,Amount"
    lines = "".join(f"{n},13/01/2026,Ali,Desk,2,100,{taken},200,180\n" for n in range(1, 6))
    with as_person(cast.manager):
        batch = bring(cast.manager, ("a.csv", f"{head}\n{lines}".encode()))

    assert named(batch, ["total"]) == {"total": "Amount"}


def test_customers_of_one_name_of_an_e_mail_and_of_two_phones(cast, as_person):
    head = "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Phone,Phone,Total Spent"
    people = "1,Noor,,,no,'0300 1234567,,0\n2,,,alone@ex.com,yes,,,0\n"
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, ("a.csv", f"{head}\n{people}".encode())))
        assert (batch.noun, batch.preset, kinds(batch)) == ("customer", "shopify", {})
        loaded(batch, cast.manager)
        plain = checked(bring(cast.manager, ("b.csv", b"First name,Surname,Mobile no\nZain,,0321-4567890\n")))
        assert kinds(plain) == {}
        damaged = checked(
            bring(cast.manager, ("c.csv", b"Name,Mobile No.,City\nAsma,9.23E+11,\nZain,0300 1112223 / 0321 9998887,\n"))
        )

        assert set(Customer.objects.values_list("name", "phone")) >= {("Noor", "+923001234567"), ("alone@ex.com", None)}
        assert kinds(damaged) == {("shortened", "Mobile No."): 1, ("no_phone", "Mobile No."): 1}
        damaged = checked(mend(damaged, "no_phone", "Mobile No.", "phone_in"))
        assert kinds(damaged) == {("shortened", "Mobile No."): 1}


def test_a_product_sold_before_it_came_in_is_a_product(cast, as_person):
    head = "Handle,Title,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Status"
    with as_person(cast.manager):
        batch = checked(
            bring(cast.manager, ("a.csv", f"{head}\nmug,Mug,Default Title,MUG-1,-2,450.00,active\n".encode()))
        )
        assert kinds(batch) == {}
        loaded(batch, cast.manager)

        assert Product.objects.get(sku="MUG-1").price == money("450")


def test_a_table_of_a_web_page_says_how_to_save_it(cast, as_person):
    page = b"<html><body><table><tr><th>Order no</th></tr><tr><td>1</td></tr></table></body></html>"
    with as_person(cast.manager), pytest.raises(Refused, match="save it as XLSX or CSV"):
        bring(cast.manager, ("orders.xls", page))


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["1", "0.5", "0"], "are all 1 or less, so they are read as shares: 0.5 is 50%"),
        (["0.1", "0.2", "1.5"], "So 0.1 is 0.1%: look whether that is meant."),
    ],
)
def test_small_numbers_of_a_percent_column_are_never_read_without_a_word(cast, as_person, cells, words):
    head = "Order no,Date,Customer,Item,Qty,Price,Discount %"
    lines = "".join(f"{n},13/01/2026,Ali,Desk,2,100,{cell}\n" for n, cell in enumerate(cells))
    with as_person(cast.manager):
        batch = checked(bring(cast.manager, ("a.csv", f"{head}\n{lines}".encode())))

    assert any(words in note for note in batch.notes), batch.notes
