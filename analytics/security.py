"""Who sees and sets targets. The figures themselves need nothing here: the policies of orders scope them."""

from ops.db.security import UID, Policy, Table

_SETS, _OWN = "targets_all", "targets_own"
_ABOUT = "noun = 'targets'"

tables = [
    Table(
        "analytics.Target",
        history=True,
        policies=[
            Policy("managers see and set every target", to=_SETS, using="true", check="true"),
            Policy("own targets are seen", to=_OWN, using=f"agent_id = {UID}", cmd="select"),
        ],
        grants={_SETS: ["select", "insert", "update (amount)", "delete"], _OWN: "select"},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("targets: that they were set is recorded", to=_SETS, check=_ABOUT, cmd="insert"),
            Policy("targets: who set them is read", to=_SETS, using=_ABOUT, cmd="select"),
        ],
        grants={_SETS: "select, insert"},
    ),
]

sentences = {
    "analytics_target_once": "Somebody set this target a moment ago. Look again before you save.",
    "analytics_target_month": "A target is for a month: its day is the first.",
    "analytics_target_amount": "A target is more than zero. Leave it empty for none.",
    "analytics_target_metric": "A target is for revenue or orders, or for conversion up to 100 %.",
}
