"""Sales sheets of our own making, in the columns of the Superstore preset."""

HEADER = (
    "Order ID,Order Date,Ship Date,Ship Mode,Segment,Customer ID,Customer Name,City,Region,Product ID,Category,"
    "Sub-Category,Product Name,Sales,Quantity,Discount,Profit"
)


def row(number="A-1", **said) -> str:
    cells = {
        "date": "2026-01-13", "ship": "2026-01-16", "mode": "Second Class", "segment": "Consumer", "cid": "C-1",
        "name": "Ayla Bose", "city": "Lahore", "region": "West", "sku": "SK-1", "category": "Furniture", "sub": "Desks",
        "product": "Desk", "sales": "100.5", "qty": "2", "off": "0", "profit": "20.25", **said,
    }  # fmt: skip
    return ",".join([number, *cells.values()])
