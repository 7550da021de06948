"""What is on hand is the sum of what moved: added up each night, and said on the page of promises."""

from django.db import connection

from ops import trust

ADDED_UP = "add up all stock"


class StockDiffers(Exception):
    """A level is not the sum of its moves."""


def declare() -> None:
    trust.declare_nightly(
        ADDED_UP, "What is on hand is the sum of what moved",
        "Stock changes only by moves that nobody edits. All of them are added up and compared with what is on hand.",
        "{rows:,} lines of stock are the sum of their moves.", "inventory.tasks.add_up_stock",
    )  # fmt: skip


def add_up() -> int:
    """How many levels are as their moves say. Raises StockDiffers."""
    with connection.cursor() as cursor:
        cursor.execute("select levels, wrong from ops.added_up_stock()")
        levels, wrong = cursor.fetchone()
    if wrong:
        raise StockDiffers(f"{wrong} of {levels} lines of stock are not the sum of their moves.")
    return int(levels)
