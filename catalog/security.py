"""Whoever sells reads the catalogue; managers edit it; the floor has no business with prices."""

from ops.db.security import Function, Guard, Policy, Table

functions = [Function("catalog/sql/products.sql")]

_READS, _EDITS = "catalog_read", "catalog_edit"
_POLICIES = [
    Policy("the catalogue is read by who sells", to=_READS, using="true", cmd="select"),
    Policy("the catalogue is edited by managers", to=_EDITS, using="true", check="true"),
]
_GRANTS = {_READS: "select", _EDITS: "select, insert, update"}
_ABOUT = "noun = 'product'"

tables = [
    Table("catalog.Category", policies=_POLICIES, grants=_GRANTS),
    Table(
        "catalog.Product",
        history=True,
        policies=_POLICIES,
        grants=_GRANTS,
        guards=[
            Guard("ac_version", "before update", "ops.bump_version"),
            Guard("zx_tell", "after update", "ops.tell_product"),
            Guard("zx_tell_added", "after insert", "ops.tell_new_products", each="statement",
                  rows="new table as added"),
        ],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("products: what was done to them is read by who sells", to=(_READS, _EDITS), using=_ABOUT,
                   cmd="select"),
            Policy("products: what is done to them is recorded", to=_EDITS, check=_ABOUT, cmd="insert"),
        ],
        grants={_READS: "select", _EDITS: "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "catalog_product_price": "A list price is zero or more.",
    "catalog_product_named": "A product needs a SKU and a name.",
    "catalog_product_sku_key": "Another product has this SKU. Open that one, or choose another SKU.",
}
