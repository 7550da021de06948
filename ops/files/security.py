"""Files: what holds for those of every noun. Who sees which is declared by each noun's app, beside its own policies."""

from django.conf import settings

from ops.db.security import Function, Guard, Policy, Table

_SEEN = "noun = 'file' and exists (select 1 from files_file f where f.id = ops_event.subject_id)"
_SHOWN = "noun = 'file' and ops.shows_file(subject_id)"

functions = [
    Function("ops/files/sql/files.sql", reason="counts the files of a subject, whoever may see them"),
]

tables = [
    Table(
        "files.File",
        history=True,
        policies=[
            Policy("the keeper of contents knows every file", to="files_keeper", using="true", cmd="select",
                   history=False),
        ],
        # staff: the right to ask; which rows come is for the policies of each noun.
        grants={"files_keeper": "select", "staff": "select"},
        guards=[
            Guard("aa_stamp", "before insert", "ops.stamp_file", args=(str(settings.FILES_PER_SUBJECT),)),
            Guard("ab_stays", "before update", "ops.guard_file"),
            Guard("ac_never_deleted", "before delete", "ops.refuse"),
        ],
    ),
    Table(
        "ops.Event",
        policies=[
            Policy("files: events are seen with their file", to="staff", using=_SHOWN, cmd="select"),
            Policy("files: events are recorded with their file", to="staff", check=_SEEN, cmd="insert"),
        ],
        grants={"staff": "select, insert"},
    ),
]  # fmt: skip

sentences = {
    "files_file_once": "The same file is here already.",
    "files_file_named": "A file needs a name.",
    "files_file_not_empty": "This file is empty.",
    "files_file_removed_reason": "Say why the file is removed.",
    "files_file_visibility": "Choose who may see the file.",
}
