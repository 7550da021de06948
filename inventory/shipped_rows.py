"""The place that every shop has, and items of products that were there before stock was kept."""

from typing import Any

MAIN = "Main"


def write(cursor: Any) -> int:
    """As the owner, after every migrate. Returns how many are new. A shop that renames Main gets no second one."""
    cursor.execute("select to_regclass('public.inventory_location') is null")
    if cursor.fetchone()[0]:
        return 0
    cursor.execute(
        "insert into inventory_location (name) select %s where not exists (select 1 from inventory_location)", [MAIN]
    )
    count: int = cursor.rowcount
    cursor.execute(
        "insert into inventory_stockitem (product_id, sku, name, category, is_active)"
        " select p.id, p.sku, p.name, coalesce(c.name, ''), p.is_active from catalog_product p"
        " left join catalog_category c on c.id = p.category_id"
        " where not exists (select 1 from inventory_stockitem i where i.product_id = p.id)"
    )
    return count + int(cursor.rowcount)
