"""Who sees and answers which quotes. As orders: own for agents, all for managers; production sees none (A13, A26)."""

from ops.db.security import UID, Function, Guard, Policy, Table

_SELLS = ("quotes_all", "quotes_own")
_SEES_ALL = ("quotes_all", "quotes_read")
_LINK_VERSION = "(select ops.quote_version_of_link())"
_LINK_QUOTE = "(select ops.quote_of_link())"
_USED = "(select ops.quote_of_used_link())"
_MINE = f"agent_id = {UID}"
_LANDED = f"and q.agent_id = {UID}"

functions = [
    Function(
        "orders/quotes/sql/quote_rules.sql",
        reason="keeps numbers and links, which their writers may not see; asks of a link what it opens; searches by id",
        execute={
            "ops.quote_version_of_link()": ("link",),
            "ops.quote_of_link()": ("link",),
            "ops.quote_of_used_link()": ("link",),
            "ops.quote_links(bigint)": ("quotes_all", "quotes_read", "quotes_own"),
            "ops.search_quotes(text, int)": ("quotes_all", "quotes_read", "quotes_own"),
        },
    ),
    Function(
        "orders/quotes/sql/quote_notices.sql",
        reason="knows of every quote whose it is and who may see it, when a customer answers; keeps that one looked",
        execute={
            "ops.quote_parts(bigint[], jsonb)": (),
            "ops.quote_seen(bigint[], bigint[], jsonb)": (),
            "ops.note_quote_view()": ("link",),
        },
    ),
]


def _of_quote(column: str, mine: str = "") -> str:
    """Under the reader's own policies: a child is seen exactly when its quote is."""
    return f"exists (select 1 from quotes_quote q where q.id = {column} {mine})"


def _of_version(column: str, mine: str = "") -> str:
    return (
        "exists (select 1 from quotes_quoteversion v join quotes_quote q on q.id = v.quote_id"
        f" where v.id = {column} {mine})"
    )


def _of_line(mine: str = "") -> str:
    return (
        "exists (select 1 from quotes_quoteline l join quotes_quoteversion v on v.id = l.version_id"
        f" join quotes_quote q on q.id = v.quote_id where l.id = line_id {mine})"
    )


def _rows(what: str, to: tuple[str, str, str], mine: str, link: str) -> list[Policy]:
    """`to`: who writes all, who reads all, who has their own."""
    every, read, own = to
    return [
        Policy(f"{what} of every quote", to=every, using="true", check="true"),
        Policy(f"{what} of every quote are read", to=read, using="true", cmd="select"),
        Policy(f"{what} of own quotes", to=own, using=mine, check=mine),
        Policy(f"a link shows the {what} of its version", to="link", using=link, cmd="select", history=False),
    ]


_QUOTES = ("quotes_all", "quotes_read", "quotes_own")
_SALES = ("sales_all", "sales_read", "sales_own")


def _writes(to: tuple[str, str, str], rights: str = "select, insert, update, delete") -> dict[str, str]:
    return {to[0]: rights, to[1]: "select", to[2]: rights, "link": "select"}


_PART = Guard("ab_frozen", "before insert or update or delete", "ops.guard_quote_part", args=("version",))
_EDITED = (
    "update (customer_id, agent_id, stage, current_id, summary, valid_until, first_sent_at, accepted_id, decided_at,"
    " lost_reason, lost_note)"
)

