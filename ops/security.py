"""Who may do what with the kernel's own tables."""

from ops.db.kept import kept_tables
from ops.db.security import UID, Function, Guard, Policy, Rendered, Table

_NEVER = "Nobody: kept empty, and a test says so."

functions = [
    Function("ops/sql/kernel.sql"),
    Function(
        "ops/sql/role_for.sql",
        reason="creates roles as the owner, from declared scopes only",
        execute={"ops.role_for(text[])": ("people_admin", "roles_admin"), "ops.scopes_for(text, jsonb)": ()},
    ),
    Function(
        "ops/sql/guard_role.sql",
        reason="must count everybody who works in a role before it goes, whatever the one who deletes it may see",
    ),
    Function("ops/sql/stage_guard.sql", reason="reads the arrows and writes transitions, whatever the mover may see"),
    Function(
        "ops/sql/takeover.sql",
        reason="tells guards that a merge is moving rows just now, by a table that nobody who signs in reads or writes",
        execute={"ops.changes_hands(text, bigint, bigint)": ("staff", "jobs", "link")},
    ),
    Rendered("ops/db/kept.py", render=kept_tables),
    Function(
        "ops/sql/undoing.sql",
        reason="takes out what a load brought, also rows that whoever loaded it may not delete; asks whose load it is",
        execute={
            "ops.putting_back()": ("staff", "jobs", "link"),
            "ops.load_wrote(ops_importbatch)": ("imports",),
            "ops.load_told(ops_importbatch)": (),
            "ops.load_rows(bigint, tstzrange)": (),
            "ops.unreversed(bigint)": (),
            "ops.hanging_on(text, text, text, bigint[], jsonb, bigint, tstzrange)": (),
            "ops.own_load(bigint)": (),
            "ops.going_along(text, bigint, tstzrange, jsonb, jsonb)": (),
            "ops.put_back(text, text, text, text[], bigint[], bigint[], bigint[], bigint, tstzrange)": (),
            "ops.load_stops(bigint)": ("imports",),
            "ops.undo_load(bigint)": ("imports",),
        },
    ),
    Function(
        "ops/sql/records.sql",
        reason="writes the outbox and the marks of jobs, which their writers may not read; judges signed links",
        execute={
            "ops.queue_mail(text, text, text, text, text, text, int)": ("staff", "jobs", "link", "door"),
            "ops.once(text, date, text)": ("jobs",),
            "ops.outbox_counts()": ("health",),
            "ops.failed_mails()": ("health",),
            "ops.mail_again(bigint)": ("jobs_admin",),
            "ops.work_counts()": ("health",),
            "ops.link_subject(text)": ("link",),
            "ops.use_link(text)": ("link",),
            "ops.link_state(text)": ("link",),
        },
    ),
]

_MY_LOAD = f"batch_id = any (array(select b.id from ops_importbatch b where b.by_id = {UID}))"
_TRIED = "noun in ('schedule', 'mail')"
_BUILTIN = Guard("ab_builtin_rows_stay", "before insert or update or delete", "ops.guard_builtin")

