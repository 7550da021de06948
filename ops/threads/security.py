"""Messages: what holds for those of every noun. Who sees which is declared by each noun's app, beside its policies."""

from ops.db.security import UID, Function, Guard, Policy, Table
from ops.threads.nouns import EDIT_MINUTES

# For the policies of whoever wrote it: their own, and not for long.
JUST_WRITTEN = f"by_id = {UID} and at > (select ops.now()) - interval '{EDIT_MINUTES} minutes'"
CHANGES = "update (text, mentions, removed_at)"

_SEEN = "noun = 'message' and exists (select 1 from threads_message m where m.id = ops_event.subject_id)"
_SHOWN = "noun = 'message' and ops.shows_message(subject_id)"
_FILE_OF = "exists (select 1 from threads_message m where m.id = files_file.subject_id and m.removed_at is null"
_STANDS = f"noun = 'message' and {_FILE_OF})"
_MINE = (
    f"noun = 'message' and visibility = 'everyone' and {_FILE_OF} and m.by_id = {UID}"
    f" and m.at > (select ops.now()) - interval '{EDIT_MINUTES} minutes')"
)

functions = [
    Function(
        "ops/threads/sql/threads.sql",
        reason="says who may be told of a row, whoever asks may see it; searches by id, as LIKE is not leakproof;"
        " takes back mails of others that wait and quote what was corrected or removed",
        execute={
            "ops.thread_people(text, bigint)": "staff",
            "ops.search_messages(text, int)": "staff",
        },
    ),
]

tables = [
    Table(
        "threads.Message",
        history=True,
        # staff: the right to ask; which rows come is for the policies of each noun.
        grants={"staff": "select"},
        guards=[
            Guard("aa_stamp", "before insert", "ops.stamp_message"),
            Guard("ab_message", "before update", "ops.guard_message", args=(str(EDIT_MINUTES),)),
            Guard("ac_never_deleted", "before delete", "ops.refuse"),
            Guard("zv_mails_anew", "after update", "ops.mail_message_anew",
                  condition="new.text is distinct from old.text"),
        ],
    ),
    Table(
        "files.File",
        history=True,
        policies=[
            Policy("message files: seen with their message", to="staff", using=_STANDS, cmd="select"),
            Policy("message files: added by who has just written it", to="staff", check=_MINE, cmd="insert"),
        ],
        grants={"staff": "select, insert"},
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("threads: events are seen with their message", to="staff", using=_SHOWN, cmd="select"),
            Policy("threads: events are recorded with their message", to="staff", check=_SEEN, cmd="insert"),
        ],
        grants={"staff": "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "threads_message_once": "This message has been sent already.",
    "threads_message_said": "Write something first.",
    "threads_message_length": "A message has at most 10,000 characters. Shorten it, or attach a file.",
    "threads_message_visibility": "Choose who reads the message.",
}