tables = [
    Table(
        "quotes.Quote",
        history=True,
        policies=[
            Policy("managers see every quote", to="quotes_all", using="true", check="true"),
            Policy("every quote is read", to="quotes_read", using="true", cmd="select"),
            Policy("own quotes", to="quotes_own", using=_MINE, check=_MINE),
            Policy("the day ends what was sent", to="quote_days", using="stage = 'sent'", cmd="select", history=False),
            Policy("the day ends a quote", to="quote_days", using="stage = 'sent'", check="stage = 'expired'",
                   cmd="update"),
            Policy("what the day has ended is known to it", to="quote_days", using="stage = 'expired'", cmd="select",
                   history=False),
            Policy("a link shows its quote", to="link", using=f"id = {_LINK_QUOTE}", cmd="select", history=False),
            Policy("a link that is being used answers its quote", to="link", using=f"id = {_LINK_QUOTE}",
                   check=f"id = {_USED}", cmd="update"),
        ],
        grants={
            "quotes_all": ["select", "insert", _EDITED],
            "quotes_read": "select",
            "quotes_own": ["select", "insert", _EDITED],
            "quote_days": ["select", "update (stage, decided_at)"],
            "link": ["select", "update (stage, accepted_id, decided_at, lost_reason, lost_note)"],
        },
        guards=[
            Guard("aa_stamp", "before insert", "ops.stamp_quote"),
            Guard("ab_stage", "before insert or update of stage", "ops.guard_stage", args=("quote",)),
            Guard("ac_version", "before update", "ops.bump_version"),
            Guard("ad_quote", "before update", "ops.guard_quote"),
            Guard("ae_customer", "before insert or update of customer_id", "ops.guard_quote_customer"),
            Guard("af_live_customer", "before insert or update of customer_id", "ops.guard_live_customer"),
            Guard("zw_transition", "after update of stage", "ops.record_transition", args=("quote",)),
            Guard("zw_beginning", "after insert", "ops.record_beginning", args=("quote",), each="statement",
                  rows="new table as added"),
            Guard("zv_its_order_follows", "after update of customer_id", "ops.follow_quote"),
            Guard("zx_tell", "after insert or update", "ops.tell_quote"),
        ],
    ),
    Table(
        "quotes.QuoteVersion", called="versions of quotes",
        history=True,
        policies=[
            *_rows("versions", _QUOTES, _of_quote("quote_id", _LANDED), f"id = {_LINK_VERSION}"),
            Policy("the day reads what it ends", to="quote_days", using="true", cmd="select", history=False),
        ],
        grants=_writes(_QUOTES, "select, insert, update") | {"quote_days": "select"},
        guards=[Guard("ab_frozen", "before update or delete", "ops.guard_quote_version")],
    ),
    Table(
        "quotes.QuoteLine", called="items of quotes",
        policies=_rows("lines", _QUOTES, _of_version("version_id", _LANDED), f"version_id = {_LINK_VERSION}"),
        grants=_writes(_QUOTES),
        guards=[_PART],
    ),
    Table(
        "quotes.QuoteLinePrice", called="prices of quoted items",
        policies=_rows("prices", _SALES, _of_line(_LANDED),
                       f"exists (select 1 from quotes_quoteline l where l.id = line_id"
                       f" and l.version_id = {_LINK_VERSION})"),
        grants=_writes(_SALES),
        guards=[Guard("ab_frozen", "before insert or update or delete", "ops.guard_quote_part", args=("line",))],
    ),
    Table(
        "quotes.QuoteSale", called="amounts of quotes",
        policies=_rows("amounts", _SALES, _of_version("version_id", _LANDED), f"version_id = {_LINK_VERSION}"),
        grants=_writes(_SALES),
        guards=[_PART, Guard("zx_tell", "after insert", "ops.tell_quote")],
    ),
    Table(
        "quotes.QuoteRecipient", called="whom quotes are for",
        policies=[
            Policy("whom every quote is for", to="customers_all", using=_of_version("version_id"), cmd="select"),
            Policy("whom own quotes are for", to="customers_own", using=_of_version("version_id", _LANDED),
                   cmd="select"),
            Policy("who quotes writes whom it is for", to="quotes_all", using="true", check="true"),
            Policy("who quotes writes whom own quotes are for", to="quotes_own",
                   using=_of_version("version_id", _LANDED), check=_of_version("version_id", _LANDED)),
            Policy("a link shows whom its version is for", to="link", using=f"version_id = {_LINK_VERSION}",
                   cmd="select"),
        ],
        grants={
            "customers_all": "select",
            "customers_own": "select",
            "quotes_all": "select, insert, update, delete",
            "quotes_own": "select, insert, update, delete",
            "link": "select",
        },
        guards=[_PART],
    ),
    Table(
        "quotes.QuoteAnswer", called="customers' answers to quotes",
        append_only=True,
        policies=[
            Policy("answers to every quote", to="customers_all", using=_of_quote("quote_id"), cmd="select"),
            Policy("answers to own quotes", to="customers_own", using=_of_quote("quote_id", _LANDED), cmd="select"),
            Policy("who sells notes an answer", to="quotes_all", check=f"not by_customer and {_of_quote('quote_id')}",
                   cmd="insert"),
            Policy("who sells notes an answer to an own quote", to="quotes_own",
                   check=f"not by_customer and {_of_quote('quote_id', _LANDED)}", cmd="insert"),
            Policy("a link shows what was answered", to="link", using=f"quote_id = {_LINK_QUOTE}", cmd="select"),
            Policy("a link that is being used answers", to="link", check=f"by_customer and quote_id = {_USED}",
                   cmd="insert"),
        ],
        grants={
            "customers_all": "select",
            "customers_own": "select",
            "quotes_all": "insert",
            "quotes_own": "insert",
            "link": "select, insert",
        },
    ),
    Table(
        "quotes.QuoteOrder", called="orders that came of quotes",
        append_only=True,
        policies=[
            Policy("what came of seen quotes", to=_QUOTES, using=_of_quote("quote_id"), cmd="select"),
            Policy("orders are made of every quote", to="quotes_all", check=_of_quote("quote_id"), cmd="insert"),
            Policy("orders are made of own quotes", to="quotes_own", check=_of_quote("quote_id", _LANDED),
                   cmd="insert"),
        ],
        grants={"quotes_all": "select, insert", "quotes_read": "select", "quotes_own": "select, insert"},
        guards=[
            Guard("ab_order", "before insert", "ops.guard_quote_order"),
            Guard("zx_tell", "after insert", "ops.tell_quote"),
        ],
    ),
    # How the shop quotes is a rule of the shop; who sees every quote sets it (ops.may_set asks the rule).
    Table(
        "shop.Setting",
        policies=[
            Policy("quotes: how the shop quotes is set", to="quotes_all", cmd="insert", check="ops.may_set(key)"),
            Policy("quotes: planned rules are withdrawn", to="quotes_all", cmd="update", using="ops.may_set(key)",
                   check="ops.may_set(key)"),
        ],
        grants={"quotes_all": ["select", "insert", "update (withdrawn_at)"]},
    ),
    Table(
        "ops.Event",
        policies=[Policy("quotes: what was decided is recorded", to="quotes_all", cmd="insert",
                         check="noun = 'setting'")],
        grants={"quotes_all": "insert"},
    ),
]  # fmt: skip

