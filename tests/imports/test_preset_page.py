"""The page of columns of a known program: what it makes of several columns, and what holds for every row, is shown."""

import pytest

from tests.imports.load_walk import upload, words

pytestmark = pytest.mark.django_db
BIGCOMMERCE = (
    "Order ID,Customer Name,Customer Email,Order Date,Order Status,Order Total (inc tax),Total Quantity,"
    "Order Currency Code\n118,Lee Chan,lee@ex.com,13/01/2026,Completed,120.00,2,PKR\n"
)
SHOPIFY = (
    "Name,Email,Financial Status,Created at,Subtotal,Discount Amount,Lineitem quantity,Lineitem name,Lineitem price,"
    "Billing Name,Currency,Source,Lineitem sku\n"
    "#1,a@ex.com,paid,2026-01-12 14:03:22 +0500,1800.00,200.00,2,Desk,1000.00,Ahmed Raza,PKR,web,D-1\n"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (BIGCOMMERCE, ["Made from Customer Name, Customer Email", "“Order as a whole” on every row", "Lee Chan"]),
        (SHOPIFY, ["Made from Lineitem price, Lineitem quantity, Discount Amount, Subtotal", "1800.00", "Ahmed Raza"]),
    ],
    ids=["fixed", "made"],
)
def test_what_a_program_makes_is_shown_and_not_asked_for(text, shown, browser, last):
    upload(browser, text)

    page = words(browser.get(f"/import/{last().pk}/columns/"))

    assert [said for said in shown if said not in page] == []
    assert "Needed" not in page
