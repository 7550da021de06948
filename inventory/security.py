"""Who sees stock sees all of it, without costs. It changes by moves alone, which are added and never changed."""

from ops.db.security import UID, Function, Guard, Policy, Table

functions = [
    Function(
        "inventory/sql/items.sql",
        reason="keeps the stock room's names of products, which nobody else may write",
        execute={
            "ops.keep_new_stock_items()": (),
            "ops.keep_stock_item()": (),
            "ops.keep_stock_categories()": (),
            "ops.drop_stock_item()": (),
        },
    ),
    Function(
        "inventory/sql/moves.sql",
        reason="keeps levels, which nobody else may write; works out counts; adds up every move for the proof",
        execute={
            "ops.work_out_count()": (),
            "ops.keep_levels()": (),
            "ops.added_up_stock()": ("stock_all", "stock_proof"),
        },
    ),
]

_SEES = ("stock_all", "stock_read")
_READ = dict.fromkeys(_SEES, "select")
_HERE = "noun in ('level', 'location')"
_ADDED = "new table as added"

tables = [
    Table(
        "inventory.Location", called="locations of stock",
        history=True,
        policies=[
            Policy("locations are known to who sees stock", to="stock_read", using="true", cmd="select"),
            Policy("locations are named by who moves stock", to="stock_all", using="true", check="true"),
        ],
        grants={"stock_read": "select", "stock_all": ["select", "insert", "update (name)"]},
    ),
    Table(
        "inventory.StockItem", called="names of what is in stock",
        policies=[Policy("what is in stock is known by name", to=_SEES, using="true", cmd="select")],
        grants=_READ,
    ),
    # S1: on hand and reserved; written by the trigger of moves alone, and no more reserved than there is.
    Table(
        "inventory.Level", called="stock on hand",
        policies=[Policy("what is on hand is seen", to=_SEES, using="true", cmd="select")],
        grants=_READ,
        guards=[Guard("aa_by_hand", "before insert or update or delete", "ops.guard_level", each="statement")],
    ),
    # S3: all changes are moves, with who, when and why.
    Table(
        "inventory.Move", called="moves of stock",
        append_only=True,
        policies=[
            Policy("moves of stock are seen", to=_SEES, using="true", cmd="select"),
            Policy("stock is moved", to="stock_all", check="true", cmd="insert"),
        ],
        grants={"stock_read": "select", "stock_all": "select, insert"},
        guards=[
            Guard("ab_stamp", "before insert", "ops.stamp_move"),
            Guard("ac_count", "before insert", "ops.work_out_count", condition="new.kind = 'count'"),
            Guard("zv_levels", "after insert", "ops.keep_levels", each="statement", rows=_ADDED),
        ],
    ),
    Table(
        "inventory.MoveCost", called="what received stock cost",
        append_only=True,
        policies=[
            Policy("costs of stock are seen", to=("costs_all", "costs_read"), using="true", cmd="select"),
            Policy("who receives stock says what it cost", to="costs_all", cmd="insert",
                   check=f"exists (select 1 from inventory_move m where m.id = move_id and m.by_id = {UID}"
                         " and m.kind = 'receipt')"),
        ],
        grants={"costs_all": "select, insert", "costs_read": "select"},
    ),
    Table(
        "catalog.Product",
        guards=[
            Guard("zv_stock_added", "after insert", "ops.keep_new_stock_items", each="statement", rows=_ADDED),
            Guard("zv_stock", "after update", "ops.keep_stock_item",
                  condition="(old.sku, old.name, old.category_id, old.is_active) is distinct from"
                            " (new.sku, new.name, new.category_id, new.is_active)"),
            Guard("ad_stock", "before delete", "ops.drop_stock_item"),
        ],
    ),
    # C16: who opens stock from a file says what its SKUs mean, without reading prices.
    Table(
        "catalog.SkuAlias", called="other spellings of SKUs",
        policies=[Policy("stock: what else SKUs go by is known, and said", to="stock_all", using="true", check="true")],
        grants={"stock_all": "select, insert"},
    ),
    Table(
        "catalog.Category",
        guards=[Guard("zv_stock", "after update of name", "ops.keep_stock_categories")],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("stock: records of stock and locations", to=_SEES, using=_HERE, cmd="select"),
            Policy("stock: what was done is recorded", to="stock_all", check=_HERE, cmd="insert"),
        ],
        grants={"stock_read": "select", "stock_all": "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "inventory_location_name": "There is a location of this name already.",
    "inventory_location_named": "A location needs a name.",
    "inventory_level_on_hand": "There is less on hand than that.",
    "inventory_level_promised": "There is less on hand than that: some of it is reserved.",
    "inventory_move_sign": "What comes in is more than nothing, and what goes out is there.",
    "inventory_move_counted": "A count says how much there is: zero or more.",
    "inventory_move_reason": "Say why it is scrapped.",
    "inventory_move_key": "This has been done already.",
    "inventory_move_external": "This move has come in already.",
    "inventory_move_reversed": "This has been taken back already.",
    "inventory_cost_positive": "A cost is zero or more.",
}
