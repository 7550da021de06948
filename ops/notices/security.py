"""Everybody reads their own notices and knows the rules; the database alone writes notices; letters have their job."""

from ops.db.security import UID, Function, Guard, Policy, Table

_MINE = f"person_id = {UID}"
_KEEPS = "60 days"

functions = [
    Function(
        "ops/notices/sql/notices.sql",
        reason="finds who is told of what, whoever did it and whatever they may see; writes the notices of others",
        execute={
            "ops.notice_targets(text, bigint[], text[], bigint[], bigint[], jsonb)": (),
            "ops.letter_targets(text, bigint[], text[])": (),
            "ops.tell_of(text, bigint[], text[], bigint[], bigint[], timestamptz[], text)": (),
            "ops.who_may_see(text, bigint, bigint[])": (),
            "ops.tell_people(bigint[], text, text, bigint, jsonb, boolean)": ("staff", "jobs", "link"),
            "ops.would_be_told(text, bigint, text[], jsonb)": ("staff",),
        },
    ),
]

_CHANGED = "new table as changed"

tables = [
    Table(
        "notices.Rule", called="rules of who is told",
        history=True,
        policies=[
            Policy("everybody knows who is told of what", to="staff", using="true", cmd="select"),
            Policy("rules of notices are kept", to="notices_admin", using="true", check="true"),
        ],
        grants={"staff": "select", "notices_admin": ["select", "insert", "delete", "update (channel, active, note)"]},
        guards=[
            Guard("ab_builtin_rows_stay", "before insert or delete", "ops.guard_builtin"),
            Guard("ac_keys_stay", "before update", "ops.guard_notice_rule"),
        ],
    ),
    Table(
        "notices.Notice",
        policies=[
            Policy("own notices are seen", to="staff", using=_MINE, cmd="select"),
            Policy("own notices are read", to="staff", using=_MINE, check=_MINE, cmd="update"),
            Policy("notices are mailed", to="letters", using="mail", cmd="select"),
            Policy("notices are marked as mailed", to="letters", using="mail and mailed_at is null", check="mail",
                   cmd="update"),
            Policy("old notices are swept", to="sweeps", using=f"at < now() - interval '{_KEEPS}'"),
        ],
        grants={"staff": ["select", "update (read_at)"], "letters": ["select", "update (mailed_at)"],
                "sweeps": "select, delete"},
        guards=[
            Guard("ab_stays_as_told", "before update", "ops.guard_notice"),
            Guard("zx_tell_added", "after insert", "ops.tell_notices", each="statement", rows=_CHANGED),
            Guard("zx_tell_read", "after update", "ops.tell_notices", each="statement", rows=_CHANGED),
        ],
    ),
    Table(
        "notices.Mute", called="kinds that people have silenced",
        policies=[Policy("own mutes", to="staff", using=_MINE, check=_MINE)],
        grants={"staff": "select, insert, delete"},
    ),
    Table(
        "notices.Preference", called="ways in which people want to be told",
        policies=[Policy("own preference", to="staff", using=_MINE, check=_MINE)],
        grants={"staff": ["select", "insert", "update (mail)"]},
    ),
    Table(
        "notices.Watch", called="orders that people watch",
        policies=[Policy("what one watches oneself", to="staff", using=_MINE, check=_MINE)],
        grants={"staff": "select, insert, delete"},
        guards=[Guard("ab_watch", "before insert or update of noun", "ops.guard_watch")],
    ),
    Table(
        "notices.Letter", called="letters to customers",
        policies=[
            Policy("letters are known to who writes them", to="letters", using="true", cmd="select"),
            Policy("letters are written once", to="letters", using="state = 'due'", check="state <> 'due'",
                   cmd="update"),
            Policy("old letters are swept", to="sweeps", using=f"at < now() - interval '{_KEEPS}'"),
        ],
        grants={"letters": ["select", "update (state, why)"], "sweeps": "select, delete"},
    ),
    # What happened is told when the transaction ends, so that it is told whole and once.
    Table("ops.Transition", guards=[Guard("zz_told", "after insert", "ops.fan_out", constraint=True)]),
    Table("ops.Event", guards=[Guard("zz_told", "after insert", "ops.fan_out", constraint=True)]),
]  # fmt: skip

sentences = {
    "notices_rule_once": "There is a rule like this already.",
    "notices_rule_channel": "Customers are written to by e-mail.",
    "notices_rule_to": "Choose a role for a rule that tells everybody of one, and for no other.",
}
