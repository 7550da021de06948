"""A person's own starts and mailings are theirs; what a role starts with is set by who may, and known to everybody."""

from ops.db.security import UID, Policy, Table

_MINE = f"person_id = {UID}"
# Asked under the reader's own policies: a view that is neither own nor shared is not there.
_SEEN = "exists (select 1 from ops_savedview v where v.id = view_id)"
_LINK = "id = (select ops.link_subject('view_mail'))"
_ROLES = "noun = 'start' and kind like 'start.role%'"

tables = [
    Table(
        "standing.Start", called="views that pages open with",
        history=True,
        policies=[
            Policy("own starts are kept", to="staff", using=_MINE, check=_MINE),
            Policy("what roles start with is known", to="staff", using="role_id is not null", cmd="select"),
            Policy("what roles start with is decided", to="views_admin", using="role_id is not null",
                   check="role_id is not null"),
        ],
        grants={
            "staff": "select, insert, update (query, name), delete",
            "views_admin": "select, insert, update (query, name), delete",
        },
    ),
    Table(
        "standing.Mailing", called="views that come by mail",
        policies=[
            Policy("own mailings are seen and ended", to="staff", using=_MINE, cmd="select"),
            Policy("own mailings are ended", to="staff", using=_MINE, cmd="delete"),
            Policy("views that one sees are mailed to oneself", to="staff", check=f"{_MINE} and {_SEEN}", cmd="insert"),
            Policy("how often is changed for oneself", to="staff", using=_MINE, check=_MINE, cmd="update"),
            Policy("the morning job mails views", to="view_mails", using="true", cmd="select"),
            Policy("the morning job notes the day", to="view_mails", using="true", check="true", cmd="update"),
            Policy("a link shows its mailing", to="link", using=_LINK, cmd="select"),
            Policy("a link ends its mailing", to="link", using=_LINK, cmd="delete"),
        ],
        grants={
            "staff": "select, insert, update (often), delete",
            "view_mails": "select, update (last_on)",
            "link": "select, delete",
        },
    ),
    Table(
        "ops.SignedLink",
        policies=[
            Policy("standing: whoever gets a view by mail gets a link that ends it", to="staff", cmd="insert",
                   check="kind = 'view_mail' and exists (select 1 from standing_mailing m"
                         f" where m.id = ops_signedlink.subject_id and m.person_id = {UID})"),
        ],
        grants={"staff": "insert"},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("standing: what a role starts with is recorded", to="views_admin", check=_ROLES, cmd="insert"),
            Policy("standing: who decided what a role starts with is read", to="views_admin", using=_ROLES,
                   cmd="select"),
        ],
        grants={"views_admin": "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "standing_start_role": "Somebody decided that just now. Look again.",
    "standing_start_person": "That was decided in another window just now. Look again.",
    "standing_mailing_once": "You get this view by mail already.",
}