tables = [
    Table(
        "ops.Role",
        history=True,
        policies=[
            Policy("everybody knows the roles", to=("staff", "door"), using="true", cmd="select"),
            Policy("shipped roles are not edited", to="roles_admin", using="not builtin", check="not builtin"),
        ],
        grants={"staff": "select", "door": "select", "roles_admin": "select, insert, update, delete"},
        guards=[
            Guard("ab_role", "before insert or update or delete", "ops.guard_role"),
            Guard("zy_rights_follow_the_role", "after update of scopes", "ops.rederive_role"),
        ],
    ),
    Table(
        "ops.Stage",
        history=True,
        policies=[
            Policy("everybody knows the stages", to=("staff", "link", "door"), using="true", cmd="select"),
            Policy("stages are edited by those who keep them", to="stages_admin", using="true", check="true"),
        ],
        grants={
            "staff": "select",
            "link": "select",
            "door": "select",
            "stages_admin": [
                "select",
                "insert",
                "delete",
                "update (label, glyph, category, position, chaser_id, limit_hours)",
            ],
        },
        guards=[_BUILTIN],
    ),
    Table(
        "ops.Arrow",
        called="ways between stages",
        history=True,
        policies=[
            Policy("everybody knows the moves", to=("staff", "link", "door"), using="true", cmd="select"),
            Policy("moves are edited by those who keep them", to="stages_admin", using="true", check="true"),
        ],
        grants={
            "staff": "select",
            "link": "select",
            "door": "select",
            "stages_admin": ["select", "insert", "delete", "update (scopes, within_minutes, late_scopes)"],
        },
        guards=[_BUILTIN],
    ),
    # Which transitions and events a person sees is declared by each noun's app, beside the noun's own policies.
    # The audit reads both by time, newest first, over all of it.
    Table(
        "ops.Transition", called="moves between stages", append_only=True, indexes={"ops_transition_when": "(at, id)"}
    ),
    Table(
        "ops.Event",
        append_only=True,
        indexes={"ops_event_when": "(at, id)"},
        policies=[
            Policy("that a job or a mail was tried again is recorded", to="jobs_admin", check=_TRIED, cmd="insert"),
            Policy("who tried a job or a mail again is read", to="jobs_admin", using=_TRIED, cmd="select"),
        ],
        grants={"jobs_admin": "select, insert"},
        guards=[Guard("ab_stamp", "before insert", "ops.stamp_event")],
    ),
    Table(
        "ops.OutboxMail",
        called="mails",
        policies=[Policy("only the mailer reads the outbox", to="mailer", using="true", check="true")],
        grants={"mailer": ["select", "update (state, attempts, next_try_at, sent_at, error)"]},
        why="written through ops.queue_mail",
    ),
    Table("ops.RunOnce", called="marks of what was done once", why="written through ops.once"),
    Table(
        "ops.TakeOver",
        called="take-overs",
        why="Written and emptied inside the functions that merge; asked through ops.changes_hands.",
    ),
    Table(
        "ops.JobRun",
        called="runs of jobs",
        policies=[
            Policy("jobs write their runs", to=("jobs", "mailer"), using="true", check="true"),
            Policy("health shows the runs", to="health", using="true", cmd="select"),
            Policy(
                "the audit shows when history and rights were proved",
                to="audit",
                cmd="select",
                using="name in ('verify history', 'try every door')",
            ),
        ],
        grants={
            "jobs": ["select", "insert", "update (ended_at, rows, error)"],
            "mailer": ["select", "insert", "update (ended_at, rows, error)"],
            "health": "select",
            "audit": "select",
        },
    ),
    Table(
        "ops.SavedView",
        policies=[
            Policy("own views are edited", to="staff", using=f"owner_id = {UID}", check=f"owner_id = {UID}"),
            Policy("shared views are seen", to="staff", using="shared", cmd="select"),
        ],
        grants={"staff": "select, insert, update, delete"},
    ),
    Table(
        "ops.SignedLink",
        called="links for customers",
        why="nobody reads it: followed through ops.link_subject; each app says who may make its kind of link",
        guards=[Guard("zx_end_links", "after insert", "ops.end_links", condition="new.revoked_at is not null")],
    ),
    Table(
        "ops.ChainRoot",
        called="daily seals of the history",
        append_only=True,
        policies=[
            Policy("the chain task keeps the day's roots", to="chain", using="true", check="true"),
            Policy("health shows the roots", to="health", using="true", cmd="select"),
            Policy("the audit shows the roots", to="audit", using="true", cmd="select"),
        ],
        grants={"chain": "select, insert", "health": "select", "audit": "select"},
    ),
    Table(
        "ops.ImportBatch",
        called="loaded files",
        policies=[
            Policy("own loads are seen and worked on", to="imports", using=f"by_id = {UID}", check=f"by_id = {UID}"),
            Policy("every load is known to who works on every order", to="orders_all", using="true", cmd="select"),
            # A load keeps cells of its file: who only reads orders does not read customers in it.
            Policy(
                "loads of orders are known to who reads every order",
                to="orders_read",
                using="noun = 'order'",
                cmd="select",
            ),
            Policy("loads that nobody came back to are swept", to="sweeps", using="true", check="true"),
        ],
        grants={
            "imports": "select, insert, update",
            "orders_all": "select",
            "orders_read": "select",
            "sweeps": "select, update (state)",
        },
        guards=[Guard("ab_load", "before insert or update", "ops.guard_load")],
    ),
    *(
        Table(
            model,
            called=words,
            policies=[
                Policy("rows of own loads", to="imports", using=_MY_LOAD, check=_MY_LOAD),
                Policy("rows of forgotten loads are swept", to="sweeps", using="true", check="true"),
            ],
            # maintain: a load ANALYZEs what it has just staged, or the planner guesses
            grants={"imports": "select, insert, update, delete, maintain", "sweeps": "select, delete"},
        )
        for model, words in (
            ("ops.ImportItem", "what a loaded file changed"),
            ("ops.ImportRow", "rows of loaded files"),
        )
    ),
    Table(
        "ops.ImportFile",
        called="files of loads",
        policies=[Policy("what belongs to own loads", to="imports", using=_MY_LOAD, check=_MY_LOAD)],
        grants={"imports": "select, insert, update, delete"},
    ),
    *(
        Table(
            model,
            called=words,
            policies=[
                Policy("what belongs to own loads", to="imports", using=_MY_LOAD, check=_MY_LOAD),
                Policy("what was decided in old loads is swept", to="sweeps", using="true", check="true"),
            ],
            grants={"imports": "select, insert, update, delete", "sweeps": "select, delete"},
        )
        for model, words in (
            ("ops.ImportCell", "cells that were corrected in loads"),
            ("ops.ImportMatch", "what may be the same in loads"),
        )
    ),
    Table(
        "ops.ImportMapping",
        called="what the columns of loaded files are",
        policies=[
            Policy("what a header means is known to all who load files", to="imports", using="true", cmd="select"),
            Policy("who loads a file says what its header means", to="imports", check=f"by_id = {UID}", cmd="insert"),
            Policy("and may say it anew", to="imports", using="true", check=f"by_id = {UID}", cmd="update"),
        ],
        grants={"imports": "select, insert, update"},
    ),
    # Django's own tables. Which are whose is ruling 4.
    Table(
        table="django_content_type",
        policies=[Policy("content types are no secret", to=("staff", "door"), using="true", cmd="select")],
        grants={"staff": "select", "door": "select"},
    ),
    Table(
        table="auth_permission",
        policies=[Policy("permission names are no secret", to=("staff", "door"), using="true", cmd="select")],
        grants={"staff": "select", "door": "select"},
    ),
    Table(table="auth_group", why=_NEVER),
    Table(table="auth_group_permissions", why=_NEVER),
    Table(table="guardian_userobjectpermission", why=_NEVER),
    Table(table="guardian_groupobjectpermission", why=_NEVER),
    Table(table="django_migrations", why="Read by the owner only."),
    Table(
        table="django_admin_log",
        policies=[Policy("the admin's log is for system admins", to="admin_site", using="true", check="true")],
        grants={"admin_site": "select, insert"},
    ),
]

sentences = {
    "ops_stage_noun_key": "There is a stage with this key already.",
    "ops_arrow_once": "This move exists already.",
    "ops_savedview_name": "You have a view with this name already. Choose another name.",
    "ops_guard_load": "A load that was applied is only undone as a whole.",
    "ops_guard_append_only": "This is a record of what happened: it is never changed.",
}
