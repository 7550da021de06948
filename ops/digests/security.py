"""Who reads and writes the morning's lists. Which rows of a noun somebody may extend is declared by the noun's app."""

from ops.db.security import UID, Function, Guard, Policy, Table

_MINE = f"person_id = {UID}"

functions = [
    Function("ops/digests/sql/digests.sql", reason="forgets what was said of a row that has moved on, whoever said it"),
]

tables = [
    Table(
        "digests.Listed", called="rows of morning lists",
        append_only=True,
        policies=[
            Policy("the morning job lists", to="jobs", using="true", check="true"),
            Policy("own lists are seen", to="staff", using=_MINE, cmd="select"),
            Policy("every list is seen by who looks after them", to="digests_all", using="true", cmd="select"),
            Policy("a link shows its row", to="link", using="id = (select ops.link_subject('digest_row'))",
                   cmd="select"),
        ],
        grants={"jobs": "select, insert", "staff": "select", "digests_all": "select", "link": "select"},
    ),
    Table(
        "digests.Extension",
        history=True,
        guards=[Guard("ab_extension", "before insert or update", "ops.guard_extension")],
        why="Rows of a noun are moved by who works on them: the noun's app says who.",
    ),
    Table(
        "digests.Snooze", called="rows put off for a while",
        policies=[Policy("own rows are put off", to="staff", using=_MINE, check=_MINE)],
        grants={"staff": "select, insert, update (until), delete"},
        guards=[Guard("ab_snooze", "before insert or update", "ops.guard_snooze")],
    ),
    Table(
        "digests.HandBack",
        policies=[Policy("what one handed back oneself is known", to="staff", using=_MINE, cmd="select")],
        grants={"staff": "select"},
        why="Who may hand back which row is declared by the noun's app.",
    ),
    Table(
        "digests.EmptyRole", called="morning lists without a reader",
        policies=[Policy("the morning job keeps the roles without people", to="jobs", using="true", check="true"),
                  Policy("roles without people are known to who sees the lists", to="digests_all", using="true",
                         cmd="select")],
        grants={"jobs": "select, insert, delete", "digests_all": "select"},
    ),
    Table(
        "digests.DigestDay", called="morning lists",
        policies=[Policy("the morning job closes the day", to="jobs", using="true", check="true"),
                  Policy("days are known to who sees the lists", to="digests_all", using="true", cmd="select")],
        grants={"jobs": "select, insert", "digests_all": "select"},
    ),
    Table(
        "ops.SignedLink",
        policies=[Policy("digests: the morning job makes links to its rows", to="jobs", cmd="insert",
                         check="kind = 'digest_row' and exists (select 1 from digests_listed l"
                               " where l.id = ops_signedlink.subject_id)")],
        grants={"jobs": "insert"},
    ),
]  # fmt: skip

sentences = {
    "digests_extension_reason": "Say why it takes longer.",
    "digests_handback_reason": "Say why it is not yours.",
    "digests_extension_once": "Somebody extended it just now. Look again.",
}
