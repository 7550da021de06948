"""The sentence of each scope names every noun that it lets a person write: rights are given by it."""

import re
from collections import defaultdict

from ops.access.roles import policybook
from ops.db import security

# How people call what stands in a table. What says itself, as the record of a verb does, needs no word.
WORDS = {
    "accounts_user": r"\bpeople\b", "analytics_target": r"\breach in a month\b", "catalog_category": r"\bcategories\b",
    "catalog_product": r"\bproducts\b", "catalog_skualias": r"\bSKUs\b", "rates_exchangerate": r"\bexchange rates\b",
    "customers_customer": r"\bcustomers?\b",
    "customers_customercontact": r"\breached\b", "customers_customermerge": r"\bjoins\b",
    "digests_extension": r"\bextends\b", "digests_handback": r"\bhand(s it|ed) back\b",
    "digests_snooze": r"\bputs .* off\b",
    "django_admin_log": r"\badmin pages\b", "files_file": r"\bfiles\b", "intake_intakekey": r"\bkey\b",
    "intake_intakesecret": r"\bsecrets\b", "notices_mute": r"\bnotices\b", "notices_notice": r"\bnotices\b",
    "inventory_location": r"\blocations\b", "inventory_move": r"\breceives, counts and scraps\b",
    "inventory_movecost": r"\bcosts\b",
    "notices_preference": r"\bnotices\b", "notices_rule": r"\bwho is told of what\b", "notices_watch": r"\bwatch\b",
    "ops_arrow": r"\barrows\b", "ops_importbatch": r"\bloads\b", "ops_importitem": r"\bfiles\b",
    "ops_importrow": r"\bfiles\b", "ops_importfile": r"\bfiles\b", "ops_importcell": r"\bfiles\b",
    "ops_importmatch": r"\bfiles\b", "ops_importmapping": r"\bfiles\b", "ops_role": r"\broles\b",
    "ops_savedview": r"\bsaved views\b",
    "ops_signedlink": r"\blinks\b|\bmails\b", "ops_stage": r"\bstages\b", "orders_carrier": r"\bcarriers\b",
    "orders_order": r"\borders?\b", "orders_ordercosting": r"\bcosts\b", "orders_orderline": r"\blines\b",
    "orders_orderlineprice": r"\bsells? for\b", "orders_ordersale": r"\borders? .*sells? for\b",
    "orders_orderuserobjectpermission": r"\bshared\b", "orders_shipment": r"\bparcels\b",
    "orders_shipmentline": r"\bparcels\b", "quotes_quote": r"\bquotes?\b", "quotes_quoteanswer": r"\banswers\b",
    "quotes_quoteline": r"\blines\b", "quotes_quotelineprice": r"\bquotes? sells? for\b",
    "quotes_quoteorder": r"\borders? (it|they) becomes?\b", "quotes_quoterecipient": r"\bquotes?\b",
    "quotes_quotesale": r"\bquotes? sells? for\b", "quotes_quoteversion": r"\bversions\b",
    "shop_holiday": r"\bholidays\b", "shop_setting": r"\brules? of the shop\b|\bdays on which the shop works\b",
    "exports_template": r"\bexport templates\b",
    "standing_mailing": r"\bmails\b", "standing_start": r"\bstarts? with\b|\bopens\b",
    "threads_message": r"\bmessages\b",
}  # fmt: skip
SAYS_ITSELF = {"ops_event", "progress_job"}
_READS_ONLY = re.compile(r"\b(edits|sets|writes|adds|keeps|makes)\b(?! (none|none of))", re.IGNORECASE)


def writes() -> dict[str, set[str]]:
    """Of each scope, the tables of which a grant and a policy together let it write rows."""
    granted, allowed = defaultdict(set), defaultdict(set)
    for table in security.tables():
        for scope, rights in table.grants.items():
            said = rights if isinstance(rights, str) else ", ".join(rights)
            granted[scope, table.name] |= {verb for verb in ("insert", "update", "delete") if verb in said}
        for policy in table.policies:
            for scope in [policy.to] if isinstance(policy.to, str) else policy.to:
                cmd = policy.cmd.lower()
                allowed[scope, table.name] |= {"insert", "update", "delete"} if cmd == "all" else {cmd}
    found: dict[str, set[str]] = defaultdict(set)
    for (scope, table), verbs in granted.items():
        if verbs & allowed[scope, table]:
            found[scope].add(table)
    return found


def test_the_sentence_of_a_scope_names_everything_that_it_may_write():
    wanting = [
        f"{scope} writes {table}: {sentence!r}"
        for scope, sentence in policybook().scopes.items()
        for table in sorted(writes()[scope] - SAYS_ITSELF)
        if table not in WORDS or not re.search(WORDS[table], sentence, re.IGNORECASE)
    ]

    assert wanting == []


def test_who_writes_nothing_does_not_say_so():
    written = writes()
    silent = [scope for scope in policybook().scopes if not written[scope] - SAYS_ITSELF]

    assert [scope for scope in silent if _READS_ONLY.search(policybook().scopes[scope])] == []
    assert {"audit", "health", "sales_read", "costs_read", "catalog_read", "quotes_read"} <= set(silent)
    assert "orders_read" not in silent
