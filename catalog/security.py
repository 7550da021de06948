"""Whoever sells reads the catalogue; managers edit it; the floor has no business with prices."""

from catalog.models import ALIASES_KEPT
from ops.db.security import Function, Guard, Policy, Table

functions = [Function("catalog/sql/products.sql")]

_READS, _EDITS = "catalog_read", "catalog_edit"
_POLICIES = [
    Policy("the catalogue is read by who sells", to=_READS, using="true", cmd="select"),
    Policy("the catalogue is edited by managers", to=_EDITS, using="true", check="true"),
]
_GRANTS = {_READS: "select", _EDITS: "select, insert, update"}
_PRODUCT, _ALIAS = "noun = 'product'", "noun = 'skualias'"

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
        "catalog.SkuAlias", called="other spellings of SKUs", history=True,
        policies=[
            Policy("aliases of SKUs are read by who sells", to=_READS, using="true", cmd="select"),
            Policy("aliases of SKUs are kept by who loads or edits", to=ALIASES_KEPT, using="true", check="true"),
        ],
        grants={_READS: "select", **dict.fromkeys(ALIASES_KEPT, "select, insert, delete")},
        guards=[Guard("ab_alias", "before insert or update", "ops.stamp_keeper")],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("catalogue: what was said of SKUs is known", to=_READS, cmd="select", using=_ALIAS),
            Policy("catalogue: what is said of SKUs is recorded", to=ALIASES_KEPT, cmd="insert", check=_ALIAS),
            Policy("products: what was done to them is read by who sells", to=(_READS, _EDITS), using=_PRODUCT,
                   cmd="select"),
            Policy("products: what is done to them is recorded", to=_EDITS, check=_PRODUCT, cmd="insert"),
        ],
        grants={_READS: "select", **dict.fromkeys(ALIASES_KEPT, "select, insert")},
    ),
]  # fmt: skip

sentences = {
    "catalog_product_price": "A list price is zero or more.",
    "catalog_alias_named": "An alias has at least one letter.",
    "catalog_skualias_alias_key": "Somebody has said already what this SKU means.",
    "catalog_product_named": "A product needs a SKU and a name.",
    "catalog_product_sku_key": "Another product has this SKU. Open that one, or choose another SKU.",
}
