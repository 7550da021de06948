"""Whoever sells reads the catalogue; managers edit it; the floor has no business with prices."""

from ops.db.security import Policy, Table

_POLICIES = [
    Policy("the catalogue is read by who sells", to="catalog_read", using="true", cmd="select"),
    Policy("the catalogue is edited by managers", to="catalog_edit", using="true", check="true"),
]
_GRANTS = {"catalog_read": "select", "catalog_edit": "select, insert, update"}

tables = [
    Table("catalog.Category", policies=_POLICIES, grants=_GRANTS),
    Table("catalog.Product", history=True, policies=_POLICIES, grants=_GRANTS),
]

sentences = {"catalog_product_price": "A list price is zero or more."}
