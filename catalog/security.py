"""Whoever sells reads the catalogue; managers edit it; the floor has no business with prices."""

from ops.db.security import Guard, Policy, Table

_POLICIES = [
    Policy("the catalogue is read by who sells", to="catalog_read", using="true", cmd="select"),
    Policy("the catalogue is edited by managers", to="catalog_edit", using="true", check="true"),
]
_KEEPERS = ("catalog_edit", "orders_import")
_GRANTS = {"catalog_read": "select", "catalog_edit": "select, insert, update"}

tables = [
    Table("catalog.Category", policies=_POLICIES, grants=_GRANTS),
    Table("catalog.Product", history=True, policies=_POLICIES, grants=_GRANTS),
    Table(
        "catalog.SkuAlias", called="other spellings of SKUs", history=True,
        policies=[
            Policy("aliases of SKUs are read by who sells", to="catalog_read", using="true", cmd="select"),
            Policy("aliases of SKUs are kept by who loads or edits", to=_KEEPERS, using="true", check="true"),
        ],
        grants={"catalog_read": "select", **dict.fromkeys(_KEEPERS, "select, insert, delete")},
        guards=[Guard("ab_alias", "before insert or update", "ops.stamp_keeper")],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("catalogue: what was said of SKUs is known", to="catalog_read", cmd="select",
                   using="noun = 'skualias'"),
            Policy("catalogue: what is said of SKUs is recorded", to=_KEEPERS, cmd="insert", check="noun = 'skualias'"),
        ],
        grants={"catalog_read": "select", **dict.fromkeys(_KEEPERS, "select, insert")},
    ),
]  # fmt: skip

sentences = {
    "catalog_product_price": "A list price is zero or more.",
    "catalog_alias_named": "An alias has at least one letter.",
    "catalog_skualias_alias_key": "Somebody has said already what this SKU means.",
}
