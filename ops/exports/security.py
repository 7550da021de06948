"""A template says how, never what: it is kept by its owner, and used by everybody when it is shared."""

from ops.db.security import UID, Policy, Table

_MINE = f"owner_id = {UID}"

tables = [
    Table(
        "exports.Template",
        called="export templates",
        history=True,
        policies=[
            Policy("own templates are kept", to="staff", using=_MINE, check=_MINE),
            Policy("shared templates are used", to="staff", using="shared", cmd="select"),
        ],
        grants={
            "staff": "select, insert, update (name, shared, keys, heads, days, decimal, separator, says_origin), delete"
        },
    ),
]

sentences = {
    "exports_template_name": "You have a template of that name for this list. Choose another name.",
    "exports_template_one_mark": "The comma cannot part columns and decimals at once. Choose a semicolon between"
    " columns.",
}
