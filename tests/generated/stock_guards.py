"""Attacks on the guards of stock, and what its triggers leave behind: read by guards.py beside its own."""
# ruff: noqa: E501  SQL and sentences stand on one line each: they are read as tables


def stock_move(said: str, where: str) -> str:
    return (
        "insert into inventory_move (item_id, location_id, kind, quantity, note, reverses_id, at)"
        f" select l.item_id, l.location_id, {said} from inventory_level l join inventory_location p on p.id = l.location_id"
        f" where p.name = '{where}'"
    )


# Rule, who attacks (nobody: the database's owner), statement.
ATTACKS = [
    ("ops_guard_level_by_hand", "", "update inventory_level set on_hand = 99"),
    ("ops_guard_level_by_hand", "", "delete from inventory_level"),
    ("ops_guard_level_short", "manager", stock_move("'scrap', -999, 'x', null, now()", "Main")),
    ("ops_guard_level_most", "manager", stock_move("'receipt', 999999999, '', null, now()", "Main")),
    ("ops_guard_opening_once", "manager", stock_move("'opening', 1, '', null, now()", "Main")),
    ("ops_guard_move_reversal", "manager", stock_move("'reversal', -2, '', (select max(id) from inventory_move where kind = 'receipt'), now()", "Main")),
    ("ops_guard_move_reversal", "manager", stock_move("'reversal', 3, '', (select id from inventory_move where kind = 'reversal'), now()", "Attic")),
    ("ops_guard_move_future", "manager", stock_move("'opening', 1, '', null, now() + interval '1 day'", "Attic")),
    ("ops_guard_count_early", "manager", "insert into inventory_move (item_id, location_id, kind, counted, at) select l.item_id, l.location_id, 'count', 5,"
                                               " now() - interval '9 days' from inventory_level l where l.moves > 1"),
    ("ops_guard_product_stocked", "", "delete from catalog_product where sku = 'CH-1'"),
]  # fmt: skip
PROOFS: dict[str, tuple[str, str]] = {
    "ops.stamp_move": ("insert into inventory_move (item_id, location_id, kind, quantity, by_id, at, recorded_at) select item_id, location_id, 'receipt', 2,"
                       " {person:agent}, '2020-01-01', '2020-01-01' from inventory_level where moves > 1",
                       "select by_id = {person:owner} and at = recorded_at and at > now() - interval '1 minute' from inventory_move order by id desc limit 1"),
    "ops.work_out_count": ("insert into inventory_move (item_id, location_id, kind, counted, quantity) select item_id, location_id, 'count', 20, 999"
                           " from inventory_level where moves > 1",
                           "select quantity = 20 - (select sum(m.quantity) from inventory_move m where m.id < x.id and m.location_id = x.location_id)"
                           " from inventory_move x order by id desc limit 1"),
    "ops.keep_levels": ("insert into inventory_move (item_id, location_id, kind, quantity) select item_id, location_id, 'receipt', 7 from inventory_level",
                        "select bool_and(l.on_hand = (select sum(m.quantity) from inventory_move m where (m.item_id, m.location_id) = (l.item_id, l.location_id)))"
                        " and count(*) = 2 and min(l.on_hand) = 7 from inventory_level l"),
    "ops.keep_new_stock_items": ("insert into catalog_product (sku, name, price, is_active) values ('N-1', 'New', 1, true)",
                                 "select count(*) = 1 from inventory_stockitem where sku = 'N-1' and name = 'New' and category = ''"),
    "ops.keep_stock_item": ("update catalog_product set name = 'Other', is_active = false where sku = 'CH-1'",
                            "select name = 'Other' and not is_active and category = 'Chairs' from inventory_stockitem where sku = 'CH-1'"),
    "ops.keep_stock_categories": ("update catalog_category set name = 'Seats' where name = 'Chairs'",
                                  "select count(*) = 1 from inventory_stockitem where category = 'Seats'"),
}  # fmt: skip