# The records of quotes, seen with the quote: tables of the kernel, policies of this app.
_RECORD = [
    Policy("quotes: every record", to=_SEES_ALL, using="noun = 'quote'", cmd="select"),
    Policy("quotes: records of own quotes", to="quotes_own", cmd="select",
           using=f"noun = 'quote' and {_of_quote('subject_id')}"),
]  # fmt: skip
_MAKES = "kind = 'quote' and exists (select 1 from quotes_quoteversion v where v.id = subject_id)"

tables += [
    Table("ops.SignedLink",
          policies=[Policy("quotes: links are made by who sees the quote", to=_SELLS, cmd="insert", check=_MAKES)],
          grants=dict.fromkeys(_SELLS, "insert")),
    Table("ops.Transition", policies=_RECORD, grants=dict.fromkeys(_QUOTES, "select")),
    Table("ops.Event",
          policies=[
              *_RECORD,
              Policy("quotes: events of seen quotes are recorded", to=_SELLS, cmd="insert",
                     check=f"noun = 'quote' and {_of_quote('subject_id')}"),
              Policy("quotes: the day records what it ended", to="quote_days", cmd="insert",
                     check=f"noun = 'quote' and kind = 'quote.expired' and {_of_quote('subject_id')}"),
              Policy("quotes: a link records its answer", to="link", cmd="insert",
                     check=f"noun = 'quote' and subject_id = {_USED}"),
          ],
          grants={"quotes_all": "select, insert", "quotes_read": "select", "quotes_own": "select, insert",
                  "quote_days": "insert", "link": "insert"}),
]  # fmt: skip

sentences = {
    "quotes_line_quantity": "The quantity of a line is more than zero.",
    "quotes_line_described": "Every line needs a product or a description.",
    "quotes_price_positive": "Prices and discounts are zero or more, and a discount is not larger than its line.",
    "quotes_sale_rate": "A rate is more than zero.",
    "quotes_sale_currency": "A currency is three capital letters, like PKR.",
    "quotes_recipient_named": "A quote is for somebody: name them.",
    "quotes_answer_named": "Say who answered.",
    "quotes_quote_reason": "Say why the quote is lost.",
    "quotes_version_n": "Somebody has just begun the next version. Look again.",
    "quotes_quoteorder_pkey": "This quote has become an order already.",
}
